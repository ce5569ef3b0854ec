//! Where an organization's logo shows, and whose logo it is.

use iam_domain::params;
use iam_tests::{Client, Server};
use serde_json::{Value, json};

use crate::wire::eazyrent::acting_account::family;
use crate::wire::eazyrent::organizations::logo::PATH;
use crate::wire::eazyrent::person::Person;
use crate::wire::eazyrent::upload::{self, PNG, path_of};
use crate::wire::shape;
use crate::wire::tenant::{Tenant, caller};

crate::on_both!(
    a_logo_shows_in_every_view_of_the_organization_and_is_gone_from_all,
    it_is_set_for_the_account_acted_for,
    what_cannot_be_acted_for_leaves_the_own_account,
    an_address_elsewhere_is_replaced_and_taken_away,
    a_picture_does_not_come_back_to_the_address_elsewhere,
    the_audit_tells_of_it,
);

fn put(client: &Client) {
    upload::post(client, PATH, &[("logo", "image/png", PNG)]).expect(202);
}

/// The logo of `head` as every answer shows it.
fn shown(head: &Tenant, person: &Person, child: &Client, above: &Client) -> Vec<Value> {
    let get = |client: &Client, path: &str| client.get(path).expect(200).json();
    let of_child = get(child, "/iam/v1/organizations/me/");
    let team = format!("/iam/v1/team/members/{}/", person.id);
    let id = json!(head.organization.to_string());
    let listed = get(above, "/iam/v1/organizations/accounts/");
    let listed = listed.as_array().unwrap().iter().find(|account| account["id"] == id).unwrap().clone();
    let machines = get(&head.admin, "/iam/v1/service-accounts/");
    // Organization, ParentOrganization twice, ListOrganization alone and within User and ServiceAccount.
    let views = [
        get(&head.admin, "/iam/v1/organizations/me/"),
        of_child["organization"].clone(),
        of_child["insurance"].clone(),
        listed,
        get(&head.admin, &team)["organization"].clone(),
        get(&person.client, "/iam/v1/users/me/")["organization"].clone(),
        get(&head.admin, "/iam/v1/users/me/")["organization"].clone(),
        machines[0]["organization"].clone(),
    ];
    let logo = |view: &Value| {
        assert_eq!(view["id"], id, "{view}");
        view["logo"].clone()
    };
    views.iter().map(logo).collect()
}

fn a_logo_shows_in_every_view_of_the_organization_and_is_gone_from_all(server: &Server) {
    let head = Tenant::new(server, "Head");
    let (child, above) = (head.seed.organization("Child"), head.seed.organization("Above"));
    head.seed.set_organization(child, "parent_id", head.organization);
    head.seed.set_organization(child, "insurer_id", head.organization);
    head.seed.set_organization(head.organization, "parent_id", above);
    let [child, above] = [child, above].map(|id| caller(server, &head.seed, id, &["org:admin"]));
    let person = Person::seeded(server, &head, &["org:user"]);
    let all = || {
        let shown = shown(&head, &person, &child, &above);
        assert!(shown.iter().all(|logo| *logo == shown[0]), "{shown:?}");
        shown[0].clone()
    };
    assert_eq!(all(), json!(null));
    put(&head.admin);
    let address = all();
    assert_eq!(server.client().get_bytes(path_of(server, &address)).1, PNG);
    head.admin.delete(PATH).expect(202);
    assert_eq!(all(), json!(null));
}

fn it_is_set_for_the_account_acted_for(server: &Server) {
    let family = family(server);
    let (admin, child) = (&family.network.admin, family.network.admin.acting(family.child));
    put(&child);
    let logos = || {
        let own = admin.get("/iam/v1/organizations/me/").json()["logo"].clone();
        let accounts = admin.get("/iam/v1/organizations/accounts/").expect(200).json();
        let of_child = accounts.as_array().unwrap().iter().find(|one| one["id"] == json!(family.child.to_string()));
        (own, of_child.unwrap()["logo"].clone())
    };
    let (own, of_child) = logos();
    assert_eq!(own, json!(null));
    server.client().get_bytes(path_of(server, &of_child)).0.expect(200);
    // Deleting at home changes nothing there.
    admin.delete(PATH).expect(202);
    assert_eq!(logos(), (json!(null), of_child));
    child.delete(PATH).expect(202);
    assert_eq!(logos(), (json!(null), json!(null)));
}

fn what_cannot_be_acted_for_leaves_the_own_account(server: &Server) {
    let family = family(server);
    let sql = "SELECT count(*) FROM organization WHERE id = ?1 AND logo_image IS NOT NULL";
    let has_logo = |id: i64| family.network.seed.count(sql, params![id]) == 1;
    put(&family.network.admin.acting(family.stranger));
    assert!(has_logo(family.network.organization) && !has_logo(family.stranger));
    let stranger = caller(server, &family.network.seed, family.stranger, &["org:admin"]);
    stranger.acting(family.network.organization).delete(PATH).expect(202);
    assert!(has_logo(family.network.organization));
}

fn an_address_elsewhere_is_replaced_and_taken_away(server: &Server) {
    let tenant = Tenant::new(server, "Elsewhere");
    let elsewhere = "https://cdn.example.org/a.png";
    tenant.seed.set_organization(tenant.organization, "logo_url", elsewhere);
    let logo = || tenant.admin.get("/iam/v1/organizations/me/").expect(200).json()["logo"].clone();
    assert_eq!(logo(), json!(elsewhere));
    tenant.admin.delete(PATH).expect(202);
    assert_eq!(logo(), json!(null));
    tenant.seed.set_organization(tenant.organization, "logo_url", elsewhere);
    put(&tenant.admin);
    path_of(server, &logo());
}

fn a_picture_does_not_come_back_to_the_address_elsewhere(server: &Server) {
    let tenant = Tenant::new(server, "Back");
    tenant.seed.set_organization(tenant.organization, "logo_url", "https://cdn.example.org/a.png");
    put(&tenant.admin);
    tenant.admin.delete(PATH).expect(202);
    assert_eq!(tenant.admin.get("/iam/v1/organizations/me/").expect(200).json()["logo"], json!(null));
}

fn the_audit_tells_of_it(server: &Server) {
    let tenant = Tenant::new(server, "Audited");
    let set = upload::post(&tenant.admin, PATH, &[("logo", "image/png", PNG)]).expect(202);
    let deleted = tenant.admin.delete(PATH).expect(202);
    for answer in [set, deleted] {
        let sql = "SELECT organization_id FROM audit_event WHERE request_id = ?1 AND target_id = organization_id";
        assert_eq!(tenant.seed.count(sql, params![answer.header("x-request-id")]), tenant.organization);
    }
    // Where nothing changed there is nothing to tell.
    let again = tenant.admin.delete(PATH).expect(202);
    let sql = "SELECT count(*) FROM audit_event WHERE request_id = ?1";
    assert_eq!(tenant.seed.count(sql, params![again.header("x-request-id")]), 0);
    assert_eq!(shape::id(&tenant.admin.get("/iam/v1/organizations/me/").json()["id"]), tenant.organization);
}
