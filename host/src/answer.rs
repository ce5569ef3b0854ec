//! An answer on its way to the client. The guest's part of it is fetched ahead, so that a guest's place is free when its work
//! is done, not when the client has read: how fast that is, the client decides.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::BodyExt as _;
use hyper::body::{Body, Frame, SizeHint};
use tokio::sync::{Notify, OwnedSemaphorePermit, mpsc, oneshot};
use tokio::time::timeout;
use wasmtime_wasi_http::WasiBody;

use crate::connection::Connection;

/// Bytes of one answer that are fetched ahead.
const AHEAD: usize = 256 << 10;

/// First piece that is given to the connection, which keeps what the client does not take: pieces grow as they are taken.
const FIRST_PIECE: usize = 1 << 10;
/// Largest piece.
const LARGEST_PIECE: usize = 16 << 10;

/// Why a connection is ended.
const UNTAKEN: &str = "the client takes no more of an answer";

type Error = wasmtime_wasi_http::Error;

/// Places among the requests that are with guests: one of all, and one of those that the client may have.
#[derive(Debug)]
pub struct Place {
    _of_all: OwnedSemaphorePermit,
    _of_client: OwnedSemaphorePermit,
}

impl Place {
    /// A place that these make.
    pub fn new(of_all: OwnedSemaphorePermit, of_client: OwnedSemaphorePermit) -> Self {
        Self { _of_all: of_all, _of_client: of_client }
    }
}

/// The body of an answer.
pub enum HostBody {
    /// A text of the host's own.
    Own(Option<Bytes>),
    /// What a guest has answered.
    Fetched(Fetched),
}

/// What was fetched of a guest's answer.
pub struct Fetched {
    frames: mpsc::UnboundedReceiver<Result<Frame<Bytes>, Error>>,
    /// What is left of a frame that is given in pieces.
    rest: Bytes,
    piece: usize,
    left: SizeHint,
    ahead: Arc<Ahead>,
    connection: Arc<Connection>,
    _gone: oneshot::Sender<()>,
}

impl HostBody {
    /// Fetches `body`, and keeps `place` taken for as long as the guest works on it. A client that has not taken the answer
    /// for `patience` loses its connection.
    pub fn fetch(body: WasiBody, place: Place, connection: &Arc<Connection>, patience: Duration) -> Self {
        if body.is_end_stream() {
            return Self::Own(None);
        }
        let (sender, frames) = mpsc::unbounded_channel();
        let (gone, is_gone) = oneshot::channel();
        let (left, ahead) = (body.size_hint(), Arc::<Ahead>::default());
        let fetching =
            Fetching { body, sender, ahead: ahead.clone(), connection: connection.clone(), is_gone, patience };
        tokio::spawn(fetching.run(place));
        let (rest, connection) = (Bytes::new(), connection.clone());
        Self::Fetched(Fetched { frames, rest, piece: FIRST_PIECE, left, ahead, connection, _gone: gone })
    }
}

/// Bytes that were fetched and not taken yet.
#[derive(Debug, Default)]
struct Ahead {
    bytes: AtomicUsize,
    /// Some were taken.
    taken: Notify,
}

impl Ahead {
    /// Waits until more may be fetched.
    async fn has_room(&self) {
        while self.bytes.load(Ordering::Acquire) >= AHEAD {
            self.taken.notified().await;
        }
    }

    fn take(&self, bytes: usize) {
        self.bytes.fetch_sub(bytes, Ordering::Release);
        self.taken.notify_one();
    }
}

struct Fetching {
    body: WasiBody,
    sender: mpsc::UnboundedSender<Result<Frame<Bytes>, Error>>,
    ahead: Arc<Ahead>,
    connection: Arc<Connection>,
    /// Resolves when nobody wants the answer any more: it was taken, or the client has gone.
    is_gone: oneshot::Receiver<()>,
    patience: Duration,
}

impl Fetching {
    async fn run(mut self, place: Place) {
        loop {
            let frame = tokio::select! {
                _ = &mut self.is_gone => return,
                frame = self.body.frame() => frame,
            };
            let Some(frame) = frame else { break };
            let bytes = length(&frame);
            self.ahead.bytes.fetch_add(bytes, Ordering::Relaxed);
            self.connection.client().owe(bytes);
            if let Err(unsent) = self.sender.send(frame) {
                self.connection.client().settle(length(&unsent.0));
                return;
            }
            let has_room = tokio::select! {
                _ = &mut self.is_gone => return,
                has_room = timeout(self.patience, self.ahead.has_room()) => has_room,
            };
            if has_room.is_err() {
                self.connection.end(UNTAKEN);
                return;
            }
        }
        let Self { body, sender, connection, is_gone, patience, .. } = self;
        drop((place, body, sender));
        if timeout(patience, is_gone).await.is_err() {
            connection.end(UNTAKEN);
        }
    }
}

impl Fetched {
    fn next_piece(&mut self) -> Bytes {
        let piece = self.rest.split_to(self.rest.len().min(self.piece));
        self.piece = (self.piece * 2).min(LARGEST_PIECE);
        self.ahead.take(piece.len());
        self.connection.client().settle(piece.len());
        let left = |bytes: u64| bytes.saturating_sub(piece.len() as u64);
        let mut hint = SizeHint::new();
        hint.set_lower(left(self.left.lower()));
        if let Some(upper) = self.left.upper() {
            hint.set_upper(left(upper).max(hint.lower()));
        }
        self.left = hint;
        piece
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        if self.rest.is_empty() {
            match ready!(self.frames.poll_recv(cx)) {
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(data) if data.is_empty() => return Poll::Ready(Some(Ok(Frame::data(data)))),
                    Ok(data) => self.rest = data,
                    Err(other) => return Poll::Ready(Some(Ok(other))),
                },
                other => return Poll::Ready(other),
            }
        }
        Poll::Ready(Some(Ok(Frame::data(self.next_piece()))))
    }
}

impl Drop for Fetched {
    fn drop(&mut self) {
        self.frames.close();
        let mut unwanted = self.rest.len();
        while let Ok(frame) = self.frames.try_recv() {
            unwanted += length(&frame);
        }
        self.connection.client().settle(unwanted);
    }
}

fn length(frame: &Result<Frame<Bytes>, Error>) -> usize {
    frame.as_ref().ok().and_then(Frame::data_ref).map_or(0, Bytes::len)
}

impl Body for HostBody {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        match &mut *self {
            Self::Own(text) => Poll::Ready(text.take().map(|text| Ok(Frame::data(text)))),
            Self::Fetched(fetched) => fetched.poll(cx),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Own(text) => text.is_none(),
            Self::Fetched(fetched) => {
                fetched.rest.is_empty() && fetched.frames.is_closed() && fetched.frames.is_empty()
            }
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Own(text) => SizeHint::with_exact(text.as_ref().map_or(0, |text| text.len() as u64)),
            Self::Fetched(fetched) => fetched.left,
        }
    }
}
