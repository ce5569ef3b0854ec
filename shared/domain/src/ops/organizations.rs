//! Organizations.

use serde_json::{Value as Json, json};

use super::ctx::Ctx;
use super::links;
use crate::crypto::secret::{Alphabet, random_text};
use crate::error::{Error, Fault, FaultCode, Result, Step};
use crate::model::{EventType, Name, OrganizationDetails, Patch};
use crate::policy::Permission;
use crate::rng::Rng;
use crate::store::org_settings::AlertImportance;

/// Characters of a pairing code: 62 bits, so that it cannot be guessed even without back-off.
const PAIRING_CODE_CHARS: usize = 12;

/// The effective organization with the ones it is linked to.
pub async fn mine(ctx: &Ctx<'_>) -> Result<OrganizationDetails> {
    let tenant = ctx.tenant(Permission::OrganizationRead)?;
    tenant.organization_details().await?.ok_or_else(not_found)
}

/// What is to change about an organization.
#[derive(Debug, Clone)]
pub struct OrganizationPatch {
    /// Name.
    pub name: Option<Name>,
    /// Company number.
    pub registration_number: Patch<String>,
    /// Postal address.
    pub address: Patch<String>,
}

/// Changes name, company number and address of the effective organization.
///
/// # Errors
/// `Conflict` (`registration_taken`) when the company number is known at the same parent or insurer.
pub async fn update(ctx: &Ctx<'_>, patch: &OrganizationPatch) -> Result<OrganizationDetails> {
    let work = ctx.begin(Permission::OrganizationWrite).await?;
    let tenant = work.tenant()?;
    let mut details = tenant.organization_details().await?.ok_or_else(not_found)?;
    let organization = &mut details.organization;
    let old = (organization.name.clone(), organization.registration_number.clone(), organization.address.clone());
    if let Some(name) = &patch.name {
        name.text().clone_into(&mut organization.name);
    }
    organization.registration_number = patch.registration_number.apply(old.1.clone(), Clone::clone);
    organization.address = patch.address.apply(old.2.clone(), Clone::clone);
    let compared = [
        ("name", old.0 != organization.name),
        ("registration_number", old.1 != organization.registration_number),
        ("address", old.2 != organization.address),
    ];
    let changed: Vec<&str> = compared.iter().filter(|(_, differs)| *differs).map(|(name, _)| *name).collect();
    if changed.is_empty() {
        return Ok(details);
    }
    if let (true, Some(insurer)) = (changed.contains(&"registration_number"), organization.insurer_id) {
        links::refuse_known_client(&work, insurer, organization.registration_number.as_deref()).await?;
    }
    tenant.update_organization(organization, ctx.now()).await.map_err(links::registration_taken)?;
    let target = organization.id.get();
    work.save(EventType::OrganizationUpdated.about(Some(target)).with("changed", changed)).await?;
    Ok(details)
}

/// Kinds of alert and how much each matters to the effective organization, in the order of the catalogue.
pub async fn alert_importances(ctx: &Ctx<'_>) -> Result<Vec<AlertImportance>> {
    Ok(ctx.tenant(Permission::OrganizationRead)?.alert_importances().await?)
}

/// Sets weights (kind, weight from 0 to 1) and returns them all. Kinds that are not named keep theirs; of several
/// weights for one kind the last counts.
///
/// # Errors
/// `Invalid` at `[position].alert_type.id` for an unknown kind; nothing is changed then.
pub async fn set_alert_importances(ctx: &Ctx<'_>, weights: &[(String, f64)]) -> Result<Vec<AlertImportance>> {
    let work = ctx.begin(Permission::OrganizationWrite).await?;
    let tenant = work.tenant()?;
    let mut importances = tenant.alert_importances().await?;
    let mut faults = Vec::new();
    for (index, (kind, weight)) in weights.iter().enumerate() {
        match importances.iter_mut().find(|importance| importance.kind == *kind) {
            Some(importance) => importance.value = Some(*weight),
            None => faults.push(unknown_kind(index)),
        }
    }
    if !faults.is_empty() {
        return Err(Error::invalid(faults));
    }
    if !weights.is_empty() {
        let values: Json = weights.iter().map(|(kind, weight)| (kind.clone(), Json::from(*weight))).collect();
        tenant.set_alert_importances(&values).await?;
        let target = tenant.organization().get();
        work.save(EventType::OrganizationUpdated.about(Some(target)).with("changed", json!(["alert_importances"])))
            .await?;
    }
    Ok(importances)
}

fn unknown_kind(index: usize) -> Fault {
    Fault {
        path: vec![Step::Index(index), Step::Key("alert_type".into()), Step::Key("id".into())],
        code: FaultCode::Value,
        message: "There is no kind of alert with this id.".into(),
    }
}

/// The effective organization's ids in other systems, a JSON object.
pub async fn external_references(ctx: &Ctx<'_>) -> Result<Json> {
    let tenant = ctx.tenant(Permission::OrganizationRead)?;
    tenant.external_references().await?.ok_or_else(not_found)
}

/// Replaces the effective organization's ids in other systems by a JSON object that was checked.
pub async fn set_external_references(ctx: &Ctx<'_>, references: &Json) -> Result<()> {
    let work = ctx.begin(Permission::OrganizationWrite).await?;
    let tenant = work.tenant()?;
    let target = tenant.organization().get();
    tenant.set_external_references(references, ctx.now()).await?;
    work.save(EventType::OrganizationUpdated.about(Some(target)).with("changed", json!(["external_references"]))).await
}

/// A new code by which others join an organization.
pub(super) fn new_pairing_code(rng: &dyn Rng) -> String {
    random_text(Alphabet::UpperDigits, PAIRING_CODE_CHARS, rng)
}

pub(super) fn not_found() -> Error {
    Error::not_found("Organization")
}
