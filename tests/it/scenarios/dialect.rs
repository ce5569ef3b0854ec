//! What an API has to be able to do for the stories.

use std::fmt::Debug;

use iam_tests::Client;

/// The password of everybody in the stories.
pub const PASSWORD: &str = "Test-only-1";

/// What an API did, or why it did not.
pub type Answer<T = ()> = Result<T, Refusal>;

/// An answer with an error, in the shape that the API's contract has for it: the client has checked that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    pub status: u16,
    /// The API's own word for it, or its text where it has no words.
    pub code: String,
}

/// Why something must be refused, whatever the API calls it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// There is no such thing, or not for this caller.
    Unknown,
    /// The token or key is not good any more.
    Unauthenticated,
    /// Nobody logs in with this.
    WrongLogin,
    /// The organization would have no administrator left who can act.
    LastAdministrator,
    /// The contract forbids it.
    Forbidden,
}

/// Verbs that an API may lack. A story names those that it can do without, or cannot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    /// People log in: [`Dialect::log_in`], [`Dialect::sees`].
    LogIn,
    /// Somebody administers one organization and no other: [`Dialect::administrator`].
    AdministerOne,
    /// Organizations have children: [`Dialect::make_child`], [`Dialect::children`], [`Dialect::unlink`].
    Children,
    /// Organizations can be deleted: [`Dialect::delete_organization`].
    DeleteOrganization,
    /// A user who is made is still to come in, until an invitation is accepted.
    MakePending,
    /// Users who have come in can be deleted. Those who are still to can be in every API.
    DeleteJoined,
    /// Members can be administrators of their organization: [`Dialect::administrators`], [`Dialect::make_administrator`].
    Administrators,
    /// Each machine is somebody of its own: [`Dialect::machines`], [`Dialect::delete_machine`].
    Machines,
    /// Machines that another API has put into an organization are listed with its own.
    GuestMachines,
}

/// An organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organization {
    pub id: String,
}

/// A user who is yet to be.
#[derive(Debug, Clone)]
pub struct NewUser {
    pub email: String,
    /// First and last name.
    pub name: &'static str,
}

/// A user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    pub id: String,
    pub email: String,
}

/// An invitation that is not accepted yet.
#[derive(Debug, Clone)]
pub struct Invitation {
    pub user: NewUser,
    /// What the API knows it by.
    pub id: String,
}

/// A user as an API shows them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    pub id: String,
    pub email: String,
    /// What the API shows as the whole name.
    pub name: String,
    /// Locked, suspended, disabled: not let in at present.
    pub is_stopped: bool,
}

/// A key with its secret.
#[derive(Debug, Clone)]
pub struct Key {
    pub id: String,
    pub machine: String,
    /// One of [`Dialect::key_kinds`].
    pub kind: &'static str,
    pub secret: String,
}

/// Somebody who has been let in.
pub struct Session {
    pub client: Client,
    /// Path that this caller can read for as long as the session is good.
    pub probe: String,
}

/// One API in the verbs of the identity graph.
///
/// Verbs are spoken by whoever may do most in this API, and for the organization that they name. Each does what its
/// comment says however many requests the API wants for it; what it returns is read from answers, and what an API refuses
/// is a [`Refusal`]. Anything that the contract does not foresee (a status 500, a body of another shape) is a panic.
///
/// A verb of [`Verb`] that an API lacks keeps its default, which panics, and is named by [`Dialect::lacks`]. All others
/// must be implemented.
pub trait Dialect {
    /// Name of the page in docs/dialects.
    fn name(&self) -> &'static str;

    /// Verbs that the API's contract does not have.
    fn lacks(&self) -> &'static [Verb];

    /// Statuses with which this API refuses for this reason.
    fn statuses(&self, why: Why) -> &'static [u16];

    /// The same API, spoken by somebody with the highest role in one organization, and none elsewhere.
    fn administrator<'a>(&'a self, organization: &Organization) -> Box<dyn Dialect + 'a> {
        let _ = organization;
        missing(self.name(), Verb::AdministerOne)
    }

    /// Makes an organization that belongs to no other one.
    fn make_organization(&self, name: &str) -> Answer<Organization>;

    /// What an organization is called.
    fn organization_name(&self, organization: &Organization) -> Answer<String>;

    /// Calls an organization something else.
    fn rename_organization(&self, organization: &Organization, name: &str) -> Answer;

    /// Deletes an organization. Its people stay.
    fn delete_organization(&self, organization: &Organization) -> Answer {
        let _ = organization;
        missing(self.name(), Verb::DeleteOrganization)
    }

    /// Makes an organization below another one.
    fn make_child(&self, parent: &Organization, name: &str) -> Answer<Organization> {
        let _ = (parent, name);
        missing(self.name(), Verb::Children)
    }

    /// Ids of the organizations right below this one.
    fn children(&self, parent: &Organization) -> Answer<Vec<String>> {
        let _ = parent;
        missing(self.name(), Verb::Children)
    }

    /// Cuts a child loose, from either side.
    fn unlink(&self, parent: &Organization, child: &Organization) -> Answer {
        let _ = (parent, child);
        missing(self.name(), Verb::Children)
    }

    /// Makes a user who is a member, and who has not set a password.
    fn make_user(&self, organization: &Organization, new: &NewUser) -> Answer<User>;

    /// Offers somebody to join. Nobody with that address is let in anywhere before accepting.
    fn invite(&self, organization: &Organization, new: &NewUser) -> Answer<Invitation>;

    /// Accepts an invitation as whoever was invited can, and sets [`PASSWORD`]: from then on a member, and active.
    fn accept(&self, invitation: &Invitation) -> Answer<User>;

    /// Shows a user. `organization` is one that the user is in, or was.
    fn user(&self, organization: &Organization, user: &User) -> Answer<Seen>;

    /// Everybody in an organization.
    fn members(&self, organization: &Organization) -> Answer<Vec<Seen>>;

    /// Gives a member another first and last name.
    fn rename(&self, organization: &Organization, user: &User, first: &str, last: &str) -> Answer;

    /// Keeps a user out for the time being: not let in, and every token refused, from the next request on.
    fn lock(&self, organization: &Organization, user: &User) -> Answer;

    /// Lets a locked user in again.
    fn unlock(&self, organization: &Organization, user: &User) -> Answer;

    /// Takes a user out of an organization.
    fn remove(&self, organization: &Organization, user: &User) -> Answer;

    /// Deletes a user for good. Whom an organization may not delete in this API, but who may do so, deletes the own account.
    fn delete(&self, organization: &Organization, user: &User) -> Answer;

    /// A role that a member can be given, as a text that this API alone understands.
    fn some_role(&self) -> Answer<String>;

    /// Gives a member a role.
    fn give_role(&self, organization: &Organization, user: &User, role: &str) -> Answer;

    /// Takes a role from a member.
    fn take_role(&self, organization: &Organization, user: &User, role: &str) -> Answer;

    /// Roles of a member.
    fn roles(&self, organization: &Organization, user: &User) -> Answer<Vec<String>>;

    /// People who administer an organization, in whatever state.
    fn administrators(&self, organization: &Organization) -> Answer<Vec<User>> {
        let _ = organization;
        missing(self.name(), Verb::Administrators)
    }

    /// Lets somebody in who administers the organization.
    fn make_administrator(&self, organization: &Organization, new: &NewUser) -> Answer<User> {
        let _ = (organization, new);
        missing(self.name(), Verb::Administrators)
    }

    /// Every kind of request after which a member is none, cannot act, or does not administer the organization any more.
    fn ways_out(&self) -> &'static [&'static str];

    /// Those of [`Dialect::ways_out`] that the contract refuses for members who have joined, whoever is left.
    fn never_open(&self) -> &'static [&'static str] {
        &[]
    }

    /// Puts a member out in one of these ways.
    fn put_out(&self, way: &str, organization: &Organization, user: &User) -> Answer;

    /// Logs a user in, by e-mail address and [`PASSWORD`].
    fn log_in(&self, user: &User) -> Answer<Session> {
        let _ = user;
        missing(self.name(), Verb::LogIn)
    }

    /// Whether a user who is logged in is shown an organization as one that they belong to.
    fn sees(&self, session: &Session, organization: &Organization) -> Answer<bool> {
        let _ = (session, organization);
        missing(self.name(), Verb::LogIn)
    }

    /// Any request of somebody who was let in: whether the session is still good.
    fn act(&self, session: &Session) -> Answer;

    /// Id of a machine that keys of the organization can be made for: a new one, or the only one that there is where the
    /// API lacks [`Verb::Machines`].
    fn machine(&self, organization: &Organization) -> Answer<String>;

    /// Ids of the machines in an organization.
    fn machines(&self, organization: &Organization) -> Answer<Vec<String>> {
        let _ = organization;
        missing(self.name(), Verb::Machines)
    }

    /// Deletes a machine with its keys.
    fn delete_machine(&self, organization: &Organization, machine: &str) -> Answer {
        let _ = (organization, machine);
        missing(self.name(), Verb::Machines)
    }

    /// Kinds of keys, one or more.
    fn key_kinds(&self) -> &'static [&'static str];

    /// Makes a key of a kind.
    fn make_key(&self, organization: &Organization, machine: &str, kind: &'static str) -> Answer<Key>;

    /// Lets a machine in by a key.
    fn authenticate(&self, organization: &Organization, key: &Key) -> Answer<Session>;

    /// Makes a key worthless, with all that it was let in with.
    fn revoke_key(&self, organization: &Organization, key: &Key) -> Answer;
}

fn missing(dialect: &str, verb: Verb) -> ! {
    panic!("{dialect} lacks {verb:?}: the story must say that it needs it, or may go on without")
}

impl dyn Dialect + '_ {
    /// Invites somebody, who accepts.
    pub fn let_in(&self, organization: &Organization, new: &NewUser) -> Answer<User> {
        self.accept(&self.invite(organization, new)?)
    }

    /// A member, if it is one.
    pub fn member(&self, organization: &Organization, user: &User) -> Answer<Option<Seen>> {
        Ok(self.members(organization)?.into_iter().find(|seen| seen.id == user.id))
    }

    /// Whether the API's contract has the verb.
    pub fn has(&self, verb: Verb) -> bool {
        !self.lacks().contains(&verb)
    }

    /// Asserts that the API refused, for this reason.
    #[track_caller]
    pub fn refuses<T: Debug>(&self, why: Why, answer: Answer<T>) {
        let statuses = self.statuses(why);
        match answer {
            Err(refusal) if statuses.contains(&refusal.status) => {}
            other => panic!("{} must refuse ({why:?}, {statuses:?}): {other:?}", self.name()),
        }
    }
}
