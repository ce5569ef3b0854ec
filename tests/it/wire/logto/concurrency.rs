//! Requests that arrive together: some order of them explains what is left, and nobody gets a 500.

use std::sync::Barrier;

use iam_domain::params;
use iam_tests::{Client, Response, Server};
use serde_json::{Value, json};

use super::{Place, manager_token, put, texts};

crate::on_both!(members_and_roles_are_those_of_some_order,);

pub const MANY: usize = 50;

/// Sends [`MANY`] requests at the same moment, each on a connection of its own.
pub fn at_once(server: &Server, count: usize, send: impl Fn(usize, &Client) -> Response + Sync) -> Vec<Response> {
    let (token, start) = (manager_token(server), Barrier::new(count));
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..count)
            .map(|index| {
                let (token, start, send) = (&token, &start, &send);
                scope.spawn(move || {
                    let client = server.client().bearer(token);
                    start.wait();
                    send(index, &client)
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

pub fn users(ids: &[i64]) -> Value {
    json!({ "userIds": texts(ids) })
}

pub fn roles(ids: &[i64]) -> Value {
    json!({ "organizationRoleIds": texts(ids) })
}

/// What a request of the mix does, and to whom.
#[derive(Debug, Clone, Copy)]
enum Act {
    /// The members become those who stay, and a group of their own.
    Replace(usize),
    /// Two newcomers, and one who is there already.
    Add(usize),
    /// One of the newcomers goes.
    RemoveNew(usize),
    /// One of a group goes.
    RemoveGrouped(usize),
    /// The roles of the first who stays become a pair of their own.
    ReplaceRoles(usize),
    /// That one gets a single role.
    Give(usize),
    /// And loses it.
    Take(usize),
    /// The second who stays and one of a group get a role of their own.
    GiveBoth(usize),
}

/// Fifty of them, those of a kind far apart.
fn mix() -> Vec<Act> {
    let mut acts = Vec::new();
    for number in 0..8 {
        acts.extend([Act::Replace(number), Act::Add(number), Act::ReplaceRoles(number), Act::RemoveNew(number)]);
        if number < 6 {
            acts.extend([Act::Give(number), Act::Take(number), Act::GiveBoth(number)]);
        }
    }
    assert_eq!(acts.len(), MANY);
    for (place, number) in [(0, 0), (7, 1)] {
        acts.insert(place, Act::RemoveGrouped(number));
    }
    acts.truncate(MANY);
    acts
}

/// Everybody and everything in the mix.
struct Cast {
    list: String,
    stay: [i64; 2],
    groups: Vec<[i64; 3]>,
    newcomers: Vec<[i64; 2]>,
    pairs: Vec<[i64; 2]>,
    single: [i64; 6],
    bulk: [i64; 6],
}

impl Cast {
    fn new(place: &Place) -> Self {
        let person = |name: &str| place.seed.person(name);
        let stay = ["First", "Second"].map(|name| place.member(name));
        let groups = (0..8).map(|_| ["A", "B", "C"].map(person)).collect();
        let newcomers = (0..8).map(|_| ["D", "E"].map(person)).collect();
        let pairs = (0..8).map(|_| place.roles::<2>()).collect();
        let (single, bulk) = (place.roles(), place.roles());
        Self { list: place.at("users"), stay, groups, newcomers, pairs, single, bulk }
    }

    fn send(&self, client: &Client, act: Act) -> Response {
        let list = &self.list;
        let first = format!("{list}/{}/roles", self.stay[0]);
        let remove = |user: i64| client.delete(&format!("{list}/{user}"));
        match act {
            Act::Replace(n) => put(client, list, &users(&[&self.stay[..], &self.groups[n]].concat())),
            Act::Add(n) => client.post(list, &users(&[&self.newcomers[n][..], &self.stay[..1]].concat())),
            Act::RemoveNew(n) => remove(self.newcomers[n][0]),
            Act::RemoveGrouped(n) => remove(self.groups[n][0]),
            Act::ReplaceRoles(n) => put(client, &first, &roles(&self.pairs[n])),
            Act::Give(n) => client.post(&first, &roles(&self.single[n..=n])),
            Act::Take(n) => client.delete(&format!("{first}/{}", self.single[n])),
            Act::GiveBoth(n) => {
                let mut body = users(&[self.stay[1], self.groups[n][1]]);
                body["organizationRoleIds"] = json!(texts(&self.bulk[n..=n]));
                client.post(&format!("{list}/roles"), &body)
            }
        }
    }

    /// Asserts what must hold after `answers`, whatever the order was.
    fn explain(&self, place: &Place, acts: &[Act], answers: &[Response]) {
        let (members, first) = (place.members(), place.held(self.stay[0]));
        let second = place.held(self.stay[1]);
        assert!(self.stay.iter().all(|user| members.contains(user)), "who stays is never away");
        for (act, answer) in acts.iter().zip(answers) {
            let allowed: &[u16] = match act {
                Act::Replace(_) | Act::ReplaceRoles(_) => &[204],
                Act::Add(_) | Act::Give(_) => &[201],
                Act::RemoveNew(_) | Act::RemoveGrouped(_) | Act::Take(_) => &[204, 404],
                Act::GiveBoth(_) => &[201, 422],
            };
            assert!(allowed.contains(&answer.status), "{act:?}: {answer:?}");
            let done = answer.status < 300;
            match *act {
                // Each was added once only, so who was removed after that is away.
                Act::RemoveNew(n) if done => assert!(!members.contains(&self.newcomers[n][0]), "{act:?}"),
                Act::Take(n) if done => assert!(!first.contains(&self.single[n]), "{act:?}"),
                // To both or to none, and never taken from who stays.
                Act::GiveBoth(n) => assert_eq!(second.contains(&self.bulk[n]), done, "{act:?}"),
                _ => {}
            }
        }
        // The last list counts as a whole, less who was removed after it.
        let present = |group: &[i64]| group.iter().filter(|user| members.contains(user)).count();
        let there: Vec<usize> = (0..8).filter(|n| present(&self.groups[*n]) > 0).collect();
        let [last] = there[..] else { panic!("members of {there:?}") };
        let missing: Vec<i64> = self.groups[last].into_iter().filter(|user| !members.contains(user)).collect();
        let removed = |user: i64| {
            acts.iter().zip(answers).any(|(act, answer)| {
                matches!(act, Act::RemoveGrouped(n) if self.groups[*n][0] == user) && answer.status == 204
            })
        };
        assert!(missing.iter().all(|user| removed(*user)), "{missing:?}");
        let known = [&self.stay[..], self.groups.as_flattened(), self.newcomers.as_flattened()].concat();
        assert!(members.iter().all(|user| known.contains(user)));
        // So do the last roles.
        let held: Vec<usize> = (0..8).filter(|n| self.pairs[*n].iter().any(|role| first.contains(role))).collect();
        let [pair] = held[..] else { panic!("roles of {held:?}") };
        assert!(self.pairs[pair].iter().all(|role| first.contains(role)), "one pair, whole");
        assert!(first.iter().all(|role| self.pairs[pair].contains(role) || self.single.contains(role)));
        assert!(second.iter().all(|role| self.bulk.contains(role)));
        grants_have_members(place);
        let written = "SELECT count(*) FROM audit_event WHERE organization_id = ?1";
        let successes = answers.iter().filter(|answer| answer.status < 300).count();
        let events = place.seed.count(written, params![place.id]);
        assert_eq!(events, i64::try_from(successes + 1).unwrap(), "what was done, and the making of the organization");
    }
}

fn grants_have_members(place: &Place) {
    let sql = "SELECT count(*) FROM role_grant g WHERE g.organization_id = ?1 AND NOT EXISTS (SELECT 1 FROM membership m \
               WHERE m.organization_id = g.organization_id AND m.principal_id = g.principal_id)";
    assert_eq!(place.seed.count(sql, params![place.id]), 0, "roles without membership");
}

fn members_and_roles_are_those_of_some_order(server: &Server) {
    for _ in 0..3 {
        let place = Place::new(server, "Mix");
        let (cast, acts) = (Cast::new(&place), mix());
        let answers = at_once(server, acts.len(), |index, client| cast.send(client, acts[index]));
        cast.explain(&place, &acts, &answers);
    }
}
