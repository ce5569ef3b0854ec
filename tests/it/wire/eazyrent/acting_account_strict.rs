//! The variable `eazyrent_strict_acting_account`: 403 instead of the silent fallback.

use iam_tests::{Runtime, Server};

use crate::wire::eazyrent::acting_account::family;
use crate::wire::shape;

crate::wire::on_own_servers!(strictly_an_account_out_of_reach_is_refused);

fn strictly_an_account_out_of_reach_is_refused(runtime: Runtime) {
    let server = Server::start_with(runtime, &[("eazyrent_strict_acting_account", "true")]);
    let family = family(&server);
    let client = &family.network.admin;
    for path in ["/iam/v1/team/members/", "/iam/v1/service-accounts/"] {
        client.get(path).expect(200);
        for organization in [family.network.organization, family.child, family.grandchild, family.insured] {
            client.acting(organization).get(path).expect(200);
        }
        for id in [family.stranger.to_string(), "999999999999".into(), "abc".into(), String::new()] {
            shape::detail(&client.acting(&id).get(path).expect(403));
        }
    }
    client.acting(family.stranger).post_empty("/iam/v1/service-accounts/").expect(403);
    // Where there is no such header it is still ignored.
    client.acting(family.stranger).get("/iam/v1/organizations/me/").expect(200);
    client.acting(family.stranger).get("/iam/v1/users/me/").expect(200);
    server.client().bearer(&server.bootstrap_token()).acting(family.stranger).get("/iam/v1/team/members/").expect(200);
}
