//! API tokens; saved views and requests that are sent twice, which their viewers have.

use super::{HOUR, Place, at, machine, refusal, said};
use tally_app::access::{Alter, NewToken, Permission, Refusal, Reply, Reservation, Role, TokenScope, Viewer};
use tally_app::scope::Scope;

fn new(owner: &str, role: Role, scope: TokenScope) -> NewToken {
    NewToken { owner: owner.to_owned(), name: "nightly".to_owned(), role, scope, teams: None, days: 30 }
}

#[test]
fn shown_once_and_stored_hashed() {
    let mut place = Place::new();
    let ada = place.viewer("ada", at(1));
    let made =
        place.desk.make_token(&mut place.programme, &ada, &new("ada", Role::Reviewer, TokenScope::Write), at(1)).unwrap();
    assert!(made.text.starts_with("tally_") && made.text.len() == 70);
    let viewer = place.desk.token(&made.text, at(2)).unwrap().unwrap();
    assert_eq!((viewer.person.as_str(), viewer.role, viewer.proved), ("ada", Role::Reviewer, None));
    for wrong in ["", "tally_", &made.text[6..], &made.text.to_uppercase(), &format!("{}0", made.text), &made.id] {
        assert!(place.desk.token(wrong, at(2)).unwrap().is_none(), "{wrong}");
    }
    assert!(place.desk.session(&made.text, at(2)).unwrap().is_none());
    let bytes = place.bytes();
    assert!(!bytes.windows(64).any(|window| window == &made.text.as_bytes()[6..]));
    let told = format!(
        r#"ada: {{"act":"token made","expires":"{}","person":"ada","role":"reviewer","scope":"write","teams":"all","token":"{}"}}"#,
        made.expires, made.id
    );
    assert!(place.notes().contains(&told), "{:?}", place.notes());
    assert_eq!(place.desk.tokens(&ada, Some("ada")).unwrap()[0].used, Some(at(2)));
}

#[test]
fn a_token_ends() {
    let mut place = Place::new();
    place.person("ben", Role::Contributor, None);
    let ben = place.viewer("ben", at(1));
    let make = |place: &mut Place, by: &Viewer| {
        place.desk.make_token(&mut place.programme, by, &new("ben", Role::Contributor, TokenScope::Import), at(1)).unwrap()
    };
    let made = make(&mut place, &ben);
    assert!(place.desk.token(&made.text, at(30 * 24 * HOUR)).unwrap().is_some());
    assert!(place.desk.token(&made.text, made.expires).unwrap().is_none());
    place.desk.revoke_token(&mut place.programme, &ben, &made.id, at(2)).unwrap();
    assert!(place.desk.token(&made.text, at(3)).unwrap().is_none());
    assert!(said(place.desk.revoke_token(&mut place.programme, &ben, &made.id, at(3))).contains("no token"));
    let made = make(&mut place, &ben);
    let off = Alter { disabled: Some(true), ..Alter::default() };
    place.desk.alter(&mut place.programme, &machine(), "ben", &off, at(4)).unwrap();
    assert!(place.desk.token(&made.text, at(5)).unwrap().is_none());
}

#[test]
fn never_more_than_its_owner() {
    let mut place = Place::new();
    place.person("ben", Role::Reviewer, Some(&["red", "blue"]));
    let ben = place.viewer("ben", at(1));
    let limited = |teams: &[&str]| NewToken {
        teams: Some(teams.iter().map(|team| (*team).to_owned()).collect()),
        ..new("ben", Role::Reviewer, TokenScope::Write)
    };
    let admin = new("ben", Role::Administrator, TokenScope::Write);
    assert!(said(place.desk.make_token(&mut place.programme, &ben, &admin, at(1))).contains("at most reviewer"));
    assert!(said(place.desk.make_token(&mut place.programme, &ben, &limited(&["green"]), at(1))).contains("`green`"));
    for days in [0, 367] {
        let wrong = NewToken { days, ..new("ben", Role::Viewer, TokenScope::Read) };
        assert!(said(place.desk.make_token(&mut place.programme, &ben, &wrong, at(1))).contains("expected 1 to 366"));
    }
    let other = new("ada", Role::Viewer, TokenScope::Read);
    assert!(matches!(refusal(place.desk.make_token(&mut place.programme, &ben, &other, at(1))), Refusal::NotAllowed(_)));
    let ada = place.viewer("ada", at(1));
    let others = new("ben", Role::Viewer, TokenScope::Read);
    assert!(matches!(refusal(place.desk.make_token(&mut place.programme, &ada, &others, at(1))), Refusal::NotAllowed(_)));
    let made = place.desk.make_token(&mut place.programme, &ben, &limited(&["red"]), at(1)).unwrap();
    let red = Scope::Teams(["red".to_owned()].into());
    assert_eq!(place.desk.token(&made.text, at(2)).unwrap().unwrap().scope, red);
    let less = Alter { role: Some(Role::Viewer), teams: Some(Some(["blue".to_owned()].into())), ..Alter::default() };
    place.desk.alter(&mut place.programme, &machine(), "ben", &less, at(3)).unwrap();
    let viewer = place.desk.token(&made.text, at(4)).unwrap().unwrap();
    assert_eq!((viewer.role, viewer.scope), (Role::Viewer, Scope::Teams([].into())));
}

#[test]
fn a_token_lets_nobody_in() {
    let mut place = Place::new();
    let ada = place.viewer("ada", at(1));
    let all = new("ada", Role::Administrator, TokenScope::Write);
    let made = place.desk.make_token(&mut place.programme, &ada, &all, at(1)).unwrap();
    let robot = place.desk.token(&made.text, at(1)).unwrap().unwrap();
    assert!(robot.may(Permission::Publish) && !robot.may(Permission::Administer) && !robot.may(Permission::Account));
    assert!(matches!(refusal(place.desk.make_token(&mut place.programme, &robot, &all, at(2))), Refusal::NotAllowed(_)));
    assert!(matches!(refusal(place.desk.people(&robot)), Refusal::NotAllowed(_)));
    assert!(matches!(refusal(place.desk.revoke_token(&mut place.programme, &robot, &made.id, at(2))), Refusal::NotAllowed(_)));
}

#[test]
fn others_tokens_are_not_seen() {
    let mut place = Place::new();
    place.person("ben", Role::Viewer, None);
    let (ada, ben) = (place.viewer("ada", at(1)), place.viewer("ben", at(1)));
    let made = place.desk.make_token(&mut place.programme, &ada, &new("ada", Role::Viewer, TokenScope::Read), at(1)).unwrap();
    assert!(matches!(refusal(place.desk.tokens(&ben, Some("ada"))), Refusal::NotAllowed(_)));
    assert!(matches!(refusal(place.desk.tokens(&ben, None)), Refusal::NotAllowed(_)));
    assert!(said(place.desk.revoke_token(&mut place.programme, &ben, &made.id, at(2))).contains("no token"));
    let bens = place.desk.make_token(&mut place.programme, &ben, &new("ben", Role::Viewer, TokenScope::Read), at(1)).unwrap();
    assert_eq!(place.desk.tokens(&ada, None).unwrap().len(), 2);
    place.desk.revoke_token(&mut place.programme, &ada, &bens.id, at(3)).unwrap();
    assert!(place.desk.token(&bens.text, at(4)).unwrap().is_none());
}

#[test]
fn views_are_own_or_shared() {
    let mut place = Place::new();
    place.person("ben", Role::Viewer, None);
    let (ada, ben) = (place.viewer("ada", at(1)), place.viewer("ben", at(1)));
    place.desk.save_view(&ada, "/findings", "mine", "severity=high", false, at(1)).unwrap();
    place.desk.save_view(&ada, "/findings", "ours", "severity=low", true, at(1)).unwrap();
    let names = |by: &Viewer| -> Vec<String> {
        place.desk.views(by, Some("/findings")).unwrap().into_iter().map(|view| view.name).collect()
    };
    assert_eq!((names(&ada), names(&ben)), (vec!["mine".to_owned(), "ours".to_owned()], vec!["ours".to_owned()]));
    assert!(said(place.desk.remove_view(&ben, "/findings", "ours")).contains("no saved view"));
    assert!(said(place.desk.save_view(&ben, "/findings", "long", &"x".repeat(9_000), false, at(1))).contains("longer"));
    place.desk.remove_view(&ada, "/findings", "ours").unwrap();
    assert!(names(&ben).is_empty());
}

#[test]
fn a_request_sent_twice_acts_once() {
    let place = Place::new();
    let ada = place.viewer("ada", at(1));
    assert_eq!(place.desk.reserve(&ada, "k", b"POST /x a", at(1)).unwrap(), Reservation::New);
    assert_eq!(place.desk.reserve(&ada, "k", b"POST /x a", at(2)).unwrap(), Reservation::Running);
    let reply = Reply { status: 201, body: b"{}".to_vec() };
    place.desk.answer(&ada, "k", &reply, at(3)).unwrap();
    assert_eq!(place.desk.reserve(&ada, "k", b"POST /x a", at(24 * HOUR)).unwrap(), Reservation::Done(reply));
    assert_eq!(place.desk.reserve(&ada, "k", b"POST /x b", at(4)).unwrap(), Reservation::Other);
    assert_eq!(place.desk.reserve(&ada, "k", b"POST /x b", at(3 + 24 * HOUR)).unwrap(), Reservation::New);
    assert!(place.desk.reserve(&ada, "", b"", at(5)).is_err());
    assert!(place.desk.reserve(&ada, &"k".repeat(201), b"", at(5)).is_err());
    assert_eq!(place.desk.sweep(at(3 + 48 * HOUR)).unwrap(), 3, "the claim, the session, the counted address");
}
