//! One-time links.

use super::{HOUR, PASSWORD, Place, asked, at, machine, refusal, said};
use tally_app::access::{Invite, Offer, Purpose, Refusal, Role, SignedIn};

#[test]
fn the_first_becomes_administrator_once() {
    let mut place = Place::bare();
    let one = place.desk.first_link(at(0)).unwrap().unwrap();
    let two = place.desk.first_link(at(1)).unwrap().unwrap();
    assert_eq!((one.len(), one == two), (64, false));
    let offer = Offer { purpose: Purpose::First, account: String::new(), expires: at(HOUR) };
    assert_eq!(place.desk.offer(&one, at(2)).unwrap(), offer);
    assert!(
        said(place.desk.accept_link(&mut place.programme, &one, "Ada Lovelace", PASSWORD, at(2))).contains("no account name")
    );
    assert!(said(place.desk.accept_link(&mut place.programme, &one, "ada", "short", at(2))).contains("it is too short"));
    assert_eq!(place.notes(), [""; 0]);
    assert_eq!(place.desk.accept_link(&mut place.programme, &one, " ADA ", PASSWORD, at(3)).unwrap(), "ada");
    assert_eq!(refusal(place.desk.accept_link(&mut place.programme, &one, "eve", PASSWORD, at(3))), Refusal::LinkGone);
    assert_eq!(refusal(place.desk.accept_link(&mut place.programme, &two, "eve", PASSWORD, at(3))), Refusal::NotFirst);
    assert_eq!(place.desk.first_link(at(4)).unwrap(), None);
    let eve = r#"eve: {"act":"person added: not done","person":"eve","role":"administrator","teams":"all"}"#;
    assert_eq!(place.notes()[2..], [eve], "what was told and then refused is told to be");
    assert_eq!(place.desk.people(&machine()).unwrap().len(), 1);
    assert_eq!(place.desk.people(&machine()).unwrap()[0].role, Role::Administrator);
}

#[test]
fn links_end_in_time() {
    let mut place = Place::bare();
    let link = place.desk.first_link(at(0)).unwrap().unwrap();
    assert_eq!(refusal(place.desk.accept_link(&mut place.programme, &link, "ada", PASSWORD, at(HOUR))), Refusal::LinkGone);
    let mut place = Place::new();
    let ben = Invite { account: "ben".into(), name: "Ben".into(), email: None, role: Role::Viewer, teams: None };
    let link = place.desk.invite(&mut place.programme, &machine(), &ben, at(0)).unwrap();
    assert!(place.desk.offer(&link, at(72 * HOUR - 1)).is_ok());
    assert_eq!(refusal(place.desk.offer(&link, at(72 * HOUR))), Refusal::LinkGone);
    let reset = place.desk.reset(&mut place.programme, &machine(), "ada", at(0)).unwrap();
    assert_eq!(refusal(place.desk.offer(&reset, at(HOUR))), Refusal::LinkGone);
    assert_eq!(refusal(place.desk.offer("", at(0))), Refusal::LinkGone);
}

#[test]
fn an_invited_person_cannot_sign_in_before() {
    let mut place = Place::new();
    let ben = Invite { account: "ben".into(), name: "Ben".into(), email: None, role: Role::Viewer, teams: None };
    let link = place.desk.invite(&mut place.programme, &machine(), &ben, at(0)).unwrap();
    assert_eq!(refusal(place.desk.sign_in(&asked("ben", "", ""), at(1))), Refusal::Wrong);
    assert_eq!(place.desk.accept_link(&mut place.programme, &link, "ignored", PASSWORD, at(2)).unwrap(), "ben");
    assert!(matches!(place.desk.sign_in(&asked("ben", PASSWORD, ""), at(3)).unwrap(), SignedIn::Open(_)));
    assert_eq!(refusal(place.desk.accept_link(&mut place.programme, &link, "", PASSWORD, at(4))), Refusal::LinkGone);
    assert!(
        place.notes().iter().any(|note| note == r#"ben: {"act":"password set by link","person":"ben"}"#),
        "{:?}",
        place.notes()
    );
}

#[test]
fn a_reset_ends_sessions_and_the_older_link() {
    let mut place = Place::new();
    let session = place.session("ada", at(1));
    let old = place.desk.reset(&mut place.programme, &machine(), "ada", at(2)).unwrap();
    let new = place.desk.reset(&mut place.programme, &machine(), "ada", at(3)).unwrap();
    assert_eq!(refusal(place.desk.offer(&old, at(4))), Refusal::LinkGone);
    assert!(place.desk.session(&session, at(4)).unwrap().is_some(), "the old password holds until the link is used");
    place.desk.accept_link(&mut place.programme, &new, "", "another long password", at(5)).unwrap();
    assert!(place.desk.session(&session, at(6)).unwrap().is_none());
    assert_eq!(refusal(place.desk.sign_in(&asked("ada", PASSWORD, ""), at(7))), Refusal::Wrong);
    assert!(matches!(place.desk.sign_in(&asked("ada", "another long password", ""), at(8)).unwrap(), SignedIn::Open(_)));
}

#[test]
fn what_guards_nothing_is_no_password() {
    let mut place = Place::bare();
    let link = place.desk.first_link(at(0)).unwrap().unwrap();
    for (password, why) in [
        ("elevenchars", "too short"),
        ("aaaaaaaaaaaaaaaa", "too few"),
        ("PasswordPassword", "first that would be tried"),
        ("augusta-lovelace", "first that would be tried"),
        (&"x1y2z".repeat(300), "too long"),
    ] {
        let said = said(place.desk.accept_link(&mut place.programme, &link, "augusta-lovelace", password, at(1)));
        assert!(said.contains(why), "{password}: {said}");
    }
    assert!(place.desk.accept_link(&mut place.programme, &link, "augusta-lovelace", "ünïcödé päss", at(1)).is_ok());
}
