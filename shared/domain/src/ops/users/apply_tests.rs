use serde_json::json;

use super::*;
use crate::model::bounds::MAX_OBJECT;
use crate::model::{ImageName, Phone, PrincipalId, PrincipalState};

fn ada() -> User<UserRecord> {
    let mut user = User::<UserRecord>::blank(PrincipalId::from_stored(1), PrincipalState::Active, 0);
    user.first_name = Some("Ada".into());
    user.email = Some("ada@example.org".into());
    user.phone = Some("+2".into());
    user.data.email_verified_at = Some(1);
    user
}

/// Names of what is different, and the user then.
fn changed(change: UserChange) -> (Vec<&'static str>, User<UserRecord>) {
    let mut user = ada();
    let changes = apply(&mut user, change, 7).unwrap();
    (changes.names(), user)
}

fn address(text: &str) -> Patch<Email> {
    Patch::Set(Email::from_stored(text.to_owned()))
}

#[test]
fn what_is_as_it_was_is_no_change() {
    assert_eq!(changed(UserChange::default()).0, [""; 0]);
    let same = UserChange {
        first_name: Patch::Set("Ada".into()),
        last_name: Patch::Clear,
        email: address("ada@example.org"),
        custom_data: ObjectPatch::Merge(Map::new()),
        is_email_proven: true,
        ..UserChange::default()
    };
    assert_eq!(changed(same).0, [""; 0]);
}

#[test]
fn a_new_address_is_not_verified_unless_it_is_proven() {
    let (names, user) = changed(UserChange { email: address("other@example.org"), ..UserChange::default() });
    assert_eq!((names, user.data.email_verified_at), (vec!["email"], None));
    let (names, user) = changed(UserChange { email: address("ADA@example.org"), ..UserChange::default() });
    assert_eq!((names, user.data.email_verified_at), (vec!["email"], Some(1)));
    let proven = UserChange { email: address("other@example.org"), is_email_proven: true, ..UserChange::default() };
    let (names, user) = changed(proven);
    assert_eq!((names, user.data.email_verified_at), (vec!["email"], Some(7)));
}

#[test]
fn a_telephone_number_that_stays_is_not_refused() {
    let sent = |text: &str| UserChange {
        phone: Patch::Set(Phone::from_stored(text.to_owned())),
        phone_fault: Phone::parse("phone", text).err(),
        ..UserChange::default()
    };
    assert_eq!(changed(sent("+2")).0, [""; 0]);
    assert_eq!(changed(sent("+33123456789")).0, ["phone"]);
    assert!(apply(&mut ada(), sent("+3"), 7).is_err());
}

#[test]
fn an_empty_name_hides_the_two_names() {
    let nameless = || UserChange { display_name: Patch::Set(String::new()), ..UserChange::default() };
    let (_, user) = changed(nameless());
    assert_eq!((user.name(), user.first_name.as_deref()), (None, Some("Ada")));
    let (_, user) = changed(UserChange { first_name: Patch::Clear, ..nameless() });
    assert_eq!(user.display_name, None);
}

#[test]
fn the_address_of_the_stored_picture_is_that_picture() {
    let name = ImageName::from_stored("0123456789abcdef0123456789abcdef.png".to_owned());
    let stored = Some(Picture::Stored(name.clone()));
    let set = |url: &str| avatar(&Patch::Set(Picture::Url(url.to_owned())), stored.clone());
    assert_eq!(set(&format!("https://iam.example.org/x/{name}")), stored);
    assert_eq!(set("https://a.example/b.png"), Some(Picture::Url("https://a.example/b.png".into())));
    assert_eq!(avatar(&Patch::Clear, stored.clone()), None);
    assert_eq!(avatar(&Patch::Keep, stored.clone()), stored);
}

#[test]
fn objects_have_their_size() {
    let object = |bytes: usize| {
        let data = json!({ "a": "x".repeat(bytes) }).as_object().cloned().unwrap_or_default();
        apply(&mut ada(), UserChange { custom_data: ObjectPatch::Replace(data), ..UserChange::default() }, 7)
    };
    assert!(object(MAX_OBJECT - 8).is_ok());
    assert!(object(MAX_OBJECT - 7).is_err_and(|error| error.code() == "too_long"));
}
