use crypto_primes::hazmat::minimum_mr_iterations;

use super::*;
use crate::crypto::testing::{SeededRng, ZeroRng};

fn is_prime(number: &U1024) -> bool {
    // Independent of the search: Baillie-PSW, with a Lucas test and no random bases.
    crypto_primes::is_prime(crypto_primes::Flavor::Any, number)
}

fn sieve(start: &U1024, small_primes: &[u32]) -> Vec<u32> {
    let mut sieve = Sieve::new(start);
    loop {
        if let Some(survivors) = sieve.advance(small_primes) {
            return survivors;
        }
    }
}

fn filter(number: U1024) -> bool {
    let mut filter = Filter::new(Odd::new(number).unwrap());
    loop {
        if let Some(passed) = filter.advance() {
            return passed;
        }
    }
}

#[test]
fn the_number_of_rounds_is_that_of_the_standard() {
    assert_eq!(minimum_mr_iterations(1024, 128), Some(ROUNDS));
}

#[test]
fn small_primes_are_complete() {
    let primes = small_primes();
    assert_eq!(primes[..5], [3, 5, 7, 11, 13]);
    // π(2^18) = 23000, less the 2.
    assert_eq!(primes.len(), 22_999);
    assert!(primes.contains(&PUBLIC_EXPONENT));
}

#[test]
fn the_sieve_agrees_with_division() {
    let primes = small_primes();
    let start = random_start(&SeededRng::new(1));
    let survivors = sieve(&start, &primes);
    assert!((1200..1800).contains(&survivors.len()), "{}", survivors.len());
    let divisible = |number: &U1024, by: u32| {
        let by = crypto_bigint::NonZero::new(crypto_bigint::Limb::from(by)).unwrap();
        number.rem_limb(by) == crypto_bigint::Limb::ZERO
    };
    for offset in (0..400_u32).chain(16_184..16_384) {
        let number = start.wrapping_add(&U1024::from(2 * offset));
        let less_one = number.wrapping_sub(&U1024::ONE);
        let expected = !divisible(&less_one, PUBLIC_EXPONENT) && primes.iter().all(|prime| !divisible(&number, *prime));
        assert_eq!(survivors.contains(&offset), expected, "{offset}");
    }
}

#[test]
fn numbers_below_a_multiple_of_the_exponent_are_excluded() {
    // An odd start for which start - 1 is a multiple of 65537, so offset 0 must go.
    let exponent = crypto_bigint::NonZero::new(U1024::from(PUBLIC_EXPONENT)).unwrap();
    for seed in 0..20 {
        let start = random_start(&SeededRng::new(seed));
        let (quotient, _) = start.div_rem(&exponent);
        let even = U1024::from(2_u32).wrapping_mul(&quotient.shr(1));
        let start = even.wrapping_mul(exponent.as_ref()).wrapping_add(&U1024::ONE);
        let survivors = sieve(&start, &small_primes());
        assert!(!survivors.contains(&0) && !survivors.contains(&PUBLIC_EXPONENT));
    }
}

#[test]
fn the_filter_passes_primes_only() {
    // 2^1024 - 105 is the largest prime of 1024 bits.
    let largest = U1024::MAX.wrapping_sub(&U1024::from(104_u32));
    assert!(is_prime(&largest) && filter(largest));
    for step in 1..40_u32 {
        let number = largest.wrapping_sub(&U1024::from(2 * step));
        assert_eq!(filter(number), is_prime(&number), "{step}");
    }
}

#[test]
fn primes_have_the_right_shape_and_the_search_is_repeatable() {
    let small_primes = small_primes();
    let find = |seed| {
        let rng = SeededRng::new(seed);
        let mut search = PrimeSearch::new();
        (1..).find_map(|steps| Some((search.step(&small_primes, &rng)?.unwrap(), steps))).unwrap()
    };
    for seed in 0..3 {
        let (prime, steps) = find(seed);
        assert!(is_prime(&prime));
        assert_eq!(prime.shr(1022), U1024::from(3_u32));
        let exponent = crypto_bigint::NonZero::new(U1024::from(PUBLIC_EXPONENT)).unwrap();
        assert_ne!(prime.rem(&exponent), U1024::ONE);
        assert!(steps > ROUNDS);
        if seed == 0 {
            assert_eq!(find(seed).0, prime);
            assert_ne!(find(seed + 1).0, prime);
        }
    }
}

#[test]
fn the_window_bound_ends_a_search() {
    let mut search = PrimeSearch::new();
    search.windows = MAX_WINDOWS;
    let end = search.step(&[], &ZeroRng);
    assert_eq!(end, Some(Err(CryptoError::KeySearchFailed)));
}
