//! HTTP/1.1 in front of the native runtime: one application per worker thread, as an instance of a component is one.

use std::convert::Infallible;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use anyhow::{Context, Result, anyhow};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use iam_domain::clock::SystemClock;
use iam_domain::store::LocalFuture;
use iam_wire::App;
use iam_wire::http::request::{BodySource, Request};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::{LocalSet, spawn_local};

/// Serves until SIGTERM or Ctrl-C. Says `Serving http://<address>` on standard output when ready.
pub fn serve(listen: &str, state: &Path, workers: usize) -> Result<()> {
    std::fs::create_dir_all(state).with_context(|| format!("state folder {}", state.display()))?;
    let lanes: Vec<_> = (0..workers.max(1)).map(|_| worker(state.to_owned())).collect();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind(listen).await.with_context(|| format!("cannot listen on {listen}"))?;
        #[allow(clippy::print_stdout, reason = "the line that starters wait for")]
        {
            println!("Serving http://{}", listener.local_addr()?);
        }
        let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
        for lane in lanes.iter().cycle() {
            let stream = tokio::select! {
                accepted = listener.accept() => accepted?.0,
                _ = terminate.recv() => break,
                _ = tokio::signal::ctrl_c() => break,
            };
            lane.send(stream).map_err(|_| anyhow!("a worker thread has died"))?;
        }
        Ok(())
    })
}

fn worker(state: PathBuf) -> UnboundedSender<TcpStream> {
    let (lane, streams) = unbounded_channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(LocalSet::new().run_until(work(state, streams)));
    });
    lane
}

async fn work(state: PathBuf, mut streams: UnboundedReceiver<TcpStream>) {
    let app = match super::app(&state, &super::Environment, Rc::new(SystemClock)).await {
        Ok(app) => Rc::new(app),
        Err(error) => {
            iam_wire::log::line(&error.log_line());
            std::process::exit(1);
        }
    };
    while let Some(stream) = streams.recv().await {
        let app = Rc::clone(&app);
        spawn_local(async move {
            let _ = stream.set_nodelay(true);
            let service = service_fn(move |request| answer(Rc::clone(&app), request));
            // A connection that breaks is the client's business.
            let _ = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
        });
    }
}

async fn answer(app: Rc<App>, request: http::Request<Incoming>) -> Result<http::Response<Full<Bytes>>, Infallible> {
    let (parts, body) = request.into_parts();
    let (path, query) = (parts.uri.path().to_owned(), parts.uri.query().unwrap_or_default().to_owned());
    let request = Request::new(parts.method, path, query, parts.headers, Box::new(Body(body)));
    let reply = app.handle(&request).await;
    if app.has_afterwards() {
        spawn_local(async move { app.afterwards().await });
    }
    let mut response = http::Response::new(Full::new(reply.body));
    *response.status_mut() = reply.status;
    *response.headers_mut() = reply.headers;
    Ok(response)
}

struct Body(Incoming);

impl BodySource for Body {
    fn chunk(&mut self) -> LocalFuture<'_, Option<Result<Bytes, String>>> {
        Box::pin(async {
            loop {
                match self.0.frame().await? {
                    Ok(frame) => {
                        if let Ok(data) = frame.into_data() {
                            return Some(Ok(data));
                        }
                    }
                    Err(error) => return Some(Err(error.to_string())),
                }
            }
        })
    }
}
