//! One TCP connection: HTTP/1.1 with keep-alive or HTTP/2 in the clear.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::Watcher;
use tokio::net::TcpStream;
use tokio::sync::Notify;
use tokio_io_timeout::TimeoutStream;

use crate::clients::{Bounds, Client, Clients, Counted};
use crate::service::Service;

/// Time for the head of a request, and for the first one to begin.
const HEAD_TIMEOUT: Duration = Duration::from_secs(30);

/// Time in which a client takes at least something of what is being sent.
const WRITE_TIMEOUT: Duration = Duration::from_secs(30);

/// Requests on one HTTP/2 connection at the same time.
const MAX_STREAMS: u32 = 128;

/// Bytes of request bodies that one HTTP/2 connection, or one of its streams, may send before a guest reads them.
const RECEIVE_WINDOW: u32 = 256 << 10;

/// A connection, as its requests know it.
#[derive(Debug)]
pub struct Connection {
    /// Where it comes from.
    pub peer: SocketAddr,
    counted: Counted,
    /// Whether a request has arrived.
    has_begun: AtomicBool,
    is_ended: Notify,
}

impl Connection {
    /// The client at its other end.
    pub fn client(&self) -> &Client {
        &self.counted.client
    }

    /// Closes it, whatever is under way on it.
    pub fn end(&self, cause: &str) {
        tracing::info!(client = %self.peer, "connection closed: {cause}");
        self.is_ended.notify_one();
    }
}

/// Serves connections.
pub struct Connections {
    service: Arc<Service>,
    clients: Arc<Clients>,
    http: auto::Builder<TokioExecutor>,
}

impl Connections {
    /// Connections that `service` answers, within what each client may have.
    pub fn new(service: Service, bounds: Bounds) -> Self {
        let mut http = auto::Builder::new(TokioExecutor::new());
        http.http1().timer(TokioTimer::new()).header_read_timeout(HEAD_TIMEOUT);
        http.http2()
            .timer(TokioTimer::new())
            .max_concurrent_streams(MAX_STREAMS)
            .initial_stream_window_size(RECEIVE_WINDOW)
            .initial_connection_window_size(RECEIVE_WINDOW)
            .keep_alive_interval(HEAD_TIMEOUT)
            .keep_alive_timeout(HEAD_TIMEOUT);
        Self { service: Arc::new(service), clients: Arc::new(Clients::new(bounds)), http }
    }

    /// Serves one connection in a task of its own, unless the client has as many as it may.
    pub fn serve(&self, stream: TcpStream, peer: SocketAddr, watcher: Watcher) {
        let Some(counted) = self.clients.connect(peer.ip()) else {
            tracing::debug!(client = %peer, "connection refused: the client has as many as it may");
            return;
        };
        // Answers leave at once; waiting for more to send costs up to 40 ms each.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(client = %peer, "cannot set TCP_NODELAY: {error}");
        }
        let mut stream = TimeoutStream::new(stream);
        stream.set_write_timeout(Some(WRITE_TIMEOUT));
        let connection =
            Arc::new(Connection { peer, counted, has_begun: AtomicBool::new(false), is_ended: Notify::new() });
        let (service, known) = (self.service.clone(), connection.clone());
        let serving = self.http.serve_connection(
            TokioIo::new(Box::pin(stream)),
            service_fn(move |request| {
                known.has_begun.store(true, Ordering::Relaxed);
                let (service, connection) = (service.clone(), known.clone());
                async move { Ok::<_, Infallible>(service.answer(request, &connection).await) }
            }),
        );
        let serving = watcher.watch(serving.into_owned());
        tokio::spawn(async move {
            let mut serving = pin!(serving);
            let too_late = async {
                // The library waits for ever for the bytes that tell HTTP/1 from HTTP/2.
                tokio::time::sleep(HEAD_TIMEOUT).await;
                if connection.has_begun.load(Ordering::Relaxed) {
                    std::future::pending::<()>().await;
                }
            };
            let ended = tokio::select! {
                ended = &mut serving => ended,
                () = too_late => return,
                () = connection.is_ended.notified() => return,
            };
            if let Err(error) = ended {
                // Clients that go away are everyday business.
                tracing::debug!(client = %peer, "connection ended: {error}");
            }
        });
    }
}
