//! Start, refusal to start, restart and end of the host.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail by panic"
)]

mod common;

use std::time::{Duration, Instant};

use common::{App, Host, PROBE, refused};

#[test]
fn mistakes_are_told_on_one_line() {
    let app = App::new(
        "[[trigger.http]]\nroute = \"/\"\ncomponent = \"a\"\n[component.a]\nsource = \"a.wasm\"\n\
                        [component.a.build]\ncommand = \"make a\"",
    );
    let line = app.refused(&[]);
    assert!(line.contains("a.wasm") && line.contains("build it with: make a"), "{line}");
    std::fs::write(app.dir.path().join("a.wasm"), "no wasm").unwrap();
    assert!(app.refused(&[]).contains("no usable WebAssembly component"));

    let app = App::new(&PROBE.replace("{ default = \"\", secret = true }", "{ required = true }"));
    assert!(app.refused(&[]).contains("--variable token="));
    assert!(App::new(PROBE).refused(&["--listen", "nowhere"]).contains("--listen"));
    assert!(app.refused(&["--from", "/nowhere"]).contains("--from"));
    assert!(app.refused(&["--what"]).contains("--help"));

    let app = App::new(PROBE);
    std::fs::write(app.dir.path().join(".spin"), "").unwrap();
    assert!(app.refused(&[]).contains("--state-dir"));
}

#[test]
fn a_taken_port_is_told() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let line = App::new(PROBE).refused(&["--listen", &address]);
    assert!(line.contains(&address) && line.contains("in use"), "{line}");
}

#[test]
fn a_damaged_database_is_told() {
    let app = App::new(PROBE);
    std::fs::create_dir(app.dir.path().join(".spin")).unwrap();
    std::fs::write(app.dir.path().join(".spin/sqlite_db.db"), "this is no database at all").unwrap();
    assert!(app.refused(&[]).contains("sqlite_db.db"));
}

#[tokio::test]
async fn a_second_host_on_the_same_state_is_refused() {
    let app = App::new(PROBE);
    let first = app.start(&[]);
    assert!(app.refused(&[]).contains("another edge-iam-host"));
    assert_eq!(first.ok("/.well-known/spin/health").await, "OK");
    drop(first);
    let third = app.start(&[]);
    assert_eq!(third.ok("/.well-known/spin/health").await, "OK");
}

#[tokio::test]
async fn a_restart_compiles_nothing_and_a_damaged_cache_is_mended() {
    let app = App::new(PROBE);
    let cache = app.dir.path().join("cache");
    let start = || {
        let mut command = app.command(&["--cache-dir"]);
        command.arg(&cache);
        Host::start(command)
    };
    assert!(start().log().contains("compiled component probe"));
    let second = start().log();
    assert!(!second.contains("compiled component"), "{second}");
    for entry in std::fs::read_dir(&cache).unwrap() {
        let path = entry.unwrap().path();
        let mut bytes = std::fs::read(&path).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 255;
        std::fs::write(&path, bytes).unwrap();
    }
    let mended = start();
    assert_eq!(mended.ok("/env").await, "MODE=test");
    assert!(mended.log().contains("damaged"));
}

#[tokio::test]
async fn requests_in_flight_are_finished_at_the_end() {
    let host = App::new(PROBE).start(&[]);
    let begun = Instant::now();
    let slow = host.get("/sleep?ms=1000");
    let end = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        host.terminate();
    };
    let (slow, ()) = futures::future::join(slow, end).await;
    assert_eq!((slow.status.as_u16(), slow.text.as_str()), (200, "slept"));
    let (status, log) = host.finish();
    assert_eq!(status.code(), Some(0), "{log}");
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
    assert!(!log.contains("ERROR"), "{log}");
}

#[tokio::test]
async fn writes_survive_a_kill() {
    let app = App::new(PROBE);
    let mut host = app.start(&[]);
    let mut last = 0;
    for _ in 0..20 {
        last = host.ok("/sql/count").await.parse::<u32>().unwrap();
    }
    host.child.kill().unwrap();
    host.child.wait().unwrap();
    let host = app.start(&[]);
    assert_eq!(host.ok("/sql/count").await, (last + 1).to_string());
}

#[tokio::test]
async fn json_logs_are_json() {
    let host = App::new(PROBE).start(&["--log-format", "json"]);
    host.ok("/print?x").await;
    let log = host.log();
    let lines: Vec<serde_json::Value> = log.lines().map(|line| serde_json::from_str(line).expect(line)).collect();
    let said = |line: &serde_json::Value| line["message"] == "stdout says x" && line["component"] == "probe";
    assert!(lines.iter().any(said), "{log}");
}

#[test]
fn help_and_version_end_well() {
    for flag in ["--help", "--version"] {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_edge-iam-host"));
        let output = command.arg(flag).output().unwrap();
        assert!(output.status.success() && output.stdout.starts_with(if flag == "--help" { b"Runs" } else { b"edge" }));
    }
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_edge-iam-host"));
    command.args(["--from", "/nowhere/spin.toml"]);
    assert!(refused(command).contains("/nowhere/spin.toml"));
}
