use iam_domain::model::{Email, Name};
use serde_json::json;

use super::*;

fn faults(error: &Error) -> Vec<(Vec<Step>, FaultCode)> {
    let ErrorKind::Invalid(faults) = error.kind() else { panic!("{error:?}") };
    faults.iter().map(|fault| (fault.path.clone(), fault.code)).collect()
}

fn key(key: &'static str) -> Step {
    Step::Key(key.into())
}

#[test]
fn every_fault_is_reported_at_its_place() {
    let mut fields = Fields::of(Some(json!({ "first_name": 1, "email": "nobody" }))).unwrap();
    assert!(fields.required("first_name", Name::parse).is_none());
    assert!(fields.required("last_name", Name::parse).is_none());
    assert!(fields.required("email", Email::parse).is_none());
    let error = fields.into_error();
    let ErrorKind::Invalid(faults) = error.kind() else { panic!("{error:?}") };
    let found: Vec<_> = faults.iter().map(|fault| (fault.path.clone(), fault.code)).collect();
    let at = |key: &'static str| vec![Step::Key(key.into())];
    assert_eq!(
        found,
        [
            (at("first_name"), FaultCode::Type(Wanted::Text)),
            (at("last_name"), FaultCode::Missing),
            (at("email"), FaultCode::Value)
        ]
    );
}

#[test]
fn absent_null_and_set_are_told_apart() {
    let mut fields = Fields::of(Some(json!({ "b": null, "c": "x", "d": 1 }))).unwrap();
    assert_eq!(fields.patch("a", Name::parse), Patch::Keep);
    assert_eq!(fields.patch("b", Name::parse), Patch::Clear);
    assert!(matches!(fields.patch("c", Name::parse), Patch::Set(_)));
    assert_eq!(fields.patch("d", Name::parse), Patch::Keep);
    assert_eq!(fields.nullable("b", Name::parse), None);
    assert_eq!(faults(&fields.into_error()), [(vec![key("d")], FaultCode::Type(Wanted::Text))]);
}

#[test]
fn faults_inside_sections_and_lists_say_where() {
    let body = json!([{ "kind": { "id": 3 }, "value": 2 }, "x", { "kind": { "id": "a" }, "value": true }, {}]);
    let read = |fields: &mut Fields| {
        fields.number("value", 0.5, 0.0, 1.0);
        fields.required_section("kind", |kind| kind.required("id", Name::parse))
    };
    let error = Fields::list(Some(body), read).unwrap_err();
    let at = |index, rest: &[Step]| [&[Step::Index(index)], rest].concat();
    assert_eq!(
        faults(&error),
        [
            (at(0, &[key("value")]), FaultCode::Value),
            (at(0, &[key("kind"), key("id")]), FaultCode::Type(Wanted::Text)),
            (at(1, &[]), FaultCode::Type(Wanted::Object)),
            (at(2, &[key("value")]), FaultCode::Type(Wanted::Number)),
            (at(3, &[key("kind")]), FaultCode::Missing),
        ]
    );
    assert_eq!(Fields::list(Some(json!([])), read).unwrap().len(), 0);
    assert_eq!(faults(&Fields::list(None, read).unwrap_err()), [(vec![], FaultCode::Missing)]);
}

#[test]
fn flags_and_lists_of_texts() {
    let mut fields = Fields::of(Some(json!({ "on": true, "off": 0, "list": ["a", 1], "map": {} }))).unwrap();
    assert!(fields.boolean("on", false));
    assert!(fields.boolean("absent", true));
    assert!(!fields.boolean("off", false));
    assert_eq!(fields.texts("list"), ["a"]);
    assert_eq!(fields.texts("map"), [""; 0]);
    assert_eq!(
        faults(&fields.into_error()),
        [
            (vec![key("off")], FaultCode::Type(Wanted::Boolean)),
            (vec![key("list"), Step::Index(1)], FaultCode::Type(Wanted::Text)),
            (vec![key("map")], FaultCode::Type(Wanted::List)),
        ]
    );
}
