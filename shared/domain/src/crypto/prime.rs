//! Search for a random 1024-bit prime in short steps.
//!
//! Only the order of the search is ours; arithmetic and primality tests are crypto-bigint's and
//! crypto-primes'. A window of odd numbers above a random start is sieved by small primes, the
//! survivors are drawn in random order, a base-2 Fermat test filters them, and Miller-Rabin tests
//! with random bases decide.

use std::convert::Infallible;

use crypto_bigint::modular::{FixedMontyForm, FixedMontyParams};
use crypto_bigint::rand_core::{TryCryptoRng, TryRng};
use crypto_bigint::{CtAssign as _, Odd, U1024};
use crypto_primes::hazmat::MillerRabin;
use jwt_simple::reexports::zeroize::{Zeroize as _, Zeroizing};

use super::CryptoError;
use crate::rng::Rng;

/// Lets the big-number crates draw from our generator.
struct ModernRng<'a>(&'a dyn Rng);

impl TryRng for ModernRng<'_> {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.0.fill(&mut bytes);
        Ok(u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(self.0.next_u64())
    }

    fn try_fill_bytes(&mut self, dst: &mut [u8]) -> Result<(), Infallible> {
        self.0.fill(dst);
        Ok(())
    }
}

impl TryCryptoRng for ModernRng<'_> {}

/// The public exponent that the primes are for. `p - 1` must not be a multiple of it.
pub(super) const PUBLIC_EXPONENT: u32 = 65_537;

/// The sieve's primes end here. A larger sieve costs about what it saves in tests.
const SIEVE_LIMIT: usize = 1 << 18;

/// Odd numbers in a window: 46 primes are among them on average. Drawing them in random order makes
/// all primes nearly equally likely, which taking the first one above the start would not.
const WINDOW: usize = 1 << 14;

/// Windows without a prime are so rare (once in e^46) that a few in a row prove a broken generator.
const MAX_WINDOWS: u32 = 8;

/// Primes in one step of the sieve: 1 to 2 ms in a component.
const PRIMES_PER_STEP: usize = 8_000;

/// Squarings in one step of the filter, half a candidate: 1 to 3 ms in a component.
const SQUARINGS_PER_STEP: u32 = 512;

/// Rounds of Miller-Rabin with random bases for an error below 2^-128 by the formula of FIPS 186-5
/// §C.1 (a test computes it; table B.1 asks for 5 rounds, 2^-112).
const ROUNDS: usize = 6;

/// All odd primes below [`SIEVE_LIMIT`].
pub(super) fn small_primes() -> Vec<u32> {
    let mut composite = vec![false; SIEVE_LIMIT];
    let mut primes = Vec::with_capacity(23_000);
    for number in (3..SIEVE_LIMIT).step_by(2) {
        if composite.get(number).copied().unwrap_or(true) {
            continue;
        }
        primes.extend(u32::try_from(number));
        let multiples = composite.iter_mut().skip(number * number);
        multiples.step_by(2 * number).for_each(|flag| *flag = true);
    }
    primes
}

/// Finds the `i` below [`WINDOW`] for which `start + 2i` has no small factor and is not 1 modulo the
/// public exponent.
struct Sieve {
    /// The start, most significant word first.
    words: Zeroizing<[u32; U1024::BYTES / 4]>,
    excluded: Vec<bool>,
    primes_done: usize,
}

impl Sieve {
    fn new(start: &U1024) -> Self {
        let mut words = Zeroizing::new([0_u32; U1024::BYTES / 4]);
        let mut bytes = start.to_be_bytes();
        for (word, chunk) in words.iter_mut().zip(bytes.as_ref().chunks_exact(4)) {
            let append = |word: u32, byte: &u8| word << 8 | u32::from(*byte);
            *word = chunk.iter().fold(0, append);
        }
        bytes.zeroize();
        Self { words, excluded: vec![false; WINDOW], primes_done: 0 }
    }

    /// Goes on for a step; the survivors once all primes are done.
    fn advance(&mut self, small_primes: &[u32]) -> Option<Vec<u32>> {
        let to_do = small_primes.iter().skip(self.primes_done);
        for prime in to_do.take(PRIMES_PER_STEP).map(|prime| u64::from(*prime)) {
            let append = |rest: u64, word: &u32| (rest << 32 | u64::from(*word)) % prime;
            let remainder = self.words.iter().fold(0, append);
            self.exclude(prime, remainder);
            if prime == u64::from(PUBLIC_EXPONENT) {
                self.exclude(prime, (remainder + prime - 1) % prime);
            }
        }
        self.primes_done += PRIMES_PER_STEP;
        (self.primes_done >= small_primes.len()).then(|| {
            let survivors = self.excluded.iter().zip(0..).filter(|(flag, _)| !**flag);
            survivors.map(|(_, offset)| offset).collect()
        })
    }

    /// Excludes the `i` for which `remainder + 2i` is a multiple of the prime.
    fn exclude(&mut self, prime: u64, remainder: u64) {
        let missing = (prime - remainder) % prime;
        let doubled = if missing.is_multiple_of(2) { missing } else { missing + prime };
        if let (Ok(first), Ok(step)) = (usize::try_from(doubled / 2), usize::try_from(prime)) {
            let hits = self.excluded.iter_mut().skip(first).step_by(step);
            hits.for_each(|flag| *flag = true);
        }
    }
}

/// A candidate on its way through the Fermat test: is `2^(n-1) = 1 mod n`?
struct Filter {
    candidate: Odd<U1024>,
    exponent: U1024,
    power: FixedMontyForm<{ U1024::LIMBS }>,
    bits_left: u32,
}

impl Filter {
    fn new(candidate: Odd<U1024>) -> Self {
        let params = FixedMontyParams::new_vartime(candidate);
        Self {
            candidate,
            exponent: candidate.as_ref().wrapping_sub(&U1024::ONE),
            // The top bit of the exponent is set: the first power is the base itself.
            power: FixedMontyForm::new(&U1024::from(2_u32), &params),
            bits_left: U1024::BITS - 1,
        }
    }

    /// Goes on for a step; the outcome once all bits are done.
    fn advance(&mut self) -> Option<bool> {
        for _ in 0..SQUARINGS_PER_STEP.min(self.bits_left) {
            self.bits_left -= 1;
            self.power = self.power.square();
            // Multiplying by the base 2 is an addition, where another base costs a multiplication.
            let doubled = self.power.double();
            let power = self.power.as_montgomery_mut();
            power.ct_assign(doubled.as_montgomery(), self.exponent.bit(self.bits_left));
        }
        let one = FixedMontyForm::one(self.power.params());
        (self.bits_left == 0).then(|| self.power == one)
    }
}

enum Stage {
    /// A new window is due.
    Start,
    Sieve(Sieve),
    /// A new candidate of the window is due.
    Draw,
    Filter(Box<Filter>),
    Confirm {
        candidate: U1024,
        test: Box<MillerRabin<U1024>>,
        rounds_left: usize,
    },
}

/// The search for one prime.
pub(super) struct PrimeSearch {
    start: Zeroizing<U1024>,
    /// Offsets of the window that no small prime divides, in units of 2.
    survivors: Vec<u32>,
    windows: u32,
    stage: Stage,
}

impl PrimeSearch {
    pub(super) fn new() -> Self {
        Self { start: Zeroizing::new(U1024::ZERO), survivors: Vec::new(), windows: 0, stage: Stage::Start }
    }

    /// Works for some milliseconds. `None`: not found yet.
    ///
    /// The prime has its two upper bits set, so that the product of two has 2048 bits (and each is above
    /// √2·2^1023, FIPS 186-5 §A.1.3), and is not 1 modulo the public exponent.
    pub(super) fn step(&mut self, small_primes: &[u32], rng: &dyn Rng) -> Option<Result<U1024, CryptoError>> {
        match &mut self.stage {
            Stage::Start => {
                self.windows += 1;
                if self.windows > MAX_WINDOWS {
                    return Some(Err(CryptoError::KeySearchFailed));
                }
                *self.start = random_start(rng);
                self.stage = Stage::Sieve(Sieve::new(&self.start));
            }
            Stage::Sieve(sieve) => {
                if let Some(survivors) = sieve.advance(small_primes) {
                    self.survivors = survivors;
                    self.stage = Stage::Draw;
                }
            }
            Stage::Draw => {
                self.stage = match self.draw(rng).map(Filter::new) {
                    Some(mut filter) => {
                        // The outcome, if the first step were all, comes again from the next.
                        filter.advance();
                        Stage::Filter(Box::new(filter))
                    }
                    None => Stage::Start,
                };
            }
            Stage::Filter(filter) => match filter.advance() {
                None => {}
                Some(false) => self.stage = Stage::Draw,
                Some(true) => {
                    self.stage = Stage::Confirm {
                        candidate: filter.candidate.get(),
                        test: Box::new(MillerRabin::new(filter.candidate)),
                        rounds_left: ROUNDS,
                    };
                }
            },
            Stage::Confirm { candidate, test, rounds_left } => {
                if test.test_random_base(&mut ModernRng(rng)).is_composite() {
                    self.stage = Stage::Draw;
                } else {
                    *rounds_left -= 1;
                    if *rounds_left == 0 {
                        return Some(Ok(*candidate));
                    }
                }
            }
        }
        None
    }

    /// A candidate of the window that was not drawn before.
    fn draw(&mut self, rng: &dyn Rng) -> Option<Odd<U1024>> {
        let left = u64::try_from(self.survivors.len()).ok()?;
        let index = rng.next_u64().checked_rem(left)?;
        let offset = self.survivors.swap_remove(usize::try_from(index).ok()?);
        let candidate = self.start.wrapping_add(&U1024::from(2 * offset));
        Odd::new(candidate).into_option()
    }
}

/// A random odd number with its two upper bits set.
fn random_start(rng: &dyn Rng) -> U1024 {
    let mut bytes = Zeroizing::new([0; U1024::BYTES]);
    rng.fill(&mut *bytes);
    let [first, .., last] = &mut *bytes;
    *first |= 0xc0;
    *last |= 1;
    U1024::from_be_slice(&*bytes)
}

#[cfg(test)]
#[path = "prime_tests.rs"]
mod tests;
