//! `GET /api_keys`: every filter and every sort key.

use iam_tests::{Client, Server};

use crate::wire::idah::keys::fixtures::{key, service_account, set_key};
use crate::wire::idah::{among, caller, faults, ids};
use crate::wire::logto::unique;

crate::on_both!(
    ids_and_accounts_are_filtered,
    texts_are_filtered,
    permissions_and_limits_are_filtered,
    times_are_filtered,
    states_are_filtered,
    what_is_hidden_is_ignored,
    values_of_the_wrong_kind_are_refused,
    every_key_sorts_both_ways,
    unknown_keys_do_not_sort,
);

/// Three keys: an active one of an organization, an expired one without name, a revoked one of a project.
struct Three {
    client: Client,
    ids: [i64; 3],
    organization: i64,
    owner: i64,
    mark: String,
}

impl Three {
    fn new(server: &Server) -> Self {
        let (organization, mark) = (server.seed().organization("Filters"), unique("key"));
        let ids = [
            key(server, &["org_ro_org", "project_ro_org"], "org", &[organization]),
            key(server, &["account_ro_all"], "all", &[]),
            key(server, &["project_ro_org"], "project", &[77]),
        ];
        let name = |id: i64, name: Option<String>| {
            set_key(server, id, "name_key", name.as_deref().map(str::to_lowercase));
            set_key(server, id, "name", name);
        };
        name(ids[0], Some(format!("{mark} Ünder_One%")));
        name(ids[1], None);
        name(ids[2], Some(format!("{mark} alpha")));
        for (position, id) in ids.iter().enumerate() {
            let second = i64::try_from(position).unwrap() * 1000;
            set_key(server, *id, "created_at", 1_768_386_198_250 + second);
            set_key(server, *id, "updated_at", 1_768_386_208_250 - second);
            set_key(server, *id, "label", format!("IDAH_{position}{}", &mark[3..]));
        }
        set_key(server, ids[0], "expires_at", 4_102_444_800_000_i64);
        set_key(server, ids[0], "last_used_at", 1_768_386_198_000_i64);
        set_key(server, ids[1], "expires_at", 1_768_386_198_000_i64);
        set_key(server, ids[2], "revoked_at", 1_768_386_198_000_i64);
        let owner = service_account(server);
        for id in ids {
            set_key(server, id, "principal_id", owner);
        }
        Self { client: caller(server, "admin", &[]).client, ids, organization, owner, mark }
    }

    /// Positions of those that are found, in the order of the answer.
    #[track_caller]
    fn order(&self, query: &str) -> Vec<usize> {
        let own = among(&self.ids);
        let found = ids(&self.client.get(&format!("/api_keys?{own}{query}")));
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

fn ids_and_accounts_are_filtered(server: &Server) {
    let three = Three::new(server);
    let [a, b, _] = three.ids;
    assert_eq!(three.found(&format!("filter[id]={a}")), [0]);
    assert_eq!(three.found(&format!("filter[id][]={a}&filter[id][]={b}")), [0, 1]);
    assert_eq!(three.found("filter[id]"), [0; 0]);
    assert_eq!(three.found(&format!("filter[account_id]={}", three.owner)), [0, 1, 2]);
    assert_eq!(three.found("filter[account_id]=1"), [0; 0]);
    assert_eq!(three.found("filter[account_id][]=1&filter[account_id][]=2"), [0; 0]);
}

fn texts_are_filtered(server: &Server) {
    let three = Three::new(server);
    let name = iam_tests::client::encode(&format!("{} Ünder_One%", three.mark));
    assert_eq!(three.found(&format!("filter[name]={name}")), [0]);
    assert_eq!(three.found(&format!("filter[name]={}", three.mark)), [0; 0]);
    assert_eq!(three.found("filter[name]"), [1]);
    assert_eq!(three.found(&format!("filter[name][]&filter[name][]={name}")), [0, 1]);
    let matching = |text: &str| three.found(&format!("filter[name__match]={}", iam_tests::client::encode(text)));
    assert_eq!(matching(&three.mark.to_uppercase()), [0, 2]);
    assert_eq!(matching("üNDER_"), [0]);
    assert_eq!(matching("%"), [0]);
    assert_eq!(matching("u%a"), [0; 0]);
    assert_eq!(three.found(&format!("filter[key_label]=IDAH_1{}", &three.mark[3..])), [1]);
    assert_eq!(three.found("filter[key_label]=IDAH_"), [0; 0]);
    assert_eq!(three.found("filter[key_label]"), [0; 0]);
}

fn permissions_and_limits_are_filtered(server: &Server) {
    let three = Three::new(server);
    assert_eq!(three.found("filter[permissions]=project_ro_org"), [0, 2]);
    assert_eq!(three.found("filter[permissions]=project_ro"), [0; 0]);
    assert_eq!(three.found("filter[permissions][]=account_ro_all&filter[permissions][]=org_ro_org"), [0, 1]);
    assert_eq!(three.found("filter[permissions]"), [0; 0]);
    assert_eq!(three.found(&format!("filter[scope_value]={}", three.organization)), [0]);
    assert_eq!(three.found("filter[scope_value][]=77&filter[scope_value][]=78"), [2]);
    assert_eq!(three.found("filter[scope_value]=7"), [0; 0]);
    assert_eq!(three.found("filter[scope_value]"), [0; 0]);
    assert_eq!(three.found("filter[scope_type]=org"), [0]);
    assert_eq!(three.found("filter[scope_type][]=org&filter[scope_type][]=all"), [0, 1]);
    assert_eq!(three.found("filter[scope_type__in][]=project&filter[scope_type__in][]=all"), [1, 2]);
    assert_eq!(three.found("filter[scope_type__in]=project,all"), [1, 2]);
    assert_eq!(three.found("filter[scope_type__in]=x"), [0; 0]);
    assert_eq!(three.found("filter[scope_type]"), [0; 0]);
}

fn times_are_filtered(server: &Server) {
    let three = Three::new(server);
    assert_eq!(three.found("filter[expires_at]=2100-01-01"), [0]);
    assert_eq!(three.found("filter[expires_at]"), [2]);
    assert_eq!(three.found("filter[expires_at__gte]=2026-01-14T10:23:18Z"), [0, 1]);
    assert_eq!(three.found("filter[expires_at__gte]=2026-01-14T10:23:19Z"), [0]);
    assert_eq!(three.found("filter[expires_at__lte]=2026-01-14T10:23:18Z"), [1]);
    assert_eq!(three.found("filter[expires_at__lte]=2026-01-14T10:23:17Z"), [0; 0]);
    assert_eq!(three.found("filter[expires_at__lte]=2100-01-01T00:00:00Z"), [0, 1]);
    assert_eq!(three.found("filter[revoked_at]=2026-01-14T10:23:18Z"), [2]);
    assert_eq!(three.found("filter[revoked_at]"), [0, 1]);
    assert_eq!(three.found("filter[last_used_at]=2026-01-14T10:23:18Z"), [0]);
    assert_eq!(three.found("filter[last_used_at]"), [1, 2]);
    assert_eq!(three.found("filter[created_at]=2026-01-14T10:23:19Z"), [1]);
    assert_eq!(three.found("filter[updated_at]=2026-01-14T10:23:26Z"), [2]);
}

fn states_are_filtered(server: &Server) {
    let three = Three::new(server);
    assert_eq!(three.found("filter[status]=active"), [0]);
    assert_eq!(three.found("filter[status]=expired"), [1]);
    assert_eq!(three.found("filter[status]=revoked"), [2]);
    assert_eq!(three.found("filter[status][]=active&filter[status][]=revoked"), [0, 2]);
    assert_eq!(three.found("filter[status__in][]=expired&filter[status__in][]=revoked"), [1, 2]);
    assert_eq!(three.found("filter[status__in]=expired"), [1]);
    assert_eq!(three.found("filter[status]=x"), [0; 0]);
    assert_eq!(three.found("filter[status]"), [0; 0]);
}

fn what_is_hidden_is_ignored(server: &Server) {
    let three = Three::new(server);
    for filter in ["[key]=x", "[key_sha]=x", "[secret_hash]=x", "[kind]=password", "[status__nin]=active"] {
        assert_eq!(three.found(&format!("filter{filter}")), [0, 1, 2], "{filter}");
    }
}

fn values_of_the_wrong_kind_are_refused(server: &Server) {
    let client = caller(server, "admin", &[]).client;
    for (query, pointer, detail) in [
        ("filter[id]=x", "/filter/id", "must be an integer"),
        ("filter[account_id]=x", "/filter/account_id", "must be an integer"),
        ("filter[expires_at]=x", "/filter/expires_at", "must be a datetime"),
        ("filter[expires_at__gte]=x", "/filter/expires_at__gte", "must be a datetime"),
        ("filter[expires_at__lte]=x", "/filter/expires_at__lte", "must be a datetime"),
        ("filter[revoked_at]=x", "/filter/revoked_at", "must be a datetime"),
        ("filter[last_used_at]=x", "/filter/last_used_at", "must be a datetime"),
        ("filter[status][a]=x", "/filter/status", "must be a string"),
        ("filter=x", "/filter", "must be a hash"),
    ] {
        let found = faults(&client.get(&format!("/api_keys?{query}")));
        assert_eq!(found, [(pointer.to_owned(), detail.to_owned())], "{query}");
    }
    let many = "filter[permissions][]=x&".repeat(1500);
    let found = faults(&client.get(&format!("/api_keys?{many}")));
    assert_eq!(found, [("/filter/permissions".to_owned(), "must be an array of at most 64 values".to_owned())]);
}

fn every_key_sorts_both_ways(server: &Server) {
    let three = Three::new(server);
    let mut by_id = [0, 1, 2];
    by_id.sort_unstable_by_key(|position| three.ids[*position]);
    // Those without a value come last ascending; among equals the id decides, which goes up both ways.
    let last = |alone: usize, is_descending: bool| {
        let others = by_id.into_iter().filter(move |one| *one != alone);
        if is_descending {
            others.chain([alone]).collect()
        } else {
            [alone].into_iter().chain(others).collect::<Vec<_>>()
        }
    };
    for (key, ascending) in [
        ("id", by_id),
        ("name", [2, 0, 1]),
        ("key_label", [0, 1, 2]),
        ("scope_type", [1, 0, 2]),
        ("expires_at", [1, 0, 2]),
        ("status", [0, 1, 2]),
        ("created_at", [0, 1, 2]),
        ("updated_at", [2, 1, 0]),
    ] {
        let mut expected = ascending.to_vec();
        assert_eq!(three.order(&format!("sort={key}")), expected, "{key}");
        expected.reverse();
        assert_eq!(three.order(&format!("sort=-{key}")), expected, "-{key}");
    }
    for (key, alone) in [("revoked_at", 2), ("last_used_at", 0)] {
        assert_eq!(three.order(&format!("sort={key}")), last(alone, false), "{key}");
        assert_eq!(three.order(&format!("sort=-{key}")), last(alone, true), "-{key}");
    }
    for query in ["sort=account_id", "sort=-api_keys.account_id", ""] {
        assert_eq!(three.order(query), by_id, "{query}");
    }
    assert_eq!(three.order("sort=account_id,-status"), [2, 1, 0]);
}

fn unknown_keys_do_not_sort(server: &Server) {
    let client = caller(server, "admin", &[]).client;
    for key in ["secret_hash", "key", "permissions", "-scope_value", "principal_id"] {
        assert_eq!(faults(&client.get(&format!("/api_keys?sort={key}")))[0].0, "/sort", "{key}");
    }
}
