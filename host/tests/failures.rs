//! A guest that fails costs its own request and nothing else.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail by panic"
)]

mod common;

use std::time::{Duration, Instant};

use common::{App, Host, PATIENCE, PROBE};

/// Whether other requests, of the same component and of another, are answered soon.
async fn others_are_served(host: &Host) {
    let begun = Instant::now();
    for _ in 0..10 {
        assert_eq!(host.ok("/env").await, "MODE=test");
        assert_eq!(host.ok("/bare/x/env").await, "");
        assert_eq!(host.ok("/.well-known/spin/health").await, "OK");
    }
    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn a_trap_is_a_500_with_its_cause_in_the_log() {
    let host = App::new(PROBE).start(&[]);
    for _ in 0..3 {
        let answer = host.get("/trap").await;
        assert_eq!(answer.status, 500);
        assert_eq!(answer.headers["content-type"], "text/plain");
        assert!(!answer.text.contains("probe"), "the client learns no internals: {}", answer.text);
        others_are_served(&host).await;
    }
    let log = host.log();
    for part in ["the probe traps on purpose", "unreachable", "route=\"/...\"", "path=\"/trap\"", "component=\"probe\""]
    {
        assert!(log.contains(part), "{part} is not in {log}");
    }
}

#[tokio::test]
async fn a_trap_ends_requests_of_its_instance_but_none_hangs() {
    let host = App::new(PROBE).start(&[]);
    let waiting = futures::future::join_all((0..8).map(|_| host.get("/sleep?ms=1500")));
    let trap = async {
        tokio::time::sleep(Duration::from_millis(700)).await;
        host.get("/trap").await
    };
    let both = futures::future::join(waiting, trap);
    let (waiting, trap) = tokio::time::timeout(PATIENCE, both).await.unwrap();
    assert_eq!(trap.status, 500);
    assert!(waiting.iter().all(|answer| answer.status == 200 || answer.status == 500));
    others_are_served(&host).await;
}

#[tokio::test]
async fn memory_is_bounded() {
    let host = App::new(PROBE).start(&["--max-instance-memory", "33554432"]);
    assert_eq!(host.get("/alloc").await.status, 500);
    others_are_served(&host).await;
    let log = host.log();
    assert!(log.contains("--max-instance-memory") && log.contains("limit=33554432"), "{log}");
}

#[tokio::test]
async fn a_loop_ends_at_the_time_out_and_holds_up_nobody() {
    let host = App::new(PROBE).start(&["--request-timeout", "3"]);
    let begun = Instant::now();
    let loops = async {
        let loops = futures::future::join_all((0..3).map(|_| host.get("/loop"))).await;
        (loops, begun.elapsed())
    };
    let others = async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        others_are_served(&host).await;
    };
    let ((loops, took), ()) = futures::future::join(loops, others).await;
    for answer in &loops {
        assert_eq!(answer.status, 504, "{}", answer.text);
        assert_eq!(answer.headers["content-type"], "text/plain");
    }
    assert!(took >= Duration::from_secs(3) && took < Duration::from_secs(6), "{took:?}");
    // The instances end a moment after their requests are answered.
    tokio::time::sleep(Duration::from_secs(1)).await;
    others_are_served(&host).await;
    let log = host.log();
    assert!(log.contains("path=\"/loop\"") && log.contains("guest timed out"), "{log}");
}

#[tokio::test]
async fn a_loop_after_waiting_holds_up_no_later_request() {
    let host = App::new(PROBE).start(&["--request-timeout", "3"]);
    let others = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        others_are_served(&host).await;
    };
    let (looped, ()) = futures::future::join(host.get("/late-loop"), others).await;
    assert_eq!(looped.status, 504);
}

#[tokio::test]
async fn a_guest_that_waits_too_long_is_a_504() {
    // Long enough for the others even on a machine that is busy with something else.
    let host = App::new(PROBE).start(&["--request-timeout", "3"]);
    assert_eq!(host.get("/sleep?ms=20000").await.status, 504);
    others_are_served(&host).await;
}

#[tokio::test]
async fn a_reused_instance_ends_after_its_share() {
    let app = App::new(PROBE);
    let host = app.start(&["--max-instance-reuse-count", "1"]);
    for _ in 0..5 {
        assert_eq!(host.ok("/sql/kept").await, "[[Value::Integer(1)]]");
    }
}
