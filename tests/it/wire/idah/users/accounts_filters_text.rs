//! Filters of texts (contract, "Filters", "accounts.index").

use iam_tests::Server;
use iam_tests::client::encode;

use crate::wire::idah::unique_email;
use crate::wire::idah::users::list_fixtures::Rows;

crate::on_both!(
    names_are_equal_in_case_as_well,
    addresses_are_equal_in_case_as_well,
    other_texts_are_equal,
    any_of_a_list,
    a_bare_key_finds_what_is_absent,
    empty_is_not_absent,
    a_part_of_the_name_whatever_the_case,
    letters_of_any_script_have_a_case,
    signs_of_patterns_are_literal,
    a_part_of_the_address,
    a_text_is_no_map,
);

fn names_are_equal_in_case_as_well(server: &Server) {
    let rows = Rows::new(server, 4);
    rows.names(&[Some("Ada Lovelace"), Some("ada lovelace"), Some("Ada"), None]);
    rows.finds("name", "Ada Lovelace", &[0]);
    rows.finds("name", "ada lovelace", &[1]);
    rows.finds("name", "ADA LOVELACE", &[]);
    rows.finds("name", "Ada%", &[]);
    rows.finds("name", "Ada ", &[]);
    assert_eq!(rows.list("filter[name]=Ada+Lovelace"), [0]);
    rows.names(&[Some("Élan"), Some("élan"), Some("o'neill \"x\""), Some("😀")]);
    rows.finds("name", "Élan", &[0]);
    rows.finds("name", "élan", &[1]);
    rows.finds("name", "o'neill \"x\"", &[2]);
    rows.finds("name", "😀", &[3]);
    rows.finds("name", "' OR 1=1 --", &[]);
}

fn addresses_are_equal_in_case_as_well(server: &Server) {
    let rows = Rows::new(server, 2);
    let email = unique_email("Mixed.Case");
    rows.email(0, Some(&email));
    rows.finds("email", &email, &[0]);
    rows.finds("email", &email.to_lowercase(), &[]);
    rows.finds("email", &email.to_uppercase(), &[]);
    let plus = unique_email("a+b");
    rows.email(1, Some(&plus));
    rows.finds("email", &plus, &[1]);
}

fn other_texts_are_equal(server: &Server) {
    let rows = Rows::new(server, 3);
    rows.column("sso_channel", &[Some("Google"), Some("google"), None]);
    rows.finds("sso_channel", "google", &[1]);
    rows.finds("sso_channel", "Google", &[0]);
    rows.column("avatar_url", &[None, Some("https://example.org/a.png?x=1&y=[2]"), Some("https://example.org/b.png")]);
    rows.finds("picture_url", "https://example.org/a.png?x=1&y=[2]", &[1]);
    rows.finds("picture_url", "https://example.org/B.png", &[]);
    rows.column("account_role", &[Some("org_owner"), Some("admin"), None]);
    rows.finds("role_name", "org_owner", &[0]);
    rows.finds("role_name", "Admin", &[]);
    rows.finds("role_name", "nothing", &[]);
    // Never given one is user.
    rows.finds("role_name", "user", &[2]);
}

fn any_of_a_list(server: &Server) {
    let rows = Rows::new(server, 4);
    rows.names(&[Some("one"), Some("two"), Some("Two"), None]);
    rows.finds_any("name", &["one", "Two"], &[0, 2]);
    rows.finds_any("name", &["two"], &[1]);
    rows.finds_any("name", &["two", "two", "x"], &[1]);
    rows.finds_any("name", &["x", "y"], &[]);
    let emails = [unique_email("list"), unique_email("list")];
    rows.email(1, Some(&emails[0]));
    rows.email(3, Some(&emails[1]));
    rows.finds_any("email", &[&emails[0], &emails[1]], &[1, 3]);
    rows.column("sso_channel", &[Some("a"), Some("b"), Some("c"), None]);
    rows.finds_any("sso_channel", &["a", "c"], &[0, 2]);
    rows.column("avatar_url", &[Some("u:a"), Some("u:b"), None, None]);
    rows.finds_any("picture_url", &["u:b", "u:a"], &[0, 1]);
    rows.column("account_role", &[Some("admin"), Some("system"), Some("org_owner"), None]);
    rows.finds_any("role_name", &["system", "user"], &[1, 3]);
    // Equality takes a text as it is.
    rows.names(&[Some("a,b"), Some("a"), Some("b"), None]);
    rows.finds("name", "a,b", &[0]);
}

fn a_bare_key_finds_what_is_absent(server: &Server) {
    let rows = Rows::new(server, 3);
    rows.names(&[Some("here"), None, Some("here")]);
    assert_eq!(rows.list("filter[name]"), [1]);
    rows.email(2, None);
    assert_eq!(rows.list("filter[email]"), [2]);
    rows.column("sso_channel", &[None, Some("x"), None]);
    assert_eq!(rows.list("filter[sso_channel]"), [0, 2]);
    rows.column("avatar_url", &[Some("u:a"), None, None]);
    assert_eq!(rows.list("filter[picture_url]"), [1, 2]);
    assert_eq!(rows.list("filter%5Bpicture_url%5D"), [1, 2]);
    // Everybody has an id and a role.
    assert!(rows.list("filter[role_name]").is_empty());
    assert!(rows.list("filter[id]").is_empty());
}

fn empty_is_not_absent(server: &Server) {
    let rows = Rows::new(server, 2);
    rows.column("sso_channel", &[None, Some("")]);
    assert_eq!(rows.list("filter[sso_channel]="), [1]);
    assert_eq!(rows.list("filter[sso_channel]"), [0]);
}

fn a_part_of_the_name_whatever_the_case(server: &Server) {
    let rows = Rows::new(server, 4);
    rows.names(&[Some("Ada Lovelace"), Some("LOVE"), None, Some("hate")]);
    rows.finds("name__match", "love", &[0, 1]);
    // In every text, and in none that is absent.
    let named = rows.list("filter[name__match]=");
    assert_eq!(named, rows.list("filter[name__match]"));
    rows.finds("name__match", "LoVe", &[0, 1]);
    rows.finds("name__match", "a L", &[0]);
    rows.finds("name__match", "Ada Lovelace", &[0]);
    rows.finds("name__match", "Ada Lovelaces", &[]);
    rows.finds("name__match", "E", &[0, 1, 3]);
    assert_eq!(rows.list("filter[name__match]=a+l"), [0]);
}

fn letters_of_any_script_have_a_case(server: &Server) {
    let rows = Rows::new(server, 4);
    rows.names(&[Some("Élodie ÄÖÜ"), Some("ЖУК и ёж"), Some("ΑΘΗΝΑ"), Some("日本 😀")]);
    for (text, row) in [("élODIE", 0), ("äöü", 0), ("É", 0), ("жук", 1), ("ЁЖ", 1), ("αθηνα", 2), ("日", 3), ("😀", 3)]
    {
        rows.finds("name__match", text, &[row]);
    }
    // Without the accent it is another letter.
    rows.finds("name__match", "elodie", &[]);
}

fn signs_of_patterns_are_literal(server: &Server) {
    let rows = Rows::new(server, 6);
    rows.names(&[Some("100%"), Some("a_b"), Some(r"c\d"), Some("axb"), Some("*?[x]"), Some("it's")]);
    for (text, row) in
        [("%", 0), ("0%", 0), ("_", 1), ("A_B", 1), (r"\", 2), (r"C\D", 2), ("*", 4), ("?", 4), ("[x]", 4), ("'", 5)]
    {
        rows.finds("name__match", text, &[row]);
    }
    for text in ["%%", "a%b", r"\%", r"\\", "__", "x*", "' OR '1'='1"] {
        rows.finds("name__match", text, &[]);
    }
}

fn a_part_of_the_address(server: &Server) {
    let rows = Rows::new(server, 4);
    let (first, second) = (unique_email("Part.One"), unique_email("part_two"));
    rows.email(0, Some(&first));
    rows.email(1, Some(&second));
    rows.email(2, None);
    rows.finds("email__match", "PART.", &[0]);
    rows.finds("email__match", "part_", &[1]);
    rows.finds("email__match", "part", &[0, 1]);
    rows.finds("email__match", "%@example.org", &[]);
    rows.finds("email__match", &first.to_uppercase(), &[0]);
    rows.finds("email__match", "@EXAMPLE.ORG", &[0, 1, 3]);
}

fn a_text_is_no_map(server: &Server) {
    let rows = Rows::new(server, 1);
    for (query, key) in [
        ("filter[name][a]=b", "name"),
        ("filter[name__match][a]=b", "name__match"),
        ("filter[email][a][]=b", "email"),
        ("filter[name][][a]=b", "name"),
        ("filter[role_name__in][a]=b", "role_name__in"),
    ] {
        let (pointer, _) = rows.fault(query);
        assert_eq!(pointer, format!("/filter/{key}"), "{query}");
    }
    assert_eq!(rows.list(&format!("filter[name]={}", encode("\u{0}"))), [0; 0]);
}
