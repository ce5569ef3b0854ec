//! A loaded application: every component compiled, linked and ready for its first request.

use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use wasmtime::Engine;
use wasmtime::component::{Component, HasSelf, Linker};
use wasmtime_wasi_http::handler::ProxyPre;
use wasmtime_wasi_http::p3::bindings::ServicePre;

use crate::bindings::spin;
use crate::cache::{Cache, Source};
use crate::error::{Result, StartError, fail};
use crate::instance::{Factory, Guest, Shared};
use crate::manifest::{ComponentConfig, Manifest};
use crate::pool::Pool;
use crate::router::Router;

/// Everything that answers requests.
pub struct App {
    /// Paths to indexes of `components`.
    pub router: Router,
    /// The components.
    pub components: Vec<Running>,
}

/// One component.
pub struct Running {
    /// Its name in the manifest.
    pub id: Arc<str>,
    /// Its instances.
    pub pool: Pool,
}

impl App {
    /// Loads the components of `manifest`.
    pub fn load(manifest: Manifest, cache_dir: PathBuf, shared: &Shared) -> Result<Self> {
        let configs: Vec<_> = manifest.components.into_values().collect();
        let index_of = |id: &str| configs.iter().position(|config| &*config.id == id);
        let patterns = manifest.routes.iter().filter_map(|(route, id)| Some((route.clone(), index_of(id)?)));
        let router = Router::new(patterns)?;
        let linker = linker(&shared.engine)
            .map_err(|error| StartError::new(format!("cannot set up the host's interfaces: {error:#}")))?;
        let compiled = load_all(&shared.engine, &configs, cache_dir)?;
        let mut components = Vec::with_capacity(configs.len());
        for (config, component) in configs.into_iter().zip(compiled) {
            components.push(running(config, &component, &linker, shared)?);
        }
        Ok(Self { router, components })
    }
}

fn linker(engine: &Engine) -> wasmtime::Result<Linker<Guest>> {
    let mut linker = Linker::new(engine);
    wasmtime_wasi::p3::add_to_linker(&mut linker)?;
    // Rust's standard library for wasm32-wasip2 speaks WASI 0.2 for clocks, randomness and stdio.
    wasmtime_wasi::p2::add_to_linker_async(&mut linker)?;
    wasmtime_wasi_http::p3::add_to_linker(&mut linker)?;
    spin::sqlite::sqlite::add_to_linker::<_, HasSelf<Guest>>(&mut linker, |guest| guest)?;
    spin::key_value::key_value::add_to_linker::<_, HasSelf<Guest>>(&mut linker, |guest| guest)?;
    spin::variables::variables::add_to_linker::<_, HasSelf<Guest>>(&mut linker, |guest| guest)?;
    Ok(linker)
}

fn running(config: ComponentConfig, component: &Component, linker: &Linker<Guest>, shared: &Shared) -> Result<Running> {
    let id = config.id.clone();
    let source = config.source.display().to_string();
    let pre = linker.instantiate_pre(component).map_err(|error| {
        StartError::new(format!(
            "component {id:?} ({source}) needs an interface that this host does not have: {error:#}"
        ))
    })?;
    let pre = ServicePre::new(pre).map_err(|error| {
        StartError::new(format!(
            "component {id:?} ({source}) is no WASIp3 HTTP service; build it with spin-sdk 7 for \
             wasm32-wasip2: {error:#}"
        ))
    })?;
    let config = Arc::new(config);
    let pool = Pool::new(|mark| Factory::new(config.clone(), shared.clone(), ProxyPre::P3(pre.clone()), mark));
    Ok(Running { id, pool })
}

/// Loads all components, compiling as many at a time as the machine has processors.
fn load_all(engine: &Engine, configs: &[ComponentConfig], cache_dir: PathBuf) -> Result<Vec<Component>> {
    let cache = Cache::new(cache_dir);
    let next = AtomicUsize::new(0);
    let loaded = Mutex::new(Vec::with_capacity(configs.len()));
    let work = || {
        while let Some((index, config)) = {
            let index = next.fetch_add(1, Ordering::Relaxed);
            configs.get(index).map(|config| (index, config))
        } {
            let component = load(engine, config, &cache);
            loaded.lock().unwrap_or_else(PoisonError::into_inner).push((index, component));
        }
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(configs.len());
    std::thread::scope(|scope| {
        for _ in 1..threads {
            scope.spawn(work);
        }
        work();
    });
    let mut loaded = loaded.into_inner().unwrap_or_else(PoisonError::into_inner);
    loaded.sort_by_key(|(index, _)| *index);
    loaded.into_iter().map(|(_, component)| component).collect()
}

fn load(engine: &Engine, config: &ComponentConfig, cache: &Cache) -> Result<Component> {
    let begun = Instant::now();
    let shown = config.source.display();
    let wasm = match std::fs::read(&config.source) {
        Ok(wasm) => wasm,
        Err(error) => {
            let hint = match &config.build {
                Some(build) => format!("build it with: {build}"),
                None => "correct `source` in the manifest".to_owned(),
            };
            return fail!("component {:?}: cannot read {shown}: {error}; {hint}", &*config.id);
        }
    };
    match cache.load(engine, &config.id, &wasm) {
        Ok((component, source)) => {
            if source == Source::Compiled {
                let seconds = begun.elapsed().as_secs_f32();
                tracing::info!("compiled component {} in {seconds:.1} s", config.id);
            }
            Ok(component)
        }
        Err(error) => {
            fail!("component {:?}: {shown} is no usable WebAssembly component: {error:#}", &*config.id)
        }
    }
}
