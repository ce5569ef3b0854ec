//! Every SQL constant against the schema: it prepares, and its plan reads no table that grows.

use std::collections::BTreeMap;

use iam_domain::store::{STATEMENTS, Value};

use super::Scratch;

/// Steps of query plans that read a whole table, or sort, and why that is all right: what they read is bounded by
/// something other than the size of the installation. A new entry is reviewed, and [`MOST_ALLOWED`] raised
/// with it; an entry that no plan needs any more fails the test.
const ALLOWED: &[(&str, &str, &str)] = &[
    ("callers/account.BY_TOKEN", "SCAN above", "the recursive walk up the organizations, at most 16 rows"),
    ("callers/account.BY_TOKEN", "SCAN g", "the caller's own grants and those of its groups, found by index first"),
    ("callers/account.BY_TOKEN", "SCAN (subquery-16)", "organizations of one user"),
    ("credentials/logins.BY_SECRET", "SCAN (subquery-1)", "the same"),
    ("users/read.NAMED", "SCAN (subquery-1)", "the same"),
    ("users/read.WITH_OWNED", "SCAN (subquery-1)", "the same"),
    ("users/read.WITH_OWNED", "SCAN (subquery-3)", "the same"),
    ("callers/statements.BY_TOKEN", "SCAN above", "the recursive walk up the organizations, at most 16 rows"),
    ("callers/statements.BY_SECRET", "SCAN above", "the same"),
    ("callers/statements.BY_CLIENT", "SCAN above", "the same"),
    ("callers/statements.BY_KEY", "SCAN above", "the same"),
    ("callers/statements.BY_TOKEN", "SCAN g", "the caller's own grants and those of its groups, found by index first"),
    ("callers/statements.BY_SECRET", "SCAN g", "the same"),
    ("callers/statements.BY_CLIENT", "SCAN g", "the same"),
    ("callers/statements.BY_KEY", "SCAN g", "the same"),
    ("credentials/secrets.LIST", "SCAN g", "the grants of one machine"),
    ("service_accounts/read.FIND_WITH_RIGHTS", "SCAN g", "the same"),
    ("resources/entries.LIST", "SCAN resource", "the APIs of the installation: some tens"),
    ("resources/entries.LIST", "SCAN resource USING COVERING INDEX sqlite_autoindex_resource_1", "the same"),
    ("resources/entries.LIST", "USE TEMP B-TREE FOR ORDER BY", "the same resources, and the page"),
    ("roles/scopes.LIST_OF_ORGANIZATIONS", "USE TEMP B-TREE FOR ORDER BY", "the scopes of one role"),
    ("roles/scopes.LIST_OF_RESOURCES", "USE TEMP B-TREE FOR ORDER BY", "the scopes of one role"),
    ("roles/list.TENANT", "SCAN h", "at most three holders of a role"),
    ("roles/list.TENANT_SEARCH", "SCAN h", "at most three holders of a role"),
    (
        "memberships/organizations.LIST",
        "SCAN held",
        "organization roles of one principal in an organization on the page",
    ),
    ("invitations/read.LIST", SORTED, "organization roles that come with one invitation"),
    ("invitations/read.LIST", "SCAN held", "the same"),
    ("invitations/read.OF_ORGANIZATION", SORTED, "the same"),
    ("invitations/read.OF_ORGANIZATION", "SCAN held", "the same"),
    ("invitations/read.OF_INVITER", SORTED, "the same"),
    ("invitations/read.OF_INVITER", "SCAN held", "the same"),
    ("invitations/read.OF_INVITEE", SORTED, "the same"),
    ("invitations/read.OF_INVITEE", "SCAN held", "the same"),
    ("invitations/read.FIND", SORTED, "the same"),
    ("invitations/read.FIND", "SCAN held", "the same"),
    (
        "memberships/jit.ROLES",
        "USE TEMP B-TREE FOR ORDER BY",
        "roles that come with joining one organization, and the page",
    ),
    ("memberships/service_accounts.LIST", SORTED, "organization roles of a machine on the page"),
    ("memberships/service_accounts.LIST", "SCAN held", "the same"),
    ("memberships/service_accounts.SEARCH", SORTED, "the same"),
    ("memberships/service_accounts.SEARCH", "SCAN held", "the same"),
    ("roles/read.NAMED", "USE TEMP B-TREE FOR ORDER BY", "the roles that a request names"),
    ("grants/held.SCOPES", "USE TEMP B-TREE FOR DISTINCT", "scopes of one member"),
    ("grants/held.SCOPES", "USE TEMP B-TREE FOR ORDER BY", "the same"),
    ("memberships/users.LIST", SORTED, "organization roles of a person on the page"),
    ("memberships/users.LIST", "SCAN held", "the same"),
    ("memberships/users.MATCHING", "SCAN held", "the same"),
    ("memberships/users.MATCHING", "SCAN size", "one row"),
    ("memberships/users.MATCHING", "SCAN (subquery-2)", "one row"),
    ("memberships/users.MATCHING", "SCAN m", "members that match: a search looks at all members"),
    ("memberships/users.MATCHING", "USE TEMP B-TREE FOR ORDER BY", "the same, and the page"),
    ("memberships/users.HOLDERS", SORTED, "the same"),
    ("memberships/users.HOLDERS", "SCAN held", "the same"),
    ("memberships/read.LEAVING", "USE TEMP B-TREE FOR DISTINCT", "the operator's accounts: a handful"),
    ("memberships/read.LEAVING", "SCAN held", "the same"),
    ("roles/read.PLATFORM_KEYS_OF_HOLDERS", "USE TEMP B-TREE FOR DISTINCT", "the same"),
    (
        "organizations/pages.LIST",
        "SCAN organization USING COVERING INDEX organization_by_creation",
        "the page: from the beginning of the index to its last row",
    ),
    ("organizations/pages.LIST", "SCAN m", "three members"),
    (
        "organizations/pages.SEARCH",
        "SCAN organization USING COVERING INDEX organization_by_creation",
        "a search for a part of a name looks at all names, in an index that holds little else",
    ),
    ("organizations/pages.SEARCH", "SCAN m", "three members"),
    (
        "users/list.SEARCH",
        "SCAN u USING COVERING INDEX user_search",
        "to count those who match, a search has to look at everybody",
    ),
    ("users/list.SEARCH", "SCAN w", "the parameter"),
    (
        "credentials/password_requests.ANY",
        "SCAN password_request",
        "rows live until the request that made them is answered; the first is enough",
    ),
    ("credentials/password_requests.TAKE", "SCAN password_request", "the first twenty by key"),
    ("installation.DONE", "SCAN installation", "what was done once: a handful"),
    ("logins/admission.RUNNING", "SCAN password_check", "the passwords that are being compared, which is bounded"),
    ("logins/admission.BEGIN", "SCAN password_check", "the same"),
    ("logins/admission.END", "SCAN password_check", "the same"),
    ("organizations/links.LINKED", "SCAN (subquery-1)", "at most a page of ids, found by index first"),
    ("organizations/links.LINKED", "SCAN (subquery-3)", "the same"),
    ("organizations/links.LINKED", "SCAN linked", "the same"),
    ("organizations/links.LINKED", "USE TEMP B-TREE FOR ORDER BY", "the same: two pages of ids are merged"),
    ("organizations/links.STANDING", "SCAN above", "the recursive walk up the organizations, at most 16 rows"),
    ("organizations/links.CHAIN", "SCAN above", "the same"),
    ("organizations/links.CHAIN", "USE TEMP B-TREE FOR ORDER BY", "the same"),
    (
        "organizations/links.IS_ABOVE",
        "SCAN above",
        "everything above one organization, at most 16 levels of parents and their insurers",
    ),
    (
        "organizations/links.HEIGHT",
        "SCAN below",
        "everything below the organization that joins another one, which is rare",
    ),
    ("organizations/settings.ALERTS", "SCAN k", "the catalogue of alerts: a handful"),
    ("organizations/settings.ALERTS", "USE TEMP B-TREE FOR ORDER BY", "the same"),
    ("grants/scopes.RESOURCE_GRANT", "USE TEMP B-TREE FOR json_group_array(DISTINCT)", "scopes of one client"),
    ("grants/scopes.ORGANIZATION_GRANT", "USE TEMP B-TREE FOR json_group_array(DISTINCT)", "scopes of one client"),
    ("grants/read.ROLES_OF", "SCAN g", "the grants of one principal"),
    ("grants/read.ROLES_OF", SORTED, "the same"),
    ("grants/read.ROLES_OF", "SCAN held", "the same"),
    ("tokens/signing_keys.PUBLIC", "SCAN signing_key", "a row per rotation and algorithm"),
    ("tokens/signing_keys.PUBLIC", "USE TEMP B-TREE FOR ORDER BY", "the same"),
];

/// Rows that are put in order.
const SORTED: &str = "USE TEMP B-TREE FOR ORDER BY";

/// Steps that every page with its total takes: the one row with the total, and the rows of the page, which the caller
/// limits to 100, put in order after they were joined.
const OF_A_PAGE: [&str; 3] = ["SCAN t", "SCAN page LEFT-JOIN", "USE TEMP B-TREE FOR ORDER BY"];

/// Whether a step is one of a page, and the only one of its kind in the plan.
fn is_of_a_page(sql: &str, steps: &[String], step: &str) -> bool {
    let is_page = sql.contains("SELECT t.total, ") && sql.contains(" page ON true ");
    is_page && OF_A_PAGE.contains(&step) && steps.iter().filter(|other| *other == step).count() == 1
}

/// Whether a step reads a JSON list, and every list of the statement is a parameter.
fn reads_a_parameter(sql: &str, step: &str) -> bool {
    step.ends_with(" VIRTUAL TABLE INDEX 1:") && sql.split("json_each(").skip(1).all(|rest| rest.starts_with('?'))
}

/// Length of [`ALLOWED`] when it was last reviewed.
const MOST_ALLOWED: usize = 85;

/// Name and text of every statement.
fn statements() -> Vec<(String, &'static str)> {
    let of = |(file, list): &(&'static str, &'static [(&'static str, &'static str)])| {
        let file = *file;
        list.iter().map(move |(name, sql)| (format!("{file}.{name}"), *sql)).collect::<Vec<_>>()
    };
    STATEMENTS.iter().flat_map(of).collect()
}

/// Highest `?n` of a statement. No text of ours holds a question mark for another purpose.
fn parameters(sql: &str) -> usize {
    let numbers = sql.split('?').skip(1).map(|rest| {
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        digits.parse().unwrap_or_else(|_| panic!("a parameter without number: {sql}"))
    });
    numbers.max().unwrap_or(0)
}

fn plan(scratch: &Scratch, name: &str, sql: &str) -> Vec<String> {
    let params = vec![Value::Null; parameters(sql)];
    let rows = scratch.connection.run(&format!("EXPLAIN QUERY PLAN {sql}"), params);
    rows.unwrap_or_else(|error| panic!("{name}: {error}\n{sql}")).iter().map(|row| row.text(3).unwrap()).collect()
}

/// The step that reads a list of the caller's anew for each row of another loop, if a plan has one. Steps are `(parent, text)`.
fn list_within_a_loop(steps: &[(i64, String)]) -> Option<&str> {
    steps.iter().enumerate().find_map(|(at, (parent, step))| {
        let is_list = |step: &str| step.starts_with("SCAN ") && step.contains(" VIRTUAL TABLE");
        let is_loop =
            |step: &str| step.starts_with("SEARCH ") || step.starts_with("SCAN ") && step != "SCAN CONSTANT ROW";
        let outer = steps.iter().take(at).filter(|(of, _)| of == parent);
        // Of several lists the first is the outermost.
        let is_within = outer.clone().any(|(_, outer)| is_loop(outer) && !is_list(outer));
        (is_list(step) && is_within).then_some(step.as_str())
    })
}

#[test]
fn lists_of_callers_are_the_outer_loop() {
    let scratch = Scratch::migrated();
    let mut found = Vec::new();
    for (name, sql) in statements() {
        let rows = scratch.connection.run(&format!("EXPLAIN QUERY PLAN {sql}"), vec![Value::Null; parameters(sql)]);
        let steps: Vec<_> = rows.unwrap().iter().map(|row| (row.integer(1).unwrap(), row.text(3).unwrap())).collect();
        if let Some(step) = list_within_a_loop(&steps) {
            found.push((name, step.to_owned()));
        }
    }
    assert!(found.is_empty(), "write CROSS JOIN behind the list: {found:#?}");
}

#[test]
fn every_statement_prepares_against_the_schema() {
    let scratch = Scratch::migrated();
    let all = statements();
    for (name, sql) in &all {
        plan(&scratch, name, sql);
    }
    assert!(all.len() >= 40, "only {} statements are listed", all.len());
}

#[test]
fn every_file_with_statements_is_listed() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/domain/src/store");
    let declares = |path: &std::path::Path| std::fs::read_to_string(path).unwrap().contains("\nstatements! {");
    let entries = |folder: &std::path::Path| -> Vec<std::path::PathBuf> {
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect()
    };
    let folders = entries(&root).into_iter().filter(|path| path.is_dir());
    let folders = folders.map(|path| format!("{}/", path.file_name().unwrap().to_string_lossy()));
    let mut files = Vec::new();
    for folder in folders.chain([String::new()]) {
        let names = entries(&root.join(&folder)).into_iter().filter(|path| path.is_file() && declares(path));
        files.extend(names.map(|path| format!("{folder}{}", path.file_stem().unwrap().to_string_lossy())));
    }
    files.sort();
    let listed: Vec<&str> = STATEMENTS.iter().map(|(file, _)| *file).collect();
    assert_eq!(files, listed);
}

#[test]
fn names_are_unique() {
    let mut times: BTreeMap<String, usize> = BTreeMap::new();
    for (name, _) in statements() {
        *times.entry(name).or_default() += 1;
    }
    times.retain(|_, times| *times > 1);
    assert_eq!(times, BTreeMap::new());
}

#[test]
fn no_plan_reads_a_table_that_grows() {
    let scratch = Scratch::migrated();
    let mut found = Vec::new();
    for (name, sql) in statements() {
        let steps = plan(&scratch, &name, sql);
        for step in &steps {
            // `SCAN CONSTANT ROW` reads nothing; a scan over an index reads all of it just the same.
            let is_scan = step.starts_with("SCAN ") && step != "SCAN CONSTANT ROW";
            let is_bounded = is_of_a_page(sql, &steps, step) || reads_a_parameter(sql, step);
            if (is_scan || step.starts_with("USE TEMP B-TREE")) && !is_bounded {
                found.push((name.clone(), step.clone()));
            }
        }
    }
    let is_allowed = |(name, step): &&(String, String)| ALLOWED.iter().any(|(of, is, _)| of == name && is == step);
    let forbidden: Vec<_> = found.iter().filter(|step| !is_allowed(step)).collect();
    assert!(forbidden.is_empty(), "{forbidden:#?}");
    let is_needed = |(of, is, _): &&(&str, &str, &str)| found.iter().any(|(name, step)| of == name && is == step);
    let stale: Vec<_> = ALLOWED.iter().filter(|entry| !is_needed(entry)).collect();
    assert!(stale.is_empty(), "take these out of the list: {stale:#?}");
    assert_eq!(ALLOWED.len(), MOST_ALLOWED, "review the list, and this number with it");
}

/// Whether `sql` orders the rows inside an aggregate, which libSQL cannot read: a subquery in order does the same.
fn orders_inside_an_aggregate(sql: &str) -> bool {
    ["json_group_array(", "json_group_object(", "group_concat("].iter().any(|aggregate| {
        sql.match_indices(aggregate).any(|(start, _)| {
            let mut depth = 1;
            let mut own = String::new();
            for letter in sql[start + aggregate.len()..].chars() {
                match letter {
                    '(' => depth += 1,
                    ')' => depth -= 1,
                    letter if depth == 1 => own.push(letter),
                    _ => {}
                }
                if depth == 0 {
                    break;
                }
            }
            own.contains("ORDER BY")
        })
    })
}

#[test]
fn no_aggregate_orders_its_rows() {
    assert!(orders_inside_an_aggregate("SELECT json_group_array(json_array(a, b) ORDER BY a) FROM t"));
    assert!(!orders_inside_an_aggregate("SELECT json_group_array((SELECT a FROM t ORDER BY a)) FROM t ORDER BY a"));
    for (file, statements) in STATEMENTS {
        for (name, sql) in *statements {
            assert!(!orders_inside_an_aggregate(sql), "{file}.{name}: {sql}");
        }
    }
}
