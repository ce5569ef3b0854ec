//! `edge-iam-native [--listen ADDRESS] [--state-dir FOLDER] [--workers N]`: the native runtime as a process.

use std::path::PathBuf;

use anyhow::{Context, bail};

fn main() -> anyhow::Result<()> {
    let (mut listen, mut state, mut workers) = ("127.0.0.1:3000".to_owned(), PathBuf::from(".spin"), 2);
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let value = words.next().with_context(|| format!("{word} needs a value"))?;
        match word.as_str() {
            "--listen" => listen = value,
            "--state-dir" => state = value.into(),
            "--workers" => workers = value.parse().context("--workers needs a number")?,
            _ => bail!("unknown option {word}; known: --listen, --state-dir, --workers"),
        }
    }
    iam_tests::native::serve(&listen, &state, workers)
}
