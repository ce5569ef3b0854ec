//! People and organizations by the thousand, in a few statements.

use iam_domain::crypto::password;
use iam_domain::params;
use iam_domain::rng::SystemRng;
use iam_domain::store::Value;
use iam_tests::Seed;

use super::Size;
use super::facts::Person;

/// Password of all who can log in.
pub const PASSWORD: &str = "Correct-Horse-1";

/// Members of the small organization.
const FIFTY: u32 = 50;

/// Given names and surnames; each pair of them comes around every 42 × 25 people.
const FIRST: &str = "Ada,Alan,Amara,Anna,Anton,Asha,Barbara,Bela,Bruno,Carla,Chen,Clara,Daniel,Dana,Edgar,Edith,Elena,\
    Emil,Farid,Frances,Grace,Hana,Hugo,Ines,Ivan,Jana,Jonas,Karen,Kofi,Lea,Linus,Mara,Marie,Mei,Nadia,Noah,Olga,Omar,\
    Paula,Radia,Tim,Vera";
const LAST: &str = "Allen,Berger,Castro,Diaz,Engel,Fischer,Garcia,Hopper,Ito,Jensen,Kaya,Lovelace,Martin,Nowak,Okafor,\
    Perlman,Quinn,Rossi,Sato,Turing,Ueda,Vogel,Wilson,Young,Zhang";

/// What was made.
#[derive(Debug)]
pub struct People {
    /// How many.
    pub size: Size,
    /// Who can log in.
    pub logins: Vec<Person>,
    /// The organization with 50 members.
    pub fifty: i64,
    /// Some of these.
    pub members_of_fifty: Vec<i64>,
    /// The largest organization.
    pub largest: i64,
    /// Ordinary organizations.
    pub ordinary: Vec<i64>,
}

/// Ids are random 12-digit numbers, so rows of one time lie far apart in the tree; this gives each number from 0 on its
/// own. Primes of neither factor of the range, so none comes twice.
fn id(number: &str) -> String {
    format!("(200000000000 + ({number}) * 618033988749 % 800000000000)")
}

/// Two years in milliseconds: the time over which all of them have come.
const PAST: i64 = 2 * 365 * 86_400_000;

/// The statements in order. Parameters: ?1 people, ?2 organizations, ?3 now, ?4 largest organization, ?5 and ?6 roles,
/// ?7 and ?8 names; each statement gets those up to the last that it has. The first organization has 50 members, the
/// second the last ?4 people; all others are spread over the rest, and every other one is in a second organization too.
fn statements() -> Vec<(String, usize)> {
    let (organization, grant) = (id("n"), |offset: &str| id(&format!("p.n + {offset}")));
    vec![
        ("CREATE TEMP TABLE first AS SELECT key AS n, value AS name FROM json_each(?7)".into(), 7),
        ("CREATE TEMP TABLE last AS SELECT key AS n, value AS name FROM json_each(?8)".into(), 8),
        (
            format!(
                "CREATE TEMP TABLE person AS WITH RECURSIVE \
                   number (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM number WHERE n + 1 < ?1) \
                 SELECT {organization} AS id, n, \
                   CASE WHEN n < {FIFTY} THEN 0 WHEN n >= ?1 - ?4 THEN 1 ELSE 2 + (n - {FIFTY}) % (?2 - 2) END AS home, \
                   CASE WHEN n % 2 = 1 THEN 2 + (n * 7 + 3) % (?2 - 2) END AS other, \
                   ?3 - {PAST} + n * ({PAST} / ?1) AS at, \
                   n % 42 AS first, n / 42 % 25 AS last FROM number ORDER BY 1"
            ),
            4,
        ),
        (
            format!(
                "WITH RECURSIVE number (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM number WHERE n + 1 < ?2) \
                 INSERT INTO organization (id, name, name_key, pairing_code, created_at, updated_at) \
                 SELECT {organization}, printf('Company %06d', n), printf('company %06d', n), \
                   printf('%012X', {organization}), ?3 - {PAST} + n, ?3 - {PAST} + n FROM number"
            ),
            3,
        ),
        (
            format!(
                "INSERT INTO principal (id, kind, state, organization_id, created_at, updated_at) \
                 SELECT id, 'user', 'active', {}, at, at FROM person ORDER BY id",
                id("home")
            ),
            0,
        ),
        (
            "INSERT INTO user (id, email, email_key, email_verified_at, first_name, last_name, joined_at, name_key, \
               account_role) \
             SELECT p.id, lower(f.name || '.' || l.name) || '.' || p.n || '@example.org', \
               lower(f.name || '.' || l.name) || '.' || p.n || '@example.org', p.at, f.name, l.name, p.at, \
               lower(f.name || ' ' || l.name), CASE WHEN p.n % 3 = 0 THEN 'user' END \
             FROM person p JOIN first f ON f.n = p.first JOIN last l ON l.n = p.last ORDER BY p.id"
                .into(),
            0,
        ),
        (
            format!(
                "INSERT INTO membership (organization_id, principal_id, kind, state, created_at, updated_at) \
                 SELECT {} AS organization, id, 'user', 'active', at, at FROM person \
                 UNION ALL SELECT {}, id, 'user', 'active', at + 1000, at + 1000 FROM person \
                   WHERE other IS NOT NULL AND other <> home ORDER BY 1, 2",
                id("home"),
                id("other")
            ),
            0,
        ),
        (
            // The first of each organization runs it.
            format!(
                "INSERT INTO role_grant (id, organization_id, principal_id, role_id, created_at) \
                 SELECT {}, {}, p.id, (SELECT id FROM role WHERE key = CASE WHEN p.n = 0 OR p.n = ?1 - ?4 \
                   OR p.n BETWEEN {FIFTY} AND {FIFTY} + ?2 - 3 THEN 'org:admin' ELSE 'org:user' END), p.at \
                 FROM person p ORDER BY 1",
                grant("0"),
                id("p.home")
            ),
            4,
        ),
        (
            format!(
                "INSERT INTO role_grant (id, organization_id, principal_id, role_id, created_at) \
                 SELECT {}, {}, p.id, CASE p.n % 2 WHEN 0 THEN ?5 ELSE ?6 END, p.at FROM person p WHERE home < 2 \
                 UNION ALL SELECT {}, {}, p.id, ?6, p.at + 1000 FROM person p WHERE other <> home ORDER BY 1",
                grant("4000000"),
                id("p.home"),
                grant("8000000"),
                id("p.other")
            ),
            6,
        ),
    ]
}

/// Inserts all of them, in one transaction.
pub fn insert(seed: &Seed, size: Size, roles: &[i64; 2], now: i64) -> People {
    let list = |names: &str| serde_json::json!(names.split(',').collect::<Vec<_>>()).to_string();
    let [people, organizations, largest] =
        [size.people(), size.organizations(), size.largest].map(|number| Value::from(i64::from(number)));
    let all: Vec<Value> = params![people, organizations, now, largest, roles[0], roles[1], list(FIRST), list(LAST)];
    // Nothing else is at this file, and whatever fails is made anew. The rows fit by how they are made; a test asks
    // SQLite whether they do.
    for pragma in ["foreign_keys = OFF", "synchronous = OFF", "cache_size = -1000000", "temp_store = MEMORY"] {
        seed.run(&format!("PRAGMA {pragma}"), vec![]);
    }
    seed.run("BEGIN IMMEDIATE", vec![]);
    for (sql, params) in statements() {
        seed.run(&sql, all.iter().take(params).cloned().collect());
    }
    let people = found(seed, size);
    for person in &people.logins {
        let hash = password::hash(PASSWORD, &SystemRng).unwrap();
        let sql = "INSERT INTO credential (id, principal_id, kind, password_hash, created_at, updated_at) \
            VALUES (?1, ?1, 'password', ?2, ?3, ?3)";
        seed.run(sql, params![person.id, hash, now]);
    }
    seed.run("COMMIT", vec![]);
    for table in ["person", "first", "last"] {
        seed.run(&format!("DROP TABLE temp.{table}"), vec![]);
    }
    people
}

fn found(seed: &Seed, size: Size) -> People {
    let integers =
        |sql: &str| -> Vec<i64> { seed.run(sql, vec![]).iter().map(|row| row.integer(0).unwrap()).collect() };
    let organizations = integers(&format!("SELECT {} FROM person WHERE n BETWEEN 49 AND 70 ORDER BY n", id("home")));
    let logins = format!(
        "SELECT u.id, u.email FROM person p JOIN user u ON u.id = p.id WHERE p.n = 0 OR p.n BETWEEN {FIFTY} AND {} \
         ORDER BY p.n",
        FIFTY + size.logins - 2
    );
    let person = |row: &iam_domain::store::Row| Person { id: row.integer(0).unwrap(), email: row.text(1).unwrap() };
    People {
        size,
        logins: seed.run(&logins, vec![]).iter().map(person).collect(),
        fifty: organizations[0],
        members_of_fifty: integers("SELECT id FROM person WHERE n BETWEEN 1 AND 16 ORDER BY n"),
        largest: seed.count(&format!("SELECT {}", id("1")), vec![]),
        ordinary: organizations.into_iter().skip(1).take(16).collect(),
    }
}
