//! `PUT /api/organizations/{id}/users`, `DELETE /api/organizations/{id}/users/{user_id}`: an administrator who can log in
//! stays.

use iam_tests::Server;
use serde_json::{Value, json};

use crate::wire::logto::{Place, code, empty, put, texts};
use crate::wire::tenant::unique_email;

crate::on_both!(
    the_last_administrator_stays,
    with_another_who_can_log_in_each_way_is_open,
    without_administrators_everybody_can_leave,
    machines_do_not_count,
);

const REFUSED: &str = "request.invalid_input";

fn users(ids: &[i64]) -> Value {
    json!({ "userIds": texts(ids) })
}

/// A user of the organization who holds `org:admin`.
fn admin(place: &Place) -> i64 {
    place.seed.user(place.id, &unique_email("admin"), &["org:admin"])
}

fn the_last_administrator_stays(server: &Server) {
    let place = Place::new(server, "Last");
    let (last, other) = (admin(&place), place.member("Other"));
    for state in ["locked", "inactive", "initial"] {
        let stopped = admin(&place);
        place.seed.set_state(stopped, state);
        let all = place.members();
        assert_eq!(code(place.manager.delete(&place.at(&format!("users/{last}"))), 422), REFUSED, "{state}");
        for staying in [&[][..], &[other], &[other, stopped]] {
            assert_eq!(code(put(&place.manager, &place.at("users"), &users(staying)), 422), REFUSED, "{staying:?}");
        }
        assert_eq!(place.members(), all, "nobody has left, nobody has come");
    }
    empty(place.manager.delete(&place.at(&format!("users/{other}"))), 204);
    empty(put(&place.manager, &place.at("users"), &users(&[last])), 204);
    assert_eq!((place.members().len(), place.held(last).len()), (1, 1));
}

fn with_another_who_can_log_in_each_way_is_open(server: &Server) {
    let place = Place::new(server, "Two");
    let [one, two, three] = [(); 3].map(|()| admin(&place));
    empty(place.manager.delete(&place.at(&format!("users/{one}"))), 204);
    empty(put(&place.manager, &place.at("users"), &users(&[three])), 204);
    assert_eq!((place.members(), place.held(two)), (vec![three], vec![]));
}

fn without_administrators_everybody_can_leave(server: &Server) {
    let place = Place::new(server, "None");
    let [one, two] = ["One", "Two"].map(|name| place.member(name));
    place.seed.grant(Some(place.id), one, "org:staff");
    empty(place.manager.delete(&place.at(&format!("users/{one}"))), 204);
    empty(put(&place.manager, &place.at("users"), &users(&[])), 204);
    assert_eq!((place.members(), place.held(two)), (vec![], vec![]));
}

fn machines_do_not_count(server: &Server) {
    let place = Place::new(server, "Machine");
    let (last, machine) = (admin(&place), place.seed.machine(place.id, &["org:admin"]).id);
    assert_eq!(code(place.manager.delete(&place.at(&format!("users/{last}"))), 422), REFUSED);
    // A machine that holds the role leaves freely, one by one and by a list.
    empty(place.manager.delete(&place.at(&format!("applications/{machine}"))), 204);
    let another = place.seed.machine(place.id, &["org:admin"]).id;
    empty(put(&place.manager, &place.at("applications"), &json!({ "applicationIds": [] })), 204);
    assert_eq!((place.held(another), place.members()), (vec![], vec![last]));
}
