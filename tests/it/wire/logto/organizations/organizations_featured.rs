//! `GET /api/organizations?showFeatured`: how many members, and some of them.

use iam_tests::Server;
use serde_json::{Value, json};

use crate::wire::logto::{ORGANIZATIONS, Place, items};

crate::on_both!(
    at_most_three_of_the_members_are_shown,
    without_members_there_are_none,
    a_featured_member_has_three_fields,
    the_flag_is_on_for_every_yes,
    without_the_flag_the_keys_are_absent,
    machines_do_not_count,
    each_item_has_its_own,
);

fn featured(place: &Place, flag: &str) -> Value {
    let answer = place.manager.get(&format!("{ORGANIZATIONS}?q={}{flag}", place.id));
    let [item] = items(&answer).try_into().expect("one");
    item
}

/// Count, and how many are shown.
fn shown(place: &Place) -> (u64, usize) {
    let item = featured(place, "&showFeatured=1");
    assert_eq!(item.as_object().unwrap().len(), 12, "{item}");
    (item["usersCount"].as_u64().unwrap(), item["featuredUsers"].as_array().unwrap().len())
}

fn at_most_three_of_the_members_are_shown(server: &Server) {
    let place = Place::new(server, "Featured");
    for count in 1..=5 {
        place.member("Member");
        assert_eq!(shown(&place), (count, usize::try_from(count).unwrap().min(3)));
    }
    let members = crate::wire::logto::texts(&place.members());
    let item = featured(&place, "&showFeatured=1");
    let mut ids: Vec<&str> =
        item["featuredUsers"].as_array().unwrap().iter().map(|user| user["id"].as_str().unwrap()).collect();
    assert!(ids.iter().all(|id| members.iter().any(|member| member == id)), "{ids:?}");
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 3);
}

fn without_members_there_are_none(server: &Server) {
    let place = Place::new(server, "Lonely");
    let item = featured(&place, "&showFeatured=1");
    assert_eq!((&item["usersCount"], &item["featuredUsers"]), (&json!(0), &json!([])));
}

fn a_featured_member_has_three_fields(server: &Server) {
    let place = Place::new(server, "Fields");
    let id = place.member("Ada Ünlü");
    place.seed.set_user(id, "avatar_url", "https://example.org/a.png");
    let expected = json!([{ "id": id.to_string(), "avatar": "https://example.org/a.png", "name": "Ada Ünlü" }]);
    assert_eq!(featured(&place, "&showFeatured=1")["featuredUsers"], expected);
    let place = Place::new(server, "Nulls");
    let id = place.member("");
    place.seed.set_user(id, "display_name", iam_domain::store::Value::Null);
    let expected = json!([{ "id": id.to_string(), "avatar": null, "name": null }]);
    assert_eq!(featured(&place, "&showFeatured=1")["featuredUsers"], expected);
}

fn the_flag_is_on_for_every_yes(server: &Server) {
    let place = Place::new(server, "Yes");
    for yes in ["1", "true", "y", "yes", "yep", "yeah", "TRUE", "Yes", "yEp", "Y"] {
        let item = featured(&place, &format!("&showFeatured={yes}"));
        assert_eq!(item["usersCount"], json!(0), "{yes}");
    }
}

fn without_the_flag_the_keys_are_absent(server: &Server) {
    let place = Place::new(server, "No");
    place.member("Member");
    for no in [
        "",
        "&showFeatured=",
        "&showFeatured",
        "&showFeatured=0",
        "&showFeatured=false",
        "&showFeatured=no",
        "&showFeatured=on",
        "&showFeatured=2",
        "&showFeatured=t",
        "&showfeatured=1",
    ] {
        assert_eq!(featured(&place, no), place.view(), "{no}");
    }
}

fn machines_do_not_count(server: &Server) {
    let place = Place::new(server, "Machines");
    place.seed.machine(place.id, &["org:admin"]);
    assert_eq!(shown(&place), (0, 0));
    place.member("Member");
    assert_eq!(shown(&place), (1, 1));
}

fn each_item_has_its_own(server: &Server) {
    let mark = crate::wire::logto::unique("own");
    let places: [Place; 3] = std::array::from_fn(|_| Place::new(server, &mark));
    let shared = places[1].member("Shared");
    places[2].seed.join(places[2].id, shared, "user");
    places[2].member("Alone");
    let answer = places[0].manager.get(&format!("{ORGANIZATIONS}?q={mark}&showFeatured=yes"));
    let counts: Vec<Value> = items(&answer).iter().map(|item| item["usersCount"].clone()).collect();
    assert_eq!(counts, [0, 1, 2]);
    let second = json!([{ "id": shared.to_string(), "avatar": null, "name": "Shared" }]);
    assert_eq!(items(&answer)[1]["featuredUsers"], second);
}
