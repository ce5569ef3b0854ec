//! `GET /api/organization-invitations`.

use iam_domain::params;
use iam_tests::{Response, Server};
use serde_json::json;

use crate::wire::logto::memberships::fixtures::{INVITATIONS, Invited};
use crate::wire::tenant::unique_email;

crate::on_both!(newest_first_and_all_of_them, filters_narrow_the_list, a_list_of_any_length_comes_whole);

#[track_caller]
fn ids(answer: Response) -> Vec<String> {
    let answer = answer.expect(200);
    assert!(!answer.headers.contains_key("total-number") && !answer.headers.contains_key("link"), "{answer:?}");
    let list = answer.json();
    list.as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
}

fn newest_first_and_all_of_them(server: &Server) {
    let place = Invited::new(server, "Newest");
    let made: Vec<_> = (0..3).map(|_| place.invite(&unique_email("list"), &json!({}))).collect();
    for (age, invitation) in made.iter().enumerate() {
        let id: i64 = invitation["id"].as_str().unwrap().parse().unwrap();
        let sql = "UPDATE invitation SET created_at = created_at - ?2 WHERE id = ?1";
        place.seed.run(sql, params![id, i64::try_from(age).unwrap() * 1000]);
    }
    place.let_end(&made[1]);
    // Those of other tests are among them.
    let list = place.manager.get(INVITATIONS).expect(200).json();
    let list = list.as_array().unwrap();
    let times: Vec<i64> = list.iter().map(|item| item["createdAt"].as_i64().unwrap()).collect();
    assert!(times.is_sorted_by(|newer, older| newer >= older), "{times:?}");
    let mine = list.iter().filter(|item| item["organizationId"] == json!(place.organization.to_string()));
    let mine: Vec<_> = mine.map(|item| (item["id"].clone(), item["status"].clone())).collect();
    let expected = ["Pending", "Expired", "Pending"]
        .iter()
        .zip(&made)
        .map(|(status, invitation)| (invitation["id"].clone(), json!(status)));
    assert_eq!(mine, expected.collect::<Vec<_>>());
    // Pages are not known here.
    assert!(ids(place.manager.get(&format!("{INVITATIONS}?page=1&page_size=1"))).len() >= 3);
    let one = place.manager.get(&format!("{INVITATIONS}?organizationId={}", place.organization)).expect(200).json();
    let found = place.manager.get(&crate::wire::logto::memberships::fixtures::path(&made[0])).expect(200).json();
    assert_eq!(one[0], found);
}

fn filters_narrow_the_list(server: &Server) {
    let (place, other) = (Invited::new(server, "Filtered"), Invited::new(server, "Other"));
    let (ada, grace) = (place.person(&unique_email("ada")), place.person(&unique_email("grace")));
    let (first, second) = (unique_email("first"), unique_email("second"));
    let by = |place: &Invited, email: &str, inviter: i64| {
        let made = place.invite(email, &json!({"inviterId": inviter.to_string()}));
        made["id"].as_str().unwrap().to_owned()
    };
    let made = [by(&place, &first, ada), by(&place, &second, grace), by(&other, &first, ada), by(&other, &second, ada)];
    let (here, there) = (place.organization.to_string(), other.organization.to_string());
    let upper = first.to_uppercase();
    for (query, wanted) in [
        (format!("organizationId={here}"), vec![0, 1]),
        (format!("inviterId={ada}"), vec![0, 2, 3]),
        (format!("invitee={first}"), vec![0, 2]),
        (format!("invitee={upper}"), vec![0, 2]),
        (format!("organizationId={there}&inviterId={ada}"), vec![2, 3]),
        (format!("organizationId={here}&inviterId={ada}"), vec![0]),
        (format!("organizationId={there}&invitee={second}"), vec![3]),
        (format!("inviterId={grace}&invitee={second}"), vec![1]),
        (format!("organizationId={here}&inviterId={grace}&invitee={second}"), vec![1]),
        (format!("organizationId={there}&inviterId={grace}&invitee={second}"), vec![]),
        (format!("organizationId={here}&inviterId=&invitee="), vec![0, 1]),
        ("organizationId=999999999999".to_owned(), vec![]),
        ("organizationId=x".to_owned(), vec![]),
        (format!("inviterId=x&invitee={first}"), vec![]),
        ("invitee=nobody%40example.org".to_owned(), vec![]),
        // Nothing but whole addresses.
        (format!("invitee={}", &first[..first.len() - 1]), vec![]),
    ] {
        let mut found = ids(place.manager.get(&format!("{INVITATIONS}?{query}")));
        let mut wanted: Vec<String> = wanted.into_iter().map(|index: usize| made[index].clone()).collect();
        found.sort();
        wanted.sort();
        assert_eq!(found, wanted, "{query}");
    }
}

fn a_list_of_any_length_comes_whole(server: &Server) {
    let place = Invited::new(server, "Long");
    let inviter = place.person(&unique_email("inviter"));
    // Three at a time are made in the same millisecond.
    let rows = "WITH RECURSIVE n (i) AS (VALUES (0) UNION ALL SELECT i + 1 FROM n WHERE i < 2499) \
        INSERT INTO invitation (id, organization_id, email, email_key, inviter_id, status, expires_at, created_at, updated_at) \
        SELECT 100000000000 + abs(random() % 900000000000), ?1, i || '@long.example', i || '@long.example', ?2, \
          'revoked', 1, i / 3, 1 FROM n";
    place.seed.run(rows, params![place.organization, inviter]);
    let sql = "SELECT cast(id AS TEXT) FROM invitation WHERE organization_id = ?1 ORDER BY created_at DESC, id DESC";
    let expected = place.seed.texts(sql, params![place.organization]);
    assert_eq!(expected.len(), 2500);
    for filter in [format!("organizationId={}", place.organization), format!("inviterId={inviter}")] {
        assert_eq!(ids(place.manager.get(&format!("{INVITATIONS}?{filter}"))), expected, "{filter}");
    }
    place.seed.run("DELETE FROM invitation WHERE organization_id = ?1", params![place.organization]);
}
