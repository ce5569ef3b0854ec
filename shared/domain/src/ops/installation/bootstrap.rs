//! The first principals of an installation. There are no default credentials: the operator gives them by variables.

use super::management;
use crate::crypto::{password, secret};
use crate::error::{Error, Result};
use crate::model::{
    ApplicationType, CredentialKind, Email, EventType, IdSet, NewOrganization, OrganizationId, Patch, PrincipalId,
    PrincipalKind, PrincipalState, ServiceAccountData, UserChange,
};
use crate::ops::ctx::{Ctx, RequestInfo, Services, Work};
use crate::ops::organizations;
use crate::ops::users::create;
use crate::policy::AccountRole;
use crate::store::credentials::write::{NewCredential, Proof};
use crate::store::grants::write::Roles;
use crate::store::principals::NewPrincipal;
use crate::store::{DbError, Read, System, Write};

/// Through what, in the audit.
const DIALECT: &str = "bootstrap";

/// Shortest client secret that is taken: it is stored under a fast hash, so it must not be guessable.
const MIN_CLIENT_SECRET: usize = 24;
/// Shortest password that is taken, in characters.
const MIN_PASSWORD: usize = 8;

/// What the operator configured; an empty text is "not set".
#[derive(Debug, Clone)]
pub struct BootstrapSettings {
    /// Name of the first organization.
    pub organization: String,
    /// Login of the first superadmin.
    pub admin_email: String,
    /// Password of the first superadmin.
    pub admin_password: crate::crypto::Sensitive<String>,
    /// Login of the first sibling service.
    pub system_email: String,
    /// Its password.
    pub system_password: crate::crypto::Sensitive<String>,
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
const SYSTEM: &str = "bootstrap_system";
const API_SERVICE: &str = "bootstrap_api_service";
const CLIENT: &str = "bootstrap_client";

/// What the account is called that owns all API keys, and an address that nobody can have (RFC 6761).
const API_SERVICE_NAME: &str = "API service";
const API_SERVICE_EMAIL: &str = "api-service@edge-iam.invalid";

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

/// What is still to be made.
#[derive(Default)]
struct Wanted {
    admin: Option<Email>,
    system: Option<Email>,
    api_service: bool,
    client: Option<PrincipalId>,
}

impl Wanted {
    fn of(settings: &BootstrapSettings, done: &Done) -> Result<Self> {
        let is_wanted = |name: &str, configured: &str| !done.has(name) && !configured.is_empty();
        Ok(Self {
            admin: is_wanted(ADMIN, &settings.admin_email).then(|| admin(settings)).transpose()?,
            system: is_wanted(SYSTEM, &settings.system_email).then(|| system(settings)).transpose()?,
            api_service: !done.has(API_SERVICE),
            client: is_wanted(CLIENT, &settings.client_id).then(|| client(settings)).transpose()?,
        })
    }

    /// The same without what is done.
    fn without(self, done: &Done) -> Self {
        Self {
            admin: self.admin.filter(|_| !done.has(ADMIN)),
            system: self.system.filter(|_| !done.has(SYSTEM)),
            api_service: self.api_service && !done.has(API_SERVICE),
            client: self.client.filter(|_| !done.has(CLIENT)),
        }
    }

    fn is_nothing(&self) -> bool {
        self.admin.is_none() && self.system.is_none() && !self.api_service && self.client.is_none()
    }
}

/// Makes the first superadmin, the first sibling service and the first machine client, as far as they are configured; each
/// once in the life of an installation. One that is deleted later stays deleted: its credential may have leaked. The account
/// that owns API keys is made whenever there is none.
///
/// # Errors
/// `Internal` with the variable to correct in the log context.
pub async fn run(services: &Services, settings: &BootstrapSettings) -> Result<()> {
    let done = Done(System::<Read>::new(&services.pool).installation().await?);
    let wanted = Wanted::of(settings, &done)?;
    if wanted.is_nothing() {
        return Ok(());
    }
    // Hashing takes a while: not inside the transaction.
    let hash = |wanted: bool, text: &str| {
        if wanted { password::hash(text, services.rng.as_ref()) } else { Ok(String::new()) }
    };
    let admin_hash = hash(wanted.admin.is_some(), settings.admin_password.expose())?;
    let system_hash = hash(wanted.system.is_some(), settings.system_password.expose())?;
    let request = RequestInfo { id: services.ulid(), dialect: DIALECT, ..RequestInfo::default() };
    let ctx = Ctx::of_system(services, &request);
    let work = ctx.begin_system().await?;
    // Another first request may have done it in the meantime.
    let done = Done(work.system().installation().await?);
    let wanted = wanted.without(&done);
    if wanted.is_nothing() {
        return Ok(());
    }
    let organization = match done.organization() {
        None if wanted.admin.is_some() || wanted.client.is_some() => {
            Some(make_organization(&ctx, &work, &settings.organization).await?)
        }
        known => known,
    };
    if let (Some(email), Some(organization)) = (&wanted.admin, organization) {
        make_admin(&ctx, &work, organization, email, &admin_hash).await?;
    }
    if let Some(email) = &wanted.system {
        make_system(&ctx, &work, email, &system_hash).await?;
    }
    if wanted.api_service {
        make_api_service(&ctx, &work).await?;
    }
    if let (Some(id), Some(organization)) = (wanted.client, organization) {
        make_client(&ctx, &work, organization, id, settings).await?;
    }
    work.save(EventType::InstallationBootstrapped.about(organization.map(OrganizationId::get))).await
}

fn wrong(what: &str) -> Error {
    Error::internal(format!("variable {what}"))
}

fn admin(settings: &BootstrapSettings) -> Result<Email> {
    let email = Email::parse("bootstrap_admin_email", &settings.admin_email)
        .map_err(|_| wrong("bootstrap_admin_email is not an e-mail address"))?;
    if settings.admin_password.expose().chars().count() < MIN_PASSWORD {
        return Err(wrong("bootstrap_admin_password needs at least 8 characters"));
    }
    Ok(email)
}

fn system(settings: &BootstrapSettings) -> Result<Email> {
    let email = Email::parse("bootstrap_system_email", &settings.system_email)
        .map_err(|_| wrong("bootstrap_system_email is not an e-mail address"))?;
    if settings.system_password.expose().chars().count() < MIN_PASSWORD {
        return Err(wrong("bootstrap_system_password needs at least 8 characters"));
    }
    Ok(email)
}

fn client(settings: &BootstrapSettings) -> Result<PrincipalId> {
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
    if store.login_by_email(email.key()).await?.is_some() {
        return Err(wrong("bootstrap_admin_email names an address that somebody has: choose another"));
    }
    let id = make_user(ctx, work, email, None, AccountRole::Admin, Some(organization)).await?;
    store.set_password(id, password_hash, ctx.rng(), now).await?;
    store.record_installation(ADMIN, id.get(), now).await?;
    grant(ctx, store, organization, id).await
}

/// A user who is in without invitation.
async fn make_user(
    ctx: &Ctx<'_>,
    work: &Work<'_>,
    email: &Email,
    name: Option<&str>,
    role: AccountRole,
    home: Option<OrganizationId>,
) -> Result<PrincipalId> {
    let particulars = UserChange {
        email: Patch::Set(email.clone()),
        first_name: name.map_or(Patch::Keep, |name| Patch::Set(name.to_owned())),
        account_role: Patch::Set(role),
        ..UserChange::default()
    };
    Ok(create::insert(ctx, work, PrincipalState::Active, home, particulars).await?.id)
}

/// The account of a sibling service: in no organization, and above all of them.
async fn make_system(ctx: &Ctx<'_>, work: &Work<'_>, email: &Email, password_hash: &str) -> Result<()> {
    let (store, now) = (work.system(), ctx.now());
    if store.login_by_email(email.key()).await?.is_some() {
        return Err(wrong("bootstrap_system_email names an address that somebody has: choose another"));
    }
    let id = make_user(ctx, work, email, None, AccountRole::System, None).await?;
    store.set_password(id, password_hash, ctx.rng(), now).await?;
    store.record_installation(SYSTEM, id.get(), now).await?;
    Ok(())
}

/// The account that owns API keys. Nobody logs in to it: it has no password, and mail to it reaches nobody.
async fn make_api_service(ctx: &Ctx<'_>, work: &Work<'_>) -> Result<()> {
    let (store, now) = (work.system(), ctx.now());
    let mut email = Email::parse("email", API_SERVICE_EMAIL)?;
    // Whoever took it while there was no such account must not keep the service from starting.
    if store.login_by_email(email.key()).await?.is_some() {
        email = Email::parse("email", &format!("{}.{API_SERVICE_EMAIL}", ctx.services().ulid()))?;
    }
    let id = make_user(ctx, work, &email, Some(API_SERVICE_NAME), AccountRole::ApiService, None).await?;
    store.record_installation(API_SERVICE, id.get(), now).await?;
    Ok(())
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
    let (kind, data) = (ApplicationType::MachineToMachine, ServiceAccountData::default());
    store.insert_service_account(id, ("bootstrap", None), kind, &data).await?;
    let secret = NewCredential {
        owner: id,
        kind: CredentialKind::ClientSecret,
        name: Some("Default secret"),
        limits: None,
        expires_at: None,
    };
    let hash = secret::sha256(settings.client_secret.expose());
    let proof = |_| Proof::Secret { label: "bootstrap".to_owned(), hash };
    store.insert_credential(secret, proof, ctx.rng(), now).await.map_err(|error| match error {
        DbError::Unique(_) => wrong("bootstrap_client_secret is the secret of somebody else: choose another"),
        other => other.into(),
    })?;
    store.record_installation(CLIENT, id.get(), now).await?;
    store.add_memberships(&[organization], &[id], None, now).await?;
    grant(ctx, store, organization, id).await?;
    management::make_manager(ctx, store, id, &settings.management_resource).await
}

/// The highest role inside, and the highest role of the platform.
async fn grant(ctx: &Ctx<'_>, store: System<'_, Write>, organization: OrganizationId, id: PrincipalId) -> Result<()> {
    let (now, principal) = (ctx.now(), IdSet::one(id));
    store.give_roles(Some(organization), &principal, Roles::Builtin(&["org:admin"]), now).await?;
    Ok(store.give_roles(None, &principal, Roles::Builtin(&["admin"]), now).await?)
}

#[cfg(test)]
#[cfg(feature = "native")]
#[path = "bootstrap_tests.rs"]
mod tests;
