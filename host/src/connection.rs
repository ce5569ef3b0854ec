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

use crate::service::Service;

/// Time for the head of a request, and for the first one to begin.
const HEAD_TIMEOUT: Duration = Duration::from_secs(30);

/// Serves connections.
pub struct Connections {
    service: Arc<Service>,
    http: auto::Builder<TokioExecutor>,
}

impl Connections {
    /// Connections that `service` answers.
    pub fn new(service: Service) -> Self {
        let mut http = auto::Builder::new(TokioExecutor::new());
        http.http1().timer(TokioTimer::new()).header_read_timeout(HEAD_TIMEOUT);
        http.http2()
            .timer(TokioTimer::new())
            .max_concurrent_streams(256)
            .keep_alive_interval(HEAD_TIMEOUT)
            .keep_alive_timeout(HEAD_TIMEOUT);
        Self { service: Arc::new(service), http }
    }

    /// Serves one connection in a task of its own.
    pub fn serve(&self, stream: TcpStream, client: SocketAddr, watcher: Watcher) {
        // Answers leave at once; waiting for more to send costs up to 40 ms each.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%client, "cannot set TCP_NODELAY: {error}");
        }
        let begun = Arc::new(AtomicBool::new(false));
        let service = self.service.clone();
        let seen = begun.clone();
        let connection = self.http.serve_connection(
            TokioIo::new(stream),
            service_fn(move |request| {
                seen.store(true, Ordering::Relaxed);
                let service = service.clone();
                async move { Ok::<_, Infallible>(service.answer(request, client).await) }
            }),
        );
        let connection = watcher.watch(connection.into_owned());
        tokio::spawn(async move {
            let mut connection = pin!(connection);
            let ended = tokio::select! {
                ended = &mut connection => ended,
                // The library waits for ever for the bytes that tell HTTP/1 from HTTP/2.
                () = tokio::time::sleep(HEAD_TIMEOUT) => {
                    if !begun.load(Ordering::Relaxed) {
                        return;
                    }
                    connection.await
                }
            };
            if let Err(error) = ended {
                // Clients that go away are everyday business.
                tracing::debug!(%client, "connection ended: {error}");
            }
        });
    }
}
