//! What a well-behaved guest sees of the host.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail by panic"
)]

mod common;

use bytes::Bytes;
use common::{App, PROBE};
use futures::SinkExt as _;
use http::Request;
use http_body_util::{BodyExt as _, Empty, StreamBody};
use hyper::body::Frame;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::TcpStream;

const HELLO: &str = r#"
    [[trigger.http]]
    route = "/hello"
    component = "hello"
    [component.hello]
    source = "@iam_hello.wasm@"
"#;

#[tokio::test]
async fn hello_health_and_unknown_paths() {
    let host = App::new(HELLO).start(&[]);
    let hello = host.get("/hello").await;
    assert_eq!((hello.status.as_u16(), hello.text.as_str()), (200, "hello"));
    assert_eq!(hello.headers["content-length"], "5");
    assert_eq!(host.ok("/.well-known/spin/health").await, "OK");
    let missing = host.get("/other").await;
    assert_eq!(missing.status, 404);
    assert_eq!(missing.headers["content-type"], "text/plain");
}

#[tokio::test]
async fn connections_are_kept_and_http_2_works_in_the_clear() {
    let host = App::new(HELLO).start(&[]);
    let stream = TokioIo::new(TcpStream::connect(&host.address).await.unwrap());
    let (mut sender, connection) = hyper::client::conn::http1::handshake(stream).await.unwrap();
    tokio::spawn(connection);
    for _ in 0..200 {
        let request = Request::get("/hello").header("host", "a").body(Empty::<Bytes>::new()).unwrap();
        let response = sender.send_request(request).await.unwrap();
        assert_eq!(response.into_body().collect().await.unwrap().to_bytes(), "hello");
    }

    let stream = TokioIo::new(TcpStream::connect(&host.address).await.unwrap());
    let (sender, connection) = hyper::client::conn::http2::handshake(TokioExecutor::new(), stream).await.unwrap();
    tokio::spawn(connection);
    let uri = format!("http://{}/hello", host.address);
    let requests = (0..50).map(|_| {
        let (mut sender, uri) = (sender.clone(), uri.clone());
        async move {
            let request = Request::get(uri).body(Empty::<Bytes>::new()).unwrap();
            let response = sender.send_request(request).await.unwrap();
            response.into_body().collect().await.unwrap().to_bytes()
        }
    });
    for body in futures::future::join_all(requests).await {
        assert_eq!(body, "hello");
    }
}

#[tokio::test]
async fn guests_see_real_spin_headers_only() {
    let host = App::new(PROBE).start(&[]);
    let request = Request::get("/bare/X%2FY/headers?q=1")
        .header("host", "iam.test")
        .header("spin-client-addr", "6.6.6.6:6")
        .header("spin-forged", "x");
    let text = host.send(request.body(Bytes::new()).unwrap()).await.text;
    for line in [
        "GET http://iam.test/bare/X%2FY/headers?q=1",
        "spin-full-url: http://iam.test/bare/X%2FY/headers?q=1",
        "spin-path-info: /headers",
        "spin-path-match-name: X%2FY",
        "spin-matched-route: /bare/:Name/...",
        "spin-raw-component-route: /bare/:Name/...",
        "spin-component-route: /bare/:Name",
        "spin-base-path: /",
    ] {
        assert!(text.lines().any(|have| have == line), "{line} is not in {text}");
    }
    assert!(text.contains("spin-client-addr: 127.0.0.1:"), "{text}");
    assert!(!text.contains("6.6.6.6") && !text.contains("spin-forged"), "{text}");
}

#[tokio::test]
async fn sqlite_key_value_and_variables_work() {
    let host = App::new(PROBE).start(&["--variable", "token=hunter2"]);
    let types = host.ok("/sql/types").await;
    assert!(types.starts_with("1 1 i,r,s,b,n,kind Some([") && types.contains("grüße"), "{types}");
    assert_eq!(host.ok("/sql/rows?10").await, "10 55");
    assert_eq!(host.ok("/sql/rows?100000").await, "100000 5000050000");
    assert_eq!(host.ok("/sql/peek").await, "Some(1) [[Value::Integer(2)]]");
    assert!(host.ok("/sql/error").await.starts_with("result: Some(Error::Io(\"no such column"));
    assert_eq!(host.ok("/sql/first").await, "[[Value::Text(\"a\")]]");
    for _ in 0..3 {
        assert_eq!(host.ok("/sql/kept").await, "[[Value::Integer(1)]]");
    }
    for _ in 0..2 {
        assert_eq!(host.ok("/kv").await, "None Some([50]) [\"a\", \"b\"] false");
    }
    assert_eq!(host.ok("/variable?greeting").await, "hello, world");
    assert_eq!(host.ok("/variable?token").await, "hunter2");
    assert!(host.fails("/variable?other").await.contains("Undefined"));
    let log = host.log();
    assert!(!log.contains("hunter2"), "{log}");
}

#[tokio::test]
async fn results_may_end_at_any_border() {
    // More than the host sends in one piece.
    const LARGE: usize = 200_000;
    let host = App::new(PROBE).start(&[]);
    // In the same instances; none of them may suffer from its neighbours.
    let waiting = futures::future::join_all((0..4).map(|_| host.get("/sleep?ms=1000")));
    let results = async {
        for mode in ["rollback", "wal"] {
            for count in [0, 1, 127, 128, 129, 255, 256, 257, 384] {
                let sum = count * (count + 1) / 2;
                // The first row comes without being asked for.
                let rows = host.ok(&format!("/sql/rows?{count}")).await;
                assert_eq!(rows, format!("{} {}", count.max(1), sum.max(1)), "{mode}");
            }
            for sizes in [
                vec![],
                vec![0; 127],
                vec![0; 128],
                vec![0; 129],
                vec![0; 256],
                vec![128 << 10],
                vec![LARGE],
                vec![LARGE; 5],
                [vec![0; 10], vec![LARGE]].concat(),
                [vec![0; 128], vec![LARGE]].concat(),
                [vec![LARGE], vec![0; 128]].concat(),
            ] {
                let list = sizes.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
                let answer = host.get(&format!("/sql/sized?{list}")).await;
                let sum = sizes.iter().sum::<usize>();
                assert_eq!(answer.text, format!("{} {sum}", sizes.len()), "{mode}: {list}");
            }
            // From here on the database is in WAL mode, where short queries take another way.
            host.ok("/sql/insert").await;
        }
    };
    let (waiting, ()) = futures::future::join(waiting, results).await;
    assert!(waiting.iter().all(|answer| answer.status == 200));
}

#[tokio::test]
async fn listings_may_end_at_any_border() {
    let app = App::new(PROBE);
    let host = app.start(&[]);
    assert_eq!(host.ok("/kv/keys").await, "0");
    let db = rusqlite::Connection::open(app.dir.path().join(".spin/sqlite_key_value.db")).unwrap();
    let mut count = 0;
    for wanted in [1, 255, 256, 257, 511, 512, 513] {
        // At one go, as a set for each would wait for the disk each time.
        db.execute(
            "WITH RECURSIVE n(i) AS (SELECT ?1 UNION ALL SELECT i + 1 FROM n WHERE i < ?2)
             INSERT INTO spin_key_value SELECT 'default', printf('key %d', i), x'' FROM n",
            [count + 1, wanted],
        )
        .unwrap();
        count = wanted;
        assert_eq!(host.ok("/kv/keys").await, count.to_string());
    }
}

#[tokio::test]
async fn transactions_lose_no_update() {
    let host = App::new(PROBE).start(&[]);
    host.ok("/sql/count").await;
    let all = futures::future::join_all((0..60).map(|_| host.ok("/sql/count"))).await;
    let mut counts: Vec<u32> = all.iter().map(|text| text.parse().unwrap()).collect();
    counts.sort_unstable();
    assert_eq!(counts, (2..=61).collect::<Vec<_>>());
}

#[tokio::test]
async fn what_is_not_granted_is_denied() {
    let host = App::new(PROBE).start(&[]);
    assert!(host.fails("/bare/x/sql/open?default").await.contains("AccessDenied"));
    assert!(host.fails("/sql/open?other").await.contains("AccessDenied"));
    assert!(host.fails("/bare/x/kv/open?default").await.contains("AccessDenied"));
    assert!(host.fails("/bare/x/variable?greeting").await.contains("Undefined"));
    assert_eq!(host.ok("/bare/x/env").await, "");
    assert!(!host.fails("/bare/x/file?/files/a.txt").await.is_empty());
    assert!(!host.fails("/file?/etc/passwd").await.is_empty());
    let url = format!("/bare/x/fetch?http://{}/env", host.address);
    assert!(host.fails(&url).await.contains("HttpRequestDenied"));
    assert!(host.fails("/bare/x/fetch?http://self.alt/env").await.contains("HttpRequestDenied"));
    let address = host.address.clone();
    let log = host.log();
    assert!(log.contains(&format!("add \"http://{address}\" to allowed_outbound_hosts")), "{log}");
}

#[tokio::test]
async fn grants_are_given() {
    let host = App::new(PROBE).start(&[]);
    assert_eq!(host.ok("/env").await, "MODE=test");
    assert_eq!(host.ok("/file?/files/a.txt").await, "from a file");
    assert_eq!(host.ok("/fetch?http://self.alt/env").await, "200 MODE=test");
    host.ok("/print?words").await;
    let log = host.log();
    assert!(log.contains("stdout says words") && log.contains("stderr says words"), "{log}");
    assert!(log.contains("component=\"probe\""), "{log}");
}

#[tokio::test]
async fn bodies_stream_both_ways() {
    let host = App::new(PROBE).start(&[]);
    let stream = TokioIo::new(TcpStream::connect(&host.address).await.unwrap());
    let (mut sender, connection) = hyper::client::conn::http1::handshake(stream).await.unwrap();
    tokio::spawn(connection);
    let (mut send, body) = futures::channel::mpsc::channel::<Result<Frame<Bytes>, std::io::Error>>(1);
    let request = Request::post("/echo").header("host", "a").body(StreamBody::new(body)).unwrap();
    send.send(Ok(Frame::data(Bytes::from("part 0")))).await.unwrap();
    let mut answer = sender.send_request(request).await.unwrap().into_body();
    for part in 1..20 {
        // Each part comes back before the next is sent: nobody collects the whole.
        let frame = answer.frame().await.unwrap().unwrap();
        assert_eq!(frame.into_data().unwrap(), format!("part {}", part - 1));
        send.send(Ok(Frame::data(Bytes::from(format!("part {part}"))))).await.unwrap();
    }
    drop(send);
    assert_eq!(answer.collect().await.unwrap().to_bytes(), "part 19");

    let large: Vec<u8> = (b' '..=b'~').cycle().take(5_000_000).collect();
    let request = Request::post("/echo").body(Bytes::from(large.clone())).unwrap();
    assert!(host.send(request).await.text.as_bytes() == large);
}
