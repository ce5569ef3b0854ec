//! `GET /accounts`, `GET /accounts/{resource_id}`: the answer, and who sees whom.

use iam_tests::Server;
use serde_json::json;

use crate::wire::idah::{account, caller, faults, ids, refusal};

crate::on_both!(an_account_has_all_attributes, who_sees_whom, both_prefixes_are_served, out_of_scope_is_not_found);

fn an_account_has_all_attributes(server: &Server) {
    let organization = server.seed().organization("Seen");
    let me = caller(server, "org_owner", &[organization]);
    let answer = me.client.get(&format!("/accounts/{}", me.id)).expect(200);
    let body = answer.json();
    let attributes = body["data"]["attributes"].as_object().unwrap().clone();
    assert_eq!(body["data"]["type"], "iam:accounts");
    assert_eq!(body["data"]["id"], me.id.to_string());
    assert_eq!(body.as_object().unwrap().len(), 1);
    let mut names: Vec<&str> = attributes.keys().map(String::as_str).collect();
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "created_at",
            "email",
            "enabled",
            "invitation_expired_at",
            "joined_at",
            "name",
            "picture_url",
            "role_name",
            "role_scope",
            "sso_channel",
            "updated_at"
        ]
    );
    assert_eq!(attributes["role_scope"], json!({ "org": [organization.to_string()] }));
    assert_eq!(attributes["email"], me.email);
    assert_eq!(attributes["enabled"], true);
    let moment = attributes["joined_at"].as_str().unwrap();
    assert!(moment.len() == 20 && moment.ends_with('Z'), "{moment}");
}

fn who_sees_whom(server: &Server) {
    let seed = server.seed();
    let (here, there) = (seed.organization("Here"), seed.organization("There"));
    let (near, _) = account(server, Some("user"), &[here]);
    let (far, _) = account(server, Some("user"), &[there]);
    let (elsewhere, _) = account(server, None, &[there]);
    let all = [near, far, elsewhere];
    let list = all.map(|id| format!("filter[id__in][]={id}")).join("&");
    let seen_by = |role: &str, organizations: &[i64]| {
        let mut found = ids(&caller(server, role, organizations).client.get(&format!("/accounts?{list}")));
        found.sort_unstable();
        found
    };
    let sorted = |mut ids: Vec<i64>| {
        ids.sort_unstable();
        ids
    };
    assert_eq!(seen_by("admin", &[]), sorted(all.to_vec()));
    assert_eq!(seen_by("system", &[]), sorted(all.to_vec()));
    assert_eq!(seen_by("org_owner", &[here]), [near]);
    assert_eq!(seen_by("org_owner", &[there]), sorted(vec![far, elsewhere]));
    assert_eq!(seen_by("org_owner", &[]), [0; 0]);
    assert_eq!(seen_by("user", &[here]), sorted(vec![near, far]));
    assert_eq!(seen_by("user", &[there]), sorted(all.to_vec()));
}

fn both_prefixes_are_served(server: &Server) {
    let me = caller(server, "user", &[]);
    for path in ["/accounts", "/api/v1/iam/accounts"] {
        assert_eq!(ids(&me.client.get(&format!("{path}?filter[id]={}", me.id))), [me.id]);
    }
    assert_eq!(me.client.get("/accounts/").status, 404);
    assert_eq!(me.client.head("/accounts").status, 200);
}

fn out_of_scope_is_not_found(server: &Server) {
    let (other, _) = account(server, Some("user"), &[]);
    let owner = caller(server, "org_owner", &[]);
    let (title, _) = refusal(&owner.client.get(&format!("/accounts/{other}")), 404);
    assert_eq!(title, "Verse::Error::RecordNotFound");
    assert_eq!(
        faults(&owner.client.get("/accounts/x")),
        [("/resource_id".to_owned(), "must be an integer".to_owned())]
    );
}
