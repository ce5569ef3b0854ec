//! A result's rows as a component-model stream.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::sync::mpsc;
use wasmtime::StoreContextMut;
use wasmtime::component::{Destination, StreamProducer, StreamResult, VecBuffer};

/// Gives items that were read ahead, then those that still come through the channel.
pub struct Batches<T> {
    first: Vec<T>,
    rest: mpsc::Receiver<Vec<T>>,
}

impl<T> Batches<T> {
    /// A stream of `first` and whatever `rest` brings.
    pub fn new(first: Vec<T>, rest: mpsc::Receiver<Vec<T>>) -> Self {
        Self { first, rest }
    }

    /// The next items, one at least; `None` at the end. Takes as many batches as that needs: the
    /// runtime ends an instance, and all its requests, for a stream that goes on without an item.
    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Vec<T>>> {
        while self.first.is_empty() {
            match ready!(self.rest.poll_recv(cx)) {
                Some(batch) => self.first = batch,
                None => return Poll::Ready(None),
            }
        }
        Poll::Ready(Some(std::mem::take(&mut self.first)))
    }
}

impl<D, T: Send + Sync + Unpin + 'static> StreamProducer<D> for Batches<T> {
    type Item = T;
    type Buffer = VecBuffer<T>;

    fn poll_produce<'a>(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        store: StoreContextMut<'a, D>,
        mut destination: Destination<'a, T, VecBuffer<T>>,
        finish: bool,
    ) -> Poll<wasmtime::Result<StreamResult>> {
        if destination.remaining(store) == Some(0) {
            return Poll::Ready(Ok(StreamResult::Completed));
        }
        match self.poll_next(cx) {
            Poll::Ready(Some(items)) => {
                destination.set_buffer(items.into());
                Poll::Ready(Ok(StreamResult::Completed))
            }
            Poll::Ready(None) => Poll::Ready(Ok(StreamResult::Dropped)),
            Poll::Pending if finish => Poll::Ready(Ok(StreamResult::Cancelled)),
            Poll::Pending => Poll::Pending,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::task::Waker;

    use super::*;

    #[test]
    fn empty_batches_are_passed_over() {
        let mut cx = Context::from_waker(Waker::noop());
        let (send, rest) = mpsc::channel(8);
        let mut batches = Batches::new(vec![1], rest);
        assert_eq!(batches.poll_next(&mut cx), Poll::Ready(Some(vec![1])));
        assert_eq!(batches.poll_next(&mut cx), Poll::Pending);
        for batch in [vec![], vec![], vec![2, 3], vec![]] {
            send.try_send(batch).unwrap();
        }
        assert_eq!(batches.poll_next(&mut cx), Poll::Ready(Some(vec![2, 3])));
        // An empty one is no answer, neither while more may come nor at the end.
        assert_eq!(batches.poll_next(&mut cx), Poll::Pending);
        send.try_send(vec![]).unwrap();
        drop(send);
        assert_eq!(batches.poll_next(&mut cx), Poll::Ready(None));
    }

    #[test]
    fn nothing_at_all_is_the_end() {
        let (_, rest) = mpsc::channel::<Vec<u8>>(1);
        let polled = Batches::new(Vec::new(), rest).poll_next(&mut Context::from_waker(Waker::noop()));
        assert_eq!(polled, Poll::Ready(None));
    }
}
