//! Searching all users by patterns, one field or all of them at a time.

use serde_json::{Value as Json, json};

use crate::model::OrganizationId;

/// `wanted`: a row for each text that is searched for (?3, see [`UserFilter::json`]), with a LIKE pattern for every
/// field where it may be; as a table, because reading the JSON again for every user takes five times as long.
macro_rules! wanted {
    () => {
        "WITH wanted (id, email, phone, username, name) AS MATERIALIZED ( \
           SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4 FROM json_each(?3)) "
    };
}
pub(super) use wanted;

/// Whether at least ?4 texts of `wanted!` are found at the user `u`, who is not in the organization ?5. Telephone
/// numbers are stored with a plus sign that those who search do not write; who has no name has an empty key.
macro_rules! user_is_wanted {
    () => {
        "(SELECT count(*) FROM wanted w WHERE nullif(u.name_key, '') LIKE w.name ESCAPE '!' \
           OR u.email_key LIKE w.email ESCAPE '!' OR u.username_key LIKE w.username ESCAPE '!' \
           OR substr(u.phone, 2) LIKE w.phone ESCAPE '!' OR u.id LIKE w.id ESCAPE '!') >= ?4 \
         AND (?5 IS NULL OR NOT EXISTS (SELECT 1 FROM membership WHERE organization_id = ?5 AND principal_id = u.id))"
    };
}
pub(super) use user_is_wanted;

/// Where to search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UserField {
    /// Id.
    Id,
    /// E-mail address.
    Email,
    /// Telephone number, without plus sign.
    Phone,
    /// Login name.
    Username,
    /// Name, as it is shown.
    Name,
}

impl UserField {
    /// All, in the order of the columns of `wanted!`.
    const ALL: [Self; 5] = [Self::Id, Self::Email, Self::Phone, Self::Username, Self::Name];
}

/// What to search for, whatever its case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserPattern {
    /// In this field alone; `None`: in any of them.
    pub field: Option<UserField>,
    /// The text, in which no character has a meaning of its own.
    pub text: String,
    /// Whether anything may stand before it.
    pub is_open_before: bool,
    /// Whether anything may stand behind it.
    pub is_open_behind: bool,
}

impl UserPattern {
    fn like(&self) -> String {
        let mut like = String::with_capacity(self.text.len() + 2);
        like.extend(self.is_open_before.then_some('%'));
        for character in self.text.to_lowercase().chars() {
            like.extend("%_!".contains(character).then_some('!'));
            like.push(character);
        }
        like.extend(self.is_open_behind.then_some('%'));
        like
    }
}

/// Which users are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UserFilter {
    /// What to search for.
    pub patterns: Vec<UserPattern>,
    /// Whether all of them must be found; else one is enough.
    pub needs_all: bool,
    /// Only those who are not in this organization.
    pub outside: Option<OrganizationId>,
}

impl UserFilter {
    /// Whether everybody is wanted.
    pub(super) fn is_empty(&self) -> bool {
        self.patterns.is_empty() && self.outside.is_none()
    }

    /// How many patterns must be found.
    pub(super) fn least(&self) -> i64 {
        let all = i64::try_from(self.patterns.len()).unwrap_or(i64::MAX);
        if self.needs_all { all } else { all.min(1) }
    }

    /// The patterns as `wanted!` reads them: for each a list of as many LIKE patterns as there are fields.
    pub(super) fn json(&self) -> String {
        let row = |pattern: &UserPattern| {
            let like = pattern.like();
            let is_searched = |field| pattern.field.is_none_or(|only| only == field);
            UserField::ALL.map(|field| if is_searched(field) { json!(like) } else { Json::Null })
        };
        json!(self.patterns.iter().map(row).collect::<Vec<_>>()).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(field: Option<UserField>, text: &str) -> UserPattern {
        UserPattern { field, text: text.to_owned(), is_open_before: true, is_open_behind: false }
    }

    #[test]
    fn no_character_of_a_text_is_a_wildcard() {
        assert_eq!(pattern(None, "50%_OFF!Ü").like(), "%50!%!_off!!ü");
    }

    #[test]
    fn a_pattern_of_one_field_is_in_its_column_alone() {
        let filter = UserFilter { patterns: vec![pattern(Some(UserField::Phone), "1")], ..UserFilter::default() };
        assert_eq!(filter.json(), r#"[[null,null,"%1",null,null]]"#);
        let filter = UserFilter { patterns: vec![pattern(None, "x")], ..UserFilter::default() };
        assert_eq!(filter.json(), r#"[["%x","%x","%x","%x","%x"]]"#);
    }

    #[test]
    fn one_pattern_is_enough_unless_all_are_needed() {
        let two = UserFilter { patterns: vec![pattern(None, "a"), pattern(None, "b")], ..UserFilter::default() };
        assert_eq!([two.least(), UserFilter { needs_all: true, ..two }.least()], [1, 2]);
        let outside = UserFilter { outside: Some(OrganizationId::from_stored(1)), ..UserFilter::default() };
        assert_eq!((outside.least(), outside.is_empty()), (0, false));
    }
}
