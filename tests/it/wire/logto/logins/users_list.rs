//! `GET /api/users`.

use iam_domain::params;
use iam_tests::client::encode;
use iam_tests::{Client, Server};
use serde_json::{Value, json};

use crate::wire::logto::users::users::{USERS, issues, made, unique, unique_phone, user};
use crate::wire::logto::{code, manager};
use crate::wire::tenant::{Tenant, unique_email};

crate::on_both!(
    the_newest_come_first_and_look_as_by_themselves,
    pages_are_counted_after_the_search,
    a_bad_page_is_refused,
    a_text_is_looked_for_in_every_field,
    percent_signs_stand_for_anything_at_the_ends,
    no_other_character_has_a_meaning,
    a_field_can_be_searched_alone,
    one_of_several_is_enough_unless_all_are_wanted,
    an_exact_text_is_the_whole_value,
    what_is_not_supported_is_refused,
    members_of_an_organization_can_be_left_out,
    people_of_every_api_are_found_by_their_names,
    machines_are_not_listed,
);

const NOBODY: [Value; 0] = [];

/// Ids of the users that a query finds, in order.
#[track_caller]
fn found(api: &Client, query: &str) -> Vec<Value> {
    let answer = api.get(&format!("{USERS}?{query}")).expect(200);
    let ids: Vec<Value> = answer.json().as_array().unwrap().iter().map(|user| user["id"].clone()).collect();
    assert_eq!(answer.header("total-number"), ids.len().to_string(), "{query}");
    ids
}

fn search(text: &str) -> String {
    format!("search={}", encode(text))
}

/// Users called `<word> <n>`, the first first; each was made in a second of its own.
fn several(server: &Server, api: &Client, word: &str, count: usize) -> Vec<Value> {
    let make = |n: usize| {
        let id = made(api, &json!({"name": format!("{word} {n}")}))["id"].clone();
        let sql = "UPDATE principal SET created_at = created_at + ?2 * 1000 WHERE id = ?1";
        let number: i64 = id.as_str().unwrap().parse().unwrap();
        server.seed().run(sql, params![number, i64::try_from(n).unwrap()]);
        id
    };
    (0..count).map(make).collect()
}

fn the_newest_come_first_and_look_as_by_themselves(server: &Server) {
    let api = manager(server);
    let word = unique("word");
    let mut ids = several(server, &api, &word, 3);
    ids.reverse();
    let list = api.get(&format!("{USERS}?{}", search(&format!("%{word}%")))).expect(200).json();
    let each: Value = ids.iter().map(|id| api.get(&user(id)).expect(200).json()).collect();
    assert_eq!(list, each);
    // Everybody, too: the bootstrap administrator is among them.
    let answer = api.get(USERS).expect(200);
    let total: usize = answer.header("total-number").parse().unwrap();
    let list = answer.json();
    assert_eq!(list.as_array().unwrap().len(), total.min(20));
    let times: Vec<i64> = list.as_array().unwrap().iter().map(|user| user["createdAt"].as_i64().unwrap()).collect();
    assert!(total >= 4 && times.is_sorted_by(|one, two| one >= two), "{times:?}");
    assert!(list.as_array().unwrap().iter().all(|user| user["hasPassword"].is_boolean()));
}

fn pages_are_counted_after_the_search(server: &Server) {
    let api = manager(server);
    let word = unique("word");
    let mut ids = several(server, &api, &word, 5);
    ids.reverse();
    let page = |page: usize| {
        let query = format!("{}&page_size=2&page={page}", search(&format!("%{word}%")));
        let answer = api.get(&format!("{USERS}?{query}")).expect(200);
        assert_eq!(answer.header("total-number"), "5");
        let link = answer.header("link").to_owned();
        assert!(link.contains("rel=\"first\"") && link.contains(&search(&format!("%{word}%"))), "{link}");
        assert_eq!(link.contains("rel=\"next\""), page < 3, "{link}");
        answer.json().as_array().unwrap().iter().map(|user| user["id"].clone()).collect::<Vec<_>>()
    };
    assert_eq!([page(1), page(2), page(3)].concat(), ids);
    assert_eq!(page(4), NOBODY);
}

fn a_bad_page_is_refused(server: &Server) {
    let api = manager(server);
    for query in ["page=0", "page=x", "page_size=101", "page_size=0", "page=-1&mode=posix"] {
        assert_eq!(code(api.get(&format!("{USERS}?{query}")), 400), "guard.invalid_pagination", "{query}");
    }
}

/// A user of whom every field is known: the answer.
fn known(api: &Client, word: &str) -> Value {
    let body = json!({
        "primaryEmail": format!("Mail.{word}@example.org"), "username": format!("User_{word}"),
        "name": format!("Nämé {word}"), "primaryPhone": unique_phone(),
    });
    made(api, &body)
}

fn a_text_is_looked_for_in_every_field(server: &Server) {
    let api = manager(server);
    let word = unique("w");
    let known = known(&api, &word);
    for field in ["id", "primaryEmail", "primaryPhone", "username", "name"] {
        let value = known[field].as_str().unwrap();
        for text in [value.to_owned(), value.to_uppercase(), format!("%{}%", value.to_lowercase())] {
            assert_eq!(found(&api, &search(&text)), [known["id"].clone()], "{field}: {text}");
        }
    }
    // Neither data nor profile, nor what nobody has.
    made(&api, &json!({"customData": {"a": unique("data")}, "profile": {"nickname": word}}));
    assert_eq!(found(&api, &search(&format!("%{word}%"))), [known["id"].clone()]);
    assert_eq!(found(&api, &search(&format!("%{}%", unique("nobody")))), NOBODY);
}

fn percent_signs_stand_for_anything_at_the_ends(server: &Server) {
    let api = manager(server);
    let word = unique("w");
    let id = known(&api, &word)["id"].clone();
    let is_found = |text: String| found(&api, &search(&text)) == [id.clone()];
    for text in [format!("%{word}"), format!("user_{word}%"), format!("%ser_{word}%"), format!("%{word}@example%")] {
        assert!(is_found(text.clone()), "{text}");
    }
    for text in [word.clone(), format!("{word}%"), format!("ser_{word}"), format!("%{word}@example")] {
        assert_eq!(found(&api, &search(&text)), NOBODY, "{text}");
    }
}

fn no_other_character_has_a_meaning(server: &Server) {
    let api = manager(server);
    let word = unique("w");
    let plain = made(&api, &json!({"name": format!("{word}xay")}))["id"].clone();
    let odd = made(&api, &json!({"name": format!("{word}x%y_z!*?[a]'\"\\")}))["id"].clone();
    for text in ["x%y", "x%y_z", "y_z!", "!*?[a]", "'", "\"\\"] {
        let text = format!("%{}%", if text.starts_with('x') { format!("{word}{text}") } else { text.to_owned() });
        let all = found_among(&api, &text, &word);
        assert_eq!(json!(all), json!([odd]), "{text}");
    }
    assert_eq!(found(&api, &search(&format!("%{word}x_y%"))), NOBODY);
    assert_eq!(found(&api, &search(&format!("{word}xay"))), [plain]);
}

/// Those found by `text` in whose name `word` is, too.
fn found_among(api: &Client, text: &str, word: &str) -> Vec<Value> {
    found(api, &format!("{}&search.name={}&joint=and", search(text), encode(&format!("%{word}%"))))
}

fn a_field_can_be_searched_alone(server: &Server) {
    let api = manager(server);
    let word = unique("w");
    let by_name = made(&api, &json!({"name": word}))["id"].clone();
    let by_login = made(&api, &json!({"username": word}))["id"].clone();
    let by_mail = made(&api, &json!({"primaryEmail": format!("{word}@example.org")}))["id"].clone();
    let text = encode(&format!("%{word}%"));
    assert_eq!(json!(found(&api, &format!("search.name={text}"))), json!([by_name]));
    assert_eq!(found(&api, &format!("search.username={text}")), [by_login]);
    assert_eq!(found(&api, &format!("search.primaryEmail={text}")), [by_mail]);
    assert_eq!(found(&api, &format!("search.primaryPhone={text}")), NOBODY);
    assert_eq!(found(&api, &format!("search.id={}", by_name.as_str().unwrap())), [by_name]);
    assert_eq!(found(&api, &format!("search={text}")).len(), 3);
    // Who has no name is not found by any.
    let nameless = made(&api, &json!({}))["id"].as_str().unwrap().to_owned();
    assert_eq!(found(&api, &format!("search.name=%25&search.id={nameless}&joint=and")), NOBODY);
}

fn one_of_several_is_enough_unless_all_are_wanted(server: &Server) {
    let api = manager(server);
    let word = unique("w");
    let ids = several(server, &api, &word, 3);
    let two = format!("search.name={word}%200&search.name={word}%201");
    assert_eq!(found(&api, &two), [ids[1].clone(), ids[0].clone()]);
    let both = format!("search={word}%25&search.id={}", ids[2].as_str().unwrap());
    assert_eq!(found(&api, &both).len(), 3);
    assert_eq!(found(&api, &format!("{both}&joint=or")).len(), 3);
    assert_eq!(found(&api, &format!("{both}&joint=and")), [ids[2].clone()]);
}

fn an_exact_text_is_the_whole_value(server: &Server) {
    let api = manager(server);
    let word = unique("w");
    let with = made(&api, &json!({"name": format!("%{word}%")}))["id"].clone();
    made(&api, &json!({"name": word}));
    let text = encode(&format!("%{}%", word.to_uppercase()));
    assert_eq!(found(&api, &format!("search={text}")).len(), 2);
    assert_eq!(json!(found(&api, &format!("search={text}&mode=exact"))), json!([with]));
    assert_eq!(found(&api, &format!("search.name={text}&mode.name=exact&mode=like")), [with]);
    assert_eq!(found(&api, &format!("search={text}&mode=like&isCaseSensitive=false")).len(), 2);
}

fn what_is_not_supported_is_refused(server: &Server) {
    let api = manager(server);
    for (query, key) in [
        ("search=a&mode=posix", "mode"),
        ("search=a&mode=similar_to", "mode"),
        ("search.name=a&mode.name=posix", "mode.name"),
        ("search.avatar=a", "search.avatar"),
        ("search=", "search"),
        ("search=a&joint=xor", "joint"),
        ("search=a&isCaseSensitive=true", "isCaseSensitive"),
        ("excludeRoleId=x", "excludeRoleId"),
    ] {
        assert_eq!(issues(&api.get(&format!("{USERS}?{query}"))), [json!([key])], "{query}");
    }
    assert_eq!(issues(&api.get(&format!("{USERS}?search={}", "x".repeat(257)))), [json!(["search"])]);
}

fn members_of_an_organization_can_be_left_out(server: &Server) {
    let (api, tenant) = (manager(server), Tenant::new(server, "Left out"));
    let word = unique("w");
    let ids = several(server, &api, &word, 2);
    tenant.seed.join(tenant.organization, ids[1].as_str().unwrap().parse().unwrap(), "user");
    let query = search(&format!("%{word}%"));
    assert_eq!(found(&api, &query).len(), 2);
    let without = |organization: &str| found(&api, &format!("{query}&excludeOrganizationId={organization}"));
    assert_eq!(without(&tenant.organization.to_string()), [ids[0].clone()]);
    // Nobody is in an organization that is none.
    for none in ["x", "999999999999", ""] {
        assert_eq!(without(none).len(), 2, "{none}");
    }
    // Without a search as well.
    let list = |query: &str| api.get(&format!("{USERS}?page_size=100{query}")).expect(200).json().to_string();
    let newest = made(&api, &json!({}))["id"].as_str().unwrap().to_owned();
    tenant.seed.join(tenant.organization, newest.parse().unwrap(), "user");
    let sql = "UPDATE principal SET created_at = created_at + 100000 WHERE id = ?1";
    tenant.seed.run(sql, params![newest.parse::<i64>().unwrap()]);
    assert!(list("").contains(&newest));
    assert!(!list(&format!("&excludeOrganizationId={}", tenant.organization)).contains(&newest));
}

fn people_of_every_api_are_found_by_their_names(server: &Server) {
    let (api, tenant) = (manager(server), Tenant::new(server, "Names"));
    let word = unique("Ä");
    let body = json!({"first_name": word, "last_name": "Lovelace", "email": unique_email("named")});
    let id = tenant.admin.post("/iam/v1/team/members/", &body).expect(201).json()["id"].clone();
    let by = |text: &str| found(&api, &search(text));
    assert_eq!(json!(by(&format!("{} lovelace", word.to_lowercase()))), json!([id]));
    // By the name it is shown under now, in either API.
    let patch = |body: Value| {
        api.send("PATCH", &user(&id), Some("application/json"), body.to_string().as_bytes()).expect(200);
    };
    let chosen = unique("Chosen");
    patch(json!({"name": chosen}));
    assert_eq!((by(&chosen), by(&format!("%{word}%"))), (vec![id.clone()], vec![]));
    patch(json!({"name": null, "profile": {"familyName": word}}));
    assert_eq!((by(&chosen), by(&word)), (vec![], vec![id]));
}

fn machines_are_not_listed(server: &Server) {
    let (api, tenant) = (manager(server), Tenant::new(server, "Machines"));
    assert_eq!(found(&api, &search(&tenant.machine.id.to_string())), NOBODY);
}
