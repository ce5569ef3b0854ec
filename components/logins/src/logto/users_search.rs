//! The search of `GET /api/users`: `search`, `search.<field>`, `mode`, `mode.<field>`, `joint` and
//! `excludeOrganizationId`.
//!
//! What the original has beyond that is refused, not passed over: whoever asks for it would take the answer for another.

use iam_domain::error::{Error, Fault, FaultCode, Result, Step};
use iam_domain::model::OrganizationId;
use iam_domain::store::users::search::{UserField, UserFilter, UserPattern};
use iam_wire::dialect::logto::is_yes;
use iam_wire::http::form::Form;

/// Longest text to search for.
const MAX_TEXT: usize = 256;

/// Which users a query asks for.
///
/// # Errors
/// `Invalid` for what is not known or not supported.
pub fn filter(query: &Form) -> Result<UserFilter> {
    if is_yes(query, "isCaseSensitive") {
        return Err(unsupported("isCaseSensitive", "Case always counts for nothing."));
    }
    if query.get("excludeRoleId").is_some() {
        return Err(unsupported("excludeRoleId", "This filter is not supported."));
    }
    let needs_all = match query.get("joint").or_else(|| query.get("jointMode")) {
        None | Some("or") => false,
        Some("and") => true,
        Some(_) => return Err(unsupported("joint", "Only or and and are known.")),
    };
    let modes = modes(query)?;
    let mut patterns = Vec::new();
    for (name, text) in query.pairs() {
        let Some(Named(field)) = named(name, "search")? else { continue };
        let own = modes.iter().rfind(|(known, _)| *known == field);
        let mode =
            own.or_else(|| modes.iter().rfind(|(known, _)| known.is_none())).map_or(Mode::Like, |(_, mode)| *mode);
        patterns.push(pattern(name, field, text, mode)?);
    }
    // An organization that cannot be has nobody in it.
    let outside = query.get("excludeOrganizationId").and_then(|id| id.parse::<OrganizationId>().ok());
    Ok(UserFilter { patterns, needs_all, outside })
}

#[derive(Clone, Copy)]
enum Mode {
    Like,
    Exact,
}

fn modes(query: &Form) -> Result<Vec<(Option<UserField>, Mode)>> {
    let mut modes = Vec::new();
    for (name, mode) in query.pairs() {
        let Some(Named(field)) = named(name, "mode")? else { continue };
        let mode = match mode {
            "like" => Mode::Like,
            "exact" => Mode::Exact,
            _ => return Err(unsupported(name, "Only like and exact are supported.")),
        };
        modes.push((field, mode));
    }
    Ok(modes)
}

/// What a parameter is about: one field, or (`None`) all.
struct Named(Option<UserField>);

/// What a parameter called `prefix` or `prefix.<field>` is about; `None`: it is another one.
fn named(name: &str, prefix: &str) -> Result<Option<Named>> {
    let Some(rest) = name.strip_prefix(prefix) else { return Ok(None) };
    if rest.is_empty() {
        return Ok(Some(Named(None)));
    }
    let Some(field) = rest.strip_prefix('.') else { return Ok(None) };
    let field = match field {
        "id" => UserField::Id,
        "primaryEmail" => UserField::Email,
        "primaryPhone" => UserField::Phone,
        "username" => UserField::Username,
        "name" => UserField::Name,
        _ => return Err(unsupported(name, "Fields are id, primaryEmail, primaryPhone, username and name.")),
    };
    Ok(Some(Named(Some(field))))
}

/// A percent sign at either end stands for anything; no other character has a meaning of its own.
fn pattern(name: &str, field: Option<UserField>, text: &str, mode: Mode) -> Result<UserPattern> {
    if text.is_empty() {
        return Err(fault(name, FaultCode::TooShort, "There is nothing to search for."));
    }
    if text.chars().count() > MAX_TEXT {
        return Err(fault(name, FaultCode::TooLong, "At most 256 characters are allowed."));
    }
    let (before, rest) = match (mode, text.strip_prefix('%')) {
        (Mode::Like, Some(rest)) => (true, rest),
        _ => (false, text),
    };
    let (behind, rest) = match (mode, rest.strip_suffix('%')) {
        (Mode::Like, Some(rest)) => (true, rest),
        _ => (false, rest),
    };
    Ok(UserPattern { field, text: rest.to_owned(), is_open_before: before, is_open_behind: behind })
}

fn unsupported(name: &str, message: &'static str) -> Error {
    fault(name, FaultCode::Value, message)
}

fn fault(name: &str, code: FaultCode, message: &'static str) -> Error {
    Error::invalid(vec![Fault { path: vec![Step::Key(name.to_owned().into())], code, message: message.into() }])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(query: &str) -> Result<UserFilter> {
        filter(&Form::parse(query).unwrap())
    }

    /// Field, text, and whether it is open before and behind.
    fn patterns(query: &str) -> Vec<(Option<UserField>, String, bool, bool)> {
        let parts = |p: UserPattern| (p.field, p.text, p.is_open_before, p.is_open_behind);
        of(query).unwrap().patterns.into_iter().map(parts).collect()
    }

    #[test]
    fn percent_signs_count_at_the_ends() {
        let one = |query: &str| patterns(query).remove(0);
        assert_eq!(one("search=%25a%25b%25"), (None, "a%b".into(), true, true));
        assert_eq!(one("search=a%25"), (None, "a".into(), false, true));
        assert_eq!(one("search=%25"), (None, String::new(), true, false));
        assert_eq!(one("search=%25a%25&mode=exact"), (None, "%a%".into(), false, false));
    }

    #[test]
    fn a_mode_of_a_field_goes_before_the_general_one() {
        let found = patterns("mode=exact&mode.name=like&search.name=%25a&search.id=%25b&search=%25c");
        let name = (Some(UserField::Name), "a".to_owned(), true, false);
        let id = (Some(UserField::Id), "%b".to_owned(), false, false);
        assert_eq!(found, [name, id, (None, "%c".to_owned(), false, false)]);
    }

    #[test]
    fn what_is_not_supported_is_refused() {
        for bad in [
            "mode=posix&search=a",
            "mode=similar_to",
            "mode.name=x",
            "mode.avatar=like",
            "search=",
            "search.avatar=%25a",
            "search.name.x=a",
            "joint=xor",
            "isCaseSensitive=true",
            "excludeRoleId=1",
        ] {
            assert!(of(bad).is_err(), "{bad}");
        }
        assert!(of(&format!("search={}", "x".repeat(257))).is_err());
        for good in ["", "isCaseSensitive=false", "joint=and", "searching=x", "page=1", "excludeOrganizationId=x"] {
            assert_eq!(of(good).unwrap().patterns, [], "{good}");
        }
    }
}
