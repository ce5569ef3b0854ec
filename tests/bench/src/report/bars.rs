//! What the project aims at, as one table. Figures are those of the components in WebAssembly.

/// Connections at which loads are held against it; logins have their own number.
pub const CONNECTIONS: u32 = 16;

/// Something aimed at.
#[derive(Debug)]
pub struct Bar {
    /// Scenario, or [`READS`].
    pub scenario: &'static str,
    /// What is looked at.
    pub figure: Figure,
    /// How good it must be.
    pub limit: Limit,
    /// Whether it would be nice to have, and is not promised.
    pub is_wish: bool,
}

/// A figure of what was measured.
#[derive(Debug, Clone, Copy)]
pub enum Figure {
    /// User and system time of the server, in milliseconds a request.
    Cpu,
    /// CPU time a request over that of another scenario.
    CpuOver(&'static str),
    /// SQL statements a request.
    Statements,
    /// Requests per second over those of another runtime or a peer. For `hello` its own scenario counts.
    Speed(&'static str),
    /// Median latency over that of another runtime.
    Latency(&'static str),
    /// Median latency at 1,000,000 users over that at 1,000.
    Growth,
    /// A figure of a scenario that is no plain load, by its name.
    Special(&'static str),
    /// The most memory of a special scenario over that before it. Smaller servers may take 50 MB more instead.
    Swelling,
    /// The size of the largest component in bytes.
    Component,
}

/// How good is good enough.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Limit {
    /// Less.
    Below(f64),
    /// Not more.
    AtMost(f64),
    /// Not less.
    AtLeast(f64),
}

/// Stands for every scenario that leaves the database as it is.
pub const READS: &str = "every read";
/// The files themselves, which need not be measured under load.
pub const FILES: &str = "components";

use Figure::{Component, Cpu, CpuOver, Growth, Latency, Special, Speed, Statements, Swelling};
use Limit::{AtLeast, AtMost, Below};

const fn bar(scenario: &'static str, figure: Figure, limit: Limit) -> Bar {
    Bar { scenario, figure, limit, is_wish: false }
}

/// All of it.
pub const ALL: &[Bar] = &[
    bar("me-jwt", Cpu, Below(0.5)),
    bar("me-jwt", Speed("native"), AtLeast(0.5)),
    bar("me-jwt", Speed("hello"), AtLeast(0.4)),
    bar("me-jwt", Statements, AtMost(2.0)),
    bar("api-key-verification", Speed("better-auth"), AtLeast(5.0)),
    bar("api-key-verification", Cpu, Below(0.5)),
    bar("members-20-of-50", Speed("better-auth"), AtLeast(10.0)),
    bar("members-20-of-50", Cpu, Below(1.0)),
    bar("members-20-of-10000", Cpu, Below(1.0)),
    bar("members-20-of-10000", CpuOver("members-20-of-50"), AtMost(1.1)),
    bar("token-client-credentials", Speed("oidc-provider"), AtLeast(1.5)),
    bar("token-client-credentials", Speed("oidc-provider EdDSA"), AtLeast(1.5)),
    bar("token-client-credentials", Cpu, Below(0.4)),
    bar("introspection", Speed("oidc-provider"), AtLeast(1.0)),
    Bar { is_wish: true, ..bar("introspection", Speed("oidc-provider"), AtLeast(1.5)) },
    bar("introspection", Cpu, Below(0.5)),
    bar("login", Latency("native"), AtMost(1.6)),
    bar("login", Speed("better-auth"), AtLeast(3.0)),
    bar("login-beside-me", Special("me_beside_p99_ms"), Below(50.0)),
    bar(READS, Growth, Below(1.5)),
    bar("overload", Special("status_429"), AtLeast(1.0)),
    bar("overload", Special("status_503"), AtMost(0.0)),
    bar("overload", Special("unexpected_refusals_without_retry_after"), AtMost(0.0)),
    bar("overload", Special("status_429_p99_ms"), Below(50.0)),
    bar("overload", Swelling, AtMost(1.2)),
    bar("overload", Special("me_meanwhile_p99_ms"), Below(50.0)),
    bar("instance-start", Special("instance_start_p50_us"), Below(1000.0)),
    bar("idle-component", Special("first_answer_ms"), Below(15.0)),
    bar("cold-start", Special("start_to_first_answer_ms"), Below(150.0)),
    bar(FILES, Component, Below(2_000_000.0)),
    bar("memory", Special("resident_mb"), Below(120.0)),
];
