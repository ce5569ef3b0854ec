//! Two hosts on one state folder.

use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};

use iam_tests::{Runtime, Server};

#[test]
fn a_second_host_on_the_folder_is_refused_and_the_first_goes_on() {
    let first = Server::start(Runtime::Wasm);
    let token = first.bootstrap_token();
    let variable = |name: &str| std::env::var_os(name).unwrap();
    let mut second = Command::new(variable("EDGE_IAM_HOST_BIN"))
        .arg("-f")
        .arg(variable("EDGE_IAM_SPIN_TOML"))
        .args(["--listen", "127.0.0.1:0", "--state-dir"])
        .arg(first.state())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Ends with the process; a line means that it serves.
    let line = BufReader::new(second.stdout.take().unwrap()).lines().next();
    if let Some(line) = line {
        second.kill().unwrap();
        panic!("the second host runs: {line:?}");
    }
    let mut message = String::new();
    second.stderr.take().unwrap().read_to_string(&mut message).unwrap();
    assert_eq!(second.wait().unwrap().code(), Some(1), "{message}");
    assert_eq!(message.lines().count(), 1, "{message}");
    for part in ["another edge-iam-host is running", first.state().to_str().unwrap(), "--state-dir"] {
        assert!(message.contains(part), "{message}");
    }

    let client = first.client().bearer(&token);
    client.post_empty("/iam/v1/service-accounts/").expect(201);
    assert_eq!(client.get("/iam/v1/users/me/").expect(200).json()["user_type"], "Machine");
}

#[test]
fn the_folder_is_free_again_once_the_first_was_killed() {
    let folder = tempfile::TempDir::new().unwrap();
    let first = Server::start_on(Runtime::Wasm, folder.path(), &[]);
    first.bootstrap_token();
    first.kill();
    Server::start_on(Runtime::Wasm, folder.path(), &[]).bootstrap_token();
}
