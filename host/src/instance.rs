//! Instances of a component: their store data, birth, reuse and end.

use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};
use std::time::Instant;

use tokio::time::Sleep;
use wasmtime::component::ResourceTable;
use wasmtime::{Engine, Store, StoreContextMut, UpdateDeadline};
use wasmtime_wasi::{FsPerms, WasiCtx, WasiCtxBuilder, WasiCtxView, WasiView};
use wasmtime_wasi_http::handler::{
    HandlerState, Instance, ProxyPre, ShouldAccept, WorkerExpiration, WorkerState, WorkerStatus,
};
use wasmtime_wasi_http::{WasiHttpCtx, WasiHttpCtxView, WasiHttpView};

use crate::cli::Limits;
use crate::guest_log::GuestLog;
use crate::key_value::KeyValueDb;
use crate::late::{Deadlines, SLACK};
use crate::limits::{Growth, LargeInstances, MemoryLimit};
use crate::manifest::ComponentConfig;
use crate::outbound::Outbound;
use crate::pool::{BusyMark, Watch};
use crate::sqlite::Databases;

/// Store data: everything one instance can reach.
pub struct Guest {
    /// What the manifest says about its component.
    pub component: Arc<ComponentConfig>,
    /// Databases of the host.
    pub databases: Arc<Databases>,
    /// Key-value stores of the host.
    pub key_value: Arc<KeyValueDb>,
    /// Resources that the guest holds.
    pub table: ResourceTable,
    /// Opened database connections, counted against a bound.
    pub connections: usize,
    wasi: WasiCtx,
    http: WasiHttpCtx,
    outbound: Outbound,
    memory: MemoryLimit,
}

impl WasiView for Guest {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
    }
}

impl WasiHttpView for Guest {
    fn http(&mut self) -> WasiHttpCtxView<'_> {
        WasiHttpCtxView { hooks: &mut self.outbound, table: &mut self.table, ctx: &mut self.http }
    }
}

/// What all instances share.
#[derive(Clone)]
pub struct Shared {
    /// The engine.
    pub engine: Engine,
    /// Bounds of instances and requests.
    pub limits: Limits,
    /// Counts the instances that have taken much memory.
    pub large: LargeInstances,
    /// Databases.
    pub databases: Arc<Databases>,
    /// Key-value stores.
    pub key_value: Arc<KeyValueDb>,
    /// Where the host listens, known once it does.
    pub own_address: Arc<OnceLock<std::net::SocketAddr>>,
    /// Set at the end of the process, when instances are dropped in the middle of their work.
    pub stopping: Arc<AtomicBool>,
}

/// Makes the instances of one component.
pub struct Factory {
    component: Arc<ComponentConfig>,
    shared: Shared,
    pre: ProxyPre<Guest>,
    mark: BusyMark,
}

impl Factory {
    /// The factory of `component`, whose imports `pre` has linked; `mark` learns of busy guests.
    pub fn new(component: Arc<ComponentConfig>, shared: Shared, pre: ProxyPre<Guest>, mark: BusyMark) -> Self {
        Self { component, shared, pre, mark }
    }

    /// A store with nothing in it but what the manifest grants.
    fn store(&self, watch: &Watch, deadlines: &Deadlines, growth: Arc<Growth>) -> wasmtime::Result<Store<Guest>> {
        let component = &self.component;
        let mut wasi = WasiCtxBuilder::new();
        wasi.stdout(GuestLog::new(&component.id, "stdout"))
            .stderr(GuestLog::new(&component.id, "stderr"))
            .allow_tcp(false)
            .allow_udp(false)
            .allow_ip_name_lookup(false);
        for (name, value) in &component.environment {
            wasi.env(name, value);
        }
        for mount in &component.mounts {
            wasi.preopened_dir(&mount.host, &mount.guest, FsPerms::ReadOnly)?;
        }
        let guest = Guest {
            component: component.clone(),
            databases: self.shared.databases.clone(),
            key_value: self.shared.key_value.clone(),
            table: ResourceTable::new(),
            connections: 0,
            wasi: wasi.build(),
            http: WasiHttpCtx::new(),
            outbound: Outbound::new(component.clone(), self.shared.own_address.clone()),
            memory: MemoryLimit::new(component.id.clone(), self.shared.limits.instance_memory, growth),
        };
        let mut store = Store::new(&self.shared.engine, guest);
        store.limiter(|guest| &mut guest.memory);
        // A busy guest gives way at each tick, so that it cannot hold a thread for itself.
        store.set_epoch_deadline(1);
        let (watch, deadlines) = (watch.clone(), deadlines.clone());
        store.epoch_deadline_callback(move |_| {
            if deadlines.are_missed(watch.tick()) {
                return Err(wasmtime::format_err!("guest timed out"));
            }
            Ok(UpdateDeadline::Yield(1))
        });
        Ok(store)
    }
}

impl HandlerState for Factory {
    type StoreData = Guest;
    type WorkerExpiration = Expiration;
    type WorkerState = Worker;

    async fn instantiate(&self) -> wasmtime::Result<Instance<Guest, Expiration, Worker>> {
        let begun = Instant::now();
        let watch = Watch::new(&self.mark);
        let growth = Arc::new(Growth::new(&self.shared.large));
        let deadlines = Deadlines::default();
        let mut store = self.store(&watch, &deadlines, growth.clone())?;
        let proxy = self.pre.instantiate_async(&mut store).await?;
        tracing::trace!(component = &*self.component.id, micros = begun.elapsed().as_micros(), "instance started");
        let limits = self.shared.limits;
        Ok(Instance {
            store,
            proxy,
            view: |guest| guest.http(),
            expiration: Expiration { limits, sleep: Box::pin(tokio::time::sleep(limits.idle)) },
            state: Worker {
                component: self.component.clone(),
                limits,
                stopping: self.shared.stopping.clone(),
                watch,
                deadlines,
                growth,
            },
        })
    }
}

/// Decides how many requests an instance takes.
pub struct Worker {
    component: Arc<ComponentConfig>,
    limits: Limits,
    stopping: Arc<AtomicBool>,
    watch: Watch,
    deadlines: Deadlines,
    growth: Arc<Growth>,
}

impl WorkerState for Worker {
    type StoreData = Guest;
    /// When the request must be answered.
    type RequestData = tokio::time::Instant;

    fn should_accept_request(&self, concurrent: usize, total: usize) -> ShouldAccept {
        // Asked at each turn of the event loop.
        self.watch.turn();
        if total >= self.limits.reuse || self.growth.is_surplus() {
            ShouldAccept::Never
        } else if concurrent >= self.limits.concurrent {
            ShouldAccept::No
        } else {
            ShouldAccept::Yes
        }
    }

    fn on_request_start(
        &self,
        _: StoreContextMut<'_, Guest>,
        deadline: tokio::time::Instant,
        _: wasmtime::component::GuestTaskId,
    ) -> Pin<Box<dyn Future<Output = ()> + 'static + Send + Sync>> {
        Box::pin(self.deadlines.wait(deadline))
    }

    fn drop(&self, store: Store<Guest>, result: wasmtime::Result<()>) {
        drop(store);
        if let Err(error) = result
            && !self.stopping.load(Ordering::Relaxed)
        {
            let component = &*self.component.id;
            tracing::error!(component, "instance ended: {}", one_line(&error));
            tracing::debug!(component, "where it ended: {error:?}");
        }
    }
}

/// Ends an instance that is idle, or busy for longer than a request may take.
///
/// It is polled from outside the instance's event loop and thus also ends a guest that loops.
pub struct Expiration {
    limits: Limits,
    sleep: Pin<Box<Sleep>>,
}

impl WorkerExpiration for Expiration {
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>, status: WorkerStatus, start: Instant) -> Poll<()> {
        let after = match status {
            WorkerStatus::Idle => self.limits.idle,
            // The service answers for the guest at the time-out, then the guest is ended.
            WorkerStatus::Requests | WorkerStatus::PostReturn => self.limits.request_timeout + SLACK,
        };
        let deadline = tokio::time::Instant::from_std(start + after);
        if self.sleep.deadline() != deadline {
            self.sleep.as_mut().reset(deadline);
        }
        self.sleep.as_mut().poll(cx)
    }
}

/// What an error says on one line: its causes without the guest's stack.
pub fn one_line(error: &wasmtime::Error) -> String {
    if error.is::<wasmtime::WasmBacktrace>() {
        return error.root_cause().to_string();
    }
    format!("{error:#}").split_whitespace().collect::<Vec<_>>().join(" ")
}
