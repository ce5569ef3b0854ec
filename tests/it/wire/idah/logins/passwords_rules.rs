//! What new passwords must have: the same for `reset` and for `change`, in this order.

use iam_tests::Server;
use serde_json::json;

use crate::wire::idah::logins::passwords_fixtures::{
    CHANGE, NEW, PASSWORD, RESET, UNKNOWN, empty, is_valid, requested, reset, set_password, stored, with_password,
    wrong,
};
use crate::wire::idah::{caller, faults, login};

crate::on_both!(
    of_several_faults_the_first_is_told,
    each_special_character_of_the_contract_counts,
    no_other_character_is_special,
    letters_and_digits_are_those_of_ascii,
    length_is_counted_in_characters,
    a_byte_too_many_is_told_last,
    rules_come_before_the_token,
    a_password_that_is_refused_changes_nothing,
);

const SHORT: &str = "must be at least 8 characters";
const UPPER: &str = "must include at least one uppercase letter";
const LOWER: &str = "must include at least one lowercase letter";
const DIGIT: &str = "must include at least one digit";
const SPECIAL: &str = "must include at least one special character";
const LONG: &str = "must be at most 1024 bytes";

/// Asserts that both operations refuse `password` with this text alone. Neither token nor current password are right: it
/// is not yet about them.
#[track_caller]
fn refused(server: &Server, password: &str, text: &str) {
    let answer = reset(server, UNKNOWN, password);
    assert_eq!(faults(&answer), [("/password".to_owned(), text.to_owned())], "{password:?}");
    assert!(password.trim().is_empty() || !answer.body.contains(password));
}

/// Asserts that the rule lets `password` pass: what is wrong then is the token.
#[track_caller]
fn passes(server: &Server, password: &str) {
    crate::wire::idah::logins::passwords_fixtures::unknown(&reset(server, UNKNOWN, password));
}

fn of_several_faults_the_first_is_told(server: &Server) {
    for (password, text) in [
        ("", "must be filled"),
        (" ", SHORT),
        ("Abcde1!", SHORT),
        ("~~~~~~~~", UPPER),
        ("abcdef1!", UPPER),
        ("abcdefgh", UPPER),
        ("ABCDEF1!", LOWER),
        ("ABCDEFGH", LOWER),
        ("Abcdefg!", DIGIT),
        ("Abcdefgh", DIGIT),
        ("Abcdefg1", SPECIAL),
    ] {
        refused(server, password, text);
    }
    passes(server, "Abcdef1!");
    let me = caller(server, "user", &[]);
    for (password, text) in [("", "must be filled"), ("short", SHORT), ("abcdef1!", UPPER), ("Abcdefg1", SPECIAL)] {
        let body = json!({ "current_password": "whatever", "new_password": password });
        let told = [("/new_password".to_owned(), text.to_owned())];
        assert_eq!(faults(&me.client.post(CHANGE, &body)), told, "{password:?}");
    }
}

fn each_special_character_of_the_contract_counts(server: &Server) {
    for special in r#"!@#$%^&*()_+-=[]{};':"\|,.<>/?"#.chars() {
        passes(server, &format!("Abcdefg1{special}"));
        passes(server, &format!("{special}Abcdefg1"));
    }
}

fn no_other_character_is_special(server: &Server) {
    for other in [" ", "~", "`", "\t", "\n", "\0", "\u{7f}", "é", "€", "§", "¿", "·", "🔐", "\u{a0}", "！", "\u{301}"]
    {
        refused(server, &format!("Abcdefg1{other}"), SPECIAL);
    }
}

fn letters_and_digits_are_those_of_ascii(server: &Server) {
    refused(server, "äbcdefÄÖÜ1!", UPPER);
    refused(server, "ΑΒΓΔABCDαβγδ1!", LOWER);
    refused(server, "Abcdefgh٣५３²!", DIGIT);
}

fn length_is_counted_in_characters(server: &Server) {
    refused(server, "Aa1!🔐🔐🔐", SHORT);
    refused(server, "Aa1!äöü", SHORT);
    passes(server, "Aa1!🔐🔐🔐🔐");
    // A letter and a mark are two.
    passes(server, "Aa1!e\u{301}e\u{301}");
}

fn a_byte_too_many_is_told_last(server: &Server) {
    let longest = format!("Aa1!{}", "é".repeat(510));
    passes(server, &longest);
    refused(server, &format!("{longest}x"), LONG);
    refused(server, &format!("Aa1!{}", "x".repeat(100_000)), LONG);
    refused(server, &"x".repeat(1025), UPPER);
}

fn rules_come_before_the_token(server: &Server) {
    let both = |answer| faults(&answer);
    let at = |pointer: &str, text: &str| (pointer.to_owned(), text.to_owned());
    let post = |body| both(server.client().post(RESET, &body));
    assert_eq!(post(json!({ "password": "weak" })), [at("/token", "is required"), at("/password", SHORT)]);
    assert_eq!(
        post(json!({ "token": "", "password": "weak" })),
        [at("/token", "must be filled"), at("/password", SHORT)]
    );
}

fn a_password_that_is_refused_changes_nothing(server: &Server) {
    let (id, email) = with_password(server);
    let (seed, token) = (server.seed(), requested(server, &email));
    let before = stored(&seed, id);
    for weak in ["short", "abcdef1!", "Abcdefg1", &format!("Aa1!{}", "x".repeat(1021))] {
        reset(server, &token, weak).expect(422);
    }
    assert_eq!(stored(&seed, id), before);
    assert!(is_valid(server, &token));
    wrong(server, &email, "Abcdefg1");
    login(server, &email, PASSWORD).expect(200);
    empty(&reset(server, &token, NEW));
    let me = caller(server, "user", &[]);
    set_password(&seed, me.id, PASSWORD);
    let before = stored(&seed, me.id);
    me.client.post(CHANGE, &json!({ "current_password": PASSWORD, "new_password": "Abcdefg1" })).expect(422);
    assert_eq!(stored(&seed, me.id), before);
}
