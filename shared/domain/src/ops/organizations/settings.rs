//! What an organization keeps about itself: how much kinds of alert matter to it, and its ids in other systems.

use serde_json::{Map, Value as Json};

use super::not_found;
use crate::error::{Fault, FaultCode, Faults, Result, Step};
use crate::model::{Changes, EventType};
use crate::ops::ctx::Ctx;
use crate::policy::Action;
use crate::store::organizations::settings::AlertImportance;

/// Kinds of alert and how much each matters to the effective organization, in the order of the catalogue.
pub async fn alert_importances(ctx: &Ctx<'_>) -> Result<Vec<AlertImportance>> {
    ctx.reach(Action::OrganizationRead)?;
    Ok(ctx.system().alert_importances(ctx.organization()?).await?)
}

/// Sets weights (kind, weight from 0 to 1) and returns them all. Kinds that are not named keep theirs; of several
/// weights for one kind the last counts.
///
/// # Errors
/// `Invalid` at `[position].alert_type.id` for an unknown kind; nothing is changed then.
pub async fn set_alert_importances(ctx: &Ctx<'_>, weights: &[(String, f64)]) -> Result<Vec<AlertImportance>> {
    let (work, _) = ctx.begin_for(Action::OrganizationUpdate).await?;
    let here = ctx.organization()?;
    let mut importances = work.system().alert_importances(here).await?;
    let mut before = told(&importances);
    let mut faults = Faults::default();
    for (index, (kind, weight)) in weights.iter().enumerate() {
        match importances.iter_mut().find(|importance| importance.kind == *kind) {
            Some(importance) => importance.value = Some(*weight),
            None => faults.push(unknown_kind(index)),
        }
    }
    faults.check()?;
    if !weights.is_empty() {
        let values: Json = weights.iter().map(|(kind, weight)| (kind.clone(), Json::from(*weight))).collect();
        work.system().set_alert_importances(here, &values).await?;
        let mut changes = Changes::default();
        changes.set("alert_importances", &mut before, Some(told(&importances)));
        work.save(EventType::OrganizationUpdated.on(here).changed(&changes)).await?;
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
    ctx.reach(Action::OrganizationRead)?;
    ctx.system().external_references(ctx.organization()?).await?.ok_or_else(not_found)
}

/// Replaces the effective organization's ids in other systems by a JSON object that was checked.
pub async fn set_external_references(ctx: &Ctx<'_>, references: &Json) -> Result<()> {
    let (work, _) = ctx.begin_for(Action::OrganizationUpdate).await?;
    let here = ctx.organization()?;
    work.system().set_external_references(here, references, ctx.now()).await?;
    let mut changes = Changes::default();
    changes.untold("external_references");
    work.save(EventType::OrganizationUpdated.on(here).changed(&changes)).await
}

/// Stored weights as the audit tells them.
fn told(importances: &[AlertImportance]) -> Map<String, Json> {
    let stored = importances.iter().filter_map(|importance| Some((importance.kind.clone(), importance.value?.into())));
    stored.collect()
}
