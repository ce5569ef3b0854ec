//! Registration: a new organization with its first administrator, by anybody.

use super::create::insert;
use super::links::{normal, refuse_known_client, refuse_too_deep};
use crate::error::{Error, Result};
use crate::model::{
    CodePurpose, Email, EventType, IdSet, MailFlow, Name, NewOrganization, OrganizationId, Patch, Phone,
    PrincipalState, UserChange,
};
use crate::ops::credentials::codes::CodeMail;
use crate::ops::ctx::Ctx;
use crate::ops::logins::throttle;
use crate::ops::users::create;
use crate::store::grants::write::Roles;
use crate::store::organizations::links::LinkKind;

/// What is registered.
#[derive(Debug, Clone)]
pub struct Registration {
    /// Name of the organization.
    pub name: Name,
    /// Its company number.
    pub registration_number: String,
    /// Code of an organization to be linked to.
    pub pairing_code: Option<String>,
    /// First name of the first administrator.
    pub first_name: Name,
    /// Last name.
    pub last_name: Name,
    /// Login.
    pub email: Email,
    /// Telephone number.
    pub phone: Option<Phone>,
}

/// Makes an organization and its first administrator, who is invited by mail. With a pairing code it is linked as by
/// joining.
///
/// # Errors
/// `NotFound` for an unknown pairing code; `WrongState` when the network would be too deep; `Conflict` (`email_taken`, `phone_taken`, `registration_taken`); `TooMany` when there were
/// many from this network address.
pub async fn register(ctx: &Ctx<'_>, new: &Registration) -> Result<OrganizationId> {
    let now = ctx.now();
    let subject = ctx.request().address.as_deref().map(throttle::registration);
    if let Some(subject) = subject {
        throttle::admit(ctx, subject).await?;
    }
    let work = ctx.begin_system().await?;
    let store = work.system();
    let mut organization = NewOrganization::named(new.name.text());
    organization.registration_number = Some(new.registration_number.clone());
    if let Some(code) = &new.pairing_code {
        let found = store.organization_by_code(&normal(code)).await?;
        let (owner, owner_type) = found.ok_or_else(|| Error::not_found("Pairing code"))?;
        match LinkKind::offered_by(owner_type) {
            LinkKind::Parent => {
                refuse_too_deep(&work, owner, 0).await?;
                organization.parent = Some(owner);
            }
            LinkKind::Insurer => {
                refuse_known_client(&work, owner, Some(&new.registration_number)).await?;
                organization.insurer = Some(owner);
            }
        }
    }
    let made = insert(ctx, &work, &organization).await?;
    let particulars = UserChange {
        first_name: Patch::Set(new.first_name.text().to_owned()),
        last_name: Patch::Set(new.last_name.text().to_owned()),
        email: Patch::Set(new.email.clone()),
        phone: new.phone.clone().map_or(Patch::Keep, Patch::Set),
        ..UserChange::default()
    };
    let id = create::insert(ctx, &work, PrincipalState::Initial, Some(made), particulars).await?.id;
    store.give_roles(Some(made), &IdSet::one(id), Roles::Builtin(&["org:admin"]), now).await?;
    // Without names: anybody can register, and must not choose what we write to strangers.
    CodeMail::new(CodePurpose::FirstPassword, MailFlow::Member, id, new.email.text())
        .in_organization(Some(made), None)
        .send(ctx, &work)
        .await?;
    let work = work.concerning(Some(made));
    work.save(EventType::OrganizationCreated.on(made).with("first_admin", id.get())).await?;
    Ok(made)
}
