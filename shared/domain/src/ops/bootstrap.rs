//! The first principals of an installation. There are no default credentials: the operator gives them by variables.

use serde_json::json;

use super::ctx::{Ctx, RequestInfo, Services, Work};
use super::organizations;
use crate::crypto::{password, secret};
use crate::error::{Error, Result};
use crate::model::{CredentialKind, Email, OrganizationId, PrincipalId, PrincipalKind, PrincipalState, RoleFamily};
use crate::store::credentials::NewSecret;
use crate::store::directory::role_entries::NewRole;
use crate::store::organizations::NewOrganization;
use crate::store::principals::NewPrincipal;
use crate::store::users::NewUser;
use crate::store::{Read, System, Write};

/// What the audit shows as dialect.
pub const DIALECT: &str = "bootstrap";

/// Shortest client secret that is taken: it is stored under a fast hash, so it must not be guessable.
const MIN_CLIENT_SECRET: usize = 24;

/// What the operator configured; an empty text is "not set".
#[derive(Debug, Clone)]
pub struct BootstrapSettings {
    /// Name of the first organization.
    pub organization: String,
    /// Login of the first superadmin.
    pub admin_email: String,
    /// Password of the first superadmin.
    pub admin_password: crate::crypto::Sensitive<String>,
    /// Id of the first machine client: 12 digits, the first not 0.
    pub client_id: String,
    /// Secret of the first machine client.
    pub client_secret: crate::crypto::Sensitive<String>,
    /// Indicator of the management resource that the first machine client gets the scope `all` of.
    pub management_resource: String,
}

/// Names in the table `installation`.
const ORGANIZATION: &str = "bootstrap_organization";
const ADMIN: &str = "bootstrap_admin";
const CLIENT: &str = "bootstrap_client";

/// What has been made already.
struct Done(Vec<(String, Option<i64>)>);

impl Done {
    fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(known, _)| known == name)
    }

    fn organization(&self) -> Option<OrganizationId> {
        let found = self.0.iter().find(|(known, _)| known == ORGANIZATION)?;
        found.1.map(OrganizationId::from_stored)
    }
}

/// Makes the first superadmin and the first machine client, as far as they are configured; each once in the life of an
/// installation. One that is deleted later stays deleted: its credential may have leaked.
///
/// # Errors
/// `Internal` with the variable to correct in the log context.
pub async fn run(services: &Services, settings: &BootstrapSettings) -> Result<()> {
    let done = Done(System::<Read>::new(&services.pool).installation().await?);
    let admin = (!done.has(ADMIN) && !settings.admin_email.is_empty()).then(|| admin(settings)).transpose()?;
    let client = (!done.has(CLIENT) && !settings.client_id.is_empty()).then(|| client(settings)).transpose()?;
    if admin.is_none() && client.is_none() {
        return Ok(());
    }
    // Hashing takes a while: not inside the transaction.
    let admin = match admin {
        Some(email) => Some((email, password::hash(settings.admin_password.expose(), services.rng.as_ref())?)),
        None => None,
    };
    let request = RequestInfo { id: services.ulid(), dialect: DIALECT, ..RequestInfo::default() };
    let ctx = Ctx::anonymous(services, &request);
    let work = ctx.begin_system().await?;
    // Another first request may have done it in the meantime.
    let done = Done(work.system().installation().await?);
    let admin = admin.filter(|_| !done.has(ADMIN));
    let client = client.filter(|_| !done.has(CLIENT));
    if admin.is_none() && client.is_none() {
        return Ok(());
    }
    let organization = match done.organization() {
        Some(organization) => organization,
        None => make_organization(&ctx, &work, &settings.organization).await?,
    };
    if let Some((email, hash)) = admin {
        make_admin(&ctx, &work, organization, &email, &hash).await?;
    }
    if let Some(id) = client {
        make_client(&ctx, &work, organization, id, settings).await?;
    }
    work.save("installation.bootstrap", Some(organization.get()), json!({})).await
}

fn admin(settings: &BootstrapSettings) -> Result<Email> {
    let wrong = |what: &str| Error::internal(format!("variable {what}"));
    let email = Email::parse("bootstrap_admin_email", &settings.admin_email)
        .map_err(|_| wrong("bootstrap_admin_email is not an e-mail address"))?;
    if settings.admin_password.expose().chars().count() < 8 {
        return Err(wrong("bootstrap_admin_password needs at least 8 characters"));
    }
    Ok(email)
}

fn client(settings: &BootstrapSettings) -> Result<PrincipalId> {
    let wrong = |what: &str| Error::internal(format!("variable {what}"));
    if settings.client_secret.expose().len() < MIN_CLIENT_SECRET {
        return Err(wrong("bootstrap_client_secret needs at least 24 characters"));
    }
    settings
        .client_id
        .parse()
        .map_err(|_| wrong("bootstrap_client_id is not a 12-digit number that begins with 1 to 9"))
}

async fn make_organization(ctx: &Ctx<'_>, work: &Work<'_>, name: &str) -> Result<OrganizationId> {
    let name = if name.trim().is_empty() { "Default" } else { name.trim() };
    let code = organizations::new_pairing_code(ctx.rng());
    let id = work.system().insert_organization(&NewOrganization::named(name), &code, ctx.rng(), ctx.now()).await?;
    work.system().record_installation(ORGANIZATION, id.get(), ctx.now()).await?;
    Ok(id)
}

async fn make_admin(
    ctx: &Ctx<'_>,
    work: &Work<'_>,
    organization: OrganizationId,
    email: &Email,
    password_hash: &str,
) -> Result<()> {
    let (store, now) = (work.system(), ctx.now());
    let principal =
        NewPrincipal { kind: PrincipalKind::User, state: PrincipalState::Active, organization: Some(organization) };
    let id = store.insert_principal(principal, ctx.rng(), now).await?;
    let user = NewUser { email, first_name: None, last_name: None, phone: None, joined_at: Some(now) };
    store.insert_user(id, user).await?;
    store.set_password(id, password_hash, ctx.rng(), now).await?;
    store.record_installation(ADMIN, id.get(), now).await?;
    join(ctx, store, organization, id, principal).await
}

async fn make_client(
    ctx: &Ctx<'_>,
    work: &Work<'_>,
    organization: OrganizationId,
    id: PrincipalId,
    settings: &BootstrapSettings,
) -> Result<()> {
    let (store, now) = (work.system(), ctx.now());
    let principal = NewPrincipal {
        kind: PrincipalKind::ServiceAccount,
        state: PrincipalState::Active,
        organization: Some(organization),
    };
    if !store.try_insert_principal(id, principal, now).await? {
        return Err(Error::internal("variable bootstrap_client_id names an id that is in use: choose another"));
    }
    store.insert_service_account(id, "bootstrap").await?;
    let secret = NewSecret {
        kind: CredentialKind::ClientSecret,
        name: Some("Default secret"),
        label: "bootstrap",
        hash: secret::sha256(settings.client_secret.expose()),
    };
    store.insert_secret(id, secret, ctx.rng(), now).await?;
    store.record_installation(CLIENT, id.get(), now).await?;
    join(ctx, store, organization, id, principal).await?;
    grant_management(ctx, store, id, &settings.management_resource).await
}

/// Membership, the highest role inside, and the highest role of the platform.
async fn join(
    ctx: &Ctx<'_>,
    store: System<'_, Write>,
    organization: OrganizationId,
    id: PrincipalId,
    principal: NewPrincipal,
) -> Result<()> {
    let now = ctx.now();
    store.insert_membership(organization, id, principal, now).await?;
    store.grant_builtin(Some(organization), id, "org:admin", ctx.rng(), now).await?;
    store.grant_builtin(None, id, "admin", ctx.rng(), now).await?;
    Ok(())
}

/// A machine role with the scope `all` of the management resource: what makes a Logto client an administrator.
async fn grant_management(ctx: &Ctx<'_>, store: System<'_, Write>, client: PrincipalId, indicator: &str) -> Result<()> {
    let now = ctx.now();
    let resource = store.insert_resource("Management API", indicator, None, ctx.rng(), now).await?;
    let description = Some("Everything in the management API");
    let scope = store.insert_scope(Some(resource), "all", description, ctx.rng(), now).await?;
    let role = NewRole {
        family: RoleFamily::Tenant,
        name: "Management API access",
        description: Some("Holds the scope all"),
        holder: PrincipalKind::ServiceAccount,
    };
    let role = store.insert_role(role, ctx.rng(), now).await?;
    store.insert_role_scope(role, scope).await?;
    store.grant_role(client, role, ctx.rng(), now).await?;
    Ok(())
}

#[cfg(test)]
#[cfg(feature = "native")]
#[path = "bootstrap_tests.rs"]
mod tests;
