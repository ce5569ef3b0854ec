//! New service accounts.

use crate::error::Result;
use crate::model::bounds::check_object;
use crate::model::{
    EventType, IdSet, NewServiceAccount, PrincipalId, PrincipalKind, PrincipalState, ServiceAccount,
    ServiceAccountDetails,
};
use crate::ops::credentials::secrets::{self, NewSecret, SecretSource};
use crate::ops::ctx::Ctx;
use crate::policy::Action;
use crate::store::grants::write::Roles;
use crate::store::principals::NewPrincipal;

/// Makes a service account, and its `first` secret, if it begins with one. A caller that acts in an organization makes it
/// there: at home, with the role `org:user`. One that manages the installation makes it without a home: otherwise the
/// administrator of that organization could make credentials for it, and come to what it may do everywhere.
///
/// # Errors
/// `WrongState` (`too_long`).
pub async fn create(
    ctx: &Ctx<'_>,
    new: NewServiceAccount,
    first: Option<(NewSecret<'_>, SecretSource<'_>)>,
) -> Result<ServiceAccountDetails> {
    let now = ctx.now();
    check_object("customData", &new.data.custom_data)?;
    let (work, reach) = ctx.begin_for(Action::ServiceAccountWrite).await?;
    let store = work.system();
    let home = if reach.is_all() { None } else { Some(ctx.organization()?) };
    let principal =
        NewPrincipal { kind: PrincipalKind::ServiceAccount, state: PrincipalState::Active, organization: home };
    let id = store.insert_principal(principal, ctx.rng(), now).await?;
    let NewServiceAccount { name, description, kind, data } = new;
    let name = name.unwrap_or_else(|| default_name(id));
    store.insert_service_account(id, (&name, description.as_deref()), kind, &data).await?;
    let mut organization = None;
    if let Some(home) = home {
        store.add_memberships(&[home], &[id], None, now).await?;
        store.give_roles(Some(home), &IdSet::one(id), Roles::Builtin(&["org:user"]), now).await?;
        organization = store.organization(home).await?.map(|details| details.organization);
    }
    if let Some((secret, source)) = first {
        secrets::insert(ctx, &work, id, secret, source).await?;
    }
    work.concerning(home).save(EventType::ServiceAccountCreated.on(id).with("name", name.as_str())).await?;
    let data = Some(Box::new(data));
    let account = ServiceAccount { id, name, description, kind, home, created_at: now, updated_at: now, data };
    Ok(ServiceAccountDetails { account, organization })
}

fn default_name(id: PrincipalId) -> String {
    let id = id.to_string();
    format!("service-account-{}", id.get(6..).unwrap_or(&id))
}
