//! What one client can take from the others.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail by panic"
)]

mod common;

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::time::{Duration, Instant};

use bytes::Bytes;
use common::{App, Host, PROBE};
use http::{Request, Response};
use http_body_util::{BodyExt as _, Empty, Full};
use hyper::body::Incoming;
use hyper::client::conn::http2;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

type Sender = http2::SendRequest<Full<Bytes>>;

/// An HTTP/2 client that lets no byte of an answer through.
async fn blocked(host: &Host) -> Sender {
    let stream = TokioIo::new(TcpStream::connect(&host.address).await.unwrap());
    let mut builder = http2::Builder::new(TokioExecutor::new());
    builder.initial_stream_window_size(0).initial_connection_window_size(65_535);
    let (sender, connection) = builder.handshake(stream).await.unwrap();
    tokio::spawn(connection);
    sender
}

/// The heads of `count` answers, sent at the same time.
async fn asked(host: &Host, sender: &Sender, count: usize, path: &str) -> Vec<Response<Incoming>> {
    let requests = (0..count).map(|_| {
        let mut sender = sender.clone();
        let request = Request::post(format!("http://{}{path}", host.address)).body(Full::from("some text")).unwrap();
        async move { sender.send_request(request).await.unwrap() }
    });
    futures::future::join_all(requests).await
}

/// The first fault of the list: 17 KB held up everybody, for as long as the client liked.
#[tokio::test]
async fn answers_that_nobody_takes_hold_no_places() {
    let host = App::new(PROBE).start(&["--max-requests", "8", "--max-client-requests", "8"]);
    let mut held = Vec::new();
    for _ in 0..3 {
        let sender = blocked(&host).await;
        held.push((asked(&host, &sender, 40, "/echo").await, sender));
    }
    let begun = Instant::now();
    for _ in 0..10 {
        assert_eq!(host.get("/env").await.status, 200);
    }
    assert_eq!(host.ok("/.well-known/spin/health").await, "OK");
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn who_takes_nothing_loses_the_connection() {
    let host = App::new(PROBE).start(&["--request-timeout", "1"]);
    let sender = blocked(&host).await;
    let answer = asked(&host, &sender, 1, "/echo").await.remove(0);
    let ended = timeout(Duration::from_secs(10), answer.into_body().collect()).await.expect("an end");
    assert!(ended.is_err());
    let log = host.log();
    assert!(log.contains("the client takes no more of an answer"), "{log}");
}

/// An answer larger than what is fetched ahead comes whole, however late it is read.
#[tokio::test]
async fn a_slow_reader_gets_everything() {
    let host = App::new(PROBE).start(&[]);
    let large: Vec<u8> = (b' '..=b'~').cycle().take(3_000_000).collect();
    let mut stream = TcpStream::connect(&host.address).await.unwrap();
    let head =
        format!("POST /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: {}\r\n\r\n", large.len());
    let (mut read, mut write) = stream.split();
    let sent = async {
        write.write_all(head.as_bytes()).await.unwrap();
        write.write_all(&large).await.unwrap();
    };
    let received = async {
        tokio::time::sleep(Duration::from_millis(500)).await;
        let mut all = Vec::new();
        read.read_to_end(&mut all).await.unwrap();
        all
    };
    let ((), all) = futures::future::join(sent, received).await;
    let text = String::from_utf8(all).unwrap();
    assert!(text.starts_with("HTTP/1.1 200"), "{}", &text[..200]);
    let letters: usize =
        text.split_once("\r\n\r\n").unwrap().1.bytes().filter(|byte| (b' '..=b'~').contains(byte)).count();
    assert!(letters >= large.len(), "{letters}");
}

#[tokio::test]
async fn one_client_has_a_share_of_the_places() {
    let host = App::new(PROBE).start(&["--max-requests", "3", "--max-client-requests", "2"]);
    let begun = Instant::now();
    let sleeping = futures::future::join_all((0..4).map(|_| host.get("/sleep?ms=600")));
    let health = async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        host.get("/.well-known/spin/health").await.status
    };
    let (answers, health) = futures::future::join(sleeping, health).await;
    assert!(answers.iter().all(|answer| answer.status == 200));
    assert!(begun.elapsed() >= Duration::from_millis(1200), "two at a time: {:?}", begun.elapsed());
    assert_eq!(health, 200, "the third place is not for this client");
}

#[tokio::test]
async fn health_fails_when_no_place_is_to_be_had() {
    let host = App::new(PROBE).start(&["--max-requests", "1", "--max-client-requests", "1"]);
    let health = async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        host.get("/.well-known/spin/health").await
    };
    let (_, health) = futures::future::join(host.get("/sleep?ms=3000"), health).await;
    assert_eq!((health.status.as_u16(), health.text.as_str()), (503, "no free place for a request"));
    assert_eq!(host.ok("/.well-known/spin/health").await, "OK");
}

#[tokio::test]
async fn one_client_has_so_many_connections() {
    let host = App::new(PROBE).start(&["--max-client-connections", "2"]);
    let is_served = |mut stream: TcpStream| async move {
        let _ = stream.write_all(b"GET /.well-known/spin/health HTTP/1.1\r\nHost: a\r\n\r\n").await;
        let mut first = [0; 1];
        let is_answered = matches!(stream.read(&mut first).await, Ok(1));
        (is_answered, stream)
    };
    let mut kept = Vec::new();
    for expected in [true, true, false, false] {
        let stream = TcpStream::connect(&host.address).await.unwrap();
        let (is_answered, stream) = is_served(stream).await;
        assert_eq!(is_answered, expected);
        if is_answered {
            kept.push(stream);
        }
    }
    drop(kept);
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert!(is_served(TcpStream::connect(&host.address).await.unwrap()).await.0);
}

/// One that had begun to wait before the end of its time, and to compute after it, went on for as long again.
#[tokio::test]
async fn an_endless_guest_ends_with_its_request() {
    for path in ["/loop", "/late-loop", "/late-loop?ms=2100"] {
        let host = App::new(PROBE).start(&["--request-timeout", "2"]);
        assert_eq!(host.get(path).await.status, 504, "{path}");
        tokio::time::sleep(Duration::from_millis(700)).await;
        let log = host.log();
        assert!(log.contains("guest timed out"), "{path}: {log}");
    }
}

#[tokio::test]
async fn a_host_is_named_once() {
    let host = App::new(PROBE).start(&[]);
    for (head, status) in [
        ("GET /env HTTP/1.1\r\nHost: a\r\n\r\n", "200"),
        ("GET /env HTTP/1.0\r\n\r\n", "200"),
        ("GET /env HTTP/1.1\r\n\r\n", "400"),
        ("GET /env HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", "400"),
        ("GET /env HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "400"),
    ] {
        let mut stream = TcpStream::connect(&host.address).await.unwrap();
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut first = [0; 12];
        stream.read_exact(&mut first).await.unwrap();
        assert_eq!(std::str::from_utf8(&first[9..]).unwrap(), status, "{head:?}");
    }
}

#[tokio::test]
async fn files_are_closed_to_others_whatever_the_folder_was() {
    let app = App::new(PROBE);
    let state = app.dir.path().join("state");
    std::fs::create_dir(&state).unwrap();
    std::fs::set_permissions(&state, std::fs::Permissions::from_mode(0o755)).unwrap();
    let host = app.start(&["--state-dir", state.to_str().unwrap()]);
    host.ok("/sql/insert").await;
    host.ok("/kv").await;
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&state), 0o700);
    let files: Vec<_> = std::fs::read_dir(&state).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(files.iter().any(|path| path.ends_with("sqlite_db.db")), "{files:?}");
    for path in files.iter().filter(|path| path.is_file()) {
        assert_eq!(mode(path), 0o600, "{}", path.display());
    }
}

#[tokio::test]
async fn an_idle_connection_takes_nothing() {
    let host = App::new(PROBE).start(&["--max-requests", "1", "--max-client-requests", "1"]);
    let stream = TokioIo::new(TcpStream::connect(&host.address).await.unwrap());
    let (mut sender, connection) = hyper::client::conn::http1::handshake(stream).await.unwrap();
    tokio::spawn(connection);
    let request = Request::get("/env").header("host", "a").body(Empty::<Bytes>::new()).unwrap();
    sender.send_request(request).await.unwrap().into_body().collect().await.unwrap();
    assert_eq!(host.get("/env").await.status, 200);
}
