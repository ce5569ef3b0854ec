//! `/iam/v1/organizations/external-references/`.

use http::{Method, StatusCode};
use iam_domain::error::{Fault, FaultCode, Faults, Result, Step, Wanted};
use iam_domain::ops::organizations::settings;
use iam_domain::policy::Permission;
use iam_wire::dialect::eazyrent::EazyRent;
use iam_wire::http::body;
use iam_wire::pipeline::Call;
use iam_wire::{Need, Reply, Route, Routes};
use serde_json::Value;

/// Most references, and most ids of one.
const MAX_ITEMS: usize = 100;
/// Longest name and longest id, in characters.
const MAX_CHARS: usize = 512;

/// `ExternalReferences`: name to a text, or to a list of texts and nulls.
fn external_references(body: Option<Value>) -> Result<Value> {
    let mut faults = Faults::default();
    let mut fault = |path: Vec<Step>, code, message: &'static str| {
        faults.push(Fault { path, code, message: message.into() });
    };
    match &body {
        None => fault(vec![], FaultCode::Missing, "A JSON body is required."),
        Some(Value::Object(map)) if map.len() > MAX_ITEMS => {
            fault(vec![], FaultCode::TooLong, "There are too many references: at most 100.");
        }
        Some(Value::Object(map)) => {
            for (name, value) in map {
                let at = Step::Key(name.clone().into());
                if name.chars().count() > MAX_CHARS {
                    fault(vec![at.clone()], FaultCode::TooLong, "The name is too long: at most 512 characters.");
                }
                check_value(value, &at, &mut fault);
            }
        }
        Some(_) => fault(vec![], FaultCode::Type(Wanted::Object), "The body must be a JSON object."),
    }
    faults.check().map(|()| body.unwrap_or_default())
}

fn check_value(value: &Value, at: &Step, fault: &mut impl FnMut(Vec<Step>, FaultCode, &'static str)) {
    let too_long = |text: &str| text.chars().count() > MAX_CHARS;
    let message = "The id is too long: at most 512 characters.";
    match value {
        Value::String(text) if too_long(text) => fault(vec![at.clone()], FaultCode::TooLong, message),
        Value::String(_) => {}
        Value::Array(items) if items.len() > MAX_ITEMS => {
            fault(vec![at.clone()], FaultCode::TooLong, "There are too many ids: at most 100.");
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                let path = vec![at.clone(), Step::Index(index)];
                match item {
                    Value::String(text) if too_long(text) => fault(path, FaultCode::TooLong, message),
                    Value::String(_) | Value::Null => {}
                    _ => fault(path, FaultCode::Type(Wanted::Text), "Input should be a valid string or null"),
                }
            }
        }
        _ => fault(vec![at.clone()], FaultCode::Type(Wanted::Text), "Input should be a valid string or list"),
    }
}

/// The effective organization's ids in other systems.
async fn show(call: &Call<'_>) -> Result<Reply> {
    Reply::json(StatusCode::OK, &settings::external_references(call.ctx()).await?)
}

/// Replaces them all.
async fn replace(call: &Call<'_>) -> Result<Reply> {
    let references = external_references(body::json(&call.body().await?)?)?;
    settings::set_external_references(call.ctx(), &references).await?;
    Reply::json(StatusCode::OK, &references)
}

/// Routes.
pub static ROUTES: Routes = Routes {
    kit: &EazyRent,
    routes: &[
        Route {
            op: "organizations.references",
            method: Method::GET,
            path: "/iam/v1/organizations/external-references/",
            need: Need::Effective(Permission::OrganizationRead),
            handler: |call| Box::pin(show(call)),
        },
        Route {
            op: "organizations.set_references",
            method: Method::PUT,
            path: "/iam/v1/organizations/external-references/",
            need: Need::Effective(Permission::OrganizationWrite),
            handler: |call| Box::pin(replace(call)),
        },
    ],
};
