//! A result's rows as a component-model stream.

use std::pin::Pin;
use std::task::{Context, Poll};

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
        if self.first.is_empty() {
            match self.rest.poll_recv(cx) {
                Poll::Ready(Some(batch)) => self.first = batch,
                Poll::Ready(None) => return Poll::Ready(Ok(StreamResult::Dropped)),
                Poll::Pending if finish => return Poll::Ready(Ok(StreamResult::Cancelled)),
                Poll::Pending => return Poll::Pending,
            }
        }
        destination.set_buffer(std::mem::take(&mut self.first).into());
        Poll::Ready(Ok(StreamResult::Completed))
    }
}
