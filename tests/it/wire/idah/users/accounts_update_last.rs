//! `PATCH /accounts/{resource_id}`: somebody who can administer accounts remains.

use iam_tests::server::{ADMIN_EMAIL, ADMIN_PASSWORD};
use iam_tests::{Runtime, Server};
use serde_json::json;

use crate::wire::idah::users::fixtures::{change, changed, made, rows};
use crate::wire::idah::{account, caller, login, refusal};

crate::wire::on_own_servers!(the_last_administrator_stays);

fn the_last_administrator_stays(runtime: Runtime) {
    let server = Server::start(runtime);
    let answer = login(&server, ADMIN_EMAIL, ADMIN_PASSWORD).expect(200).json();
    let first = server.client().bearer(answer["meta"]["token"].as_str().unwrap());
    let id: i64 = answer["data"]["id"].as_str().unwrap().parse().unwrap();
    // Neither whoever has not come in yet nor whoever was stopped can help.
    made(&first, json!({ "email": "pending@example.org", "role_name": "admin" }));
    let (stopped, _) = account(&server, Some("system"), &[]);
    server.seed().set_state(stopped, "inactive");
    let before = rows(&server.seed(), id);
    for role in ["user", "org_owner"] {
        let (title, detail) = refusal(&change(&first, id, json!({ "role_name": role, "name": "x" })), 422);
        assert_eq!(title, "Verse::Error::ValidationFailed");
        assert!(detail.contains("last administrator"), "{detail}");
    }
    assert_eq!(rows(&server.seed(), id), before);
    let second = caller(&server, "admin", &[]);
    changed(&second.client, second.id, json!({ "role_name": "user" }));
    let (third, _) = account(&server, Some("admin"), &[]);
    // Two, of whom each could remove the other; not both.
    changed(&first, third, json!({ "role_name": "user" }));
    refusal(&change(&first, id, json!({ "role_name": "user" })), 422);
    changed(&first, third, json!({ "role_name": "admin" }));
    changed(&first, id, json!({ "role_name": "user" }));
}
