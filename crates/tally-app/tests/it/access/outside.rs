//! People whom a sign-in service vouches for.

use super::{Place, at, machine, refusal, said};
use tally_app::access::{Alter, Claims, Invite, OutsideRule, Refusal, Role};
use tally_app::scope::Scope;

fn claims(subject: &str, groups: &[&str]) -> Claims {
    Claims {
        issuer: "https://id.example".into(),
        subject: subject.into(),
        account: Some("Grace H".into()),
        name: Some("Grace Hopper".into()),
        email: Some("grace@example.org".into()),
        email_verified: true,
        groups: groups.iter().map(|group| (*group).to_owned()).collect(),
    }
}

fn rule(roles: &[(&str, &str)], otherwise: Option<&str>) -> OutsideRule {
    let roles = roles.iter().map(|(group, role)| ((*group).to_owned(), (*role).to_owned())).collect();
    OutsideRule { roles, otherwise: otherwise.map(str::to_owned), ..OutsideRule::default() }
}

/// Signs in; gives the account, the role, the scope.
fn enter(place: &mut Place, rule: &OutsideRule, claims: &Claims) -> Result<(String, Role, Scope), tally_app::Error> {
    let opened = place.desk.sign_in_outside(&mut place.programme, rule, claims, "192.0.2.7", "a browser", at(1))?;
    let viewer = place.desk.session(&opened.secret, at(2))?.unwrap();
    assert_eq!(viewer, opened.viewer);
    Ok((viewer.person, viewer.role, viewer.scope))
}

#[test]
fn strangers_stay_out() {
    let mut place = Place::new();
    for rule in [OutsideRule::default(), rule(&[("sec", "reviewer")], None)] {
        assert_eq!(refusal(enter(&mut place, &rule, &claims("1", &["other"]))), Refusal::Stranger);
    }
    assert!(said(enter(&mut place, &rule(&[("sec", "boss")], None), &claims("1", &["sec"]))).contains("`boss` is no role"));
    assert_eq!(place.desk.people(&machine()).unwrap().len(), 1);
}

#[test]
fn groups_decide_at_each_sign_in() {
    let mut place = Place::new();
    let mut rule = rule(&[("sec", "reviewer"), ("dev", "contributor")], Some("viewer"));
    assert_eq!(
        enter(&mut place, &rule, &claims("1", &["dev", "sec"])).unwrap(),
        ("grace-h".into(), Role::Reviewer, Scope::All)
    );
    assert_eq!(enter(&mut place, &rule, &claims("1", &["dev"])).unwrap().1, Role::Contributor);
    assert_eq!(enter(&mut place, &rule, &claims("1", &[])).unwrap().1, Role::Viewer);
    rule.teams = [("dev".to_owned(), "red".to_owned())].into();
    assert_eq!(enter(&mut place, &rule, &claims("1", &["dev"])).unwrap().2, Scope::Teams(["red".to_owned()].into()));
    assert_eq!(enter(&mut place, &rule, &claims("1", &["sec"])).unwrap().2, Scope::Teams([].into()));
    rule.otherwise = None;
    assert_eq!(refusal(enter(&mut place, &rule, &claims("1", &[]))), Refusal::Stranger, "out of all groups, out of here");
    assert_eq!(place.desk.people(&machine()).unwrap().len(), 2);
    let first = &place.notes()[1];
    assert_eq!(first, r#"sign-in service: {"act":"person added","person":"grace-h","role":"reviewer","teams":"all"}"#);
}

#[test]
fn a_subject_is_a_person_and_a_name_is_not() {
    let mut place = Place::new();
    let rule = rule(&[], Some("viewer"));
    let mut ada = claims("1", &[]);
    ada.account = Some("ada".into());
    assert_eq!(enter(&mut place, &rule, &ada).unwrap().0, "ada-2", "not the administrator");
    ada.subject = "2".into();
    assert_eq!(enter(&mut place, &rule, &ada).unwrap().0, "ada-3");
    ada.subject = "1".into();
    ada.issuer = "https://other.example".into();
    assert_eq!(enter(&mut place, &rule, &ada).unwrap().0, "ada-4", "another service, another person");
    ada.account = Some("\u{202e}<script>".into());
    ada.subject = "5".into();
    ada.name = Some("\u{1b}[2J".into());
    assert_eq!(enter(&mut place, &rule, &ada).unwrap().0, "script-");
}

#[test]
fn by_mail_address_only_where_said_and_verified() {
    let mut place = Place::new();
    let invite = Invite {
        account: "grace".into(),
        name: "Grace".into(),
        email: Some("Grace@Example.org".into()),
        role: Role::Reviewer,
        teams: None,
    };
    place.desk.invite(&mut place.programme, &machine(), &invite, at(0)).unwrap();
    let mut by_mail = rule(&[], None);
    assert_eq!(refusal(enter(&mut place, &by_mail, &claims("1", &[]))), Refusal::Stranger);
    by_mail.link_by_email = true;
    let unproved = Claims { email_verified: false, ..claims("1", &[]) };
    assert_eq!(refusal(enter(&mut place, &by_mail, &unproved)), Refusal::Stranger);
    assert_eq!(enter(&mut place, &by_mail, &claims("1", &[])).unwrap().0, "grace");
    assert_eq!(enter(&mut place, &by_mail, &claims("1", &[])).unwrap(), ("grace".into(), Role::Reviewer, Scope::All));
    assert_eq!(refusal(enter(&mut place, &by_mail, &claims("2", &[]))), Refusal::Stranger, "grace is somebody's already");
}

#[test]
fn disabled_stays_disabled_and_the_last_administrator_one() {
    let mut place = Place::new();
    let rule = rule(&[("sec", "administrator")], Some("viewer"));
    assert_eq!(enter(&mut place, &rule, &claims("1", &["sec"])).unwrap().1, Role::Administrator);
    let off = Alter { disabled: Some(true), ..Alter::default() };
    place.desk.alter(&mut place.programme, &machine(), "ada", &off, at(1)).unwrap();
    assert_eq!(enter(&mut place, &rule, &claims("1", &[])).unwrap().1, Role::Administrator, "nobody else is left");
    let on = Alter { disabled: Some(false), ..Alter::default() };
    place.desk.alter(&mut place.programme, &machine(), "ada", &on, at(1)).unwrap();
    assert_eq!(enter(&mut place, &rule, &claims("1", &[])).unwrap().1, Role::Viewer);
    place.desk.alter(&mut place.programme, &machine(), "grace-h", &off, at(1)).unwrap();
    assert_eq!(refusal(enter(&mut place, &rule, &claims("1", &["sec"]))), Refusal::Wrong);
}
