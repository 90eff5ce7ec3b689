//! One-time codes. The codes are worked out here a second time, from the key that a person would type.

use super::{PASSWORD, Place, SECOND, asked, at, machine, refusal, said};
use tally_app::access::{Refusal, Role, SignedIn, Viewer};
use tally_model::Instant;

/// The key's bytes, from base 32.
fn bytes(key: &str) -> [u8; 20] {
    let value = |c: char| "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".find(c).unwrap();
    let bits: Vec<bool> = key.chars().flat_map(|c| (0..5).rev().map(move |bit| value(c) >> bit & 1 == 1)).collect();
    let byte = |bits: &[bool]| bits.iter().fold(0, |byte, bit| byte << 1 | u8::from(*bit));
    bits.chunks(8).map(byte).collect::<Vec<_>>().try_into().unwrap()
}

fn code(key: &str, now: Instant) -> String {
    let clock = totp_rs::Builder::new().with_secret(bytes(key)).build().unwrap();
    format!("{}", clock.generate(u64::try_from(now.micros() / SECOND).unwrap()))
}

/// Ada with codes on since step 0; her key and recovery codes.
fn with_codes() -> (Place, Viewer, String, Vec<String>) {
    let mut place = Place::new();
    let ada = place.viewer("ada", at(0));
    let new = place.desk.begin_codes(&ada, at(0)).unwrap();
    assert!(new.address.starts_with(&format!("otpauth://totp/Tallystick:ada?secret={}&", new.key)), "{}", new.address);
    let recovery = place.desk.confirm_codes(&mut place.programme, &ada, &code(&new.key, at(0)), at(0)).unwrap();
    (place, ada, new.key, recovery)
}

/// So many steps of 30 seconds later.
fn step(no: i64) -> Instant {
    at(no * 30 * SECOND)
}

#[test]
fn a_code_is_asked_for_and_used_once() {
    let (place, _, key, _) = with_codes();
    let sign_in = |code: &str, now| place.desk.sign_in(&asked("ada", PASSWORD, code), now);
    assert!(matches!(sign_in("", step(1)).unwrap(), SignedIn::CodeWanted));
    assert_eq!(refusal(place.desk.sign_in(&asked("ada", "not the password", ""), step(1))), Refusal::Wrong, "no word of codes");
    assert_eq!(refusal(sign_in(&code(&key, step(0)), step(1))), Refusal::Wrong, "it turned codes on already");
    let now = code(&key, step(2));
    let spaced = format!("{} {}", &now[..3], &now[3..]);
    assert!(matches!(sign_in(&spaced, step(2)).unwrap(), SignedIn::Open(_)));
    assert_eq!(refusal(sign_in(&now, step(2))), Refusal::Wrong, "a step is used once");
    assert_eq!(refusal(sign_in(&code(&key, step(1)), step(2))), Refusal::Wrong, "nor is an earlier one");
    assert!(matches!(sign_in(&code(&key, step(3)), step(4)).unwrap(), SignedIn::Open(_)), "the one before now");
    assert_eq!(refusal(sign_in(&code(&key, step(9)), step(7))), Refusal::Wrong, "two steps ahead");
}

#[test]
fn codes_are_not_guessed() {
    let (place, _, key, _) = with_codes();
    let right = code(&key, step(5));
    let wrong = if right == "000000" { "000001" } else { "000000" };
    let guess = |code: &str, now| place.desk.sign_in(&asked("ada", PASSWORD, code), now);
    for _ in 0..4 {
        assert_eq!(refusal(guess(wrong, step(5))), Refusal::Wrong);
    }
    // Asking without a code, which forgives the password's attempts, does not forgive these.
    assert!(matches!(guess("", step(5)).unwrap(), SignedIn::CodeWanted));
    assert_eq!(
        refusal(guess(&right, step(5))),
        Refusal::TooSoon { until: Instant::from_micros(step(5).micros() + 5 * SECOND) }
    );
    let later = Instant::from_micros(step(5).micros() + 5 * SECOND);
    assert!(matches!(guess(&right, later).unwrap(), SignedIn::Open(_)));
}

#[test]
fn recovery_codes_work_once() {
    let (mut place, ada, _, recovery) = with_codes();
    assert_eq!(recovery.len(), 10);
    assert!(recovery.iter().all(|code| code.len() == 19 && code.matches('-').count() == 3), "{recovery:?}");
    let typed = recovery[3].to_lowercase().replace('-', " ");
    assert!(matches!(place.desk.sign_in(&asked("ada", PASSWORD, &typed), step(1)).unwrap(), SignedIn::Open(_)));
    assert_eq!(refusal(place.desk.sign_in(&asked("ada", PASSWORD, &typed), step(1))), Refusal::Wrong);
    assert_eq!(place.desk.recovery_left(&ada).unwrap(), Some(9));
    let stored = place.bytes();
    assert!(!stored.windows(19).any(|window| window == recovery[0].as_bytes()));
    place.desk.codes_off(&mut place.programme, &ada, "ada", step(2)).unwrap();
    assert_eq!(place.desk.recovery_left(&ada).unwrap(), None);
    assert!(matches!(place.desk.sign_in(&asked("ada", PASSWORD, ""), step(3)).unwrap(), SignedIn::Open(_)));
}

#[test]
fn codes_are_on_after_a_first_one() {
    let mut place = Place::new();
    let ada = place.viewer("ada", at(0));
    assert!(said(place.desk.confirm_codes(&mut place.programme, &ada, "000000", at(0))).contains("no new key"));
    let first = place.desk.begin_codes(&ada, at(0)).unwrap();
    assert!(matches!(place.desk.sign_in(&asked("ada", PASSWORD, ""), at(1)).unwrap(), SignedIn::Open(_)), "not on yet");
    let second = place.desk.begin_codes(&ada, at(2)).unwrap();
    assert_ne!(first.key, second.key);
    assert_eq!(refusal(place.desk.confirm_codes(&mut place.programme, &ada, &code(&first.key, at(3)), at(3))), Refusal::Wrong);
    place.desk.confirm_codes(&mut place.programme, &ada, &code(&second.key, at(4)), at(4)).unwrap();
    assert!(said(place.desk.begin_codes(&ada, at(5))).contains("on already"));
    assert!(place.notes().contains(&r#"ada: {"act":"codes on","person":"ada"}"#.to_owned()));
}

#[test]
fn an_administrator_helps_who_lost_the_authenticator() {
    let (mut place, _, _, _) = with_codes();
    place.person("ben", Role::Administrator, None);
    let ben = place.viewer("ben", at(1));
    place.desk.codes_off(&mut place.programme, &ben, "ada", at(2)).unwrap();
    place.desk.codes_off(&mut place.programme, &machine(), "ada", at(3)).unwrap();
    assert!(matches!(place.desk.sign_in(&asked("ada", PASSWORD, ""), at(4)).unwrap(), SignedIn::Open(_)));
    let told = place.notes().into_iter().filter(|note| note.contains("codes off")).collect::<Vec<_>>();
    assert_eq!(told, [r#"ben: {"act":"codes off","person":"ada"}"#]);
}
