//! People: inviting, changing, the last administrator, one's own password, what the journal is told.

use super::{HOUR, PASSWORD, Place, asked, at, machine, refusal, said};
use tally_app::access::{Alter, Invite, Refusal, Role};
use tally_app::scope::Scope;

fn role(role: Role) -> Alter {
    Alter { role: Some(role), ..Alter::default() }
}

#[test]
fn the_journal_is_told() {
    let mut place = Place::new();
    let invite = Invite {
        account: "ben".into(),
        name: "Ben Secret-Name".into(),
        email: Some("ben@secret.example".into()),
        role: Role::Viewer,
        teams: Some(["red".to_owned()].into()),
    };
    place.desk.invite(&mut place.programme, &machine(), &invite, at(1)).unwrap();
    let ada = place.viewer("ada", at(2));
    let change =
        Alter { role: Some(Role::Reviewer), teams: Some(None), email: Some(None), disabled: Some(true), ..Alter::default() };
    place.desk.alter(&mut place.programme, &ada, "ben", &change, at(3)).unwrap();
    place.desk.alter(&mut place.programme, &ada, "ben", &change, at(4)).unwrap();
    assert_eq!(
        place.notes(),
        [
            r#"ada: {"act":"person added","person":"ada","role":"administrator","teams":"all"}"#,
            r#"root: {"act":"person added","person":"ben","role":"viewer","teams":["red"]}"#,
            concat!(
                r#"ada: {"act":"person changed","also":["email"],"disabled":true,"person":"ben","#,
                r#""role":{"from":"viewer","to":"reviewer"},"teams":{"from":["red"],"to":"all"}}"#
            ),
        ]
    );
    assert!(tally_app::journal::verify(&place.programme, None).unwrap().holds());
    let journal = std::fs::read(place.programme.root().join("journal.db-wal")).unwrap_or_default();
    let journal = [journal, std::fs::read(place.programme.root().join("journal.db")).unwrap()].concat();
    let holds = |text: &str| journal.windows(text.len()).any(|window| window == text.as_bytes());
    assert!(holds("person changed") && !holds("secret.example") && !holds("Secret-Name"));
}

#[test]
fn an_administrator_stays() {
    let mut place = Place::new();
    let before = place.notes();
    let off = Alter { disabled: Some(true), ..Alter::default() };
    for change in [role(Role::Viewer), off] {
        let answer = place.desk.alter(&mut place.programme, &machine(), "ada", &change, at(1));
        assert_eq!(refusal(answer), Refusal::LastAdministrator);
    }
    assert_eq!(place.notes(), before, "what was not done is not told");
    place.person("ben", Role::Administrator, None);
    place.desk.alter(&mut place.programme, &machine(), "ada", &role(Role::Viewer), at(2)).unwrap();
    assert_eq!(
        refusal(place.desk.alter(&mut place.programme, &machine(), "ben", &role(Role::Viewer), at(3))),
        Refusal::LastAdministrator
    );
}

#[test]
fn who_may_not_cannot() {
    let mut place = Place::new();
    for (account, role) in [("vic", Role::Viewer), ("con", Role::Contributor), ("rev", Role::Reviewer)] {
        place.person(account, role, None);
        let viewer = place.viewer(account, at(1));
        let invite = Invite { account: "eve".into(), name: String::new(), email: None, role: Role::Administrator, teams: None };
        assert!(matches!(refusal(place.desk.invite(&mut place.programme, &viewer, &invite, at(1))), Refusal::NotAllowed(_)));
        let up = super::people::role(Role::Administrator);
        assert!(matches!(
            refusal(place.desk.alter(&mut place.programme, &viewer, account, &up, at(1))),
            Refusal::NotAllowed(_)
        ));
        assert!(matches!(refusal(place.desk.reset(&mut place.programme, &viewer, "ada", at(1))), Refusal::NotAllowed(_)));
        assert!(matches!(refusal(place.desk.codes_off(&mut place.programme, &viewer, "ada", at(1))), Refusal::NotAllowed(_)));
        assert!(matches!(refusal(place.desk.people(&viewer)), Refusal::NotAllowed(_)));
        assert!(matches!(refusal(place.desk.events(&viewer, None, None, 9)), Refusal::NotAllowed(_)));
        assert!(place.desk.events(&viewer, Some(account), None, 9).is_ok());
    }
    assert_eq!(place.desk.people(&machine()).unwrap().len(), 4);
}

#[test]
fn a_stale_proof_or_version_is_not_enough() {
    let mut place = Place::new();
    place.person("ben", Role::Viewer, None);
    let secret = place.session("ada", at(0));
    let later = at(HOUR);
    let ada = place.desk.session(&secret, later).unwrap().unwrap();
    let up = role(Role::Contributor);
    assert_eq!(refusal(place.desk.alter(&mut place.programme, &ada, "ben", &up, later)), Refusal::ProveAgain);
    assert_eq!(refusal(place.desk.prove(&ada, "not the password", "", "192.0.2.7", later)), Refusal::Wrong);
    place.desk.prove(&ada, PASSWORD, "", "192.0.2.7", later).unwrap();
    let ada = place.desk.session(&secret, later).unwrap().unwrap();
    let seen = place.desk.alter(&mut place.programme, &ada, "ben", &up, later).unwrap();
    let based = |version| Alter { version: Some(version), ..role(Role::Reviewer) };
    let answer = place.desk.alter(&mut place.programme, &ada, "ben", &based(seen.version - 1), later);
    assert_eq!(refusal(answer), Refusal::Changed("ben".into()));
    place.desk.alter(&mut place.programme, &ada, "ben", &based(seen.version), later).unwrap();
}

#[test]
fn a_change_holds_at_the_next_request() {
    let mut place = Place::new();
    place.person("ben", Role::Reviewer, None);
    let secret = place.session("ben", at(1));
    let less = Alter { teams: Some(Some(["red".to_owned()].into())), ..role(Role::Viewer) };
    place.desk.alter(&mut place.programme, &machine(), "ben", &less, at(2)).unwrap();
    let ben = place.desk.session(&secret, at(3)).unwrap().unwrap();
    assert_eq!((ben.role, ben.scope), (Role::Viewer, Scope::Teams(["red".to_owned()].into())));
}

#[test]
fn what_does_not_fit_is_refused() {
    let mut place = Place::new();
    let invite = |account: &str, name: &str, email: Option<&str>| Invite {
        account: account.to_owned(),
        name: name.to_owned(),
        email: email.map(str::to_owned),
        role: Role::Viewer,
        teams: None,
    };
    for wrong in [
        invite("", "", None),
        invite("-x", "", None),
        invite("a b", "", None),
        invite(&"a".repeat(65), "", None),
        invite("ben", "Be\u{1b}[31mn", None),
        invite("ben", "Be\u{202e}n", None),
        invite("ben", "", Some("no address")),
        invite("ben", "", Some("a@b\r\nBcc: c@d")),
    ] {
        let said = said(place.desk.invite(&mut place.programme, &machine(), &wrong, at(1)));
        assert!(!said.contains(['\u{1b}', '\u{202e}', '\r', '\n']), "{said:?}");
    }
    let limited = Invite { role: Role::Administrator, teams: Some([].into()), ..invite("ben", "", None) };
    assert!(said(place.desk.invite(&mut place.programme, &machine(), &limited, at(1))).contains("sees all systems"));
    let taken = invite("ADA", "", None);
    assert_eq!(refusal(place.desk.invite(&mut place.programme, &machine(), &taken, at(1))), Refusal::Taken("ada".into()));
    assert!(
        said(place.desk.alter(&mut place.programme, &machine(), "nobody", &role(Role::Viewer), at(1)))
            .contains("no person `nobody`")
    );
    assert_eq!(place.desk.people(&machine()).unwrap().len(), 1);
}

#[test]
fn ones_own_password() {
    let mut place = Place::new();
    let other = place.session("ada", at(1));
    let secret = place.session("ada", at(1));
    let ada = place.desk.session(&secret, at(2)).unwrap().unwrap();
    let new = "quite another password";
    assert_eq!(refusal(place.desk.set_password(&mut place.programme, &ada, "wrong one here", new, at(2))), Refusal::Wrong);
    assert!(said(place.desk.set_password(&mut place.programme, &ada, PASSWORD, "short", at(2))).contains("too short"));
    place.desk.set_password(&mut place.programme, &ada, PASSWORD, new, at(3)).unwrap();
    assert!(place.desk.session(&other, at(4)).unwrap().is_none());
    assert!(place.desk.session(&secret, at(4)).unwrap().is_some());
    assert_eq!(refusal(place.desk.sign_in(&asked("ada", PASSWORD, ""), at(5))), Refusal::Wrong);
    assert!(place.desk.sign_in(&asked("ada", new, ""), at(6)).is_ok());
}
