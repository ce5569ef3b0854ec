//! Zitadel's scopes and the claims they assert (contracts/eazyrent.md, "Getting a token").

use iam_domain::ops::Caller;
use serde_json::{Map, Value, json};

/// Asserts roles.
const ROLES: &str = "urn:zitadel:iam:org:projects:roles";
/// Asserts the home organization.
const RESOURCE_OWNER: &str = "urn:zitadel:iam:user:resourceowner";

/// The known words of a scope. Unknown ones are ignored and not granted: a token must not carry what its bearer made up.
pub struct ScopeRequest<'a> {
    words: Vec<&'a str>,
    project: &'a str,
    project_scope: String,
}

impl<'a> ScopeRequest<'a> {
    /// From the space-separated text. `project` is the configured project id.
    pub fn parse(scope: &'a str, project: &'a str) -> Self {
        let project_scope = format!("urn:zitadel:iam:org:project:id:{project}:aud");
        let mut words = Vec::new();
        for word in scope.split(' ') {
            let is_known = [ROLES, RESOURCE_OWNER, "openid", "profile", &project_scope].contains(&word);
            if is_known && !words.contains(&word) {
                words.push(word);
            }
        }
        Self { words, project, project_scope }
    }

    /// The granted scope, `None` when nothing was.
    pub fn granted(&self) -> Option<String> {
        (!self.words.is_empty()).then(|| self.words.join(" "))
    }

    /// Whether the project is to be named in `aud`.
    pub fn asks_for_project(&self) -> bool {
        self.words.contains(&self.project_scope.as_str())
    }

    /// Claims about `caller` that were asked for.
    pub fn claims(&self, caller: &Caller) -> Map<String, Value> {
        let mut claims = Map::new();
        let Some(home) = caller.home() else { return claims };
        let home = home.to_string();
        let (name, domain) = caller.home_name_and_domain();
        let name = name.filter(|name| !name.is_empty()).unwrap_or(&home);
        // An organization without a verified domain goes by its id: nobody can pass for another one.
        let domain = domain.unwrap_or(&home);
        if self.words.contains(&ROLES) {
            let roles = roles(caller, &home, domain);
            claims.insert(format!("urn:zitadel:iam:org:project:{}:roles", self.project), roles.clone());
            claims.insert("urn:zitadel:iam:org:project:roles".into(), roles);
        }
        if self.words.contains(&RESOURCE_OWNER) {
            claims.insert("urn:zitadel:iam:user:resourceowner:name".into(), name.into());
            claims.insert("urn:zitadel:iam:user:resourceowner:primary_domain".into(), domain.into());
            claims.insert("urn:zitadel:iam:user:resourceowner:id".into(), home.into());
        }
        claims
    }
}

/// `{"<role>": {"<organization id>": "<primary domain>"}}`.
fn roles(caller: &Caller, home: &str, domain: &str) -> Value {
    let Some(organization) = caller.home() else { return json!({}) };
    let keys = caller.rights().role_keys(organization);
    keys.into_iter().map(|key| (key.to_owned(), json!({ home: domain }))).collect::<Map<_, _>>().into()
}
