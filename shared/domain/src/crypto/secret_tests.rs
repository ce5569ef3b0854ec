use super::*;
use crate::crypto::testing::SeededRng;

#[test]
fn sha256_and_hex_known_answers() {
    // FIPS 180-4, "abc".
    let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assert_eq!(hex(&sha256("abc")), expected);
    assert_eq!(hex(&[]), "");
    assert_eq!(hex(&[0, 15, 255]), "000fff");
}

#[test]
fn comparison_in_constant_time_is_still_a_comparison() {
    assert!(constant_time_eq("abc", "abc"));
    assert!(!constant_time_eq("abc", "abd"));
    assert!(!constant_time_eq("abc", "ab"));
    assert!(constant_time_eq("", ""));
}

#[test]
fn tokens_round_trip_and_differ() {
    let rng = SeededRng::new(1);
    let mut seen = std::collections::HashSet::new();
    for kind in TokenKind::ALL {
        for _ in 0..50 {
            let secret = kind.generate(&rng);
            let text = secret.text.expose();
            assert_eq!(text.len(), 3 + 1 + 32 + 6);
            assert!(text.starts_with(kind.prefix()));
            assert!(text.starts_with(&secret.label) && secret.label.len() == 10);
            assert_eq!(secret.hash, sha256(text));
            let hash = secret.hash;
            assert_eq!(parse(text), Some(ParsedToken { kind, hash }));
            assert!(seen.insert(text.clone()));
        }
    }
}

#[test]
fn every_change_of_one_character_is_found() {
    let secret = TokenKind::ApiToken.generate(&SeededRng::new(2));
    let text = secret.text.expose();
    for position in 0..text.len() {
        for replacement in ['a', 'Z', '0', '_', '-', 'é', ' '] {
            let mut changed: Vec<char> = text.chars().collect();
            if changed[position] == replacement {
                continue;
            }
            changed[position] = replacement;
            let changed: String = changed.into_iter().collect();
            assert_eq!(parse(&changed), None, "{changed}");
        }
        let mut shorter = text.clone();
        shorter.remove(position);
        assert_eq!(parse(&shorter), None);
    }
    for other in ["", "eit", "eit_", "_", "é_", "eit_éééééééééééééééééé"] {
        assert_eq!(parse(other), None);
    }
    assert_eq!(parse(&format!("{text}0")), None);
    // The checksum covers the kind, so a token cannot pass for another kind.
    assert_eq!(parse(&text.replacen("eit", "eis", 1)), None);
}

#[test]
fn the_format_is_stable() {
    // Tokens that were issued must stay readable: this value may never change.
    let check = checksum(TokenKind::ApiToken, "0123456789ABCDEFGHIJKLMNOPQRSTUV");
    assert_eq!(check, "3oenzd");
}

#[test]
fn foreign_formats() {
    let rng = SeededRng::new(3);
    let kestra = generate_plain("", Alphabet::UpperDigits, 44, &rng);
    let text = kestra.text.expose();
    assert_eq!(text.len(), 44);
    assert!(text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit()));
    assert_eq!(kestra.label, text[..6]);
    let idah = generate_plain("IDAH_", Alphabet::Hex, 64, &rng);
    let text = idah.text.expose();
    assert_eq!(text.len(), 69);
    assert!(text[5..].bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)));
    assert_eq!(idah.hash, sha256(text));
    assert_eq!(parse(text), None);
}

#[test]
fn every_character_is_equally_likely() {
    let rng = SeededRng::new(4);
    for alphabet in [Alphabet::Base62, Alphabet::UpperDigits, Alphabet::LowerDigits, Alphabet::Hex] {
        let characters = alphabet.characters();
        let draws = 2000 * characters.len();
        let text = random_text(alphabet, draws, &rng);
        assert_eq!(text.len(), draws);
        for character in characters {
            let count = text.bytes().filter(|b| b == character).count();
            // 2000 expected, standard deviation 45.
            assert!((1700..2300).contains(&count), "{alphabet:?} {count}");
        }
    }
    assert_eq!(random_text(Alphabet::Hex, 0, &rng), "");
}

#[test]
fn debug_shows_no_secret() {
    let secret = TokenKind::ClientSecret.generate(&SeededRng::new(5));
    let shown = format!("{secret:?}");
    assert!(shown.contains("[redacted]"));
    assert!(!shown.contains(&secret.text.expose()[10..]));
    assert_eq!(secret.clone().text.into_exposed(), *secret.text.expose());
}
