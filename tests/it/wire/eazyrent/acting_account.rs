//! The header `X-Eaz-Account-Id`.

use iam_domain::params;
use iam_tests::client::raw;
use iam_tests::{Client, Server};
use serde_json::json;

use crate::wire::shape;
use crate::wire::tenant::{Tenant, caller, unique_email};

crate::on_both!(
    accounts_linked_below_are_acted_for,
    what_is_not_below_falls_back_to_the_own_account,
    an_unknown_or_malformed_id_falls_back_to_the_own_account,
    a_platform_role_acts_everywhere,
    the_roles_at_home_count_in_the_sub_account,
    the_header_is_ignored_where_the_contract_has_none,
    the_name_of_the_header_has_no_case,
    writes_happen_in_the_account_acted_for,
    a_cut_link_ends_access_at_once,
);

/// A family: network, its child, that child's child, and a client of the network as insurer.
pub struct Family {
    pub network: Tenant,
    pub child: i64,
    pub grandchild: i64,
    pub insured: i64,
    pub stranger: i64,
}

pub fn family(server: &Server) -> Family {
    let network = Tenant::new(server, "Network");
    let [child, grandchild, insured, stranger] =
        ["Child", "Grandchild", "Insured", "Stranger"].map(|name| network.seed.organization(name));
    network.seed.set_organization(child, "parent_id", network.organization);
    network.seed.set_organization(grandchild, "parent_id", child);
    network.seed.set_organization(insured, "insurer_id", network.organization);
    Family { network, child, grandchild, insured, stranger }
}

/// The organization that a request of `client` runs in, as its service accounts tell.
#[track_caller]
fn effective(server: &Server, client: &Client) -> i64 {
    let made = client.post_empty("/iam/v1/service-accounts/").expect(201).json();
    let id = shape::id(&made["id"]);
    let organization = shape::id(&made["organization"]["id"]);
    let home = server.seed().count("SELECT organization_id FROM principal WHERE id = ?1", params![id]);
    assert_eq!(home, organization);
    organization
}

fn accounts_linked_below_are_acted_for(server: &Server) {
    let family = family(server);
    let home = family.network.organization;
    assert_eq!(effective(server, &family.network.admin), home);
    for organization in [home, family.child, family.grandchild, family.insured] {
        assert_eq!(effective(server, &family.network.admin.acting(organization)), organization);
    }
}

fn what_is_not_below_falls_back_to_the_own_account(server: &Server) {
    let family = family(server);
    assert_eq!(effective(server, &family.network.admin.acting(family.stranger)), family.network.organization);
    let child = caller(server, &family.network.seed, family.child, &["org:admin"]);
    for above_or_beside in [family.network.organization, family.insured, family.stranger] {
        assert_eq!(effective(server, &child.acting(above_or_beside)), family.child);
    }
    assert_eq!(effective(server, &child.acting(family.grandchild)), family.grandchild);
    let insured = caller(server, &family.network.seed, family.insured, &["org:admin"]);
    assert_eq!(effective(server, &insured.acting(family.network.organization)), family.insured);
}

fn an_unknown_or_malformed_id_falls_back_to_the_own_account(server: &Server) {
    let tenant = Tenant::new(server, "Alone");
    for id in ["999999999999", "310976816384838665", "", "abc", "-1", "1 2", "é", "' OR 1=1 --"] {
        assert_eq!(effective(server, &tenant.admin.acting(id)), tenant.organization, "{id:?}");
    }
}

fn a_platform_role_acts_everywhere(server: &Server) {
    let family = family(server);
    let seed = &family.network.seed;
    let office = seed.organization("Office");
    for role in ["admin", "staff", "user"] {
        let machine = seed.machine(office, &[]);
        seed.grant(None, machine.id, role);
        let operator = crate::wire::tenant::client_of(server, &machine);
        for organization in [office, family.network.organization, family.grandchild, family.stranger] {
            assert_eq!(effective(server, &operator.acting(organization)), organization, "{role}");
        }
        assert_eq!(effective(server, &operator.acting("999999999999")), office, "{role}");
    }
    // Granted inside an organization, a platform role is worth nothing.
    let machine = seed.machine(office, &["admin"]);
    let smuggler = crate::wire::tenant::client_of(server, &machine);
    smuggler.acting(family.stranger).get("/iam/v1/team/members/").expect(403);
}

fn the_roles_at_home_count_in_the_sub_account(server: &Server) {
    let family = family(server);
    let reader = caller(server, &family.network.seed, family.network.organization, &["org:user"]);
    let acting = reader.acting(family.grandchild);
    assert_eq!(acting.get("/iam/v1/team/members/").expect(200).json(), json!([]));
    shape::detail(&acting.get("/iam/v1/service-accounts/").expect(403));
    let nobody = caller(server, &family.network.seed, family.network.organization, &[]);
    shape::detail(&nobody.acting(family.child).get("/iam/v1/team/members/").expect(403));
}

fn the_header_is_ignored_where_the_contract_has_none(server: &Server) {
    let family = family(server);
    let client = family.network.admin.acting(family.child);
    let own = json!(family.network.organization.to_string());
    assert_eq!(client.get("/iam/v1/organizations/me/").expect(200).json()["id"], own);
    assert_eq!(client.get("/iam/v1/users/me/").expect(200).json()["organization"]["id"], own);
}

fn the_name_of_the_header_has_no_case(server: &Server) {
    let family = family(server);
    let email = unique_email("case");
    family.network.seed.user(family.child, &email, &[]);
    let token = family.network.seed.api_token(family.network.machine.id);
    for name in ["X-Eaz-Account-Id", "x-eaz-account-id", "X-EAZ-ACCOUNT-ID"] {
        let host = server.base().strip_prefix("http://").unwrap();
        let child = family.child;
        let request = format!(
            "GET /iam/v1/team/members/ HTTP/1.1\r\nHost: {host}\r\nAuthorization: {token}\r\n{name}: {child}\r\n\r\n"
        );
        let list = raw(server.base(), request.as_bytes()).expect(200).json();
        assert_eq!(list[0]["email"], json!(email), "{name}");
    }
}

fn writes_happen_in_the_account_acted_for(server: &Server) {
    let family = family(server);
    let (seed, client) = (&family.network.seed, family.network.admin.acting(family.child));
    seed.user(family.network.organization, &unique_email("boss"), &["org:admin"]);
    let new = json!({"first_name": "A", "last_name": "B", "email": unique_email("child")});
    let answer = client.post("/iam/v1/team/members/", &new).expect(201);
    let made = answer.json();
    assert_eq!(made["organization"]["id"], json!(family.child.to_string()));
    let id = shape::id(&made["id"]);
    // The first person there, although home has people.
    let sql = "SELECT r.key FROM role_grant g JOIN role r ON r.id = g.role_id WHERE principal_id = ?1 AND g.organization_id = ?2";
    assert_eq!(seed.texts(sql, params![id, family.child]), ["org:admin"]);
    let sql = "SELECT organization_id FROM audit_event WHERE request_id = ?1";
    assert_eq!(seed.count(sql, params![answer.header("x-request-id")]), family.child);
    assert_eq!(client.get("/iam/v1/team/members/").json()[0]["id"], made["id"]);
    let at_home = family.network.admin.get("/iam/v1/team/members/").json();
    assert_eq!(at_home.as_array().unwrap().len(), 1);
    // An account of home is not found while acting for the child.
    let own = format!("/iam/v1/service-accounts/{}/keys/", family.network.machine.id);
    client.get(&own).expect(404);
}

fn a_cut_link_ends_access_at_once(server: &Server) {
    let family = family(server);
    let client = family.network.admin.acting(family.grandchild);
    assert_eq!(effective(server, &client), family.grandchild);
    family.network.seed.set_organization(family.child, "parent_id", None::<i64>);
    assert_eq!(effective(server, &client), family.network.organization);
}
