//! Keys and signed heads as text, against the known answers of RFC 8032 and the notes of c2sp.org.

use tally_store::{Checkpoint, Head, Signer, Verifier};
use zeroize::Zeroizing;

use crate::hand::{signer, signer_of};

#[test]
fn keys_come_back_from_their_text() {
    let key = Signer::generate("example.com/journal").unwrap();
    let secret = key.to_secret_text();
    assert!(secret.starts_with("PRIVATE+KEY+example.com/journal+"));
    let back = Signer::from_secret_text(&format!("  {}\n", secret.as_str())).unwrap();
    assert_eq!(back.verifier(), key.verifier());
    let public = key.verifier().to_text();
    assert_eq!(&Verifier::from_text(&public).unwrap(), key.verifier());
    assert_eq!(format!("{key:?}"), format!("Signer({})", key.verifier().label()));
    assert!(!format!("{key:?}").contains(secret.rsplit('+').next().unwrap()));
}

#[test]
fn other_texts_are_no_keys() {
    let key = signer();
    let (secret, public) = (key.to_secret_text(), key.verifier().to_text());
    let error = |found: Result<Verifier, tally_store::StoreError>| found.unwrap_err().to_string();
    assert_eq!(error(Verifier::from_text(&secret)), "not a key: this is a secret key; a verifier key is its public half");
    assert_eq!(error(Verifier::from_text("")), "not a key: a key is `<name>+<8 hexadecimal digits>+<base64>`");
    assert_eq!(error(Verifier::from_text("a+00000000+AAAA")), "not a key: it is no Ed25519 key (0x01 and 32 bytes)");
    let renamed = public.replacen("tallystick", "tallystack", 1);
    assert_eq!(error(Verifier::from_text(&renamed)), "not a key: its id does not match its bytes");
    assert!(Signer::from_secret_text(&public).is_err());
    assert!(Signer::generate("with space").is_err());
    assert!(Signer::generate("with+plus").is_err());
    assert!(Signer::generate("").is_err());
    for cut in 0..secret.len() {
        assert!(Signer::from_secret_text(&secret[..cut]).is_err());
    }
}

/// The key pair of RFC 8032, 7.1, test 1; the key id computed from the definition in signed-note.
#[test]
fn known_answer() {
    let seed = [
        0x9d, 0x61, 0xb1, 0x9d, 0xef, 0xfd, 0x5a, 0x60, 0xba, 0x84, 0x4a, 0xf4, 0x92, 0xec, 0x2c, 0xc4, 0x44, 0x49, 0xc5, 0x69,
        0x7b, 0x32, 0x69, 0x19, 0x70, 0x3b, 0xac, 0x03, 0x1c, 0xae, 0x7f, 0x60,
    ];
    let key = Signer::from_seed("example", &Zeroizing::new(seed)).unwrap();
    assert_eq!(key.verifier().to_text(), "example+f7765d8c+AddamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea");
}

#[test]
fn checkpoints_open_with_their_key_only() {
    let (key, head) = (signer(), Head { size: 42, hash: [9; 32] });
    let note = Checkpoint::sign("tallystick/x", &head, &key);
    let lines: Vec<&str> = note.split('\n').collect();
    assert_eq!(lines[..4], ["tallystick/x", "42", "CQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQk=", ""]);
    assert!(lines[4].starts_with("— tallystick/00112233445566778899aabbccddeeff "));
    assert_eq!(lines[5..], [""]);
    let keys = [key.verifier().clone()];
    assert_eq!(Checkpoint::open(&note, &keys).unwrap().head, head);
    assert_eq!(Checkpoint::signers(&note).unwrap(), [key.verifier().label()]);
    assert!(Checkpoint::open(&note, &[signer_of(8).verifier().clone()]).is_err());
    assert!(Checkpoint::open(&note, &[]).is_err());
    let witnessed = format!("{note}— witness.example AAAAAAAA\n");
    assert_eq!(Checkpoint::open(&witnessed, &keys).unwrap().head, head);
}

#[test]
fn any_byte_changed_is_noticed() {
    let key = signer();
    let keys = [key.verifier().clone()];
    let note = Checkpoint::sign("tallystick/x", &Head { size: 42, hash: [9; 32] }, &key);
    for at in 0..note.len() {
        for flip in [1, 0x20, 0x80] {
            let mut bytes = note.clone().into_bytes();
            bytes[at] ^= flip;
            let Ok(text) = String::from_utf8(bytes) else { continue };
            assert!(Checkpoint::open(&text, &keys).is_err(), "byte {at} flipped by {flip}: {text}");
        }
        if note.is_char_boundary(at) {
            assert!(Checkpoint::open(&note[..at], &keys).is_err());
        }
    }
}
