//! What a story is, and how it is told through a dialect.

use iam_domain::crypto::secret::{Alphabet, random_text};
use iam_domain::rng::SystemRng;
use iam_tests::{Runtime, Server};

use super::clients;
use super::dialect::{Dialect, NewUser, Verb};
use super::table;
use crate::wire::tenant::unique_email;

/// A story.
pub struct Story {
    /// As in the table.
    pub name: &'static str,
    /// Verbs without which it is not told.
    pub needs: &'static [Verb],
    /// Verbs that some of its steps need, which are left out without them.
    pub may_lack: &'static [Verb],
    pub tell: fn(&Telling<'_>),
}

impl Story {
    /// Verbs of `list` that the dialect lacks.
    pub fn lacking(list: &[Verb], dialect: &dyn Dialect) -> Vec<Verb> {
        list.iter().copied().filter(|verb| !dialect.has(*verb)).collect()
    }
}

/// A story told through a dialect.
pub struct Telling<'a> {
    pub server: &'a Server,
    dialects: Vec<Box<dyn Dialect + 'a>>,
    index: usize,
    story: &'static Story,
}

/// Tells a story through a dialect on the shared server of a runtime. Where the dialect lacks what the story needs, the
/// table must say so.
pub fn tell(story: &'static Story, runtime: Runtime, name: &str) {
    let server = Server::shared(runtime);
    let dialects = clients::all(server);
    let index = dialects.iter().position(|dialect| dialect.name() == name).expect("a dialect");
    let told = Telling { server, dialects, index, story };
    let is_told = Story::lacking(story.needs, told.api()).is_empty();
    assert_eq!(is_told, table::is_told(story.name, name), "the table must say whether {name} tells {}", story.name);
    if is_told {
        (story.tell)(&told);
    }
}

impl Telling<'_> {
    /// The dialect that the story is told through.
    pub fn api(&self) -> &dyn Dialect {
        self.dialects[self.index].as_ref()
    }

    /// All dialects, this one too.
    pub fn all(&self) -> impl Iterator<Item = &dyn Dialect> {
        self.dialects.iter().map(AsRef::as_ref)
    }

    /// All dialects but this one.
    pub fn others(&self) -> impl Iterator<Item = &dyn Dialect> {
        self.all().filter(|dialect| dialect.name() != self.api().name())
    }

    /// The dialects through which people log in: whoever is let in or kept out is so by each of them.
    pub fn doors(&self) -> impl Iterator<Item = &dyn Dialect> {
        self.all().filter(|dialect| dialect.has(Verb::LogIn))
    }

    /// Whether the dialect can do what a step of the story needs.
    pub fn can(&self, verb: Verb) -> bool {
        assert!(self.story.may_lack.contains(&verb), "{}: {verb:?} is not said to be dispensable", self.story.name);
        self.api().has(verb)
    }

    /// Somebody whom no other story knows.
    pub fn somebody(&self, name: &'static str) -> NewUser {
        NewUser { email: unique_email(self.story.name), name }
    }

    /// A name that nothing else has.
    pub fn name(&self, stem: &str) -> String {
        format!("{stem} {} {}", self.story.name, random_text(Alphabet::LowerDigits, 12, &SystemRng))
    }
}
