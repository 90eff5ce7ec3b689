//! Sessions, tokens, links, attempts and the log of them.

use super::{Place, at, hash, person, race};
use tally_store::Access;
use tally_store::access::{Attempt, Event, Link, Pace, Role, Session, Token, TokenScope};

fn with_people(place: &dyn Place) -> Box<dyn Access> {
    let mut access = place.open();
    for id in ["ada", "ben"] {
        access.add_person(&person(id, Role::Administrator), false).unwrap();
    }
    access
}

fn session(id: &str, person: &str, seen: i64) -> Session {
    Session {
        id: hash(id),
        person: person.to_owned(),
        created: at(10),
        seen: at(seen),
        proved: at(10),
        means: "password".to_owned(),
        address: "2001:db8::1".to_owned(),
        agent: "a browser".to_owned(),
    }
}

pub fn sessions(place: &dyn Place) {
    let mut access = with_people(place);
    let one = session("one", "ada", 10);
    access.add_session(&one).unwrap();
    assert!(access.add_session(&one).is_err());
    assert!(access.add_session(&session("x", "nobody", 1)).is_err());
    assert_eq!(place.open().session(&hash("one")).unwrap(), Some(one.clone()));
    assert_eq!(access.session(&hash("two")).unwrap(), None);
    access.touch_session(&one.id, at(30), Some(at(25))).unwrap();
    access.touch_session(&one.id, at(20), Some(at(5))).unwrap();
    access.touch_session(&one.id, at(31), None).unwrap();
    assert_eq!(access.session(&one.id).unwrap(), Some(Session { seen: at(31), proved: at(25), ..one.clone() }));
    assert!(access.end_session(&one.id).unwrap());
    assert!(!access.end_session(&one.id).unwrap());
    assert_eq!(access.session(&one.id).unwrap(), None);
}

pub fn sessions_of_a_person_end(place: &dyn Place) {
    let mut access = with_people(place);
    for (id, person, seen) in [("a", "ada", 11), ("b", "ada", 13), ("c", "ada", 12), ("d", "ben", 14)] {
        access.add_session(&session(id, person, seen)).unwrap();
    }
    let seen: Vec<_> = access.sessions("ada").unwrap().into_iter().map(|session| session.seen).collect();
    assert_eq!(seen, [at(13), at(12), at(11)]);
    assert_eq!(access.end_sessions("ada", Some(&hash("c"))).unwrap(), 2);
    assert_eq!(access.sessions("ada").unwrap(), [session("c", "ada", 12)]);
    assert_eq!(access.end_sessions("ada", None).unwrap(), 1);
    assert_eq!(access.sessions("ben").unwrap().len(), 1);
}

fn token(id: &str, person: &str, created: i64) -> Token {
    Token {
        id: id.to_owned(),
        secret: hash(&format!("secret of {id}")),
        person: person.to_owned(),
        name: "nightly".to_owned(),
        role: Role::Contributor,
        scope: TokenScope::Import,
        teams: Some(["red".to_owned()].into()),
        created: at(created),
        expires: Some(at(1_000)),
        used: None,
        revoked: None,
    }
}

pub fn tokens(place: &dyn Place) {
    let mut access = with_people(place);
    let all = [
        token("b", "ada", 10),
        Token { teams: None, expires: None, scope: TokenScope::Read, ..token("a", "ben", 11) },
        Token { teams: Some([].into()), scope: TokenScope::Write, ..token("c", "ada", 11) },
    ];
    all.iter().for_each(|token| access.add_token(token).unwrap());
    assert_eq!(access.tokens(None).unwrap(), all);
    assert_eq!(access.tokens(Some("ada")).unwrap(), [all[0].clone(), all[2].clone()]);
    assert_eq!(access.token(&all[1].secret).unwrap(), Some(all[1].clone()));
    assert_eq!(access.token(&hash("other")).unwrap(), None);
    access.touch_token("b", at(50)).unwrap();
    access.touch_token("b", at(40)).unwrap();
    assert!(access.revoke_token("b", at(60)).unwrap());
    assert!(!access.revoke_token("b", at(70)).unwrap());
    assert!(!access.revoke_token("none", at(70)).unwrap());
    let revoked = Token { used: Some(at(50)), revoked: Some(at(60)), ..all[0].clone() };
    assert_eq!(access.token(&all[0].secret).unwrap(), Some(revoked));
}

pub fn a_token_needs_a_person(place: &dyn Place) {
    let mut access = with_people(place);
    access.add_token(&token("a", "ada", 1)).unwrap();
    assert!(access.add_token(&token("a", "ada", 1)).is_err(), "the id is taken");
    assert!(access.add_token(&Token { id: "b".to_owned(), ..token("a", "ada", 1) }).is_err(), "the secret is taken");
    assert!(access.add_token(&token("c", "nobody", 1)).is_err());
    assert_eq!(access.tokens(None).unwrap().len(), 1);
}

fn link(id: &str, purpose: &str, person: &str) -> Link {
    Link {
        id: hash(id),
        purpose: purpose.to_owned(),
        person: person.to_owned(),
        payload: r#"{"role":"viewer"}"#.to_owned(),
        expires: at(100),
    }
}

pub fn links(place: &dyn Place) {
    let mut access = place.open();
    access.add_link(&link("a", "invitation", "ada"), true).unwrap();
    assert!(access.add_link(&link("a", "reset", "ben"), false).is_err());
    access.add_link(&link("b", "reset", "ada"), true).unwrap();
    assert_eq!(access.link(&hash("a"), at(99)).unwrap(), Some(link("a", "invitation", "ada")));
    assert_eq!(access.link(&hash("a"), at(100)).unwrap(), None);
    assert_eq!(access.take_link(&hash("a"), at(100)).unwrap(), None);
    access.add_link(&link("c", "reset", "ada"), true).unwrap();
    access.add_link(&link("d", "reset", "ada"), false).unwrap();
    assert_eq!(access.link(&hash("b"), at(1)).unwrap(), None);
    assert_eq!(access.take_link(&hash("c"), at(99)).unwrap(), Some(link("c", "reset", "ada")));
    assert_eq!(access.take_link(&hash("c"), at(99)).unwrap(), None);
    assert_eq!(access.drop_links("reset", "ada").unwrap(), 1);
    assert_eq!(access.take_link(&hash("d"), at(1)).unwrap(), None);
    assert!(access.take_link(&hash("a"), at(1)).unwrap().is_some());
}

pub fn one_taker(place: &dyn Place) {
    place.open().add_link(&link("a", "first", ""), true).unwrap();
    let taken = race(place, |access, _| access.take_link(&hash("a"), at(1)).unwrap().is_some());
    assert_eq!(taken.iter().filter(|taken| **taken).count(), 1);
}

/// Two free, then 1 s, 2 s, 4 s, at most 5 s; forgotten after a minute.
const PACE: Pace = Pace { free: 2, first: 1_000_000, most: 5_000_000, forget: 60_000_000 };

pub fn attempts_wait(place: &dyn Place) {
    let mut access = place.open();
    let mut now = 1;
    for wait in [0, 0, 1, 2, 4, 5, 5] {
        assert_eq!(access.attempt("account:ada", at(now), &PACE).unwrap(), Attempt::Go);
        for early in 0..wait {
            // Trying too early counts for nothing: nobody is kept out for longer by it.
            assert_eq!(place.open().attempt("account:ada", at(now + early), &PACE).unwrap(), Attempt::Wait(at(now + wait)));
        }
        assert_eq!(access.attempt(&format!("account:ben{now}"), at(now), &PACE).unwrap(), Attempt::Go);
        now += wait;
    }
    access.forgive("account:ada").unwrap();
    for _ in 0..3 {
        assert_eq!(access.attempt("account:ada", at(now), &PACE).unwrap(), Attempt::Go);
    }
    let most = Pace { free: 0, first: 1, most: i64::MAX, forget: i64::MAX };
    assert_eq!([0, 1, 2, 3, 64, u32::MAX].map(|count| most.delay(count)), [0, 1, 2, 4, 1 << 62, 1 << 62]);
    assert_eq!([0, 1, 2, 3, 4, 5, 6, u32::MAX].map(|count| PACE.delay(count) / 1_000_000), [0, 0, 0, 1, 2, 4, 5, 5]);
}

pub fn attempts_race(place: &dyn Place) {
    let pace = Pace { free: 2, ..PACE };
    let went = race(place, |access, _| access.attempt("account:ada", at(1), &pace).unwrap());
    // Two are free, the third begins the first delay.
    assert_eq!(went.iter().filter(|attempt| **attempt == Attempt::Go).count(), 3);
    assert_eq!(went.iter().filter(|attempt| **attempt == Attempt::Wait(at(2))).count(), 5);
}

pub fn attempts_are_forgotten(place: &dyn Place) {
    let mut access = place.open();
    for _ in 0..3 {
        assert_eq!(access.attempt("address:x", at(1), &PACE).unwrap(), Attempt::Go);
    }
    assert_eq!(access.attempt("address:x", at(1), &PACE).unwrap(), Attempt::Wait(at(2)));
    for _ in 0..3 {
        assert_eq!(access.attempt("address:x", at(61), &PACE).unwrap(), Attempt::Go);
    }
    assert_eq!(access.attempt("address:x", at(61), &PACE).unwrap(), Attempt::Wait(at(62)));
}

pub fn attempts_taken_back(place: &dyn Place) {
    let mut access = place.open();
    for _ in 0..20 {
        assert_eq!(access.attempt("address:x", at(1), &PACE).unwrap(), Attempt::Go);
        access.take_back("address:x").unwrap();
    }
    for _ in 0..3 {
        assert_eq!(access.attempt("address:x", at(1), &PACE).unwrap(), Attempt::Go);
    }
    access.take_back("address:x").unwrap();
    assert_eq!(access.attempt("address:x", at(1), &PACE).unwrap(), Attempt::Go);
    assert_eq!(access.attempt("address:x", at(1), &PACE).unwrap(), Attempt::Wait(at(2)), "the two before still count");
    access.take_back("never tried").unwrap();
}

pub fn events(place: &dyn Place) {
    let mut access = place.open();
    for (no, who) in ["ada", "ben", "ada", "who?"].into_iter().enumerate() {
        let address = "192.0.2.1".to_owned();
        let at = at(i64::try_from(no).unwrap());
        access.log(&Event { no: 0, at, person: who.to_owned(), what: "sign-in failed".to_owned(), address }).unwrap();
    }
    let all = access.events(None, None, 10).unwrap();
    assert_eq!(all.iter().map(|event| event.person.as_str()).collect::<Vec<_>>(), ["who?", "ada", "ben", "ada"]);
    assert!(all.is_sorted_by(|a, b| a.no > b.no && a.at > b.at));
    assert_eq!((all[0].what.as_str(), all[0].address.as_str()), ("sign-in failed", "192.0.2.1"));
    assert_eq!(access.events(None, None, 2).unwrap(), all[..2]);
    assert_eq!(access.events(None, Some(all[1].no), 10).unwrap(), all[2..]);
    assert_eq!(access.events(Some("ada"), None, 10).unwrap(), [all[1].clone(), all[3].clone()]);
}
