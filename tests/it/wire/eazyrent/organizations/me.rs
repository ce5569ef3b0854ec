//! `GET /iam/v1/organizations/me/`.

use iam_domain::params;
use iam_tests::Server;
use serde_json::json;

use crate::wire::shape;
use crate::wire::tenant::{Tenant, caller, unique_email};

const PATH: &str = "/iam/v1/organizations/me/";

crate::on_both!(
    an_organization_without_parents_has_every_field,
    parents_are_shown_with_id_name_and_logo,
    texts_and_types_are_shown_as_stored,
    a_slash_at_the_end_makes_no_difference,
    reading_needs_a_role_of_the_read_set_at_the_time_of_the_request,
    a_person_sees_its_organization_too,
);

fn an_organization_without_parents_has_every_field(server: &Server) {
    let tenant = Tenant::new(server, "Agency");
    let answer = tenant.admin.get(PATH).expect(200);
    assert_eq!(answer.header("content-type"), "application/json");
    let mut expected = tenant.view("Agency");
    expected["organization"] = json!(null);
    expected["insurance"] = json!(null);
    assert_eq!(answer.json(), expected);
}

fn parents_are_shown_with_id_name_and_logo(server: &Server) {
    let tenant = Tenant::new(server, "Branch");
    let (network, insurer) = (tenant.seed.organization("Network"), tenant.seed.organization("Insurer"));
    tenant.seed.set_organization(network, "logo_url", "https://cdn.example.org/network.png");
    tenant.seed.set_organization(tenant.organization, "parent_id", network);
    tenant.seed.set_organization(tenant.organization, "insurer_id", insurer);
    let mut expected = tenant.view("Branch");
    expected["organization_id"] = json!(network.to_string());
    expected["insurance_id"] = json!(insurer.to_string());
    expected["organization"] =
        json!({"id": network.to_string(), "name": "Network", "logo": "https://cdn.example.org/network.png"});
    expected["insurance"] = json!({"id": insurer.to_string(), "name": "Insurer", "logo": null});
    assert_eq!(tenant.admin.get(PATH).expect(200).json(), expected);
}

fn texts_and_types_are_shown_as_stored(server: &Server) {
    let tenant = Tenant::new(server, "Größe \"1\" & Söhne");
    let set = |column, value: &str| tenant.seed.set_organization(tenant.organization, column, value);
    set("logo_url", "https://cdn.example.org/a.png");
    set("registration_number", "RCS 123");
    set("address", "1 rue de la Paix\n75000 Paris");
    for (stored, shown) in [("default", "DEFAULT"), ("organization", "ORGANIZATION"), ("insurance", "INSURANCE")] {
        set("account_type", stored);
        let mut expected = tenant.view("Größe \"1\" & Söhne");
        expected["logo"] = json!("https://cdn.example.org/a.png");
        expected["registration_number"] = json!("RCS 123");
        expected["address"] = json!("1 rue de la Paix\n75000 Paris");
        expected["account_type"] = json!(shown);
        expected["organization"] = json!(null);
        expected["insurance"] = json!(null);
        assert_eq!(tenant.admin.get(PATH).expect(200).json(), expected);
    }
}

fn a_slash_at_the_end_makes_no_difference(server: &Server) {
    let tenant = Tenant::new(server, "Slashes");
    let with = tenant.admin.get(PATH).expect(200).json();
    let without = tenant.admin.get(PATH.trim_end_matches('/')).expect(200).json();
    assert_eq!(with, without);
}

fn reading_needs_a_role_of_the_read_set_at_the_time_of_the_request(server: &Server) {
    let tenant = Tenant::new(server, "Roles");
    let machine = tenant.seed.machine(tenant.organization, &[]);
    let client = crate::wire::tenant::client_of(server, &machine);
    shape::detail(&client.get(PATH).expect(403));
    tenant.seed.grant(Some(tenant.organization), machine.id, "organization:read");
    client.get(PATH).expect(200);
    tenant.seed.run("DELETE FROM role_grant WHERE principal_id = ?1", params![machine.id]);
    client.get(PATH).expect(403);
    caller(server, &tenant.seed, tenant.organization, &["organization:write"]).get(PATH).expect(403);
}

fn a_person_sees_its_organization_too(server: &Server) {
    let tenant = Tenant::new(server, "People");
    let person = tenant.seed.user(tenant.organization, &unique_email("reader"), &["org:user"]);
    let client = server.client().bearer(&tenant.seed.api_token(person));
    assert_eq!(client.get(PATH).expect(200).json()["id"], json!(tenant.organization.to_string()));
}
