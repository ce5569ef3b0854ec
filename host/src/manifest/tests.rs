use super::*;

const HEAD: &str = "spin_manifest_version = 2\napplication = { name = \"test\" }\n";

fn parse_with(text: &str, arguments: &[&str], env: &[(&str, &str)]) -> Result<Manifest> {
    let arguments: Vec<String> = arguments.iter().map(ToString::to_string).collect();
    let env = |name: &str| env.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
    Manifest::parse(&format!("{HEAD}{text}"), "spin.toml", Path::new("/app"), &arguments, &env)
}

fn error(text: &str) -> String {
    parse_with(text, &[], &[]).unwrap_err().to_string()
}

fn component(lines: &str) -> String {
    format!("[[trigger.http]]\nroute = \"/...\"\ncomponent = \"a\"\n[component.a]\nsource = \"a.wasm\"\n{lines}")
}

fn variable(declaration: &str, arguments: &[&str], env: &[(&str, &str)]) -> Result<String> {
    let text = component("variables = { v = \"<{{ name }}>\" }");
    let manifest = parse_with(&format!("[variables]\nname = {declaration}\n{text}"), arguments, env)?;
    Ok(manifest.components["a"].variables["v"].clone())
}

#[test]
fn a_full_component_is_read() {
    let text = component(
        r#"
        description = "everything"
        sqlite_databases = ["default"]
        key_value_stores = ["default"]
        allowed_outbound_hosts = ["https://example.com"]
        environment = { MODE = "x" }
        [component.a.build]
        command = "cargo build"
        watch = ["src/**"]
        "#,
    );
    let manifest = parse_with(&text, &[], &[]).unwrap();
    assert_eq!(manifest.name, "test");
    assert_eq!(manifest.routes, [("/...".to_owned(), "a".to_owned())]);
    let a = &manifest.components["a"];
    assert_eq!(a.source, Path::new("/app/a.wasm"));
    assert_eq!(a.build.as_deref(), Some("cargo build"));
    assert!(a.sqlite_databases.contains("default") && a.key_value_stores.contains("default"));
    assert!(a.outbound.allows(&"https://example.com/x".parse().unwrap()));
    assert_eq!(a.environment["MODE"], "x");
}

#[test]
fn a_component_may_stand_in_its_trigger_and_serve_many_routes() {
    let text = r#"
        [[trigger.http]]
        route = "/a"
        component = { source = "a.wasm" }
        [[trigger.http]]
        route = "/b"
        component = "b"
        [[trigger.http]]
        route = "/c"
        component = "b"
        [component.b]
        source = "b.wasm"
    "#;
    let manifest = parse_with(text, &[], &[]).unwrap();
    assert_eq!(manifest.routes.len(), 3);
    assert_eq!(manifest.components.len(), 2);
}

#[test]
fn nothing_is_granted_by_default() {
    let manifest = parse_with(&component(""), &[], &[]).unwrap();
    let a = &manifest.components["a"];
    assert!(a.sqlite_databases.is_empty() && a.key_value_stores.is_empty());
    assert!(!a.outbound.allows(&"http://example.com".parse().unwrap()));
    assert!(a.environment.is_empty() && a.mounts.is_empty() && a.variables.is_empty());
}

#[test]
fn the_command_line_beats_the_environment_beats_the_default() {
    let env = [("SPIN_VARIABLE_NAME", "env")];
    let default = "{ default = \"default\" }";
    assert_eq!(variable(default, &[], &[]).unwrap(), "<default>");
    assert_eq!(variable(default, &[], &env).unwrap(), "<env>");
    assert_eq!(variable(default, &["name=cli=x"], &env).unwrap(), "<cli=x>");
    assert_eq!(variable(default, &["name=a", "name=b"], &env).unwrap(), "<b>");
    assert_eq!(variable("{ required = true, secret = true }", &[], &env).unwrap(), "<env>");
}

#[test]
fn variables_come_from_files() {
    let dir = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = dir.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let required = "{ required = true }";
    let plain = write("value", "from a file");
    assert_eq!(variable(required, &[&format!("name=@{plain}")], &[]).unwrap(), "<from a file>");
    let json = write("all.json", r#"{"name": "json"}"#);
    assert_eq!(variable(required, &[&format!("@{json}")], &[]).unwrap(), "<json>");
    let toml = write("all.toml", "name = \"toml\"");
    assert_eq!(variable(required, &[&format!("@{toml}")], &[]).unwrap(), "<toml>");
    let bad = write("bad.json", "{\"name\": hunter2}");
    let error = variable(required, &[&format!("@{bad}")], &[]).unwrap_err().to_string();
    assert!(!error.contains("hunter2"), "{error}");
}

#[test]
fn a_missing_variable_is_named_with_the_remedy() {
    let error = variable("{ required = true, secret = true }", &[], &[]).unwrap_err().to_string();
    assert!(error.contains("--variable name=") && error.contains("SPIN_VARIABLE_NAME"), "{error}");
}

#[test]
fn an_argument_without_a_name_is_not_repeated() {
    let error = variable("{ default = \"\" }", &["hunter2"], &[]).unwrap_err().to_string();
    assert!(error.contains("NAME=VALUE") && !error.contains("hunter2"), "{error}");
}

#[test]
fn values_are_not_shown_by_debug() {
    let declared = "[variables]\nname = { default = \"hunter2\" }\n";
    let raw = raw::Manifest::read(&format!("{HEAD}{declared}{}", component("")), "x").unwrap();
    let values = Variables::resolve(&raw.variables, &[], &|_| None).unwrap();
    assert_eq!(format!("{values:?}"), "{\"name\"}");
}

#[test]
fn mistakes_are_explained_on_one_line() {
    let cases = [
        ("application = 7", "not valid TOML"),
        ("[trigger.redis]\naddress = \"x\"", "redis"),
        ("", "[[trigger.http]]"),
        ("[[trigger.http]]\nroute = \"/\"\ncomponent = \"ghost\"", "[component.ghost]"),
        (&component("sqlite_databases = [\"other\"]"), "\"other\""),
        (&component("key_value_stores = [\"cache\"]"), "\"cache\""),
        (&component("allowed_outbound_hosts = [\"example.com\"]"), "scheme"),
        (&component("variables = { v = \"{{ nope }}\" }"), "\"nope\""),
        (&component("variables = { v = \"{{ nope\" }"), "}}"),
        (&component("files = [\"*.txt\"]"), "destination"),
        (&component("sqlite_database = [\"default\"]"), "sqlite_database"),
        (&component("ai_models = [\"x\"]"), "ai_models"),
        (&format!("[variables]\nBad = {{ default = \"\" }}\n{}", component("")), "lower-case"),
        (&format!("[variables]\nv = {{}}\n{}", component("")), "required"),
    ];
    for (text, part) in cases {
        let error = error(text);
        assert!(error.contains(part) && !error.contains('\n'), "{text:?}: {error}");
    }
    let old = Manifest::parse("spin_manifest_version = 1", "f", Path::new(""), &[], &|_| None);
    assert!(old.unwrap_err().to_string().contains("version 2"));
}

#[test]
fn the_line_of_a_syntax_error_is_given() {
    let error = error("[component.a]\nsource = = 1");
    assert!(error.contains("line 4"), "{error}");
}

#[test]
fn a_missing_manifest_names_the_flag() {
    let error = Manifest::load(Path::new("/nowhere/spin.toml"), &[], &|_| None).unwrap_err();
    assert!(error.to_string().contains("--from"), "{error}");
}
