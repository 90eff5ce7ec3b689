//! `tally user` and `tally token`.

use crate::support::Place;

#[test]
fn people_come_and_go() {
    let place = Place::new();
    let link = place.tally(&["user", "add", "ada", "--role", "administrator", "--email", "ada@example.org"]).ok();
    assert!(link.out.starts_with("http://127.0.0.1:4517/link/") && link.out.trim().len() == 27 + 64, "{}", link.out);
    let link =
        place.tally(&["user", "add", "Ben", "--role", "viewer", "--team", "red", "--public-url", "https://t.example/"]).ok();
    assert!(link.out.starts_with("https://t.example/link/"), "{}", link.out);
    place.tally(&["user", "add", "ben", "--role", "viewer"]).ended(2).says(&["the account name `ben` is taken"]);
    place.tally(&["user", "add", "carl", "--role", "boss"]).ended(2).says(&["expected one of viewer, contributor"]);
    place.tally(&["user", "role", "ada", "viewer"]).ended(2).says(&["this would leave no administrator"]);
    place.tally(&["user", "disable", "ada"]).ended(2).says(&["this would leave no administrator"]);
    place.tally(&["user", "role", "ben", "reviewer"]).ok().says(&["ben is reviewer, sees red"]);
    place.tally(&["user", "role", "ben", "reviewer", "--all-teams"]).ok().says(&["ben is reviewer, sees all"]);
    place.tally(&["user", "disable", "ben"]).ok().says(&["ben is reviewer, disabled, sees all"]);
    let list = place.tally(&["user", "list", "--format", "json"]).ok().json();
    assert_eq!((&list[0]["account"], &list[1]["state"]), (&"ada".into(), &"disabled".into()));
    place.tally(&["user", "disable", "ben", "--undo"]).ok();
    let reset = place.tally(&["user", "reset", "ben", "--codes"]).ok();
    assert!(reset.out.contains("/link/"), "{}", reset.out);
    place.tally(&["user", "reset", "nobody"]).ended(2).says(&["no person `nobody`"]);
    place.tally(&["journal", "verify"]).ok();
    let notes = place.tally(&["journal", "show", "--limit", "99", "--format", "json"]).ok();
    assert!(notes.out.contains("person added") && !notes.out.contains("ada@example.org"));
    let secret = link.out.trim().rsplit('/').next().unwrap();
    assert!(!notes.out.contains(secret));
}

#[test]
fn tokens_are_shown_once() {
    let place = Place::new();
    place.tally(&["user", "add", "ci", "--role", "contributor"]).ok();
    let made = place.tally(&["token", "create", "ci", "--name", "nightly", "--scope", "import", "--days", "7"]).ok();
    let text = made.out.trim();
    assert!(text.starts_with("tally_") && text.len() == 70, "{text}");
    let more = ["token", "create", "ci", "--name", "x", "--scope", "write", "--role", "administrator"];
    place.tally(&more).ended(2).says(&["at most contributor, the owner's"]);
    place
        .tally(&["token", "create", "ci", "--name", "x", "--scope", "all"])
        .ended(2)
        .says(&["expected one of calendar, read, import, write"]);
    let list = place.tally(&["token", "list", "--format", "json"]).ok();
    assert!(!list.out.contains(text));
    let list = list.json();
    assert_eq!(
        (&list[0]["role"], &list[0]["scope"], &list[0]["state"]),
        (&"contributor".into(), &"import".into(), &"good".into())
    );
    let id = list[0]["id"].as_str().unwrap();
    place.tally(&["token", "revoke", id]).ok();
    place.tally(&["token", "revoke", id]).ended(2).says(&["no token"]);
    assert_eq!(place.tally(&["token", "list", "ci", "--format", "json"]).ok().json()[0]["state"], "revoked");
}
