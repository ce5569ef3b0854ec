//! Scopes and the claims that they bring (Zitadel's).

use iam_tests::Server;
use serde_json::{Value, json};

use crate::wire::jwt;
use crate::wire::oauth::{TOKEN, access_token};
use crate::wire::tenant::Tenant;

crate::on_both!(
    roles_are_asserted_when_asked_for,
    the_home_organization_is_asserted_when_asked_for,
    the_project_is_put_into_the_audience_when_asked_for,
    unknown_scopes_are_ignored,
    what_the_published_client_asks_for_works,
    roles_that_count_for_nothing_are_not_asserted,
);

const ROLES: &str = "urn:zitadel:iam:org:projects:roles";
const OWNER: &str = "urn:zitadel:iam:user:resourceowner";
const PROJECT: &str = "310976816384838665";

fn claims(server: &Server, tenant: &Tenant, scope: &str) -> serde_json::Map<String, Value> {
    let id = tenant.machine.id.to_string();
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", &id),
        ("client_secret", &tenant.machine.secret),
        ("scope", scope),
    ];
    let answer = server.client().form(TOKEN, &form).expect(200);
    let token = access_token(&answer);
    // The answer tells what was granted (RFC 6749 §5.1), as the token does.
    assert_eq!(answer.json().get("scope"), jwt::claims(&token).get("scope"));
    server.client().bearer(&token).get("/iam/v1/users/me/").expect(200);
    jwt::claims(&token)
}

fn roles_are_asserted_when_asked_for(server: &Server) {
    let tenant = Tenant::new(server, "Asserted");
    tenant.seed.grant(Some(tenant.organization), tenant.machine.id, "product:read");
    let claims = |scope: &str| claims(server, &tenant, scope);
    let home = tenant.organization.to_string();
    let expected = |domain: &str| json!({"org:admin": {&home: domain}, "product:read": {&home: domain}});
    // Without a verified domain, the id stands in for it: nobody can pass for another organization.
    let with = claims(ROLES);
    assert_eq!(with["urn:zitadel:iam:org:project:roles"], expected(&home));
    assert_eq!(with[&format!("urn:zitadel:iam:org:project:{PROJECT}:roles")], expected(&home));
    assert!(!with.keys().any(|name| name.starts_with("urn:zitadel:iam:user")), "{with:?}");
    tenant.seed.set_organization(tenant.organization, "domain", "asserted.example.org");
    assert_eq!(claims(ROLES)["urn:zitadel:iam:org:project:roles"], expected(&home));
    tenant.seed.set_organization(tenant.organization, "domain_verified_at", 1);
    assert_eq!(claims(ROLES)["urn:zitadel:iam:org:project:roles"], expected("asserted.example.org"));
    assert!(!claims(OWNER).keys().any(|name| name.ends_with(":roles")));
}

fn the_home_organization_is_asserted_when_asked_for(server: &Server) {
    let tenant = Tenant::new(server, "Owner");
    let with = claims(server, &tenant, OWNER);
    assert_eq!(with["urn:zitadel:iam:user:resourceowner:id"], json!(tenant.organization.to_string()));
    assert_eq!(with["urn:zitadel:iam:user:resourceowner:name"], json!("Owner"));
    assert!(with["urn:zitadel:iam:user:resourceowner:primary_domain"].is_string());
    tenant.seed.set_organization(tenant.organization, "domain", "owner.example.org");
    tenant.seed.set_organization(tenant.organization, "domain_verified_at", 1);
    let with = claims(server, &tenant, OWNER);
    assert_eq!(with["urn:zitadel:iam:user:resourceowner:primary_domain"], json!("owner.example.org"));
}

fn the_project_is_put_into_the_audience_when_asked_for(server: &Server) {
    let tenant = Tenant::new(server, "Projects");
    let claims = |scope: &str| claims(server, &tenant, scope);
    let own = format!("urn:zitadel:iam:org:project:id:{PROJECT}:aud");
    assert_eq!(claims(&own)["aud"], json!([server.base(), PROJECT]));
    assert_eq!(claims(&format!("{own} {own}"))["aud"], json!([server.base(), PROJECT]));
    // A name that the bearer made up is not put there.
    for other in ["42", "", "https://default.logto.app/api"] {
        let scope = format!("urn:zitadel:iam:org:project:id:{other}:aud");
        assert_eq!(claims(&scope)["aud"], json!(server.base()), "{scope}");
    }
}

fn unknown_scopes_are_ignored(server: &Server) {
    let tenant = Tenant::new(server, "Unknown");
    let with = claims(server, &tenant, "all openid profile read:everything");
    assert_eq!(with.get("scope"), Some(&json!("openid profile")));
    assert!(!claims(server, &tenant, "all read:everything").contains_key("scope"));
    assert!(with.keys().all(|name| !name.starts_with("urn:")));
    assert_eq!(with["aud"], json!(server.base()));
}

fn what_the_published_client_asks_for_works(server: &Server) {
    let tenant = Tenant::new(server, "Published");
    let scope = format!("{ROLES} urn:zitadel:iam:org:project:id:{PROJECT}:aud {OWNER}");
    let with = claims(server, &tenant, &scope);
    let home = tenant.organization.to_string();
    let roles = json!({"org:admin": {&home: home}});
    assert_eq!(with["urn:zitadel:iam:org:project:roles"], roles);
    assert_eq!(with["aud"], json!([server.base(), PROJECT]));
    assert_eq!(with["urn:zitadel:iam:user:resourceowner:id"], json!(home));
}

fn roles_that_count_for_nothing_are_not_asserted(server: &Server) {
    let tenant = Tenant::new(server, "Smuggled");
    // A platform role inside an organization, and an organization's role outside of any, allow nothing here. A service
    // that reads the token must not take them for more.
    tenant.seed.grant(Some(tenant.organization), tenant.machine.id, "admin");
    tenant.seed.grant(None, tenant.machine.id, "org:staff");
    let home = tenant.organization.to_string();
    let with = claims(server, &tenant, ROLES);
    assert_eq!(with["urn:zitadel:iam:org:project:roles"], json!({"org:admin": {&home: home}}));
}
