//! Somebody is invited, accepts, is given a role, locked, let in again, and leaves.

use super::dialect::{Dialect, Session, Why};
use super::story::{Story, Telling};

pub const STORY: Story = Story { name: "let_in_and_out", needs: &[], may_lack: &[], tell };

super::through_every_dialect!();

fn tell(told: &Telling<'_>) {
    let api = told.api();
    let organization = api.make_organization(&told.name("Agency")).unwrap();
    let new = told.somebody("Ada Lovelace");
    let invitation = api.invite(&organization, &new).unwrap();

    let user = api.accept(&invitation).unwrap();
    assert_eq!(user.email, new.email);
    for other in told.all() {
        let seen = other.member(&organization, &user).unwrap();
        let seen = seen.unwrap_or_else(|| panic!("{}: no member", other.name()));
        assert_eq!((&seen.email, seen.is_stopped), (&user.email, false), "{}", other.name());
    }
    // Once: the invitation is used up.
    assert!(api.accept(&invitation).is_err());

    let role = api.some_role().unwrap();
    assert!(!api.roles(&organization, &user).unwrap().contains(&role));
    api.give_role(&organization, &user, &role).unwrap();
    assert!(api.roles(&organization, &user).unwrap().contains(&role));

    let sessions: Vec<(&dyn Dialect, Session)> = told.doors().map(|door| (door, door.log_in(&user).unwrap())).collect();
    for (door, session) in &sessions {
        door.act(session).unwrap();
    }
    let belongs = |door: &dyn Dialect, session: &Session| door.sees(session, &organization).unwrap();
    assert!(sessions.iter().any(|(door, session)| belongs(*door, session)), "no API tells where somebody belongs");

    api.lock(&organization, &user).unwrap();
    for (door, session) in &sessions {
        door.refuses(Why::Unauthenticated, door.act(session));
        door.refuses(Why::WrongLogin, door.log_in(&user).map(drop));
    }
    for other in told.all() {
        assert!(other.user(&organization, &user).unwrap().is_stopped, "{}", other.name());
    }

    api.unlock(&organization, &user).unwrap();
    for other in told.all() {
        assert!(!other.user(&organization, &user).unwrap().is_stopped, "{}", other.name());
    }
    assert!(api.roles(&organization, &user).unwrap().contains(&role), "held as before");
    let sessions: Vec<(&dyn Dialect, Session)> = told.doors().map(|door| (door, door.log_in(&user).unwrap())).collect();
    for (door, session) in &sessions {
        door.act(session).unwrap();
    }

    api.take_role(&organization, &user, &role).unwrap();
    assert!(!api.roles(&organization, &user).unwrap().contains(&role));
    api.remove(&organization, &user).unwrap();
    for other in told.all() {
        assert_eq!(other.member(&organization, &user).unwrap(), None, "{}", other.name());
    }
    // Somebody whom the API deletes on leaving is not let in at all; whoever is left does not belong there any more.
    for (door, session) in &sessions {
        match door.act(session) {
            Ok(()) => {
                assert!(!belongs(*door, session), "{}", door.name());
                assert!(!belongs(*door, &door.log_in(&user).unwrap()), "{}", door.name());
            }
            refused => {
                door.refuses(Why::Unauthenticated, refused);
                door.refuses(Why::WrongLogin, door.log_in(&user).map(drop));
            }
        }
    }
}
