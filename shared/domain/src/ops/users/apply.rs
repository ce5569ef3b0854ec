//! What a change makes of a user.

use serde_json::{Map, Value as Json};

use crate::clock::Millis;
use crate::error::Result;
use crate::model::bounds::check_object;
use crate::model::{Audited, Changes, Email, ObjectPatch, Patch, Picture, User, UserChange, display_name, parted_name};
use crate::store::users::read::UserRecord;

/// The address in the form that is compared.
pub(super) fn email_key(user: &User<UserRecord>) -> Option<String> {
    user.email.clone().map(|email| Email::from_stored(email).key().to_owned())
}

/// Makes a change to `user`, and returns what is different then. A new address is not verified.
///
/// # Errors
/// `WrongState` (`too_long`) when there is more data than can be stored; `Invalid` for a telephone number that is none, and for
/// an address of no picture.
pub(super) fn apply(user: &mut User<UserRecord>, change: UserChange, now: Millis) -> Result<Changes> {
    let mut changes = Changes::default();
    let old_email = email_key(user);
    let was_verified = user.data.email_verified_at.is_some();
    let names = names(user, &change);
    replace(&mut changes, "first_name", &mut user.first_name, |_| names.first);
    replace(&mut changes, "last_name", &mut user.last_name, |_| names.last);
    replace(&mut changes, "email", &mut user.email, |old| change.email.apply(old, |email| email.text().to_owned()));
    let has_new_phone =
        replace(&mut changes, "phone", &mut user.phone, |old| change.phone.apply(old, |new| new.text().to_owned()));
    if let Some(fault) = change.phone_fault.filter(|_| has_new_phone) {
        return Err(fault);
    }
    replace(&mut changes, "name", &mut user.display_name, |_| names.apart);
    let has_new_avatar = replace(&mut changes, "avatar", &mut user.avatar, |old| avatar(&change.avatar, old));
    if let Some(fault) = change.avatar_fault.filter(|_| has_new_avatar) {
        return Err(fault);
    }
    if email_key(user) != old_email {
        user.data.email_verified_at = None;
    }
    if change.is_email_proven && user.data.email_verified_at.is_none() {
        user.data.email_verified_at = Some(now);
        changes.note("email_verified", &was_verified, &true);
    }
    let (claims, access) = (&mut user.data.claims, &mut user.data.access);
    set(&mut changes, "username", &mut claims.username, &change.username);
    set_object(&mut changes, "custom_data", "customData", &mut claims.custom_data, change.custom_data)?;
    set_object(&mut changes, "profile", "profile", &mut claims.profile, change.profile)?;
    set_object(&mut changes, "identity", "identities", &mut claims.identities, change.identities)?;
    set(&mut changes, "sso_channel", &mut access.sso_channel, &change.sso_channel);
    replace(&mut changes, "account_role", &mut access.given_role, |old| change.account_role.apply(old, |role| *role));
    set_object(&mut changes, "role_scope", "role_scope", &mut access.scope_rest, change.role_scope)?;
    Ok(changes)
}

/// What a user is called after a change.
struct Names {
    first: Option<String>,
    last: Option<String>,
    apart: Option<String>,
}

/// A name that is changed in one form is new in the others, too, unless it was set apart from them before: APIs know a whole
/// name, or first and last name, or both.
fn names(user: &User<UserRecord>, change: &UserChange) -> Names {
    let shown = user.first_and_last();
    let is_whole = change.first_name == Patch::Keep && change.last_name == Patch::Keep;
    if change.is_name_in_parts && !is_whole {
        let first = change.first_name.apply(shown.0.clone(), String::clone);
        let last = change.last_name.apply(shown.1.clone(), String::clone);
        if (&first, &last) != (&shown.0, &shown.1) {
            return Names { first, last, apart: None };
        }
        let (first, last) = (user.first_name.clone(), user.last_name.clone());
        return Names { first, last, apart: user.display_name.clone() };
    }
    let first = change.first_name.apply(user.first_name.clone(), String::clone);
    let last = change.last_name.apply(user.last_name.clone(), String::clone);
    let has_parts = first.is_some() || last.is_some();
    match &change.display_name {
        Patch::Set(name) if is_whole && has_parts && user.display_name.is_none() && !name.is_empty() => {
            if user.name().as_ref() == Some(name) {
                return Names { first, last, apart: None };
            }
            let (first, last) = parted_name(name);
            let together = display_name(None, first.as_deref(), last.as_deref());
            Names { first, last, apart: Some(name.clone()).filter(|name| together.as_ref() != Some(name)) }
        }
        patch => {
            let apart = patch.apply(user.display_name.clone(), String::clone);
            Names { first, last, apart: apart.filter(|name| !name.is_empty() || has_parts) }
        }
    }
}

fn set(changes: &mut Changes, name: &'static str, place: &mut Option<String>, patch: &Patch<String>) {
    replace(changes, name, place, |old| patch.apply(old, String::clone));
}

/// Puts what `new` makes of a value in its place, and notes it; whether that is another value.
fn replace<T>(changes: &mut Changes, name: &'static str, place: &mut T, new: impl FnOnce(T) -> T) -> bool
where
    T: Clone + PartialEq + Audited,
{
    let old = place.clone();
    *place = new(old.clone());
    changes.note(name, &old, place)
}

fn set_object(
    changes: &mut Changes,
    name: &'static str,
    what: &'static str,
    place: &mut Map<String, Json>,
    patch: ObjectPatch,
) -> Result<()> {
    if patch == ObjectPatch::Keep {
        return Ok(());
    }
    replace(changes, name, place, |old| patch.apply(old));
    check_object(what, place)
}

/// An address that ends with the name of the stored picture is the one under which that is shown: sent back as it was
/// read, it must not take the picture away that it points at.
fn avatar(patch: &Patch<Picture>, old: Option<Picture>) -> Option<Picture> {
    match (patch, old) {
        (Patch::Set(Picture::Url(url)), Some(Picture::Stored(name))) if url.ends_with(name.as_str()) => {
            Some(Picture::Stored(name))
        }
        (patch, old) => patch.apply(old, Picture::clone),
    }
}

#[cfg(test)]
#[path = "apply_tests.rs"]
mod tests;
