//! Stories about people, organizations and machines, each written once and told through every API.
//!
//! [`dialect::Dialect`] has the verbs of the identity graph, [`clients`] an implementation for each API, and the other
//! files a story each. What an API cannot do is named by [`dialect::Dialect::lacks`], and a story says which of its verbs
//! an API may lack; `table.rs` shows which stories are told through which API, and fails when one gets lost.
//!
//! To add an API: implement the trait in `clients/<name>.rs`, name the file in [`for_each_dialect`], and write the new
//! column of the table. To add a story: a file with a `STORY` and [`through_every_dialect`], and a row of the table.
//! Nothing here knows of tables of the database: a story sees what callers see.

mod clients;
mod dialect;
mod last_administrator;
mod let_in_and_out;
mod limits;
mod machine_keys;
mod organization_renamed;
mod organization_tree;
mod same_user;
mod story;
mod table;
mod two_tenants;
mod user_renamed;

/// Hands the names of all dialects, which are files of `clients`, to the macro `then`: the one list of them.
macro_rules! for_each_dialect {
    ($then:ident $($rest:tt)*) => { $then! { [eazyrent idah logto] $($rest)* } };
}

/// A test for each dialect that tells the story on a runtime.
macro_rules! tell_each {
    ([$($dialect:ident)*] $story:path, $runtime:ident) => {
        $(#[test]
        fn $dialect() {
            $crate::scenarios::story::tell(&$story, iam_tests::Runtime::$runtime, stringify!($dialect));
        })*
    };
}

/// Makes tests out of the `STORY` of a file: one for each dialect and runtime.
macro_rules! through_every_dialect {
    () => {
        mod native {
            use crate::scenarios::{for_each_dialect, tell_each};
            for_each_dialect!(tell_each super::STORY, Native);
        }
        mod wasm {
            use crate::scenarios::{for_each_dialect, tell_each};
            for_each_dialect!(tell_each super::STORY, Wasm);
        }
    };
}
use {for_each_dialect, tell_each, through_every_dialect};
