//! `GET /api/applications/{id}/organizations`.

use iam_domain::params;
use iam_tests::Server;
use serde_json::json;

use crate::wire::logto::service_accounts::applications::machine;
use crate::wire::logto::{code, unique};

crate::on_both!(its_organizations_show_the_roles_held_there);

fn its_organizations_show_the_roles_held_there(server: &Server) {
    let manager = server.manager();
    let (path, id) = machine(&manager);
    let list = format!("{path}/organizations");
    assert_eq!(manager.get(&list).expect(200).json(), json!([]));
    let principal: i64 = id.parse().unwrap();
    let seed = server.seed();
    let mut organizations = ["One", "Two"].map(|name| seed.organization(name));
    organizations.sort_unstable();
    let mut shown = Vec::new();
    for organization in organizations {
        seed.join(organization, principal, "service_account");
        let mut roles = Vec::new();
        for beginning in ["a", "b"] {
            let (role, name) = (seed.organization("only an id"), unique(beginning));
            let sql = "INSERT INTO role (id, family, name, principal_kind, created_at, updated_at) \
                VALUES (?1, 'template', ?2, 'service_account', 0, 0)";
            seed.run(sql, params![role, &name]);
            let sql = "INSERT INTO role_grant (id, organization_id, principal_id, role_id, created_at) VALUES (?1, ?2, ?3, ?1, 0)";
            seed.run(sql, params![role, organization, principal]);
            roles.push(json!({"id": role.to_string(), "name": name}));
        }
        // Built-in roles are EazyRent's.
        seed.grant(Some(organization), principal, "org:user");
        let mut view = manager.get(&format!("/api/organizations/{organization}")).expect(200).json();
        view["organizationRoles"] = json!(roles);
        shown.push(view);
    }
    let all = manager.get(&list).expect(200);
    assert_eq!(all.json(), json!(shown));
    assert!(!all.headers.contains_key("total-number") && !all.headers.contains_key("link"));
    let second = manager.get(&format!("{list}?page=2&page_size=1")).expect(200);
    assert_eq!((second.header("total-number"), second.json()), ("2", json!([shown[1]])));
    assert_eq!(code(manager.get(&format!("{list}?page=0")), 400), "guard.invalid_pagination");
}
