//! `GET /organizations`: every filter and every sort key.

use iam_domain::params;
use iam_tests::{Client, Server};

use crate::wire::idah::{among, caller, faults, ids};
use crate::wire::logto::unique;

crate::on_both!(
    ids_are_filtered,
    names_are_filtered,
    parts_of_names_are_filtered,
    times_are_filtered,
    what_is_not_declared_is_ignored,
    values_of_the_wrong_kind_are_refused,
    every_attribute_sorts_both_ways,
    several_keys_sort_in_order,
    unknown_keys_do_not_sort,
);

/// Three organizations: names, and moments of creation and change a second apart. The second has no name.
struct Three {
    client: Client,
    ids: [i64; 3],
    mark: String,
}

const FIRST: i64 = 1_768_386_198_000;

impl Three {
    fn new(server: &Server) -> Self {
        let (seed, mark) = (server.seed(), unique("Fil"));
        let names = [format!("{mark} Ünder_One%"), String::new(), format!("{mark} alpha\\two")];
        let ids = names.map(|name| {
            let id = seed.organization(&name);
            seed.set_organization(id, "name_key", name.to_lowercase());
            id
        });
        for (position, id) in ids.iter().enumerate() {
            let created = FIRST + i64::try_from(position).unwrap() * 1000 + 250;
            let sql = "UPDATE organization SET created_at = ?2, updated_at = ?3 WHERE id = ?1";
            seed.run(sql, params![*id, created, FIRST + 60_000 - (created - FIRST)]);
        }
        Self { client: caller(server, "admin", &[]).client, ids, mark }
    }

    /// Positions of those that are found, in the order of the answer.
    #[track_caller]
    fn order(&self, query: &str) -> Vec<usize> {
        let own = among(&self.ids);
        let found = ids(&self.client.get(&format!("/organizations?{own}{query}")));
        found.iter().map(|id| self.ids.iter().position(|one| one == id).unwrap()).collect()
    }

    /// The same, sorted.
    #[track_caller]
    fn found(&self, query: &str) -> Vec<usize> {
        let mut found = self.order(query);
        found.sort_unstable();
        found
    }
}

fn ids_are_filtered(server: &Server) {
    let three = Three::new(server);
    let [a, b, _] = three.ids;
    assert_eq!(three.found(&format!("filter[id]={a}")), [0]);
    assert_eq!(three.found(&format!("filter[id][]={a}&filter[id][]={b}")), [0, 1]);
    assert_eq!(three.found("filter[id]"), [0; 0]);
    let list = |query: &str| {
        let mut found = ids(&three.client.get(&format!("/organizations?{query}")));
        found.sort_unstable();
        found
    };
    let mut both = vec![a, b];
    both.sort_unstable();
    assert_eq!(list(&format!("filter[id__in][]={a}&filter[id__in][]={b}")), both);
    assert_eq!(list(&format!("filter%5Bid__in%5D%5B%5D={a}")), [a]);
    assert_eq!(list(&format!("filter[id__in]={a},{b}")), both);
    assert_eq!(list("filter[id__in][]=1"), [0; 0]);
}

fn names_are_filtered(server: &Server) {
    let three = Three::new(server);
    let mark = &three.mark;
    let first = iam_tests::client::encode(&format!("{mark} Ünder_One%"));
    assert_eq!(three.found(&format!("filter[name]={first}")), [0]);
    let other_case = iam_tests::client::encode(&format!("{mark} ünder_One%"));
    assert_eq!(three.found(&format!("filter[name]={other_case}")), [0; 0]);
    let last = iam_tests::client::encode(&format!("{mark} alpha\\two"));
    assert_eq!(three.found(&format!("filter[name][]={first}&filter[name][]={last}")), [0, 2]);
    assert_eq!(three.found("filter[name]"), [1]);
    assert_eq!(three.found(&format!("filter[name][]&filter[name][]={last}")), [1, 2]);
    assert_eq!(three.found("filter[name]="), [0; 0]);
    assert_eq!(three.found("filter[name]='%20OR%201=1%20--"), [0; 0]);
}

fn parts_of_names_are_filtered(server: &Server) {
    let three = Three::new(server);
    let matching = |text: &str| three.found(&format!("filter[name__match]={}", iam_tests::client::encode(text)));
    assert_eq!(matching(&three.mark.to_uppercase()), [0, 2]);
    assert_eq!(matching("üNDER"), [0]);
    assert_eq!(matching("ALPHA"), [2]);
    // Taken literally.
    assert_eq!(matching("_"), [0]);
    assert_eq!(matching("%"), [0]);
    assert_eq!(matching("\\"), [2]);
    assert_eq!(matching("One_"), [0; 0]);
    assert_eq!(three.found("filter[name__match]=alpha&filter[name__match]=%7C"), [0; 0]);
}

fn times_are_filtered(server: &Server) {
    let three = Three::new(server);
    let second = |offset: i64| format!("2026-01-14T10:23:{}Z", 18 + offset);
    assert_eq!(three.found(&format!("filter[created_at]={}", second(1))), [1]);
    assert_eq!(three.found(&format!("filter[created_at][]={}&filter[created_at][]={}", second(0), second(2))), [0, 2]);
    assert_eq!(three.found("filter[created_at]"), [0; 0]);
    assert_eq!(three.found("filter[created_at]=2026-01-14%2010:23:18"), [0]);
    assert_eq!(three.found("filter[created_at]=2026-01-14T11:23:18%2B01:00"), [0]);
    assert_eq!(three.found(&format!("filter[created_at__gte]={}", second(1))), [1, 2]);
    assert_eq!(three.found(&format!("filter[created_at__lte]={}", second(1))), [0, 1]);
    let between = format!("filter[created_at__gte]={}&filter[created_at__lte]={}", second(1), second(1));
    assert_eq!(three.found(&between), [1]);
    assert_eq!(three.found("filter[created_at__gte]=2026-01-15"), [0; 0]);
    assert_eq!(three.found("filter[updated_at]=2026-01-14T10:24:17Z"), [0]);
    assert_eq!(three.found("filter[updated_at]"), [0; 0]);
}

fn what_is_not_declared_is_ignored(server: &Server) {
    let three = Three::new(server);
    for filter in
        ["slug=x", "name__in=x", "created_at__match=x", "pairing_code=x", "updated_at__gte=2100-01-01", "x[y]=z"]
    {
        let (key, value) = filter.split_once('=').unwrap();
        let key = key.split_once('[').map_or(format!("[{key}]"), |(key, rest)| format!("[{key}][{rest}"));
        assert_eq!(three.found(&format!("filter{key}={value}")), [0, 1, 2], "{filter}");
    }
}

fn values_of_the_wrong_kind_are_refused(server: &Server) {
    let client = caller(server, "admin", &[]).client;
    for (query, pointer, detail) in [
        ("filter[id]=x", "/filter/id", "must be an integer"),
        ("filter[id__in][]=x", "/filter/id__in", "must be an integer"),
        ("filter[id__in]=1,x", "/filter/id__in", "must be an integer"),
        ("filter[name][a]=x", "/filter/name", "must be a string"),
        ("filter[created_at]=now", "/filter/created_at", "must be a datetime"),
        ("filter[created_at__gte]=1", "/filter/created_at__gte", "must be a datetime"),
        ("filter[created_at__lte]=", "/filter/created_at__lte", "must be a datetime"),
        ("filter[updated_at]=2026-13-01", "/filter/updated_at", "must be a datetime"),
    ] {
        let found = faults(&client.get(&format!("/organizations?{query}")));
        assert_eq!(found, [(pointer.to_owned(), detail.to_owned())], "{query}");
    }
    let many = "filter[created_at][]=2026-01-01&".repeat(2000);
    let found = faults(&client.get(&format!("/organizations?{many}")));
    assert_eq!(found, [("/filter/created_at".to_owned(), "must be an array of at most 64 values".to_owned())]);
    let many = "filter[id][]=1&".repeat(2000);
    assert_eq!(ids(&client.get(&format!("/organizations?{many}"))), [0; 0]);
}

fn every_attribute_sorts_both_ways(server: &Server) {
    let three = Three::new(server);
    let mut by_id = [0, 1, 2];
    by_id.sort_unstable_by_key(|position| three.ids[*position]);
    for (key, ascending) in [
        ("id", by_id),
        // The one without name comes last; the others by code point.
        ("name", [2, 0, 1]),
        ("created_at", [0, 1, 2]),
        ("updated_at", [2, 1, 0]),
    ] {
        let mut ascending = ascending;
        assert_eq!(three.order(&format!("sort={key}")), ascending, "{key}");
        ascending.reverse();
        assert_eq!(three.order(&format!("sort=-{key}")), ascending, "-{key}");
        assert_eq!(three.order(&format!("sort=-organizations.{key}")), ascending, "-organizations.{key}");
    }
    assert_eq!(three.order(""), by_id);
}

fn several_keys_sort_in_order(server: &Server) {
    let three = Three::new(server);
    for id in three.ids {
        server.seed().set_organization(id, "updated_at", 5);
    }
    assert_eq!(three.order("sort=updated_at,-created_at"), [2, 1, 0]);
    assert_eq!(three.order("sort=updated_at,created_at"), [0, 1, 2]);
    assert_eq!(three.order("sort=-created_at,updated_at"), [2, 1, 0]);
}

fn unknown_keys_do_not_sort(server: &Server) {
    let client = caller(server, "admin", &[]).client;
    for query in ["sort=slug", "sort=-pairing_code", "sort=id,x", "sort=id%3BDROP", "sort[]=id"] {
        let found = faults(&client.get(&format!("/organizations?{query}")));
        assert_eq!((found.len(), found[0].0.as_str()), (1, "/sort"), "{query}");
    }
}
