//! From the command line to a listening server, and to its orderly end.

use std::net::SocketAddr;
use std::sync::atomic::Ordering;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::signal::unix::{SignalKind, signal};

use crate::app::App;
use crate::cli::Options;
use crate::clients::Bounds;
use crate::connection::Connections;
use crate::engine;
use crate::error::{Result, StartError, fail};
use crate::instance::Shared;
use crate::key_value::KeyValueDb;
use crate::limits::LargeInstances;
use crate::manifest::Manifest;
use crate::service::Service;
use crate::sqlite::Databases;
use crate::state::StateDir;

/// Time that requests in flight get to finish after Ctrl-C or SIGTERM.
const GRACE: Duration = Duration::from_secs(30);

/// Runs the application until a signal ends it.
pub fn run(options: &Options) -> Result<()> {
    let begun = Instant::now();
    let env = |name: &str| std::env::var(name).ok();
    let (manifest, root) = Manifest::load(&options.from, &options.variables, &env)?;
    // The port before the folder and the compiler: a taken port is told at once.
    let listener = bind(&options.listen)?;
    let state_dir = options.state_dir.clone().unwrap_or_else(|| root.join(".spin"));
    let state = StateDir::open(&state_dir)?;

    let name = manifest.name.clone();
    let engine = engine::build(&options.limits)?;
    let shared = Shared {
        engine: engine.engine,
        limits: options.limits,
        large: LargeInstances::default(),
        databases: Arc::new(Databases::new(state.sqlite())?),
        key_value: Arc::new(KeyValueDb::new(state.key_value())),
        own_address: Arc::new(OnceLock::new()),
        stopping: Arc::default(),
    };
    let cache_dir = options.cache_dir.clone().unwrap_or_else(|| state.cache());
    let app = App::load(manifest, cache_dir, &shared)?;

    let runtime = runtime()?;
    runtime.block_on(async {
        let listener =
            TcpListener::from_std(listener).map_err(|error| StartError::new(format!("cannot listen: {error}")))?;
        let address = local_address(&listener)?;
        // Only this call sets it.
        let _ = shared.own_address.set(address);
        let places = options.bounds.requests.unwrap_or(engine.capacity as usize);
        let service = Service::new(app, options.limits, places, address);
        let bounds = Bounds {
            connections: options.bounds.client_connections,
            requests: options.bounds.client_requests.unwrap_or(places.div_ceil(4)),
        };
        tracing::info!("{name} is up in {} ms", begun.elapsed().as_millis());
        announce(address);
        serve(listener, Connections::new(service, bounds)).await
    })?;
    shared.stopping.store(true, Ordering::Relaxed);
    // Whatever still blocks a thread is past its time.
    runtime.shutdown_timeout(Duration::from_millis(200));
    drop(state);
    Ok(())
}

fn runtime() -> Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        // Look for arrived requests after 16 turns, not 61: a busy guest's turn takes an epoch. Still
        // less costs a short request a fifth of its rate.
        .event_interval(16)
        .global_queue_interval(16)
        .build()
        .map_err(|error| StartError::new(format!("cannot start threads: {error}; raise the limit on threads")))
}

fn bind(listen: &str) -> Result<std::net::TcpListener> {
    let address: SocketAddr = match listen.parse() {
        Ok(address) => address,
        Err(_) => return fail!("--listen takes an address like 127.0.0.1:3000, not {listen:?}"),
    };
    let bound = std::net::TcpListener::bind(address).and_then(|listener| {
        listener.set_nonblocking(true)?;
        Ok(listener)
    });
    match bound {
        Ok(listener) => Ok(listener),
        Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => {
            fail!("{address} is in use by another program; stop that one or choose another with --listen")
        }
        Err(error) => fail!("cannot listen on {address}: {error}; choose another address with --listen"),
    }
}

fn local_address(listener: &TcpListener) -> Result<SocketAddr> {
    listener.local_addr().map_err(|error| StartError::new(format!("cannot listen: {error}")))
}

/// Tests and scripts wait for this line and take the address from it.
fn announce(address: SocketAddr) {
    use std::io::Write as _;
    let mut stdout = std::io::stdout();
    // Nobody reads it: no reason to end.
    let _ = writeln!(stdout, "Serving http://{address}").and_then(|()| stdout.flush());
}

async fn serve(listener: TcpListener, connections: Connections) -> Result<()> {
    let no_signals = |error| StartError::new(format!("cannot wait for signals: {error}"));
    let mut interrupt = signal(SignalKind::interrupt()).map_err(no_signals)?;
    let mut terminate = signal(SignalKind::terminate()).map_err(no_signals)?;
    let graceful = GracefulShutdown::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => accept(accepted, &connections, &graceful).await,
            _ = interrupt.recv() => break,
            _ = terminate.recv() => break,
        }
    }
    drop(listener);
    tracing::info!("stopping; requests in flight have {} s to finish", GRACE.as_secs());
    tokio::select! {
        () = graceful.shutdown() => tracing::info!("stopped"),
        () = tokio::time::sleep(GRACE) => tracing::warn!("stopped with requests unfinished"),
        _ = interrupt.recv() => tracing::warn!("stopped at once by a second signal"),
        _ = terminate.recv() => tracing::warn!("stopped at once by a second signal"),
    }
    Ok(())
}

async fn accept(
    accepted: std::io::Result<(TcpStream, SocketAddr)>,
    connections: &Connections,
    graceful: &GracefulShutdown,
) {
    match accepted {
        Ok((stream, client)) => connections.serve(stream, client, graceful.watcher()),
        Err(error) => {
            // Most often out of file descriptors: wait until some are free again.
            tracing::warn!("cannot accept a connection: {error}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}
