//! Saved views, replies, and what the sweep takes.

use super::{Place, at, hash, person, race};
use tally_store::access::{Attempt, Event, Link, Pace, Reply, Reservation, Role, Saved, Session};

fn view(owner: &str, page: &str, name: &str, shared: bool) -> Saved {
    let query = format!("?q={owner}&x=%00'\"");
    Saved { owner: owner.to_owned(), page: page.to_owned(), name: name.to_owned(), query, shared, saved: at(1) }
}

pub fn views(place: &dyn Place) {
    let mut access = place.open();
    for id in ["ada", "ben"] {
        access.add_person(&person(id, Role::Administrator), false).unwrap();
    }
    let all =
        [view("ada", "findings", "mine", false), view("ben", "findings", "mine", true), view("ben", "systems", "a", false)];
    all.iter().for_each(|view| access.put_view(view).unwrap());
    assert!(access.put_view(&view("nobody", "p", "n", true)).is_err());
    assert_eq!(access.views("ada", None).unwrap(), all[..2]);
    assert_eq!(access.views("ben", None).unwrap(), all[1..]);
    assert_eq!(access.views("ben", Some("systems")).unwrap(), all[2..]);
    let again = Saved { query: "?".to_owned(), shared: true, saved: at(2), ..all[0].clone() };
    access.put_view(&again).unwrap();
    assert_eq!(access.views("ben", Some("findings")).unwrap(), [again, all[1].clone()]);
    assert!(!access.remove_view("ada", "systems", "a").unwrap(), "it is another's");
    assert!(access.remove_view("ben", "systems", "a").unwrap());
    assert!(!access.remove_view("ben", "systems", "a").unwrap());
}

pub fn replies(place: &dyn Place) {
    let mut access = place.open();
    let mut reserve =
        |person: &str, request: &str, now: i64| access.reserve(person, "key", &hash(request), at(now), at(now + 10)).unwrap();
    assert_eq!(reserve("ada", "r", 1), Reservation::New);
    assert_eq!(reserve("ada", "r", 2), Reservation::Running);
    assert_eq!(reserve("ada", "other", 2), Reservation::Other);
    assert_eq!(reserve("ben", "other", 2), Reservation::New, "a key belongs to a person");
    let reply = Reply { status: 201, body: vec![0, 1, 255] };
    access.answer("ada", "key", &reply, at(100)).unwrap();
    access.answer("ada", "key", &Reply { status: 500, body: vec![] }, at(100)).unwrap();
    access.release("ada", "key").unwrap();
    access.answer("ada", "never claimed", &reply, at(100)).unwrap();
    let mut again =
        |key: &str, request: &str, now: i64| access.reserve("ada", key, &hash(request), at(now), at(now + 10)).unwrap();
    assert_eq!(again("key", "r", 99), Reservation::Done(reply));
    assert_eq!(again("key", "other", 99), Reservation::Other);
    assert_eq!(again("never claimed", "r", 99), Reservation::New);
    assert_eq!(again("key", "other", 100), Reservation::New, "its time is over");
}

pub fn one_acts(place: &dyn Place) {
    let got = race(place, |access, _| access.reserve("ada", "k", &hash("r"), at(1), at(2)).unwrap());
    assert_eq!(got.iter().filter(|got| **got == Reservation::New).count(), 1);
    assert_eq!(got.iter().filter(|got| **got == Reservation::Running).count(), 7);
}

pub fn claims_run_out(place: &dyn Place) {
    let mut access = place.open();
    assert_eq!(access.reserve("ada", "k", &hash("r"), at(1), at(10)).unwrap(), Reservation::New);
    access.release("ada", "k").unwrap();
    assert_eq!(access.reserve("ada", "k", &hash("r"), at(2), at(10)).unwrap(), Reservation::New);
    assert_eq!(access.reserve("ada", "k", &hash("r"), at(10), at(20)).unwrap(), Reservation::New);
    assert_eq!(access.reserve("ada", "k", &hash("r"), at(19), at(20)).unwrap(), Reservation::Running);
}

pub fn sweep(place: &dyn Place) {
    const DAY: i64 = 86_400;
    let mut access = place.open();
    access.add_person(&person("ada", Role::Administrator), true).unwrap();
    let pace = Pace { free: 0, first: 1, most: 1, forget: 2 };
    for (no, time) in [DAY, 5 * DAY].into_iter().enumerate() {
        let name = no.to_string();
        access
            .add_link(
                &Link { id: hash(&name), purpose: "p".into(), person: name.clone(), payload: name.clone(), expires: at(time) },
                false,
            )
            .unwrap();
        access.reserve("ada", &name, &hash("r"), at(0), at(time)).unwrap();
        assert_eq!(access.attempt(&name, at(time), &pace).unwrap(), Attempt::Go);
        let (id, person, means) = (hash(&name), "ada".to_owned(), "password".to_owned());
        let (created, seen, proved) = (at(time), at(9 * DAY), at(time));
        access
            .add_session(&Session { id, person, created, seen, proved, means, address: String::new(), agent: String::new() })
            .unwrap();
        access.log(&Event { no: 0, at: at(time), person: name, what: "w".into(), address: String::new() }).unwrap();
    }
    assert_eq!(access.sweep(at(3 * DAY), at(2 * DAY), at(2 * DAY)).unwrap(), 5);
    assert_eq!(access.sweep(at(3 * DAY), at(2 * DAY), at(2 * DAY)).unwrap(), 0);
    assert!(access.link(&hash("1"), at(0)).unwrap().is_some());
    assert_eq!(access.reserve("ada", "1", &hash("r"), at(0), at(1)).unwrap(), Reservation::Running);
    assert!(matches!(access.attempt("1", at(5 * DAY), &pace).unwrap(), Attempt::Wait(_)));
    assert_eq!(access.sessions("ada").unwrap().len(), 1);
    assert_eq!(access.events(None, None, 9).unwrap().len(), 1);
}
