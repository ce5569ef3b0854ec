use super::*;
use crate::door::Door;
use crate::request::Prepared;

/// Small, and with every kind of row that there is in large.
pub fn small() -> Size {
    Size { users: 200, largest: 100, logins: 4 }
}

#[test]
fn a_seeded_directory_satisfies_the_schema_and_lets_people_and_keys_in() {
    let folder = tempfile::tempdir().unwrap();
    let facts = make(folder.path(), small()).unwrap();
    let seed = Seed::open(&folder.path().join(DATABASE));
    assert_eq!(seed.run("PRAGMA foreign_key_check", vec![]), []);
    assert_eq!(seed.texts("PRAGMA integrity_check", vec![]), ["ok"]);

    // The administrator and the owner of API keys were there before.
    let people = seed.count("SELECT count(*) FROM user WHERE email LIKE '%.%@example.org'", vec![]);
    assert_eq!((people, facts.people), (200, 200), "the largest organization is among them");
    assert_eq!(Size { users: 199, ..small() }.people(), 299, "or beyond them");
    let members = "SELECT count(*) FROM membership WHERE kind = 'user' AND organization_id = ?1";
    assert_eq!(seed.count(members, iam_domain::params![facts.fifty]), 50);
    assert_eq!(seed.count(members, iam_domain::params![facts.largest]), 100);
    let most = "SELECT max(n) FROM (SELECT count(*) AS n FROM membership WHERE kind = 'user' GROUP BY principal_id)";
    assert_eq!(seed.count(most, vec![]), 2);
    let admins = "SELECT count(DISTINCT g.organization_id) FROM role_grant g JOIN role r ON r.id = g.role_id \
        WHERE r.key = 'org:admin'";
    assert!(seed.count(admins, vec![]) >= 20, "every organization has an administrator");

    let app = InProcess::on(folder.path(), SystemClock.now(), VARIABLES);
    assert_eq!(facts.logins.len(), 4);
    for person in &facts.logins {
        let form = [("grant_type", "password"), ("username", &*person.email), ("password", &*facts.password)];
        app.form("/oauth/v2/token", &form).expect(200);
    }
    let key = serde_json::json!({ "api_key": facts.account_keys[0] });
    Door::send(&app, &Prepared::json("POST", "/auth/api/login", &key)).expect(200);
}

#[test]
fn a_copy_is_a_directory_of_its_own() {
    let work = tempfile::tempdir().unwrap();
    let folder = work.path().join("seed");
    std::fs::create_dir(&folder).unwrap();
    let facts = make(&folder, small()).unwrap();
    let copy = Seeded { folder, facts }.copy(work.path()).unwrap();
    assert!(copy.path().join(DATABASE).is_file());
    sweep(work.path()).unwrap();
    assert!(!copy.path().exists(), "copies left over are removed");
    for name in ["seed-10-a", "seed-100-a"] {
        std::fs::create_dir(work.path().join(name)).unwrap();
    }
    remove(work.path(), "seed-10-").unwrap();
    assert!(!work.path().join("seed-10-a").exists(), "earlier data of the same size go");
    assert!(work.path().join("seed-100-a").exists());
}
