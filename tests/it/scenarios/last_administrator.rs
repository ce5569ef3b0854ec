//! An organization that has an administrator who can act keeps one, through whatever API somebody is put out.

use std::slice::from_ref;
use std::sync::Barrier;

use super::clients;
use super::dialect::{Answer, Dialect, Organization, User, Verb, Why};
use super::story::{Story, Telling};

pub const STORY: Story = Story { name: "last_administrator", needs: &[], may_lack: &[], tell };

super::through_every_dialect!();

/// An organization and its only administrator, who can log in.
struct Led {
    organization: Organization,
    administrator: User,
}

impl Led {
    /// Made by an API; the administrator is one of the API that has administrators.
    fn new(told: &Telling<'_>, maker: &dyn Dialect) -> Self {
        let organization = maker.make_organization(&told.name("Led")).unwrap();
        let made = leaders(told).administrators(&organization).unwrap().into_iter().next();
        let new = told.somebody("Ada Lovelace");
        let administrator = made.unwrap_or_else(|| leaders(told).make_administrator(&organization, &new).unwrap());
        assert_eq!(leaders(told).administrators(&organization).unwrap(), from_ref(&administrator));
        Self { organization, administrator }
    }
}

/// The API in which organizations have administrators.
fn leaders<'a>(told: &'a Telling<'_>) -> &'a dyn Dialect {
    told.all().find(|api| api.has(Verb::Administrators)).expect("an API with administrators")
}

fn tell(told: &Telling<'_>) {
    with_another_one_each_way_is_open(told);
    let (api, mut faults) = (told.api(), Vec::new());
    faults.extend(told.all().filter_map(|other| put_out_together(told, other)));
    for maker in told.all() {
        for way in api.ways_out() {
            if let Some(fault) = stays(told, maker, way) {
                faults.push(format!("made by {}, {way} by {}: {fault}", maker.name(), api.name()));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// What is wrong when somebody tries to put out the last administrator this way.
fn stays(told: &Telling<'_>, maker: &dyn Dialect, way: &str) -> Option<String> {
    let (api, led) = (told.api(), Led::new(told, maker));
    let (organization, user) = (&led.organization, &led.administrator);
    // Whoever is invited, or locked out, is nobody to rely on.
    let locked = leaders(told).make_administrator(organization, &told.somebody("Locked Out")).unwrap();
    leaders(told).lock(organization, &locked).unwrap();
    let before = (leaders(told).administrators(organization), leaders(told).user(organization, user));
    match api.put_out(way, organization, user) {
        Err(refusal) if api.statuses(Why::LastAdministrator).contains(&refusal.status) => {}
        Err(refusal) => return Some(format!("refused as {refusal:?}")),
        Ok(()) => return Some("done".to_owned()),
    }
    let now = (leaders(told).administrators(organization), leaders(told).user(organization, user));
    if now != before {
        return Some(format!("refused, and yet {before:?} is {now:?}"));
    }
    for door in told.doors() {
        door.act(&door.log_in(user).unwrap()).unwrap();
    }
    None
}

/// The rule is about the last one: of two, each can go in each way.
fn with_another_one_each_way_is_open(told: &Telling<'_>) {
    let api = told.api();
    for way in api.ways_out().iter().filter(|way| !api.never_open().contains(way)) {
        let led = Led::new(told, api);
        leaders(told).make_administrator(&led.organization, &told.somebody("Grace Hopper")).unwrap();
        let done = api.put_out(way, &led.organization, &led.administrator);
        assert_eq!(done, Ok(()), "{way} by {}", api.name());
    }
}

/// What is wrong when two administrators are put out at the same moment, one by each API.
fn put_out_together(told: &Telling<'_>, other: &dyn Dialect) -> Option<String> {
    let led = Led::new(told, told.api());
    let organization = &led.organization;
    let second = leaders(told).make_administrator(organization, &told.somebody("Grace Hopper")).unwrap();
    let start = Barrier::new(2);
    let put_out = |name: &'static str, user: &User| -> Answer {
        let own = clients::all(told.server);
        let api = own.iter().find(|api| api.name() == name).expect("the API");
        // Whoever has to log in first has done so.
        let ready = api.user(organization, user);
        start.wait();
        ready?;
        api.put_out(api.ways_out()[0], organization, user)
    };
    let (here, there) = (told.api().name(), other.name());
    let done = std::thread::scope(|scope| {
        let first = scope.spawn(|| put_out(here, &led.administrator));
        let second = scope.spawn(|| put_out(there, &second));
        [first.join().unwrap(), second.join().unwrap()]
    });
    let left = leaders(told).administrators(organization).unwrap();
    (left.len() != 1).then(|| format!("{} are left of two that {here} and {there} put out: {done:?}", left.len()))
}
