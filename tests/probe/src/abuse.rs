//! Guests that misbehave, and the small things a guest may do.

use std::time::{Duration, Instant};

use spin_sdk::wasip3::clocks::monotonic_clock;

use crate::{Outcome, number};

pub fn trap() -> Outcome {
    panic!("the probe traps on purpose")
}

pub fn forever() -> Outcome {
    let mut turns = 0_u64;
    loop {
        turns = std::hint::black_box(turns.wrapping_add(1));
    }
}

/// Waits first, so that its instance takes other requests, and loops then.
pub async fn late_forever(query: &str) -> Outcome {
    monotonic_clock::wait_for(number(query).max(5) * 1_000_000).await;
    forever()
}

/// Waits first, so that its instance takes other requests, and is busy then.
pub async fn late_burn(query: &str) -> Outcome {
    monotonic_clock::wait_for(5_000_000).await;
    Ok(burn(query))
}

pub fn allocate() -> Outcome {
    let mut held: Vec<Vec<u8>> = Vec::new();
    loop {
        held.push(std::hint::black_box(vec![1; 1 << 20]));
    }
}

/// Keeps the processor busy for some milliseconds.
pub fn burn(query: &str) -> String {
    let until = Instant::now() + Duration::from_millis(number(query));
    while Instant::now() < until {
        std::hint::black_box(0);
    }
    "burnt".to_owned()
}

pub async fn sleep(query: &str) -> Outcome {
    monotonic_clock::wait_for(number(query) * 1_000_000).await;
    Ok("slept".to_owned())
}

pub fn print(query: &str) -> String {
    println!("stdout says {query}");
    eprintln!("stderr says {query}");
    String::new()
}

pub fn environment() -> String {
    let mut lines: Vec<String> = std::env::vars().map(|(name, value)| format!("{name}={value}")).collect();
    lines.sort();
    lines.join("\n")
}
