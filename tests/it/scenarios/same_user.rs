//! A user is one in all APIs: one makes somebody, another one sees, changes and deletes them.

use super::dialect::{Dialect, NewUser, Verb, Why};
use super::story::{Story, Telling};

pub const STORY: Story =
    Story { name: "same_user", needs: &[], may_lack: &[Verb::MakePending, Verb::DeleteJoined], tell };

super::through_every_dialect!();

/// The story's API makes the user.
fn tell(told: &Telling<'_>) {
    for other in told.others() {
        pair(told, told.api(), other);
    }
}

fn pair(told: &Telling<'_>, maker: &dyn Dialect, other: &dyn Dialect) {
    let pair = format!("{} makes, {} changes", maker.name(), other.name());
    let organization = maker.make_organization(&told.name("Shared")).unwrap();
    let user = maker.make_user(&organization, &told.somebody("Ada Lovelace")).unwrap();
    let bystander = maker.make_user(&organization, &told.somebody("Mary Somerville")).unwrap();

    // The same id and address, as a member and alone.
    let here = maker.user(&organization, &user).unwrap();
    let there = other.user(&organization, &user).unwrap();
    assert_eq!((&there.id, &there.email, there.is_stopped), (&here.id, &here.email, here.is_stopped), "{pair}");
    assert_eq!(other.member(&organization, &user).unwrap(), Some(there), "{pair}");

    other.lock(&organization, &user).unwrap();
    assert!(maker.user(&organization, &user).unwrap().is_stopped, "{pair}");
    other.unlock(&organization, &user).unwrap();
    assert!(!maker.user(&organization, &user).unwrap().is_stopped, "{pair}");

    if maker.has(Verb::MakePending) || other.has(Verb::DeleteJoined) {
        other.delete(&organization, &user).unwrap();
    } else {
        // Who has joined is stopped for good there, and deleted here.
        other.refuses(Why::Forbidden, other.delete(&organization, &user));
        other.lock(&organization, &user).unwrap();
        maker.delete(&organization, &user).unwrap();
    }
    for api in [maker, other] {
        api.refuses(Why::Unknown, api.user(&organization, &user));
        api.refuses(Why::Unknown, api.lock(&organization, &user));
        assert_eq!(api.member(&organization, &user).unwrap(), None, "{pair}");
        assert!(api.member(&organization, &bystander).unwrap().is_some(), "{pair}");
    }
    // The address is free again.
    let again = maker.make_user(&organization, &NewUser { email: user.email, name: "Ada Byron" });
    assert_ne!(again.unwrap().id, user.id, "{pair}");
}
