//! Whatever lists and records are asked for: an answer of the dialect, and nothing that the caller may not see.
//!
//! Deterministic: `EDGE_IAM_PROPERTY_SEED` (a number) asks other questions; a failure names the seed and the least
//! request that fails.

mod answers;
mod questions;
mod world;

use std::fmt::Debug;

use iam_tests::{Runtime, Server};
use proptest::strategy::Strategy;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};

use self::questions::{ids, queries};
use self::world::World;

/// Path and type of every resource that is listed. Adding one is adding a line here, and what each caller may see of it
/// to [`World::new`].
const RESOURCES: [(&str, &str); 4] = [
    ("/accounts", "iam:accounts"),
    ("/account_sessions", "iam:account_sessions"),
    ("/organizations", "iam:organizations"),
    ("/api_keys", "iam:api_keys"),
];

/// Questions of each property; each is asked by every caller, of every resource.
const CASES: u32 = 150;

/// On servers of their own: what a caller may see is known wholly.
mod native {
    #[test]
    fn lists_answer_in_their_dialect_and_scope() {
        super::lists_answer_in_their_dialect_and_scope(super::Runtime::Native);
    }
    #[test]
    fn records_answer_in_their_dialect_and_scope() {
        super::records_answer_in_their_dialect_and_scope(super::Runtime::Native);
    }
}
mod wasm {
    #[test]
    fn lists_answer_in_their_dialect_and_scope() {
        super::lists_answer_in_their_dialect_and_scope(super::Runtime::Wasm);
    }
    #[test]
    fn records_answer_in_their_dialect_and_scope() {
        super::records_answer_in_their_dialect_and_scope(super::Runtime::Wasm);
    }
}

fn lists_answer_in_their_dialect_and_scope(runtime: Runtime) {
    let world = World::new(Server::start(runtime));
    // Without a query: just what the caller may see, so that what follows is no empty promise.
    world
        .for_all(|caller, path, kind, seen| {
            let found = answers::list(&caller.get(path), kind)?;
            if found == seen { Ok(()) } else { Err(format!("{path} has {found:?}, not {seen:?}")) }
        })
        .unwrap();
    hold(&queries(&world.words()), |query| {
        world.for_all(|caller, path, kind, seen| {
            let path = format!("{path}?{query}");
            let found = answers::list(&caller.get(&path), kind)?;
            match found.iter().find(|id| !seen.contains(id)) {
                None => Ok(()),
                Some(id) => Err(format!("{path} has {id}")),
            }
        })
    });
}

fn records_answer_in_their_dialect_and_scope(runtime: Runtime) {
    let world = World::new(Server::start(runtime));
    hold(&(ids(&world.words()), queries(&world.words())), |(id, query)| {
        world.for_all(|caller, path, kind, seen| {
            let path = format!("{path}/{id}?{query}");
            match answers::record(&caller.get(&path), kind)? {
                Some(id) if !seen.contains(&id) => Err(format!("{path} is {id}")),
                _ => Ok(()),
            }
        })
    });
}

/// Asserts a property of [`CASES`] questions.
fn hold<S: Strategy>(questions: &S, property: impl Fn(&S::Value) -> Result<(), String>)
where
    S::Value: Debug,
{
    let seed = std::env::var("EDGE_IAM_PROPERTY_SEED").ok().map_or(7, |seed| seed.parse::<u64>().expect("a number"));
    let bytes: Vec<u8> = seed.to_le_bytes().repeat(4);
    let config = Config { cases: CASES, max_shrink_iters: 400, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes));
    let found = runner.run(questions, |question| property(&question).map_err(TestCaseError::fail));
    if let Err(error) = found {
        panic!("EDGE_IAM_PROPERTY_SEED={seed}: {error}");
    }
}
