//! Pages: bounds, total, links, on the lists that always have them and on the one that may.

use iam_domain::clock::{Clock, SystemClock};
use iam_tests::{Response, Server};
use serde_json::json;

use super::{ORGANIZATIONS, Place, column, items, total, unique};

crate::on_both!(
    pages_have_twenty_items_unless_asked,
    a_page_begins_where_the_one_before_ends,
    a_bad_value_is_refused,
    an_empty_value_counts_as_none,
    past_the_end_there_is_nothing,
    any_number_can_be_past_the_end,
    links_say_where_the_other_pages_are,
    links_keep_the_rest_of_the_query,
    links_are_absolute_as_the_caller_came,
    members_come_in_pages,
    roles_of_a_member_come_in_pages_only_when_asked,
);

/// `(rel, URL)` of every link, in order.
#[track_caller]
fn links(answer: &Response) -> Vec<(String, String)> {
    let one = |text: &str| {
        let (url, rel) = text.split_once(">; rel=\"").unwrap_or_else(|| panic!("{text}"));
        (rel.strip_suffix('"').expect("a quote").to_owned(), url.strip_prefix('<').expect("a bracket").to_owned())
    };
    answer.header("link").split(", ").map(one).collect()
}

/// Query of a URL as sorted pairs, decoded.
fn query(url: &str) -> Vec<String> {
    let mut pairs: Vec<String> = url.split_once('?').map_or("", |(_, query)| query).split('&').map(decode).collect();
    pairs.sort();
    pairs
}

fn decode(text: &str) -> String {
    let (mut bytes, mut rest) = (Vec::new(), text.as_bytes());
    while let [first, after @ ..] = rest {
        if *first == b'%' {
            bytes.push(u8::from_str_radix(std::str::from_utf8(&after[..2]).unwrap(), 16).unwrap());
            rest = &after[2..];
        } else {
            bytes.push(if *first == b'+' { b' ' } else { *first });
            rest = after;
        }
    }
    String::from_utf8(bytes).unwrap()
}

/// Makes organizations whose names have a text in common, which is given.
fn many(server: &Server, count: usize) -> String {
    let (client, mark) = (server.manager(), unique("page"));
    for number in 0..count {
        client.post(ORGANIZATIONS, &json!({ "name": format!("{mark} {number:02}") })).expect(201);
        // Lists sort by the millisecond of creation, and by a random ID within one.
        let created = SystemClock.now();
        while SystemClock.now() == created {
            std::thread::yield_now();
        }
    }
    mark
}

fn pages_have_twenty_items_unless_asked(server: &Server) {
    let (client, mark) = (server.manager(), many(server, 30));
    let first = client.get(&format!("{ORGANIZATIONS}?q={mark}"));
    assert_eq!((items(&first).len(), total(&first)), (20, 30));
    let second = client.get(&format!("{ORGANIZATIONS}?q={mark}&page=2&page_size=10"));
    assert_eq!((items(&second).len(), total(&second)), (10, 30));
    assert_eq!(items(&second)[0], items(&first)[10]);
    // The same order every time: that of creation.
    let names: Vec<String> = (0..20).map(|number| format!("{mark} {number:02}")).collect();
    assert_eq!(column(&first, "name"), names);
    assert_eq!(items(&client.get(&format!("{ORGANIZATIONS}?q={mark}&page_size=100"))).len(), 30);
    assert_eq!(items(&client.get(&format!("{ORGANIZATIONS}?q={mark}&page_size=1"))).len(), 1);
    assert_eq!(items(&client.get(&format!("{ORGANIZATIONS}?q={mark}&page=2"))).len(), 10);
}

fn a_page_begins_where_the_one_before_ends(server: &Server) {
    let (client, mark) = (server.manager(), many(server, 7));
    for size in 1..=8 {
        let page = |page: usize| client.get(&format!("{ORGANIZATIONS}?q={mark}&page={page}&page_size={size}"));
        let names: Vec<String> = (1..=8).flat_map(|number| column(&page(number), "name")).collect();
        assert_eq!(names, (0..7).map(|number| format!("{mark} {number:02}")).collect::<Vec<_>>(), "{size}");
    }
}

fn a_bad_value_is_refused(server: &Server) {
    let place = Place::new(server, "Bad pages");
    let member = place.member("Member");
    for path in [ORGANIZATIONS, &place.at("users"), &place.roles_of(member)] {
        for query in [
            "page=0",
            "page=-1",
            "page=x",
            "page=1.5",
            "page=NaN",
            "page=1,2",
            "page_size=0",
            "page_size=-20",
            "page_size=101",
            "page_size=x",
            "page_size=4294967297",
            "page=2&page_size=0",
            "page=0&page_size=10",
        ] {
            place.refuses(|client| client.get(&format!("{path}?{query}")), 400, "guard.invalid_pagination");
        }
        // Just within.
        place.manager.get(&format!("{path}?page=1&page_size=100")).expect(200);
    }
}

fn an_empty_value_counts_as_none(server: &Server) {
    let (client, mark) = (server.manager(), many(server, 3));
    let plain = client.get(&format!("{ORGANIZATIONS}?q={mark}"));
    for query in ["page=", "page_size=", "page=&page_size=", "page"] {
        let answer = client.get(&format!("{ORGANIZATIONS}?q={mark}&{query}"));
        assert_eq!((answer.json(), total(&answer)), (plain.json(), 3), "{query}");
    }
    let place = Place::new(server, "Optional");
    let member = place.member("Member");
    let answer = place.manager.get(&format!("{}?page=&page_size=", place.roles_of(member))).expect(200);
    assert!(!answer.headers.contains_key("total-number") && !answer.headers.contains_key("link"), "{answer:?}");
}

fn past_the_end_there_is_nothing(server: &Server) {
    let (client, mark) = (server.manager(), many(server, 3));
    // More than 32 bits hold, too.
    for page in ["2", "100", "4294967297", "9007199254740991"] {
        let answer = client.get(&format!("{ORGANIZATIONS}?q={mark}&page={page}&page_size=100"));
        assert_eq!((items(&answer).len(), total(&answer)), (0, 3), "{page}");
    }
    let answer = client.get(&format!("{ORGANIZATIONS}?q={mark}&page=5&page_size=1"));
    let rels: Vec<String> = links(&answer).into_iter().map(|(rel, _)| rel).collect();
    assert_eq!(rels, ["first", "prev", "last"]);
}

/// A number that no integer of the machine holds is a number still.
fn any_number_can_be_past_the_end(server: &Server) {
    let (client, mark) = (server.manager(), many(server, 1));
    for page in ["9223372036854775807", "9223372036854775808", "100000000000000000000"] {
        let answer = client.get(&format!("{ORGANIZATIONS}?q={mark}&page={page}"));
        assert_eq!((items(&answer).len(), total(&answer)), (0, 1), "{page}");
    }
}

fn links_say_where_the_other_pages_are(server: &Server) {
    let (client, mark) = (server.manager(), many(server, 5));
    let base = format!("{}{ORGANIZATIONS}?", server.base());
    let pages = |text: &str, q: &str| {
        let answer = client.get(&format!("{ORGANIZATIONS}?q={q}{text}"));
        let page = |(rel, url): (String, String)| {
            assert!(url.starts_with(&base), "{url}");
            let page = query(&url).into_iter().find_map(|pair| pair.strip_prefix("page=").map(str::to_owned));
            format!("{rel} {}", page.expect("a page"))
        };
        links(&answer).into_iter().map(page).collect::<Vec<_>>()
    };
    assert_eq!(pages("&page_size=2", &mark), ["first 1", "last 3", "next 2"]);
    assert_eq!(pages("&page_size=2&page=2", &mark), ["first 1", "prev 1", "last 3", "next 3"]);
    assert_eq!(pages("&page_size=2&page=3", &mark), ["first 1", "prev 2", "last 3"]);
    assert_eq!(pages("&page_size=5", &mark), ["first 1", "last 1"]);
    assert_eq!(pages("", &mark), ["first 1", "last 1"]);
    assert_eq!(pages("", &unique("none")), ["first 1", "last 1"]);
}

fn links_keep_the_rest_of_the_query(server: &Server) {
    let (client, mark) = (server.manager(), many(server, 3));
    let asked = |query: &str| links(&client.get(&format!("{ORGANIZATIONS}?{query}")));
    for (_, url) in asked(&format!("q={mark}&showFeatured=1")) {
        assert_eq!(query(&url), ["page=1".to_owned(), format!("q={mark}"), "showFeatured=1".to_owned()]);
    }
    // What is not known stays; the size only if it was sent; page is there once.
    let links = asked(&format!("page=2&x=a%26b%3D%20%C3%BC&q={mark}&page_size=1"));
    assert_eq!(links.len(), 4);
    for ((_, url), page) in links.into_iter().zip([1, 1, 3, 3]) {
        let wanted = [format!("page={page}"), "page_size=1".to_owned(), format!("q={mark}"), "x=a&b= ü".to_owned()];
        assert_eq!(query(&url), wanted, "{url}");
        // It can be sent as it is, and does not end the link.
        assert!(url.is_ascii() && !url.contains([' ', '<', '>', '"']), "{url}");
        let path = url.strip_prefix(server.base()).expect("absolute");
        assert_eq!(items(&client.get(path)).len(), 1);
    }
    let (_, url) = &asked("q=%3E%22%2C%20%3C")[0];
    assert_eq!(query(url), ["page=1", "q=>\", <"]);
}

fn links_are_absolute_as_the_caller_came(server: &Server) {
    let place = Place::new(server, "Forwarded");
    let path = place.at("users");
    let forwarded = place.manager.with("x-forwarded-proto", "https").with("x-forwarded-host", "iam.example.org");
    for (_, url) in links(&forwarded.get(&path)) {
        assert_eq!(url, format!("https://iam.example.org{path}?page=1"));
    }
    for (_, url) in links(&place.manager.get(&path)) {
        assert_eq!(url, format!("{}{path}?page=1", server.base()));
    }
}

fn members_come_in_pages(server: &Server) {
    let place = Place::new(server, "Many members");
    let mut ids: Vec<String> = (0..21).map(|number| place.member(&format!("Member {number}")).to_string()).collect();
    ids.sort();
    let path = place.at("users");
    let first = place.manager.get(&path);
    assert_eq!((column(&first, "id"), total(&first)), (ids[..20].to_vec(), 21));
    assert_eq!(links(&first).len(), 3);
    let second = place.manager.get(&format!("{path}?page=2"));
    assert_eq!((column(&second, "id"), total(&second)), (ids[20..].to_vec(), 21));
    let tenth = place.manager.get(&format!("{path}?page=2&page_size=10"));
    assert_eq!(column(&tenth, "id"), ids[10..20]);
    // Machines are not among them.
    place.seed.machine(place.id, &[]);
    assert_eq!(total(&place.manager.get(&path)), 21);
}

fn roles_of_a_member_come_in_pages_only_when_asked(server: &Server) {
    let place = Place::new(server, "Many roles");
    let member = place.member("Member");
    let roles = place.roles::<30>();
    for role in roles {
        place.seed.give(Some(place.id), member, role);
    }
    let path = place.roles_of(member);
    let all = place.manager.get(&path);
    assert_eq!(items(&all).len(), 30);
    assert!(!all.headers.contains_key("total-number") && !all.headers.contains_key("link"), "{all:?}");
    let page = |query: &str| {
        let answer = place.manager.get(&format!("{path}?{query}"));
        assert_eq!(total(&answer), 30);
        assert!(links(&answer).len() >= 2);
        column(&answer, "id")
    };
    let twenty = page("page=1&page_size=20");
    assert_eq!(twenty, super::texts(&roles[..20]), "by name");
    assert_eq!(page("page=2&page_size=10")[0], twenty[10]);
    assert_eq!(page("page=1"), twenty);
    assert_eq!(page("page_size=7"), twenty[..7]);
    assert_eq!(page("page=4").len(), 0);
    assert_eq!(page("page=2").len(), 10);
}
