//! Role scopes: which organizations an account role reaches, and what else it is limited to.

use serde_json::{Map, Value as Json};

use super::id::{IdSet, OrganizationId};
use crate::error::{Error, FaultCode, Result};

/// A role scope as it is shown: organizations under `org`, as texts, if there are any.
pub fn role_scope(rest: &Map<String, Json>, organizations: &[OrganizationId]) -> Map<String, Json> {
    let mut scope = rest.clone();
    if !organizations.is_empty() {
        let ids: Vec<Json> = organizations.iter().map(|id| id.to_string().into()).collect();
        scope.insert("org".into(), ids.into());
    }
    scope
}

/// A role scope as somebody writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleScope {
    /// What `org` lists; nothing when it is not there.
    pub organizations: IdSet<OrganizationId>,
    /// The other parts.
    pub rest: Map<String, Json>,
}

/// Most bytes of a role scope.
const MAX_SCOPE: usize = 64 * 1024;
/// Most bytes of its parts other than organizations: a page of a thousand accounts must stay small enough for the instance
/// that reads it, and whoever may invite somebody may fill them.
const MAX_REST: usize = 4 * 1024;

impl RoleScope {
    /// One that says nothing.
    pub fn empty() -> Self {
        Self { organizations: IdSet::of(&[]), rest: Map::new() }
    }

    /// Takes an object apart; `field` is where a fault is reported. Whether the organizations exist is not known here.
    ///
    /// # Errors
    /// `Invalid` when it has more than 64 KiB or its other parts more than 4 KiB, or `org` is no list of ids.
    pub fn parse(field: &'static str, mut object: Map<String, Json>) -> Result<Self> {
        let bad = |message: &'static str| Error::field(field, FaultCode::Value, message);
        // Writing JSON of this kind cannot fail.
        let size = |object: &Map<String, Json>| serde_json::to_vec(object).map_or(0, |json| json.len());
        if size(&object) > MAX_SCOPE {
            return Err(bad("must be smaller than 64 KiB"));
        }
        let text = |item: Json| match item {
            Json::String(text) => Some(text),
            Json::Number(number) => Some(number.to_string()),
            _ => None,
        };
        let listed: Option<Vec<String>> = match object.remove("org") {
            None => Some(Vec::new()),
            Some(Json::Array(items)) => items.into_iter().map(text).collect(),
            Some(_) => None,
        };
        let listed = listed.ok_or_else(|| bad("must have an array of ids as org"))?;
        if size(&object) > MAX_REST {
            return Err(bad("must be smaller than 4 KiB without org"));
        }
        Ok(Self { organizations: IdSet::of(&listed), rest: object })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(json: &str) -> Result<RoleScope> {
        RoleScope::parse("role_scope", serde_json::from_str(json).unwrap_or_default())
    }

    #[test]
    fn organizations_are_told_from_the_rest() {
        let scope = parse(r#"{"org":["100000000001",100000000002,"100000000001"],"project":[7]}"#).ok();
        let scope = scope.unwrap_or_else(RoleScope::empty);
        assert_eq!(scope.organizations.json(), "[100000000001,100000000002]");
        assert_eq!(Json::from(scope.rest).to_string(), r#"{"project":[7]}"#);
        assert_eq!(parse("{}"), Ok(RoleScope::empty()));
        assert!(parse(r#"{"org":["x"]}"#).is_ok_and(|scope| scope.organizations.has_invalid_ids()));
    }

    #[test]
    fn what_is_no_list_of_ids_is_refused() {
        for bad in [r#"{"org":null}"#, r#"{"org":"1"}"#, r#"{"org":{}}"#, r#"{"org":[null]}"#, r#"{"org":[["1"]]}"#] {
            assert!(parse(bad).is_err(), "{bad}");
        }
        let long = |bytes: usize| format!(r#"{{"a":"{}"}}"#, "x".repeat(bytes));
        assert!(parse(&long(MAX_REST - 8)).is_ok() && parse(&long(MAX_REST - 7)).is_err());
        let many = |count: usize| format!(r#"{{"org":["{}"]}}"#, vec!["100000000001"; count].join("\",\""));
        assert!(parse(&many(4000)).is_ok() && parse(&many(5000)).is_err());
    }
}
