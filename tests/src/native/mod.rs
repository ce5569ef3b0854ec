//! The native runtime: the same components over rusqlite, without WebAssembly. It is for fast tests and for measuring
//! what WebAssembly costs, not for production.

mod outbound;
mod server;

use std::path::Path;
use std::rc::Rc;

use iam_domain::clock::Clock;
use iam_domain::error::Result;
use iam_domain::ops::{Pause, Services};
use iam_domain::rng::SystemRng;
use iam_domain::store::LocalFuture;
use iam_domain::store::native::{NativeBlobs, NativeDatabase};
use iam_wire::App;
use iam_wire::pipeline::app::Component;
use iam_wire::settings::Variables;

pub use server::serve;

/// Every component, as spin.toml has them.
pub const COMPONENTS: &[&Component] = &[
    &iam_keys::COMPONENT,
    &iam_logins::COMPONENT,
    &iam_memberships::COMPONENT,
    &iam_organizations::COMPONENT,
    &iam_outbox::COMPONENT,
    &iam_roles::COMPONENT,
    &iam_service_accounts::COMPONENT,
    &iam_sessions::COMPONENT,
    &iam_tokens::COMPONENT,
    &iam_users::COMPONENT,
];

/// Name of the database file in the state folder, as the hosts have it.
pub const DATABASE: &str = "sqlite_db.db";

/// One application with all components on the database in `state`.
pub async fn app(state: &Path, variables: &dyn Variables, clock: Rc<dyn Clock>) -> Result<App> {
    let database = Rc::new(NativeDatabase::new(state.join(DATABASE)));
    let blobs = Rc::new(NativeBlobs::new(state.join("blobs")));
    let services = Services::new(database, blobs, clock, Rc::new(SystemRng), Rc::new(GiveWay));
    App::new(COMPONENTS, services, Rc::new(outbound::NativeOutbound), variables).await
}

/// Lets other requests of the same thread run.
struct GiveWay;

impl Pause for GiveWay {
    fn pause(&self) -> LocalFuture<'_, ()> {
        Box::pin(tokio::task::yield_now())
    }
}

/// Variables from the environment, as Spin's default provider reads them: `SPIN_VARIABLE_<NAME>`.
pub struct Environment;

impl Variables for Environment {
    fn get(&self, name: &'static str) -> LocalFuture<'_, Result<Option<String>>> {
        let value = std::env::var(format!("SPIN_VARIABLE_{}", name.to_uppercase())).ok();
        Box::pin(async { Ok(value) })
    }
}

/// Variables given in the test.
pub struct Given(pub Vec<(&'static str, String)>);

impl Variables for Given {
    fn get(&self, name: &'static str) -> LocalFuture<'_, Result<Option<String>>> {
        let value = self.0.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone());
        Box::pin(async { Ok(value) })
    }
}
