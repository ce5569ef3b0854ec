//! Queries and ids: the valid ones, the odd ones, and both at once.

use iam_tests::client::encode;
use proptest::collection::vec;
use proptest::prelude::{Just, any};
use proptest::prop_oneof;
use proptest::sample::select;
use proptest::strategy::{BoxedStrategy, Strategy};

/// Filters of any of the resources, and some that there are not.
const KEYS: [&str; 46] = [
    "id",
    "id__in",
    "name",
    "name__match",
    "email",
    "email__match",
    "email__in",
    "password_reset_token",
    "password_reset_token_expires_at",
    "sso_channel",
    "enabled",
    "role_name",
    "role_name__in",
    "role_name__nin",
    "role_scope",
    "with_role_scope",
    "picture_url",
    "joined_at",
    "joined_at__gte",
    "joined_at__lte",
    "invitation_expired_at",
    "created_at",
    "created_at__gte",
    "created_at__lte",
    "updated_at",
    "account_id",
    "refresh_seq",
    "nonce",
    "user_agent",
    "ip",
    "key_label",
    "permissions",
    "scope_type",
    "scope_type__in",
    "scope_value",
    "expires_at",
    "expires_at__gte",
    "expires_at__lte",
    "revoked_at",
    "last_used_at",
    "status",
    "status__in",
    "hashed_password",
    "key_sha",
    "nothing",
    "",
];

/// Values that are right for something, and wrong for the rest.
const VALUES: [&str; 44] = [
    "",
    "0",
    "1",
    "-1",
    "2",
    "1000",
    "1001",
    "1.5",
    "1e9",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775808",
    "99999999999999999999999999",
    "NaN",
    "true",
    "false",
    "t",
    "f",
    "yes",
    "null",
    "user",
    "org_owner",
    "system",
    "a,b",
    ",",
    "2026-01-14",
    "2026-01-14T10:23:18Z",
    "2026-01-14 10:23:18 +0000",
    "9999-12-31T23:59:59.999Z",
    "-9999-01-01T00:00:00Z",
    "{}",
    "[]",
    "{\"org\":[\"1\"]}",
    "{\"org\":1}",
    "{\"a\":{\"b\":[null,1.5e300,{\"c\":true}]}}",
    "{\"a\":",
    "\0",
    "a\0b",
    "😀",
    "É%_\\",
    "' OR 1=1 --",
    "\"; DROP TABLE user; --",
    "name",
    "\u{feff}\u{202e}",
];

/// A query of up to six parts.
pub fn queries(words: &[String]) -> BoxedStrategy<String> {
    let part = prop_oneof![
        6 => filter(words),
        1 => sort(),
        1 => page(),
        1 => (Just("count".to_owned()), value(words)).prop_flat_map(rendered),
        1 => fields(words),
        1 => included(words),
        1 => odd(),
    ];
    vec(part, 0..6).prop_map(|parts| parts.join("&")).boxed()
}

/// A segment of a path in the place of an id.
pub fn ids(words: &[String]) -> BoxedStrategy<String> {
    prop_oneof![3 => select(words.to_vec()), 1 => value(words), 1 => select(vec!["permissions".to_owned()])]
        .prop_map(|text| encode(&text))
        .boxed()
}

fn value(words: &[String]) -> BoxedStrategy<String> {
    let nested = (1_usize..80).prop_map(|depth| format!("{}1{}", "{\"a\":[".repeat(depth), "]}".repeat(depth)));
    prop_oneof![
        4 => select(VALUES.to_vec()).prop_map(str::to_owned),
        3 => select(words.to_vec()),
        1 => any::<i64>().prop_map(|number| number.to_string()),
        1 => vec(any::<char>(), 0..12).prop_map(String::from_iter),
        1 => nested,
        1 => (0_usize..1500).prop_map(|length| "x".repeat(length)),
    ]
    .boxed()
}

fn filter(words: &[String]) -> BoxedStrategy<String> {
    let deep = (1_usize..12).prop_map(|depth| "[a]".repeat(depth));
    let form = prop_oneof![
        4 => Just(String::new()),
        4 => Just("[]".to_owned()),
        2 => Just("[org][]".to_owned()),
        1 => Just("[org]".to_owned()),
        1 => Just("[][]".to_owned()),
        1 => Just("[a][][b]".to_owned()),
        1 => Just("[".to_owned()),
        1 => Just("]".to_owned()),
        1 => deep,
    ];
    let name = (select(KEYS.to_vec()), form).prop_map(|(key, form)| format!("filter[{key}]{form}"));
    (name, value(words)).prop_flat_map(rendered).boxed()
}

fn sort() -> BoxedStrategy<String> {
    let keys: Vec<&str> = KEYS.into_iter().filter(|key| !key.contains("__")).collect();
    let key = (select(vec!["", "-", "accounts.", "-accounts.", "--", "."]), select(keys));
    let keys = vec(key.prop_map(|(before, key)| format!("{before}{key}")), 0..5).prop_map(|keys| keys.join(","));
    (select(vec!["sort", "sort[]", "sort[a]"]).prop_map(str::to_owned), keys).prop_flat_map(rendered).boxed()
}

fn page() -> BoxedStrategy<String> {
    let name =
        select(vec!["page[number]", "page[size]", "page", "page[]", "page[number][]", "page[size][a]", "page[x]"]);
    let number = prop_oneof![select(VALUES.to_vec()).prop_map(str::to_owned), (1_i64..5).prop_map(|n| n.to_string())];
    (name.prop_map(str::to_owned), number).prop_flat_map(rendered).boxed()
}

fn fields(words: &[String]) -> BoxedStrategy<String> {
    let kinds = vec!["iam:accounts", "iam:account_sessions", "iam:organizations", "iam:api_keys", "x", "", "😀"];
    let name =
        (select(kinds), select(vec!["[]", "", "[a]", "[][]"])).prop_map(|(kind, form)| format!("fields[{kind}]{form}"));
    let names = prop_oneof![
        3 => vec(select(KEYS.to_vec()), 0..4).prop_map(|names| names.join(",")),
        1 => value(words),
    ];
    (name, names).prop_flat_map(rendered).boxed()
}

fn included(words: &[String]) -> BoxedStrategy<String> {
    let name = select(vec!["included[]", "included", "included[a]", "include", "included[][]"]).prop_map(str::to_owned);
    (name, prop_oneof![Just("account".to_owned()), value(words)]).prop_flat_map(rendered).boxed()
}

/// What no encoder writes.
fn odd() -> BoxedStrategy<String> {
    let parts = [
        "%",
        "%zz",
        "%FF=1",
        "filter[name]=%FF",
        "filter[name]=%",
        "=",
        "==",
        "&&",
        "[=",
        "[]=1",
        "]",
        "filter",
        "filter=x",
        "filter[]=x",
        "page=2",
        "fields=x",
        "count",
        "sort",
        "included",
        "filter[name]=a=b",
        "filter[[name]]=x",
        "%00=%00",
        "filter%5bid%5D=1",
        "a;b",
        "?",
        "filter[name]+=1",
        "%26%3D",
    ];
    select(parts.to_vec()).prop_map(str::to_owned).boxed()
}

/// A name and a value in one of the ways in which clients write them.
fn rendered((name, value): (String, String)) -> BoxedStrategy<String> {
    select(vec![0, 1, 2, 3])
        .prop_map(move |way| match way {
            // Brackets as they are.
            0 | 1 => format!("{}={}", encode(&name).replace("%5B", "[").replace("%5D", "]"), encode(&value)),
            2 => format!("{}={}", encode(&name), encode(&value).replace("%20", "+")),
            _ => encode(&name),
        })
        .boxed()
}
