//! All machines. One that is made here has no home organization: otherwise the administrator of that organization could
//! make credentials for it, and come to what it may do everywhere.

use serde_json::{Map, Value as Json, json};

use super::application_secrets::{self, ApplicationKey};
use super::{check_object, keep_a_manager, management_resource, may_change_account, nothing_to_change};
use crate::error::{Error, Result};
use crate::model::{Application, ApplicationType, EventType, Patch, PrincipalId, PrincipalKind, PrincipalState};
use crate::ops::ctx::{Ctx, Work};
use crate::store::directory::applications::ApplicationWithRights;
use crate::store::memberships::organizations::OrganizationWithRoles;
use crate::store::paging::{Page, Window};
use crate::store::principals::NewPrincipal;

/// Name of the secret that a machine begins with.
const FIRST_SECRET: &str = "Default secret";

/// What is to be set of a machine. What is `None` stays, or has its default in a new one.
#[derive(Debug, Clone)]
pub struct ApplicationChange {
    /// Name.
    pub name: Option<String>,
    /// What it is.
    pub description: Patch<String>,
    /// Where it sends people, replaced as a whole.
    pub oidc_client_metadata: Option<Map<String, Json>>,
    /// Data of the manager's own, replaced as a whole.
    pub custom_data: Option<Map<String, Json>>,
}

impl ApplicationChange {
    fn is_empty(&self) -> bool {
        self.name.is_none()
            && self.description == Patch::Keep
            && self.oidc_client_metadata.is_none()
            && self.custom_data.is_none()
    }

    fn apply(self, application: Application) -> Application {
        Application {
            name: self.name.unwrap_or(application.name),
            description: self.description.apply(application.description, Clone::clone),
            oidc_client_metadata: self.oidc_client_metadata.unwrap_or(application.oidc_client_metadata),
            custom_data: self.custom_data.unwrap_or(application.custom_data),
            ..application
        }
    }
}

/// Machines, oldest first. `search` is in lower case and is looked for in ids, names and descriptions; no `types` are all
/// types.
pub async fn list(
    ctx: &Ctx<'_>,
    window: Window,
    search: Option<&str>,
    types: &[ApplicationType],
) -> Result<Page<Application>> {
    Ok(ctx.directory()?.applications(window, search, types).await?)
}

/// One machine, and whether it may manage the directory; a text that is no id names none.
pub async fn find(ctx: &Ctx<'_>, id: &str) -> Result<(Application, bool)> {
    let store = ctx.directory()?;
    let id = parse(id)?;
    store.application(id, management_resource(&*ctx.caller()?)).await?.ok_or_else(not_found)
}

/// Makes a machine. One that acts for itself begins with a secret.
pub async fn create(
    ctx: &Ctx<'_>,
    name: String,
    kind: ApplicationType,
    rest: ApplicationChange,
    key: ApplicationKey<'_>,
) -> Result<Application> {
    let work = ctx.begin_directory().await?;
    let principal =
        NewPrincipal { kind: PrincipalKind::ServiceAccount, state: PrincipalState::Active, organization: None };
    let id = work.system().insert_principal(principal, ctx.rng(), ctx.now()).await?;
    let blank = Application {
        id,
        name,
        description: None,
        kind,
        oidc_client_metadata: Map::new(),
        custom_data: Map::new(),
        created_at: ctx.now(),
    };
    let application = rest.apply(blank);
    check_object("customData", &application.custom_data)?;
    work.system().insert_application(&application).await?;
    if kind == ApplicationType::MachineToMachine {
        application_secrets::insert(ctx, &work, id, FIRST_SECRET, None, key).await?;
    }
    let detail = json!({ "name": application.name });
    work.concerning(None).save(EventType::ServiceAccountCreated.on(id).detailed(detail)).await?;
    Ok(application)
}

/// Changes a machine.
///
/// # Errors
/// `WrongState` (`nothing_to_change`), also where there is no such machine; as [`changeable`].
pub async fn update(ctx: &Ctx<'_>, id: &str, change: ApplicationChange) -> Result<Application> {
    ctx.authorize_directory()?;
    if change.is_empty() {
        return Err(nothing_to_change());
    }
    let id = parse(id)?;
    let work = ctx.begin_directory().await?;
    let found = changeable(ctx, &work, id).await?;
    let application = change.apply(found.application);
    check_object("customData", &application.custom_data)?;
    work.system().update_application(&application, ctx.now()).await?;
    work.concerning(found.home).save(EventType::ServiceAccountUpdated.on(id)).await?;
    Ok(application)
}

/// Removes a machine with its secrets, keys, roles and memberships; its tokens are refused from the next request on.
///
/// # Errors
/// As [`changeable`]; `Conflict` (`last_manager`).
pub async fn delete(ctx: &Ctx<'_>, id: &str) -> Result<()> {
    ctx.authorize_directory()?;
    let id = parse(id)?;
    let work = ctx.begin_directory().await?;
    let found = changeable(ctx, &work, id).await?;
    work.system().delete_principal(id).await?;
    keep_a_manager(ctx, &work).await?;
    work.concerning(found.home).save(EventType::ServiceAccountDeleted.on(id)).await
}

/// Organizations that a machine is in, with the organization roles that it holds there.
pub async fn organizations(ctx: &Ctx<'_>, id: &str, window: Window) -> Result<Page<OrganizationWithRoles>> {
    let store = ctx.directory()?;
    let page = store.organizations_of(parse(id)?, PrincipalKind::ServiceAccount, window).await?;
    page.ok_or_else(not_found)
}

/// The machine, if the caller may change it, give it roles and make secrets for it.
///
/// # Errors
/// `NotFound`; `Forbidden` for a machine of the platform's operator.
pub(super) async fn changeable(ctx: &Ctx<'_>, work: &Work<'_>, id: PrincipalId) -> Result<ApplicationWithRights> {
    let found = work.system().application_with_rights(id).await?.ok_or_else(not_found)?;
    may_change_account(ctx, &found.rights)?;
    Ok(found)
}

pub(super) fn parse(id: &str) -> Result<PrincipalId> {
    id.parse().map_err(|_| not_found())
}

pub(super) fn not_found() -> Error {
    Error::not_found("Application")
}
