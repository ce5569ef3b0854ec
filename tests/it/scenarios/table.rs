//! Which stories are told through which API.

use std::fmt::Write;

use iam_tests::{Runtime, Server};

use super::clients;
use super::dialect::{Dialect, Verb};
use super::story::Story;
use super::{
    last_administrator, let_in_and_out, machine_keys, organization_renamed, organization_tree, same_user, two_tenants,
    user_renamed,
};

const STORIES: &[&Story] = &[
    &last_administrator::STORY,
    &let_in_and_out::STORY,
    &machine_keys::STORY,
    &organization_renamed::STORY,
    &organization_tree::STORY,
    &same_user::STORY,
    &two_tenants::STORY,
    &user_renamed::STORY,
];

/// `told`, `told without <verbs>`, or `lacks <verbs>`. **A cell may only come nearer to `told`**: what an API could do
/// once it is not to lose unseen.
const TABLE: &str = "
last_administrator
  eazyrent  told
  idah      told
  logto     told
let_in_and_out
  eazyrent  told
  idah      told
  logto     told
machine_keys
  eazyrent  told
  idah      told without Machines
  logto     told
organization_renamed
  eazyrent  told
  idah      told
  logto     told
organization_tree
  eazyrent  told
  idah      lacks Children
  logto     lacks Children, AdministerOne
same_user
  eazyrent  told
  idah      told without DeleteJoined
  logto     told without MakePending
two_tenants
  eazyrent  told without DeleteOrganization
  idah      told
  logto     told without AdministerOne
user_renamed
  eazyrent  told
  idah      told
  logto     told
";

/// Whether the table says that a story is told through a dialect.
pub fn is_told(story: &str, dialect: &str) -> bool {
    let row = TABLE.lines().skip_while(|line| *line != story).find_map(|line| line.trim().strip_prefix(dialect));
    row.is_some_and(|cell| cell.trim().starts_with("told"))
}

fn cell(story: &Story, dialect: &dyn Dialect) -> String {
    let names = |verbs: Vec<Verb>| verbs.iter().map(|verb| format!("{verb:?}")).collect::<Vec<_>>().join(", ");
    let (needed, dispensable) = (Story::lacking(story.needs, dialect), Story::lacking(story.may_lack, dialect));
    match (needed.is_empty(), dispensable.is_empty()) {
        (true, true) => "told".to_owned(),
        (true, false) => format!("told without {}", names(dispensable)),
        (false, _) => format!("lacks {}", names(needed)),
    }
}

#[test]
fn no_story_is_lost() {
    let server = Server::shared(Runtime::Native);
    let mut table = String::from("\n");
    for story in STORIES {
        writeln!(table, "{}", story.name).unwrap();
        for dialect in clients::all(server) {
            writeln!(table, "  {:<9} {}", dialect.name(), cell(story, dialect.as_ref())).unwrap();
        }
    }
    assert_eq!(table, TABLE);
}
