//! Signing in and out; how often it may be tried; how long a session lasts.

use super::{HOUR, PASSWORD, Place, SECOND, asked, at, machine, refusal};
use tally_app::access::{Alter, Desk, Hashing, Refusal, Role, SignIn, SignedIn, seal, seal_holds};
use tally_app::scope::Scope;

#[test]
fn in_and_out() {
    let mut place = Place::new();
    place.person("ben", Role::Contributor, Some(&["red", "blue"]));
    let secret = place.session("ben", at(1));
    let viewer = place.desk.session(&secret, at(2)).unwrap().unwrap();
    assert_eq!((viewer.person.as_str(), viewer.role), ("ben", Role::Contributor));
    assert_eq!(viewer.scope, Scope::Teams(["red", "blue"].map(str::to_owned).into()));
    assert!(place.desk.session("", at(2)).unwrap().is_none());
    assert!(place.desk.session(&secret.to_uppercase(), at(2)).unwrap().is_none());
    let other = place.session(" BEN ", at(3));
    place.desk.sign_out(&viewer, "192.0.2.7", at(4)).unwrap();
    assert!(place.desk.session(&secret, at(5)).unwrap().is_none());
    assert!(place.desk.session(&other, at(5)).unwrap().is_some());
    let log: Vec<_> =
        place.desk.events(&machine(), Some("ben"), None, 10).unwrap().into_iter().map(|event| event.what).collect();
    assert_eq!(log, ["signed out", "signed in by password", "signed in by password"]);
}

#[test]
fn all_that_is_wrong_looks_the_same() {
    let mut place = Place::new();
    place.person("ben", Role::Viewer, None);
    let off = Alter { disabled: Some(true), ..Alter::default() };
    place.desk.alter(&mut place.programme, &machine(), "ben", &off, at(0)).unwrap();
    for (account, password) in
        [("ada", "not the password"), ("nobody", PASSWORD), ("ben", PASSWORD), ("", ""), ("not a name!", PASSWORD)]
    {
        assert_eq!(refusal(place.desk.sign_in(&asked(account, password, ""), at(1))), Refusal::Wrong, "{account}");
    }
    let log = place.desk.events(&machine(), None, None, 10).unwrap();
    assert_eq!(log.iter().map(|event| event.person.as_str()).collect::<Vec<_>>(), ["", "", "ben", "nobody", "ada"]);
    assert!(!String::from_utf8_lossy(&place.bytes()).contains("not a name!"), "it may have been a password");
}

#[test]
fn attempts_are_delayed_and_never_for_good() {
    let place = Place::new();
    let wrong = |now| refusal(place.desk.sign_in(&asked("ada", "not the password", ""), now));
    for _ in 0..6 {
        assert_eq!(wrong(at(0)), Refusal::Wrong);
    }
    assert_eq!(wrong(at(0)), Refusal::TooSoon { until: at(SECOND) });
    let right = asked("ada", PASSWORD, "");
    assert_eq!(refusal(place.desk.sign_in(&right, at(SECOND - 1))), Refusal::TooSoon { until: at(SECOND) });
    for _ in 0..1000 {
        wrong(at(SECOND - 1));
    }
    assert!(place.desk.sign_in(&right, at(SECOND)).is_ok(), "a flood of attempts does not keep her out for longer");
    for _ in 0..6 {
        assert_eq!(wrong(at(SECOND)), Refusal::Wrong, "it began anew");
    }
}

#[test]
fn two_servers_count_together() {
    let place = Place::new();
    let other = Desk::with_hashing(place.programme.access().unwrap(), Hashing::weakest());
    for no in 0..6 {
        let desk = if no % 2 == 0 { &place.desk } else { &other };
        assert_eq!(refusal(desk.sign_in(&asked("ada", "not the password", ""), at(0))), Refusal::Wrong);
    }
    for desk in [&place.desk, &other] {
        assert!(matches!(refusal(desk.sign_in(&asked("ada", PASSWORD, ""), at(0))), Refusal::TooSoon { .. }));
    }
}

#[test]
fn an_address_is_delayed_whatever_the_account() {
    let place = Place::new();
    let from = |address: &'static str, no: i32| {
        let account = format!("guess{no}");
        refusal(place.desk.sign_in(&SignIn { account: &account, password: "guess", code: "", address, agent: "" }, at(0)))
    };
    for no in 0..21 {
        assert_eq!(from("2001:db8:1:2:3::4", no), Refusal::Wrong);
    }
    assert!(matches!(from("2001:db8:1:2:ffff::9", 21), Refusal::TooSoon { .. }), "one network");
    assert_eq!(from("2001:db8:1:3::4", 22), Refusal::Wrong);
    assert_eq!(from("192.0.2.9", 23), Refusal::Wrong);
    // An office signs in all morning from one address.
    for _ in 0..50 {
        assert!(place.desk.sign_in(&asked("ada", PASSWORD, ""), at(0)).is_ok());
    }
}

#[test]
fn sessions_end_by_themselves() {
    let place = Place::new();
    let idle = place.session("ada", at(0));
    assert!(place.desk.session(&idle, at(2 * HOUR)).unwrap().is_none());
    assert!(place.desk.session(&idle, at(1)).unwrap().is_none(), "it is gone for good");
    let busy = place.session("ada", at(0));
    for hour in 1..12 {
        assert!(place.desk.session(&busy, at(hour * HOUR)).unwrap().is_some(), "hour {hour}");
    }
    assert!(place.desk.session(&busy, at(12 * HOUR - 1)).unwrap().is_some());
    assert!(place.desk.session(&busy, at(12 * HOUR)).unwrap().is_none());
}

#[test]
fn sessions_are_listed_and_ended_one_by_one() {
    let mut place = Place::new();
    place.person("ben", Role::Viewer, None);
    let (one, two) = (place.session("ben", at(1)), place.session("ben", at(2)));
    let ben = place.desk.session(&two, at(3)).unwrap().unwrap();
    let seen = place.desk.sessions(&ben, "ben", at(3)).unwrap();
    assert_eq!(seen.iter().map(|session| session.current).collect::<Vec<_>>(), [true, false]);
    assert!(seen.iter().all(|session| session.handle != one && session.address == "192.0.2.7"));
    assert!(matches!(refusal(place.desk.sessions(&ben, "ada", at(3))), Refusal::NotAllowed(_)));
    assert!(place.desk.session(&seen[1].handle, at(3)).unwrap().is_none(), "a handle opens nothing");
    place.desk.end_session(&ben, "ben", &seen[1].handle, at(4)).unwrap();
    assert!(place.desk.session(&one, at(5)).unwrap().is_none());
    place.desk.end_session(&machine(), "ben", &seen[0].handle, at(6)).unwrap();
    assert!(place.desk.session(&two, at(7)).unwrap().is_none());
    assert!(place.desk.end_session(&machine(), "ben", &seen[0].handle, at(8)).is_err());
}

#[test]
fn a_disabled_person_is_out_at_once() {
    let mut place = Place::new();
    place.person("ben", Role::Viewer, None);
    let secret = place.session("ben", at(1));
    let switch = |disabled| Alter { disabled: Some(disabled), ..Alter::default() };
    place.desk.alter(&mut place.programme, &machine(), "ben", &switch(true), at(2)).unwrap();
    assert!(place.desk.session(&secret, at(3)).unwrap().is_none());
    place.desk.alter(&mut place.programme, &machine(), "ben", &switch(false), at(4)).unwrap();
    assert!(place.desk.session(&secret, at(5)).unwrap().is_none(), "the session does not come back");
    assert!(matches!(place.desk.sign_in(&asked("ben", PASSWORD, ""), at(6)).unwrap(), SignedIn::Open(_)));
}

#[test]
fn no_secret_is_stored() {
    let place = Place::new();
    let secret = place.session("ada", at(1));
    let bytes = place.bytes();
    for secret in [secret.as_str(), PASSWORD] {
        assert!(!bytes.windows(secret.len()).any(|window| window == secret.as_bytes()));
    }
    assert!(bytes.windows(10).any(|window| window == b"$argon2id$"), "what is looked through is what is stored");
    assert!(!format!("{:?}", place.viewer("ada", at(2))).contains("Session("));
}

#[test]
fn a_seal_belongs_to_its_session() {
    let place = Place::new();
    let (one, two) = (place.session("ada", at(1)), place.session("ada", at(1)));
    assert!(seal_holds(&one, &seal(&one)));
    for other in [seal(&two), one.clone(), String::new()] {
        assert!(!seal_holds(&one, &other));
    }
}
