use super::*;
use crate::crypto::testing::SeededRng;

/// Cheap parameters, so that most tests do not wait.
const WEAK: PasswordParams = PasswordParams { memory_kib: 64, iterations: 1, lanes: 1 };

#[test]
fn a_hash_matches_its_password_only() {
    let phc = hash("correct horse", &SeededRng::new(1)).unwrap();
    assert!(phc.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{phc}");
    let yes = Verdict { matches: true, needs_rehash: false };
    assert_eq!(verify("correct horse", &phc), Ok(yes));
    for wrong in ["correct horsE", "correct horse ", ""] {
        let verdict = verify(wrong, &phc).unwrap();
        assert!(!verdict.matches && !verdict.needs_rehash, "{wrong}");
    }
}

#[test]
fn salts_differ() {
    let rng = SeededRng::new(2);
    let [one, two] = [(); 2].map(|()| hash_with(WEAK, "same", &rng).unwrap());
    assert_ne!(one, two);
    assert!(verify("same", &two).unwrap().matches);
}

/// Made by argon2-cffi, the binding of the reference implementation.
#[test]
fn the_reference_implementation_agrees() {
    let phc = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$\
               K13EBUiG7JV+9ZxztmHFTdb7J0WQsnj2V8bZaqyPptE";
    assert!(verify("password", phc).unwrap().matches);
    assert!(!verify("passwort", phc).unwrap().matches);
}

#[test]
fn weaker_hashes_ask_for_a_rehash_after_a_match_only() {
    let current = PasswordParams::CURRENT;
    let weaker = [
        WEAK,
        PasswordParams { memory_kib: current.memory_kib - 1, ..current },
        PasswordParams { iterations: current.iterations - 1, ..current },
        PasswordParams { lanes: 2, ..current },
    ];
    for params in weaker {
        let phc = hash_with(params, "pw", &SeededRng::new(3)).unwrap();
        assert!(verify("pw", &phc).unwrap().needs_rehash, "{params:?}");
        assert!(!verify("no", &phc).unwrap().needs_rehash, "{params:?}");
    }
    let stronger = PasswordParams { memory_kib: current.memory_kib + 8, iterations: current.iterations + 1, ..current };
    let phc = hash_with(stronger, "pw", &SeededRng::new(4)).unwrap();
    assert!(!verify("pw", &phc).unwrap().needs_rehash);
}

#[test]
fn the_absent_user_costs_what_a_present_one_costs() {
    let [absent, present] =
        [ABSENT, &hash("x", &SeededRng::new(5)).unwrap()].map(|phc| PasswordHash::new(phc).unwrap());
    assert_eq!(absent.algorithm, present.algorithm);
    assert_eq!(absent.version, present.version);
    assert_eq!(absent.params, present.params);
    assert_eq!(absent.salt.unwrap().len(), present.salt.unwrap().len());
    assert_eq!(absent.hash.unwrap().len(), present.hash.unwrap().len());
    let never = Verdict { matches: false, needs_rehash: false };
    assert_eq!(verify_absent("anything"), Ok(never));
}

#[test]
fn the_length_limit_counts_bytes() {
    let rng = SeededRng::new(6);
    let longest = "é".repeat(MAX_PASSWORD_BYTES / 2);
    let phc = hash_with(WEAK, &longest, &rng).unwrap();
    assert!(verify(&longest, &phc).unwrap().matches);
    let longer = longest + "x";
    assert_eq!(hash(&longer, &rng), Err(CryptoError::PasswordTooLong));
    assert_eq!(verify(&longer, &phc), Err(CryptoError::PasswordTooLong));
    let never = Ok(Verdict { matches: false, needs_rehash: false });
    for nobodys in [longer, "x".to_owned() + &"é".repeat(MAX_PASSWORD_BYTES)] {
        assert_eq!(verify_absent(&nobodys), never);
    }
}

#[test]
fn unusable_hashes_are_errors() {
    let good = hash_with(WEAK, "pw", &SeededRng::new(7)).unwrap();
    let bad = [
        String::new(),
        "plain text".to_owned(),
        "$2b$12$abcdefghijklmnopqrstuv".to_owned(),
        good.replace("argon2id", "argon2d"),
        good.replace("argon2id", "scrypt"),
        good.replace("v=19", "v=16"),
        good.replace("$v=19", ""),
        good.replace("m=64", "m=4294967295"),
        good.replace("m=64", "m=131073"),
        good.replace("t=1", "t=17"),
        good.replace("p=1", "p=9"),
        good.rsplit_once('$').unwrap().0.to_owned(),
    ];
    for phc in bad {
        assert_eq!(verify("pw", &phc), Err(CryptoError::InvalidHash), "{phc}");
        assert_eq!(check_stored(&phc), Err(CryptoError::InvalidHash), "{phc}");
    }
}

/// Whatever passes can be compared with, and nothing else passes: else its owner would meet a fault of ours at login.
#[test]
fn hashes_from_elsewhere_are_checked_without_hashing() {
    let good = hash_with(WEAK, "pw", &SeededRng::new(8)).unwrap();
    let parts: Vec<&str> = good.split('$').collect();
    let with = |salt: &str, digest: &str| format!("$argon2id$v=19${}${salt}${digest}", parts[3]);
    let other = [
        with(parts[4], "AAAAAAAAAAAAAA"),
        with("c29tZXNhbHQ", parts[5]),
        with("c29tZXNhbA", parts[5]),
        with("AAAA", parts[5]),
        with("", parts[5]),
        with(parts[4], "AAAA"),
        with(parts[4], ""),
        good.replace("m=64", "m=7"),
        good.replace("t=1", "t=0"),
        good.replace("p=1", "p=0"),
        good.replace("m=64", "m=64,x=1"),
        format!(" {good}"),
        format!("{good}$"),
    ];
    assert_eq!(check_stored(&good), Ok(()));
    assert_eq!([&other[0], &other[1]].map(|phc| check_stored(phc)), [Ok(()), Ok(())]);
    for phc in &other[2..] {
        assert_eq!(check_stored(phc), Err(CryptoError::InvalidHash), "{phc}");
    }
    for phc in &other {
        assert_eq!(check_stored(phc).is_ok(), verify("pw", phc).is_ok(), "{phc}");
    }
}
