//! Faults of one input, as many as are told: a body of a megabyte can have a hundred thousand.

use std::borrow::Cow;

use super::{Error, Fault, FaultCode, Result, Step};

/// Most faults that are told, and kept.
pub(super) const MAX_TOLD: usize = 100;

/// Longest key of an object that is told in the path of a fault, in bytes. Keys are the caller's own words.
const MAX_KEY: usize = 2_048;
/// Bytes of all keys together, after which long ones are told by their beginning, and how much that is.
const MAX_KEYS: usize = 8_192;
const BEGINNING: usize = 64;

/// Faults that were met in one input.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Faults {
    first: Vec<Fault>,
    has_more: bool,
    /// Bytes of the keys in the paths.
    keys: usize,
}

impl Faults {
    /// Notes a fault.
    pub fn push(&mut self, mut fault: Fault) {
        if self.first.len() >= MAX_TOLD {
            self.has_more = true;
            return;
        }
        for step in &mut fault.path {
            if let Step::Key(key) = step {
                shorten(key, if self.keys < MAX_KEYS { MAX_KEY } else { BEGINNING });
                self.keys += key.len();
            }
        }
        self.first.push(fault);
    }

    /// Takes over those of a part of the input.
    pub fn append(&mut self, part: &mut Self) {
        self.has_more |= std::mem::take(&mut part.has_more);
        self.extend(part.first.drain(..));
    }

    /// Whether there was none.
    pub fn is_empty(&self) -> bool {
        self.first.is_empty()
    }

    /// How many are kept.
    pub fn len(&self) -> usize {
        self.first.len()
    }

    /// Fails when there was one.
    ///
    /// # Errors
    /// `Invalid`.
    pub fn check(self) -> Result<()> {
        if self.is_empty() { Ok(()) } else { Err(Error::invalid(self)) }
    }

    /// What the caller is told.
    pub(super) fn told(mut self) -> Vec<Fault> {
        if self.has_more {
            let message = Cow::Borrowed("There are more faults: the first 100 are told.");
            self.first.push(Fault { path: Vec::new(), code: FaultCode::Value, message });
        }
        self.first
    }
}

impl Extend<Fault> for Faults {
    fn extend<I: IntoIterator<Item = Fault>>(&mut self, faults: I) {
        for fault in faults {
            self.push(fault);
        }
    }
}

impl From<Vec<Fault>> for Faults {
    fn from(faults: Vec<Fault>) -> Self {
        let mut kept = Self::default();
        kept.extend(faults);
        kept
    }
}

fn shorten(key: &mut Cow<'static, str>, most: usize) {
    if key.len() > most {
        let mut short = key[..key.floor_char_boundary(most)].to_owned();
        short.push('…');
        *key = Cow::Owned(short);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

    fn fault(key: String) -> Fault {
        Fault { path: vec![Step::Key(key.into())], code: FaultCode::Missing, message: "x".into() }
    }

    #[test]
    fn the_first_are_told_and_that_there_are_more() {
        for (count, told) in [(0, 0), (1, 1), (MAX_TOLD, MAX_TOLD), (MAX_TOLD + 1, MAX_TOLD + 1), (5_000, MAX_TOLD + 1)]
        {
            let mut faults = Faults::default();
            faults.extend((0..count).map(|number| fault(number.to_string())));
            let Err(error) = faults.check() else {
                assert_eq!(count, 0);
                continue;
            };
            let ErrorKind::Invalid(found) = error.kind() else { panic!("{error:?}") };
            assert_eq!(found.len(), told, "{count}");
            assert_eq!(found.last().is_some_and(|last| last.path.is_empty()), count > MAX_TOLD);
        }
    }

    #[test]
    fn parts_are_taken_over_with_what_they_left_out() {
        let mut part = Faults::from((0..=MAX_TOLD).map(|number| fault(number.to_string())).collect::<Vec<_>>());
        let mut whole = Faults::default();
        whole.append(&mut part);
        assert!(part.is_empty() && whole.has_more);
    }

    #[test]
    fn long_keys_are_shortened() {
        let faults = Faults::from(vec![fault("é".repeat(1_000_000))]);
        let Step::Key(key) = &faults.first[0].path[0] else { panic!("no key") };
        assert!(key.len() <= MAX_KEY + '…'.len_utf8() && key.ends_with('…'), "{}", key.len());
        let many = Faults::from(vec![fault("k".repeat(2_000)); 100]);
        assert!(many.keys <= MAX_KEYS + MAX_KEY + 100 * (BEGINNING + 3), "{}", many.keys);
    }
}
