//! One component instance: services, settings, routes.

use std::cell::Cell;
use std::rc::Rc;

use iam_domain::error::Result;
use iam_domain::ops::Services;
use iam_domain::store::LocalFuture;

use super::route::{Router, Routes};
use crate::runtime::outbound::Outbound;
use crate::settings::{Settings, Variables};

/// Something an instance does once, after the migrations and before its first request.
pub type Startup = for<'a> fn(&'a Services, &'a Settings) -> LocalFuture<'a, Result<()>>;

/// Something that is done once a request is answered, such as delivering the mail that it caused.
pub type Afterwards = for<'a> fn(&'a App) -> LocalFuture<'a, ()>;

/// What a component crate exports: its routes and what it does first.
pub struct Component {
    /// Name in spin.toml.
    pub name: &'static str,
    /// Routes, one table per dialect.
    pub tables: &'static [&'static Routes],
    /// First thing to do.
    pub startup: Option<Startup>,
    /// What is done after a request that put mail into the outbox.
    pub afterwards: Option<Afterwards>,
}

/// A running instance.
pub struct App {
    services: Services,
    settings: Result<Settings>,
    router: Router,
    startup: Option<Startup>,
    afterwards: Option<Afterwards>,
    outbound: Rc<dyn Outbound>,
    is_ready: Cell<bool>,
}

impl App {
    /// Reads the settings and builds the routes of `components`: one in a wasm instance, all in the native runtime.
    /// A wrong setting becomes the answer to every request.
    ///
    /// # Errors
    /// `Internal` with the routes that clash.
    pub async fn new(
        components: &[&'static Component],
        services: Services,
        outbound: Rc<dyn Outbound>,
        variables: &dyn Variables,
    ) -> Result<Self> {
        let tables: Vec<&'static Routes> =
            components.iter().flat_map(|component| component.tables.iter().copied()).collect();
        let settings = Settings::load(variables).await;
        if let Ok(settings) = &settings {
            services.set_password_checks(settings.max_password_checks);
        }
        Ok(Self {
            services,
            settings,
            router: Router::new(&tables)?,
            startup: components.iter().find_map(|component| component.startup),
            afterwards: components.iter().find_map(|component| component.afterwards),
            outbound,
            is_ready: Cell::new(false),
        })
    }

    /// What the instance has.
    pub fn services(&self) -> &Services {
        &self.services
    }

    /// Settings.
    ///
    /// # Errors
    /// `Internal` with the variable to correct.
    pub fn settings(&self) -> Result<&Settings> {
        self.settings.as_ref().map_err(Clone::clone)
    }

    /// Other servers.
    pub fn outbound(&self) -> &dyn Outbound {
        self.outbound.as_ref()
    }

    /// Whether something is left to be done after the requests so far: then call [`App::afterwards`].
    pub fn has_afterwards(&self) -> bool {
        self.services.take_new_mail() && self.afterwards.is_some()
    }

    /// Does what is left to be done once a request is answered. Its faults go to the log.
    pub async fn afterwards(&self) {
        if let Some(afterwards) = self.afterwards {
            afterwards(self).await;
        }
    }

    pub(crate) fn router(&self) -> &Router {
        &self.router
    }

    /// Migrations and start-up, until both have succeeded once. Requests that come meanwhile do them as well, which is
    /// safe and rare.
    pub(crate) async fn prepare(&self, settings: &Settings) -> Result<()> {
        if self.is_ready.get() {
            return Ok(());
        }
        self.services.pool.prepare(self.services.clock.as_ref()).await?;
        if let Some(startup) = self.startup {
            startup(&self.services, settings).await?;
        }
        self.is_ready.set(true);
        Ok(())
    }
}
