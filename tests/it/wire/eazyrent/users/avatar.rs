//! `POST` and `DELETE /iam/v1/users/me/avatar/`.

use iam_domain::params;
use iam_tests::Server;
use serde_json::{Value, json};

use crate::wire::eazyrent::person::{Person, machine};
use crate::wire::eazyrent::upload::{self, LIMIT, PICTURES, PNG, path_of, png};
use crate::wire::shape;
use crate::wire::tenant::Tenant;

const PATH: &str = "/iam/v1/users/me/avatar/";
const ME: &str = "/iam/v1/users/me/";
const MEMBERS: &str = "/iam/v1/team/members/";

crate::on_both!(
    the_answer_is_the_whole_user_with_the_picture,
    it_shows_wherever_the_person_does_and_is_gone_from_there,
    every_format_is_told_by_its_bytes,
    what_is_no_upload_is_refused_at_the_part,
    a_picture_may_have_524288_bytes_and_not_one_more,
    every_upload_has_an_address_of_its_own_and_the_old_one_is_gone,
    deleting_may_be_repeated,
    a_machine_has_no_picture,
    it_takes_a_caller_and_no_role,
    with_the_member_the_picture_goes,
    with_the_own_account_the_picture_goes,
    a_guest_who_is_removed_keeps_the_picture,
    an_address_elsewhere_is_replaced_and_taken_away,
    acting_for_another_account_makes_no_difference,
);

/// Uploads and gives the address.
#[track_caller]
fn put(person: &Person, bytes: &[u8]) -> Value {
    upload::post(&person.client, PATH, &[("file", "image/png", bytes)]).expect(201).json()["avatar"].clone()
}

fn avatar(person: &Person) -> Value {
    person.client.get(ME).expect(200).json()["avatar"].clone()
}

fn the_answer_is_the_whole_user_with_the_picture(server: &Server) {
    let tenant = Tenant::new(server, "Answer");
    let person = Person::invited(server, &tenant);
    let mut expected = person.client.get(ME).expect(200).json();
    let answer = upload::post(&person.client, PATH, &[("file", "image/png", PNG)]).expect(201);
    assert_eq!(answer.header("content-type"), "application/json");
    let user = answer.json();
    assert_eq!((&user["user_type"], &user["id"]), (&json!("Human"), &json!(person.id.to_string())));
    path_of(server, &user["avatar"]);
    assert!(shape::moment(&user["updated_at"]) >= shape::moment(&expected["updated_at"]));
    expected["avatar"] = user["avatar"].clone();
    expected["updated_at"] = user["updated_at"].clone();
    assert_eq!(user, expected);
    assert_eq!(person.client.get(ME).expect(200).json(), expected);
}

fn it_shows_wherever_the_person_does_and_is_gone_from_there(server: &Server) {
    let tenant = Tenant::new(server, "Shown");
    let person = Person::invited(server, &tenant);
    let other = Person::seeded(server, &tenant, &["org:user"]);
    let one = format!("{MEMBERS}{}/", person.id);
    let all = || {
        let list = other.client.get(MEMBERS).expect(200).json();
        let find = |id: i64| list.as_array().unwrap().iter().find(|one| one["id"] == json!(id.to_string())).unwrap();
        assert_eq!(find(other.id)["avatar"], json!(null));
        let shown = [find(person.id)["avatar"].clone(), other.client.get(&one).expect(200).json()["avatar"].clone()];
        assert_eq!(shown, [avatar(&person), avatar(&person)]);
        avatar(&person)
    };
    assert_eq!(all(), json!(null));
    let address = put(&person, PNG);
    assert_eq!(all(), address);
    assert_eq!(server.client().get_bytes(path_of(server, &address)).1, PNG);
    person.client.delete(PATH).expect(202);
    assert_eq!(all(), json!(null));
}

fn every_format_is_told_by_its_bytes(server: &Server) {
    let tenant = Tenant::new(server, "Formats");
    let person = Person::seeded(server, &tenant, &[]);
    for (bytes, ending, media_type) in PICTURES {
        for named in ["image/svg+xml", "application/octet-stream"] {
            upload::post(&person.client, PATH, &[("file", named, bytes)]).expect(201);
            let address = avatar(&person);
            let path = path_of(server, &address);
            assert!(path.ends_with(&format!(".{ending}")), "{path}");
            let (picture, stored) = server.client().get_bytes(path);
            assert_eq!((picture.header("content-type"), stored.as_slice()), (media_type, bytes));
        }
    }
}

fn what_is_no_upload_is_refused_at_the_part(server: &Server) {
    let tenant = Tenant::new(server, "Refused");
    let person = Person::seeded(server, &tenant, &[]);
    let address = put(&person, PNG);
    upload::refuses_what_is_no_upload(&person.client, PATH, "file");
    assert_eq!(avatar(&person), address);
    assert_eq!(server.client().get_bytes(path_of(server, &address)).1, PNG);
}

fn a_picture_may_have_524288_bytes_and_not_one_more(server: &Server) {
    let tenant = Tenant::new(server, "Sizes");
    let person = Person::seeded(server, &tenant, &[]);
    let address = put(&person, &png(LIMIT));
    assert_eq!(server.client().get_bytes(path_of(server, &address)).1.len(), LIMIT);
    shape::detail(&upload::post(&person.client, PATH, &[("file", "image/png", &png(LIMIT + 1))]).expect(413));
    assert_eq!(avatar(&person), address);
}

fn every_upload_has_an_address_of_its_own_and_the_old_one_is_gone(server: &Server) {
    let tenant = Tenant::new(server, "Addresses");
    let person = Person::seeded(server, &tenant, &[]);
    let (first, second) = (put(&person, PNG), put(&person, PNG));
    assert_ne!(first, second);
    shape::detail(&server.client().get(path_of(server, &first)).expect(404));
    server.client().get_bytes(path_of(server, &second)).0.expect(200);
}

fn deleting_may_be_repeated(server: &Server) {
    let tenant = Tenant::new(server, "Deleted");
    let person = Person::seeded(server, &tenant, &[]);
    person.client.delete(PATH).expect(202);
    let address = put(&person, PNG);
    for _ in 0..2 {
        let answer = person.client.delete(PATH).expect(202);
        assert_eq!((answer.header("content-type"), answer.json()), ("application/json", json!(null)));
        assert_eq!(avatar(&person), json!(null));
        shape::detail(&server.client().get(path_of(server, &address)).expect(404));
    }
}

fn a_machine_has_no_picture(server: &Server) {
    let tenant = Tenant::new(server, "Machines");
    for client in [&tenant.admin, &machine(server, &tenant, &[], &["admin"])] {
        shape::detail(&upload::post(client, PATH, &[("file", "image/png", PNG)]).expect(404));
        shape::detail(&client.delete(PATH).expect(404));
    }
}

fn it_takes_a_caller_and_no_role(server: &Server) {
    let tenant = Tenant::new(server, "Nobody");
    for client in [server.client(), server.client().bearer("x")] {
        shape::detail(&upload::post(&client, PATH, &[("file", "image/png", PNG)]).expect(401));
        shape::detail(&client.delete(PATH).expect(401));
    }
    let person = Person::seeded(server, &tenant, &[]);
    put(&person, PNG);
    person.client.delete(PATH.trim_end_matches('/')).expect(202);
    // Somebody who is locked does not get as far as the body.
    tenant.seed.set_state(person.id, "locked");
    upload::post(&person.client, PATH, &[("file", "image/png", PNG)]).expect(401);
}

fn with_the_member_the_picture_goes(server: &Server) {
    let tenant = Tenant::new(server, "Removed");
    Person::seeded(server, &tenant, &["org:admin"]);
    let person = Person::seeded(server, &tenant, &["org:user"]);
    let address = put(&person, PNG);
    tenant.admin.delete(&format!("{MEMBERS}{}/", person.id)).expect(204);
    shape::detail(&server.client().get(path_of(server, &address)).expect(404));
}

fn with_the_own_account_the_picture_goes(server: &Server) {
    let tenant = Tenant::new(server, "Gone");
    let person = Person::seeded(server, &tenant, &["org:user"]);
    let address = put(&person, PNG);
    person.client.delete(ME).expect(410);
    shape::detail(&server.client().get(path_of(server, &address)).expect(404));
}

fn a_guest_who_is_removed_keeps_the_picture(server: &Server) {
    let (home, tenant) = (Tenant::new(server, "Home"), Tenant::new(server, "Abroad"));
    let person = Person::seeded(server, &home, &["org:user"]);
    tenant.seed.join(tenant.organization, person.id, "user");
    let address = put(&person, PNG);
    assert_eq!(tenant.admin.get(MEMBERS).expect(200).json()[0]["avatar"], address);
    tenant.admin.delete(&format!("{MEMBERS}{}/", person.id)).expect(204);
    assert_eq!(avatar(&person), address);
    server.client().get_bytes(path_of(server, &address)).0.expect(200);
}

fn an_address_elsewhere_is_replaced_and_taken_away(server: &Server) {
    let tenant = Tenant::new(server, "Elsewhere");
    let person = Person::seeded(server, &tenant, &[]);
    let set = "UPDATE user SET avatar_url = 'https://cdn.example.org/me.png' WHERE id = ?1";
    tenant.seed.run(set, params![person.id]);
    assert_eq!(avatar(&person), json!("https://cdn.example.org/me.png"));
    path_of(server, &put(&person, PNG));
    person.client.delete(PATH).expect(202);
    assert_eq!(avatar(&person), json!(null));
}

fn acting_for_another_account_makes_no_difference(server: &Server) {
    let tenant = Tenant::new(server, "Acting");
    let child = tenant.seed.organization("Child");
    tenant.seed.set_organization(child, "parent_id", tenant.organization);
    let person = Person::seeded(server, &tenant, &["org:admin"]);
    let acting = person.client.acting(child);
    let user = upload::post(&acting, PATH, &[("file", "image/png", PNG)]).expect(201).json();
    assert_eq!(user["organization"], tenant.view("Acting"));
    acting.delete(PATH).expect(202);
    assert_eq!(avatar(&person), json!(null));
}
