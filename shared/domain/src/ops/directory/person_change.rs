//! What can be said of a person, and its rules.

use super::check_object;
use crate::error::{Error, Result};
use crate::model::{Email, ObjectPatch, Patch, Person, Picture};
use crate::ops::ctx::Work;
use crate::ops::people;
use crate::store::DbError;

/// Most characters of a name, a login name, an address, and the digits of a telephone number.
const MAX_TEXT: usize = 128;
/// Most characters of the address of a picture.
const MAX_AVATAR: usize = 2048;

/// What is to be set of a person. What is kept has its default in a new one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonChange {
    /// Login name.
    pub username: Patch<String>,
    /// E-mail address. One that is too long may be of any form: it is refused for its length.
    pub email: Patch<Email>,
    /// Telephone number: a plus sign and digits.
    pub phone: Patch<String>,
    /// Name to be shown, apart from the two names.
    pub name: Patch<String>,
    /// First name.
    pub first_name: Patch<String>,
    /// Last name.
    pub last_name: Patch<String>,
    /// Address of a picture.
    pub avatar: Patch<String>,
    /// Data of the manager's own.
    pub custom_data: ObjectPatch,
    /// Other claims of the profile.
    pub profile: ObjectPatch,
}

impl PersonChange {
    /// Changes nothing.
    pub const NONE: Self = Self {
        username: Patch::Keep,
        email: Patch::Keep,
        phone: Patch::Keep,
        name: Patch::Keep,
        first_name: Patch::Keep,
        last_name: Patch::Keep,
        avatar: Patch::Keep,
        custom_data: ObjectPatch::Keep,
        profile: ObjectPatch::Keep,
    };

    /// Fails when a value is longer than its place.
    ///
    /// # Errors
    /// `WrongState` (`too_long`).
    pub(super) fn check_lengths(&self) -> Result<()> {
        let is_over = |patch: &Patch<String>, most| matches!(patch, Patch::Set(text) if text.chars().count() > most);
        let email = matches!(&self.email, Patch::Set(email) if email.text().chars().count() > MAX_TEXT);
        let checks = [
            ("username", is_over(&self.username, MAX_TEXT)),
            ("primaryEmail", email),
            // The plus sign is not counted.
            ("primaryPhone", is_over(&self.phone, MAX_TEXT + 1)),
            ("name", is_over(&self.name, MAX_TEXT)),
            ("givenName", is_over(&self.first_name, MAX_TEXT)),
            ("familyName", is_over(&self.last_name, MAX_TEXT)),
            ("avatar", is_over(&self.avatar, MAX_AVATAR)),
        ];
        match checks.iter().find(|(_, is_over)| *is_over) {
            Some((what, _)) => Err(Error::rejected("too_long", format!("{what} is too long."))),
            None => Ok(()),
        }
    }

    /// The person afterwards.
    ///
    /// # Errors
    /// `WrongState` (`too_long`) when there is more data than can be stored.
    pub(super) fn apply(self, person: Person) -> Result<Person> {
        let text = String::clone;
        let person = Person {
            username: self.username.apply(person.username, text),
            email: self.email.apply(person.email, |email| email.text().to_owned()),
            phone: self.phone.apply(person.phone, text),
            display_name: self.name.apply(person.display_name, text),
            first_name: self.first_name.apply(person.first_name, text),
            last_name: self.last_name.apply(person.last_name, text),
            avatar: avatar(&self.avatar, person.avatar),
            custom_data: self.custom_data.apply(person.custom_data),
            profile: self.profile.apply(person.profile),
            ..person
        };
        check_object("customData", &person.custom_data)?;
        check_object("profile", &person.profile)?;
        Ok(person)
    }
}

/// An address that ends with the name of the stored picture is the one under which that is shown: sent back as it was
/// read, it must not take the picture away that it points at.
fn avatar(patch: &Patch<String>, old: Option<Picture>) -> Option<Picture> {
    match (patch, old) {
        (Patch::Set(url), Some(Picture::Stored(name))) if url.ends_with(name.as_str()) => Some(Picture::Stored(name)),
        (patch, old) => patch.apply(old, |url| Picture::Url(url.clone())),
    }
}

/// Fails when somebody else has the telephone number. Other APIs do not ask for that, so two people may have one already:
/// that keeps nobody from being changed.
///
/// # Errors
/// `Conflict` (`phone_taken`).
pub(super) async fn check_phone(work: &Work<'_>, person: &Person, old: Option<&str>) -> Result<()> {
    match person.phone.as_deref() {
        Some(phone) if old != Some(phone) && work.system().has_phone(phone, Some(person.id)).await? => {
            Err(Error::conflict("phone_taken", "This telephone number is already in use."))
        }
        _ => Ok(()),
    }
}

/// Names the rule behind a clash of what is unique.
pub(super) fn taken(error: DbError) -> Error {
    match error {
        DbError::Unique(what) if what.contains("username_key") => {
            Error::conflict("username_taken", "This username is already in use.")
        }
        other => people::email_taken(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ImageName;

    #[test]
    fn the_address_of_the_stored_picture_is_that_picture() {
        let name = ImageName::from_stored("0123456789abcdef0123456789abcdef.png".to_owned());
        let stored = Some(Picture::Stored(name.clone()));
        let set = |url: &str| avatar(&Patch::Set(url.to_owned()), stored.clone());
        assert_eq!(set(&format!("https://iam.example.org/x/{name}")), stored);
        assert_eq!(set("https://a.example/b.png"), Some(Picture::Url("https://a.example/b.png".into())));
        assert_eq!(avatar(&Patch::Clear, stored.clone()), None);
        assert_eq!(avatar(&Patch::Keep, stored.clone()), stored);
    }

    #[test]
    fn lengths_count_characters() {
        let long = |most: usize| Patch::Set("ü".repeat(most));
        for (most, change) in [
            (128, &(|text| PersonChange { username: text, ..PersonChange::NONE }) as &dyn Fn(_) -> _),
            (129, &|text| PersonChange { phone: text, ..PersonChange::NONE }),
            (128, &|text| PersonChange { name: text, ..PersonChange::NONE }),
            (128, &|text| PersonChange { first_name: text, ..PersonChange::NONE }),
            (128, &|text| PersonChange { last_name: text, ..PersonChange::NONE }),
            (2048, &|text| PersonChange { avatar: text, ..PersonChange::NONE }),
        ] {
            assert!(change(long(most)).check_lengths().is_ok());
            assert!(change(long(most + 1)).check_lengths().is_err());
        }
    }
}
