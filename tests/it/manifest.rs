//! spin.toml against the route tables and the settings: what Spin is told and what the code does must not drift apart.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use iam_settings::SETTINGS;
use iam_tests::native::COMPONENTS;
use iam_wire::kit::Kit;
use iam_wire::{Need, Route};
use toml::{Table, Value};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The file of the repository, whatever the running test servers were given.
fn manifest() -> Table {
    std::fs::read_to_string(root().join("spin.toml")).unwrap().parse().unwrap()
}

fn table<'a>(table: &'a Table, name: &str) -> &'a Table {
    table.get(name).and_then(Value::as_table).unwrap_or_else(|| panic!("no table {name}"))
}

fn text<'a>(table: &'a Table, name: &str) -> &'a str {
    table.get(name).and_then(Value::as_str).unwrap_or_else(|| panic!("no text {name} in {table:?}"))
}

/// Names of the variables that a component is given.
fn given(component: &Value) -> BTreeSet<String> {
    component
        .get("variables")
        .map(|variables| variables.as_table().unwrap().keys().cloned().collect())
        .unwrap_or_default()
}

/// Route and component of each trigger.
fn triggers(manifest: &Table) -> Vec<(&str, &str)> {
    let http = table(manifest, "trigger")["http"].as_array().unwrap();
    http.iter()
        .map(|trigger| (text(trigger.as_table().unwrap(), "route"), text(trigger.as_table().unwrap(), "component")))
        .collect()
}

/// Rank of a route for a path, segment by segment: 0 exact, 1 `:param`, 2 end of the route, 3 the rest (`...`).
/// `None`: it does not match. The smallest wins, as Spin has it; slashes at both ends do not count.
fn rank(route: &str, path: &str) -> Option<Vec<u8>> {
    let mut ranks = Vec::new();
    let mut segments = path.trim_matches('/').split('/').filter(|segment| !segment.is_empty());
    for wanted in route.trim_matches('/').split('/').filter(|segment| !segment.is_empty()) {
        if wanted == "..." {
            ranks.push(3);
            return Some(ranks);
        }
        let segment = segments.next()?;
        ranks.push(match wanted.strip_prefix(':') {
            Some(_) => 1,
            None if wanted == segment => 0,
            None => return None,
        });
    }
    ranks.push(2);
    segments.next().is_none().then_some(ranks)
}

/// The component that Spin would send `path` to.
fn component_of<'a>(triggers: &[(&'a str, &'a str)], path: &str) -> Option<&'a str> {
    let matching = triggers.iter().filter_map(|(route, component)| Some((rank(route, path)?, *component)));
    matching.min().map(|(_, component)| component)
}

#[test]
fn the_rule_of_spin() {
    let triggers = [("/...", "all"), ("/a/...", "a"), ("/a/:id", "param"), ("/a/me", "exact"), ("/a", "bare")];
    for (path, component) in [
        ("/", "all"),
        ("/b/c", "all"),
        ("/a", "bare"),
        ("/a/", "bare"),
        ("/a/me/", "exact"),
        ("/a/7", "param"),
        ("/a/7/keys", "a"),
    ] {
        assert_eq!(component_of(&triggers, path), Some(component), "{path}");
    }
    assert_eq!(component_of(&triggers[1..], "/ab"), None);
    assert_eq!(component_of(&[("/:org/users", "left"), ("/acme/...", "right")], "/acme/users"), Some("right"));
}

/// Request paths for a route: every parameter filled in, under every prefix, without and with a slash at the end.
fn examples(kit: &dyn Kit, route: &Route) -> Vec<String> {
    let parts = route.path.trim_end_matches('/').split('/');
    let path: Vec<&str> = parts.map(|part| if part.starts_with('{') { "310976816384" } else { part }).collect();
    let path = path.join("/");
    kit.prefixes().iter().flat_map(|prefix| [format!("{prefix}{path}"), format!("{prefix}{path}/")]).collect()
}

#[test]
fn every_route_leads_to_its_own_component() {
    let manifest = manifest();
    let triggers = triggers(&manifest);
    for component in COMPONENTS {
        for table in component.tables {
            for route in table.routes {
                for path in examples(table.kit, route) {
                    assert_eq!(component_of(&triggers, &path), Some(component.name), "{} {path}", route.method);
                }
            }
        }
    }
}

#[test]
fn every_trigger_serves_a_route_of_its_component() {
    let manifest = manifest();
    for (route, component) in triggers(&manifest) {
        let routes = COMPONENTS.iter().find(|known| known.name == component).map(|known| known.tables);
        let mut routes = routes.unwrap_or_else(|| panic!("{route}: no component {component}")).iter();
        let is_used = routes.any(|table| {
            let mut paths = table.routes.iter().flat_map(|own| examples(table.kit, own));
            paths.any(|path| rank(route, &path).is_some())
        });
        assert!(is_used, "{route} leads to no route of {component}");
    }
    let names: BTreeSet<&str> = triggers(&manifest).iter().map(|(route, _)| *route).collect();
    assert_eq!(names.len(), triggers(&manifest).len(), "a route stands twice");
}

#[test]
fn code_and_manifest_have_the_same_components() {
    let manifest = manifest();
    let declared: BTreeSet<&str> = table(&manifest, "component").keys().map(String::as_str).collect();
    let known: BTreeSet<&str> = COMPONENTS.iter().map(|component| component.name).collect();
    assert_eq!(declared, known);
    assert_eq!(known.len(), COMPONENTS.len(), "a name stands twice");
    let triggered: BTreeSet<&str> = triggers(&manifest).iter().map(|(_, component)| *component).collect();
    assert_eq!(declared, triggered, "a component without trigger, or the reverse");
    let folders: BTreeSet<String> = std::fs::read_dir(root().join("components"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(folders.iter().map(String::as_str).collect::<BTreeSet<_>>(), known);
}

#[test]
fn every_component_says_how_it_is_built() {
    let manifest = manifest();
    for (name, component) in table(&manifest, "component") {
        let component = component.as_table().unwrap();
        let package: Table =
            std::fs::read_to_string(root().join(format!("components/{name}/Cargo.toml"))).unwrap().parse().unwrap();
        let package = text(table(&package, "package"), "name").to_owned();
        let wanted = format!("target/wasm32-wasip2/release/{}.wasm", package.replace('-', "_"));
        assert_eq!(text(component, "source"), wanted, "{name}");
        let command = text(table(component, "build"), "command");
        assert_eq!(command, format!("cargo build --target wasm32-wasip2 --release -p {package}"), "{name}");
        let watch: Vec<&str> =
            table(component, "build")["watch"].as_array().unwrap().iter().map(|path| path.as_str().unwrap()).collect();
        assert!(watch.contains(&format!("components/{name}/src/**/*.rs").as_str()), "{name}: {watch:?}");
        for path in watch {
            assert!(root().join(path.split('*').next().unwrap()).exists(), "{name} watches {path}");
        }
    }
}

/// Components that store, show or remove pictures.
const KEEPS_PICTURES: &[&str] = &["memberships", "organizations", "users"];

/// Hosts that a component may call: the upstream login service and the mail provider, if it has to do with them.
fn outbound_hosts(component: &Value) -> Value {
    let upstream = given(component).contains("upstream_issuer").then_some("{{ upstream_allowed_host }}");
    let mail = given(component).contains("mail_provider").then_some("{{ mail_allowed_host }}");
    Value::from(upstream.into_iter().chain(mail).collect::<Vec<_>>())
}

#[test]
fn every_component_has_what_it_needs_and_no_more() {
    let manifest = manifest();
    let allowed = ["source", "sqlite_databases", "allowed_outbound_hosts", "variables", "build"];
    for (name, component) in table(&manifest, "component") {
        let component = component.as_table().unwrap();
        let is_allowed = |key: &str| {
            allowed.contains(&key) || (key == "key_value_stores" && KEEPS_PICTURES.contains(&name.as_str()))
        };
        let keys: Vec<&String> = component.keys().filter(|key| !is_allowed(key)).collect();
        assert!(keys.is_empty(), "{name} is given more: {keys:?}");
        let stores = component.get("key_value_stores").cloned();
        assert_eq!(stores.is_some(), KEEPS_PICTURES.contains(&name.as_str()), "{name}");
        assert!(stores.is_none_or(|stores| stores == Value::from(vec!["default"])), "{name}");
        assert_eq!(component["sqlite_databases"], Value::from(vec!["default"]), "{name}");
        let hosts = outbound_hosts(&table(&manifest, "component")[name]);
        assert_eq!(component["allowed_outbound_hosts"], hosts, "{name}");
    }
}

/// Variables that only the components `logins` and `tokens` may see: they make keys, tokens and the first principals.
fn is_for_logins_alone(variable: &str) -> bool {
    let words = ["bootstrap_", "signing_", "_signing_", "_token_ttl", "accepted_issuers", "_jwt_key"];
    words.iter().any(|word| variable.contains(word))
}

#[test]
fn variables_of_components_are_declared_and_well_kept() {
    let manifest = manifest();
    let declared: BTreeSet<String> = table(&manifest, "variables").keys().cloned().collect();
    let mut used = BTreeSet::new();
    for (name, component) in table(&manifest, "component") {
        for variable in given(component) {
            assert!(declared.contains(&variable), "{name} is given {variable}, which is not declared");
            // Resources show how long their tokens live.
            let is_shown = name == "roles" && variable == "logto_access_token_ttl";
            let makes_tokens = name == "logins" || name == "tokens";
            assert!(makes_tokens || is_shown || !is_for_logins_alone(&variable), "{name} is given {variable}");
            let template = component["variables"][variable.as_str()].as_str().unwrap();
            assert_eq!(template, format!("{{{{ {variable} }}}}"), "{name}");
            used.insert(variable);
        }
        for common in ["public_url", "disabled_dialects"] {
            assert!(given(component).contains(common), "{name} needs {common}");
        }
    }
    assert_eq!(used, declared, "declared and given to nobody");
}

#[test]
fn secrets_are_marked_and_every_variable_has_a_default() {
    let manifest = manifest();
    for (name, variable) in table(&manifest, "variables") {
        let variable = variable.as_table().unwrap();
        let is_secret = variable.get("secret").and_then(Value::as_bool).unwrap_or_default();
        let wanted = ["_password", "_secret", "_key"].iter().any(|end| name.ends_with(end));
        assert_eq!(is_secret, wanted, "{name}");
        let default = text(variable, "default");
        assert!(!is_secret || default.is_empty(), "{name} has a default, which is a default credential");
    }
}

/// Hashing keeps an instance busy, so one component alone can do it: no other is told a password, or how many may be
/// compared at a time.
#[test]
fn only_logins_has_to_do_with_passwords() {
    let manifest = manifest();
    let is_of_passwords = |variable: &&String| variable.ends_with("_password") || *variable == "max_password_checks";
    let all: BTreeSet<String> = table(&manifest, "variables").keys().filter(is_of_passwords).cloned().collect();
    assert_eq!(all.len(), 3, "{all:?}");
    for (name, component) in table(&manifest, "component") {
        let given: BTreeSet<String> = given(component).iter().filter(is_of_passwords).cloned().collect();
        assert_eq!(given, if name == "logins" { all.clone() } else { BTreeSet::new() }, "{name}");
    }
}

/// The acting header matters to routes that run in the effective organization, and to no other.
#[test]
fn components_with_acting_routes_know_how_strict_to_be() {
    let manifest = manifest();
    for component in COMPONENTS {
        let mut routes = component.tables.iter().flat_map(|table| table.routes);
        let acts = routes.any(|route| matches!(route.need, Need::Effective(_)));
        let given = given(&table(&manifest, "component")[component.name]);
        assert_eq!(given.contains("eazyrent_strict_acting_account"), acts, "{}", component.name);
    }
}

/// All variables of mail, or none of them: a component without some would send otherwise than the rest.
#[test]
fn whoever_sends_mail_knows_how() {
    let manifest = manifest();
    let is_mail =
        |name: &&String| name.starts_with("mail_") || ["account_page_url", "idah_app_url"].contains(&name.as_str());
    let all: BTreeSet<String> = table(&manifest, "variables").keys().filter(is_mail).cloned().collect();
    for component in COMPONENTS {
        let sends = component.afterwards.is_some() || component.name == "outbox";
        let wanted = if sends { all.clone() } else { BTreeSet::new() };
        let given: BTreeSet<String> =
            given(&table(&manifest, "component")[component.name]).iter().filter(is_mail).cloned().collect();
        assert_eq!(given, wanted, "{}", component.name);
    }
}

/// The code reads what the table has and nothing else: so do its own tests tell.
#[test]
fn the_manifest_declares_the_settings_of_the_table() {
    let declared: BTreeSet<String> = table(&manifest(), "variables").keys().cloned().collect();
    assert_eq!(declared, SETTINGS.iter().map(|setting| setting.name.to_owned()).collect());
    let manifest = manifest();
    assert_eq!(given(&table(&manifest, "component")["logins"]).difference(&declared).count(), 0);
}

/// The defaults of the manifest are those of the code, so that a component that is not given a variable agrees with
/// one that is.
#[test]
fn defaults_of_code_and_manifest_agree() {
    let manifest = manifest();
    let defaults: BTreeMap<&str, &str> = table(&manifest, "variables")
        .iter()
        .map(|(name, variable)| (name.as_str(), text(variable.as_table().unwrap(), "default")))
        .collect();
    let load = |given: Vec<(&'static str, String)>| {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let settings = runtime.block_on(iam_wire::settings::Settings::load(&iam_tests::native::Given(given)));
        format!("{:?}", settings.unwrap())
    };
    let given = SETTINGS.iter().map(|setting| (setting.name, defaults[setting.name].to_owned()));
    assert_eq!(load(given.collect()), load(Vec::new()));
}

/// All Rust source in a folder and those in it.
fn source(folder: &Path) -> String {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let text = entries.map(|path| if path.is_dir() { source(&path) } else { std::fs::read_to_string(path).unwrap() });
    text.collect()
}

/// Whoever does not know it would count a proxy's address for all of its clients, or nothing at all.
#[test]
fn whoever_counts_by_the_clients_address_knows_where_it_stands() {
    let manifest = manifest();
    for component in COMPONENTS {
        let source = source(&root().join(format!("components/{}/src", component.name)));
        let counting = ["logins::by_", "passwords::change(", "passwords::forget(", "register::register("];
        let counts = counting.iter().any(|call| source.contains(call));
        let given = given(&table(&manifest, "component")[component.name]);
        assert_eq!(given.contains("client_address_header"), counts, "{}", component.name);
    }
}
