use std::collections::HashSet;

use iam_domain::clock::{Clock, SystemClock};
use iam_tests::InProcess;

use super::*;
use crate::access::Access;
use crate::door::Door;
use crate::runtimes::VARIABLES;
use crate::seed::{self, Size};

#[test]
fn names_are_unique_and_fit_the_list() {
    let names: HashSet<_> = ALL.iter().map(|scenario| scenario.name).collect();
    assert_eq!(names.len(), ALL.len());
    assert!(names.iter().all(|name| name.len() <= 30 && !name.contains(',')));
}

#[test]
fn what_writes_comes_after_what_only_reads() {
    let first_write = ALL.iter().position(|scenario| !scenario.reads).unwrap();
    assert!(ALL.iter().skip(first_write).all(|scenario| !scenario.reads));
}

/// Proves every scenario without load: on the native application, twice, as loads repeat their requests.
#[test]
fn every_request_of_every_scenario_is_answered_as_expected() {
    let folder = tempfile::tempdir().unwrap();
    let facts = seed::make(folder.path(), Size { users: 200, largest: 100, logins: 4 }).unwrap();
    let app = InProcess::on(folder.path(), SystemClock.now(), VARIABLES);
    let access = Access::default();
    let site = Site { door: &app, facts: &facts, access: &access };
    let mut faults = Vec::new();
    for scenario in ALL {
        let Some(requests) = scenario.requests() else { continue };
        let requests = requests(&site);
        for round in ["a", "b"] {
            for (number, request) in requests.iter().enumerate().take(40) {
                let answer = Door::send(&app, &request.filled(&format!("{round}-{number}")));
                if let Err(error) = request.check(&answer) {
                    faults.push(format!("{}: {error}", scenario.name));
                    break;
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
