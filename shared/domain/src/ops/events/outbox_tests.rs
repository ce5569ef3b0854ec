use std::cell::Cell;
use std::rc::Rc;

use serde_json::json;

use super::*;
use crate::clock::Clock;
use crate::ops::Pause;
use crate::rng::SystemRng;
use crate::store::LocalFuture;
use crate::store::events::outbox::NewMail;
use crate::store::testing::{NOW, Scratch, ready};

const SECOND: Millis = 1000;
const HOUR: Millis = 3600 * SECOND;

struct NoPause;

impl Pause for NoPause {
    fn pause(&self) -> LocalFuture<'_, ()> {
        Box::pin(std::future::ready(()))
    }
}

struct Set(Cell<Millis>);

impl Clock for Set {
    fn now(&self) -> Millis {
        self.0.get()
    }
}

/// An outbox whose time the test sets.
struct Outbox {
    scratch: Scratch,
    clock: Rc<Set>,
    services: Services,
}

impl Outbox {
    fn new() -> Self {
        let scratch = Scratch::migrated();
        let clock = Rc::new(Set(Cell::new(NOW)));
        let services =
            Services::new(scratch.database(), scratch.blobs(), clock.clone(), Rc::new(SystemRng), Rc::new(NoPause));
        Self { scratch, clock, services }
    }

    /// Puts a mail with a code into the outbox, now.
    fn put(&self, id: &str) {
        self.put_until(id, NOW + 1000 * HOUR);
    }

    fn put_until(&self, id: &str, expires_at: Millis) {
        let payload = json!({ "code": "the-code", "expires_at": expires_at }).to_string();
        let mail = NewMail {
            id: id.to_owned(),
            template: "invitation",
            recipient: "a@b.example",
            organization: None,
            principal: None,
            payload,
        };
        let unit = ready(self.services.pool.begin()).unwrap();
        ready(System::<Write>::new(&unit).insert_mail(mail, self.clock.now())).unwrap();
        ready(unit.save_unaudited()).unwrap();
    }

    fn pass(&self, time: Millis) {
        self.clock.0.set(self.clock.now() + time);
    }

    /// Ids of the mails that can be claimed one after the other.
    fn claim_all(&self) -> Vec<String> {
        std::iter::from_fn(|| ready(claim(&self.services)).unwrap().mail).map(|mail| mail.id).collect()
    }

    fn number(&self, column: &str) -> i64 {
        self.scratch.number(&format!("SELECT {column} FROM outbox"))
    }

    fn is(&self, condition: &str) -> bool {
        self.number(condition) == 1
    }
}

#[test]
fn a_claimed_mail_is_nobody_elses_until_its_lease_ends() {
    let outbox = Outbox::new();
    outbox.put("1");
    let mail = ready(claim(&outbox.services)).unwrap().mail.unwrap();
    assert_eq!((mail.id.as_str(), mail.template.as_str(), mail.recipient.as_str()), ("1", "invitation", "a@b.example"));
    assert_eq!(mail.payload["code"], json!("the-code"));
    outbox.pass(LEASE - 1);
    assert!(outbox.claim_all().is_empty());
    // Its deliverer has died: the same mail again, under the same id.
    outbox.pass(1);
    assert_eq!(outbox.claim_all(), ["1"]);
    assert_eq!(outbox.number("attempts"), 2);
}

#[test]
fn what_has_been_due_for_longest_goes_first() {
    let outbox = Outbox::new();
    for id in ["3", "1", "2"] {
        outbox.put(id);
        outbox.pass(1);
    }
    assert_eq!(outbox.claim_all(), ["3", "1", "2"]);
    assert_eq!(ready(waiting(&outbox.services)).unwrap(), 3);
}

#[test]
fn pauses_double_and_the_tenth_failure_is_the_last() {
    let outbox = Outbox::new();
    outbox.put("1");
    for attempt in 1..=LIFE.attempts {
        assert_eq!(outbox.claim_all(), ["1"], "attempt {attempt}");
        assert_eq!(outbox.number("attempts"), attempt);
        let pause = outbox.number("next_attempt_at") - outbox.clock.now();
        assert_eq!(pause, (30 * SECOND) << (attempt - 1));
        let is_given_up = ready(failed(&outbox.services, "1", "no answer", false)).unwrap();
        assert_eq!(is_given_up, attempt == LIFE.attempts);
        outbox.pass(pause);
    }
    assert!(outbox.claim_all().is_empty());
    assert!(outbox.is("payload = '{}' AND failed_at > 0 AND delivered_at IS NULL AND last_error = 'no answer'"));
    assert_eq!(ready(waiting(&outbox.services)).unwrap(), 0);
}

/// The tenth deliverer died before it could say what came of it.
#[test]
fn a_mail_tried_too_often_is_given_up_by_the_next_claim() {
    let outbox = Outbox::new();
    outbox.put("1");
    outbox.scratch.connection.run("UPDATE outbox SET attempts = 10", vec![]).unwrap();
    let claim = ready(claim(&outbox.services)).unwrap();
    assert_eq!((claim.given_up, claim.mail.is_none()), (1, true));
    assert!(outbox.is("payload = '{}' AND failed_at > 0 AND last_error = 'not sent in time'"));
}

#[test]
fn a_mail_older_than_three_days_is_given_up() {
    let outbox = Outbox::new();
    outbox.put("1");
    outbox.pass(LIFE.lifetime - 1);
    assert_eq!(ready(give_up_expired(&outbox.services)).unwrap(), 0);
    assert_eq!(outbox.claim_all(), ["1"]);
    assert_eq!(outbox.number("next_attempt_at"), NOW + LIFE.lifetime, "due at its end at the latest");
    outbox.pass(1);
    let statements = outbox.services.pool.statements();
    assert_eq!(ready(give_up_expired(&outbox.services)).unwrap(), 1);
    assert!(outbox.is("payload = '{}' AND failed_at > 0"));
    // A look, and the unit of work; nothing but a look when there is nothing to do.
    assert_eq!(outbox.services.pool.statements() - statements, 4);
    assert_eq!(ready(give_up_expired(&outbox.services)).unwrap(), 0);
    assert_eq!(outbox.services.pool.statements() - statements, 5);
}

#[test]
fn a_mail_whose_code_has_run_out_is_given_up() {
    let outbox = Outbox::new();
    outbox.put_until("1", NOW + 20 * SECOND);
    assert_eq!(outbox.claim_all(), ["1"]);
    outbox.pass(20 * SECOND);
    assert_eq!(ready(claim(&outbox.services)).unwrap().given_up, 1);
    assert!(outbox.is("payload = '{}' AND failed_at > 0"));
}

#[test]
fn a_delivered_mail_has_no_code_any_more() {
    let outbox = Outbox::new();
    outbox.put("1");
    outbox.claim_all();
    ready(failed(&outbox.services, "1", "busy", false)).unwrap();
    assert!(outbox.is("json_extract(payload, '$.code') = 'the-code' AND last_error = 'busy'"));
    ready(delivered(&outbox.services, "1")).unwrap();
    assert!(outbox.is("payload = '{}' AND delivered_at > 0 AND failed_at IS NULL AND last_error IS NULL"));
    outbox.pass(LIFE.lifetime);
    assert!(outbox.claim_all().is_empty());
    // A second deliverer, whose lease had ended, has nothing to say any more.
    assert!(!ready(failed(&outbox.services, "1", "late", true)).unwrap());
    assert!(outbox.is("delivered_at > 0 AND failed_at IS NULL AND last_error IS NULL"));
    assert_eq!(outbox.scratch.number("SELECT count(*) FROM audit_event"), 0);
}

#[test]
fn a_final_refusal_ends_it_at_once() {
    let outbox = Outbox::new();
    outbox.put("1");
    outbox.claim_all();
    assert!(ready(failed(&outbox.services, "1", &"é".repeat(400), true)).unwrap());
    assert!(outbox.is("payload = '{}' AND failed_at > 0 AND length(last_error) = 300"));
    outbox.pass(HOUR);
    assert!(outbox.claim_all().is_empty());
}

#[test]
fn lists_are_newest_first_and_bounded() {
    let outbox = Outbox::new();
    for _ in 0..120 {
        outbox.pass(1);
        outbox.put(&outbox.services.ulid());
    }
    let store = System::<Read>::new(&outbox.services.pool);
    let first = ready(store.mails(AFTER_ALL, MAX_LIST)).unwrap();
    assert_eq!(first.len(), 100);
    assert!(first.is_sorted_by(|left, right| left.id > right.id && left.created_at > right.created_at));
    let rest = ready(store.mails(&first.last().unwrap().id, MAX_LIST)).unwrap();
    assert_eq!(rest.len(), 20);
    assert!(rest.first().unwrap().id < first.last().unwrap().id);
}
