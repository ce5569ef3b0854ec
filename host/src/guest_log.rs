//! What a guest writes to stdout and stderr becomes log lines that name its component.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use bytes::Bytes;
use tokio::io::AsyncWrite;
use wasmtime_wasi::cli::{IsTerminal, StdoutStream};
use wasmtime_wasi::p2::{OutputStream, Pollable, StreamResult};

/// A line longer than this is cut into several.
const MAX_LINE: usize = 8 << 10;

/// One output stream of one instance. Clones share the unfinished line.
#[derive(Clone)]
pub struct GuestLog(Arc<Mutex<Line>>);

/// The line so far; logged when it ends or when its instance does.
struct Line {
    component: Arc<str>,
    stream: &'static str,
    bytes: Vec<u8>,
}

impl GuestLog {
    /// The stream called `stream` of an instance of `component`.
    pub fn new(component: &Arc<str>, stream: &'static str) -> Self {
        let line = Line { component: component.clone(), stream, bytes: Vec::new() };
        Self(Arc::new(Mutex::new(line)))
    }

    fn push(&self, bytes: &[u8]) {
        let mut line = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for part in bytes.split_inclusive(|byte| *byte == b'\n') {
            for piece in part.chunks(MAX_LINE) {
                line.bytes.extend_from_slice(piece);
                if line.bytes.ends_with(b"\n") || line.bytes.len() >= MAX_LINE {
                    line.emit();
                }
            }
        }
    }
}

impl Line {
    fn emit(&mut self) {
        let text = String::from_utf8_lossy(&self.bytes);
        let text = text.trim_end();
        if !text.is_empty() {
            tracing::info!(target: "guest", component = &*self.component, stream = self.stream, "{text}");
        }
        self.bytes.clear();
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.emit();
    }
}

impl IsTerminal for GuestLog {
    fn is_terminal(&self) -> bool {
        false
    }
}

impl StdoutStream for GuestLog {
    fn async_stream(&self) -> Box<dyn AsyncWrite + Send + Sync> {
        Box::new(self.clone())
    }

    // Not the default, which writes from a task: that would lose the last words before a trap.
    fn p2_stream(&self) -> Box<dyn OutputStream> {
        Box::new(self.clone())
    }
}

impl AsyncWrite for GuestLog {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.push(bytes);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

#[wasmtime_wasi::async_trait]
impl Pollable for GuestLog {
    async fn ready(&mut self) {}
}

impl OutputStream for GuestLog {
    fn write(&mut self, bytes: Bytes) -> StreamResult<()> {
        self.push(&bytes);
        Ok(())
    }

    fn flush(&mut self) -> StreamResult<()> {
        Ok(())
    }

    fn check_write(&mut self) -> StreamResult<usize> {
        Ok(64 << 10)
    }
}
