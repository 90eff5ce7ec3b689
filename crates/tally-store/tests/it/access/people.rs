//! People: what is kept of them, and the rules that hold whoever writes at the same moment.

use super::{Place, at, hash, person, race};
use tally_store::access::{Change, Outside, Person, Role, Totp};

pub fn nobody(place: &dyn Place) {
    let mut access = place.open();
    assert_eq!(access.people().unwrap(), []);
    assert_eq!(access.person("ada").unwrap(), None);
    assert_eq!(access.recovery_left("ada").unwrap(), 0);
    assert!(!access.use_step("ada", 1).unwrap());
    assert!(access.put_recovery("ada", &[hash("a")]).is_err());
}

pub fn comes_back_as_it_went_in(place: &dyn Place) {
    let mut access = place.open();
    let full = Person {
        name: "Ada 'Bobby' ünïcode \u{202e}\n".to_owned(),
        email: Some("ada@example.org".to_owned()),
        teams: Some(["b", "a"].map(str::to_owned).into()),
        password: Some("$argon2id$v=19$x".to_owned()),
        outside: Some(Outside { issuer: "https://id.example.org".to_owned(), subject: "42".to_owned() }),
        totp: Some(Totp { secret: vec![0, 255, 7], confirmed: true, step: 9 }),
        ..person("ada", Role::Administrator)
    };
    let none = Person { teams: Some([].into()), disabled: true, ..person("ben", Role::Viewer) };
    assert_eq!(access.add_person(&Person { version: 77, ..full.clone() }, false).unwrap(), Change::Done);
    assert_eq!(access.add_person(&none, false).unwrap(), Change::Done);
    assert_eq!(place.open().people().unwrap(), [full.clone(), none.clone()]);
    assert_eq!(access.person("ben").unwrap(), Some(none));
    assert_eq!(access.outsider(full.outside.as_ref().unwrap()).unwrap(), Some(full.clone()));
    let other = Outside { issuer: "https://other.example.org".to_owned(), subject: "42".to_owned() };
    assert_eq!(access.outsider(&other).unwrap(), None);
}

pub fn names_are_taken_once(place: &dyn Place) {
    let mut access = place.open();
    let outside = Some(Outside { issuer: "i".to_owned(), subject: "s".to_owned() });
    let ada = Person { outside: outside.clone(), ..person("ada", Role::Administrator) };
    assert_eq!(access.add_person(&ada, false).unwrap(), Change::Done);
    assert_eq!(access.add_person(&person("ada", Role::Viewer), false).unwrap(), Change::Stale);
    let ben = Person { outside: outside.clone(), ..person("ben", Role::Viewer) };
    assert_eq!(access.add_person(&ben, false).unwrap(), Change::Stale);
    assert_eq!(access.add_person(&person("ben", Role::Viewer), false).unwrap(), Change::Done);
    assert_eq!(access.change_person(&ben).unwrap(), Change::Stale);
    assert_eq!(access.people().unwrap(), [ada, person("ben", Role::Viewer)]);
}

pub fn only_one_is_first(place: &dyn Place) {
    let done = race(place, |access, no| access.add_person(&person(&format!("p{no}"), Role::Administrator), true).unwrap());
    assert_eq!(done.iter().filter(|change| **change == Change::Done).count(), 1);
    assert_eq!(done.iter().filter(|change| **change == Change::Refused).count(), 7);
    assert_eq!(place.open().people().unwrap().len(), 1);
}

pub fn changes_need_the_version(place: &dyn Place) {
    let mut access = place.open();
    access.add_person(&person("ada", Role::Administrator), true).unwrap();
    let ada = access.person("ada").unwrap().unwrap();
    let renamed = Person { name: "Countess".to_owned(), ..ada.clone() };
    assert_eq!(access.change_person(&renamed).unwrap(), Change::Done);
    assert_eq!(access.change_person(&ada).unwrap(), Change::Stale);
    assert_eq!(access.person("ada").unwrap(), Some(Person { version: 2, ..renamed }));
    assert_eq!(access.change_person(&person("nobody", Role::Viewer)).unwrap(), Change::Stale);
}

pub fn an_administrator_stays(place: &dyn Place) {
    let mut access = place.open();
    access.add_person(&person("ada", Role::Administrator), true).unwrap();
    let ben = Person { disabled: true, ..person("ben", Role::Administrator) };
    access.add_person(&ben, false).unwrap();
    let ada = access.person("ada").unwrap().unwrap();
    for less in [Person { role: Role::Reviewer, ..ada.clone() }, Person { disabled: true, ..ada.clone() }] {
        assert_eq!(access.change_person(&less).unwrap(), Change::Refused);
        assert_eq!(access.person("ada").unwrap().unwrap(), ada);
    }
    assert_eq!(access.change_person(&Person { disabled: false, ..ben }).unwrap(), Change::Done);
    assert_eq!(access.change_person(&Person { disabled: true, ..ada }).unwrap(), Change::Done);
}

pub fn two_administrators_do_not_remove_each_other(place: &dyn Place) {
    let mut access = place.open();
    for no in 0..8 {
        access.add_person(&person(&format!("p{no}"), Role::Administrator), false).unwrap();
    }
    let done = race(place, |access, no| {
        let next = access.person(&format!("p{}", (no + 1) % 8)).unwrap().unwrap();
        access.change_person(&Person { role: Role::Viewer, ..next }).unwrap()
    });
    assert_eq!(done.iter().filter(|change| **change == Change::Done).count(), 7);
    assert_eq!(done.iter().filter(|change| **change == Change::Refused).count(), 1);
}

pub fn steps_go_forward(place: &dyn Place) {
    let mut access = place.open();
    let totp = |secret: u8, step| Some(Totp { secret: vec![secret], confirmed: true, step });
    access.add_person(&Person { totp: totp(1, 0), ..person("ada", Role::Administrator) }, true).unwrap();
    assert_eq!(race(place, |access, _| access.use_step("ada", 5).unwrap()).iter().filter(|used| **used).count(), 1);
    assert!(!access.use_step("ada", 4).unwrap());
    assert!(access.use_step("ada", 6).unwrap());
    let ada = access.person("ada").unwrap().unwrap();
    assert_eq!((ada.totp.clone(), ada.version), (totp(1, 6), 1));
    assert!(access.use_step("ada", 7).unwrap());
    assert_eq!(access.change_person(&ada).unwrap(), Change::Done);
    assert_eq!(access.person("ada").unwrap().unwrap().totp, totp(1, 7));
    let renewed = Person { totp: totp(2, 0), version: 2, ..ada };
    assert_eq!(access.change_person(&renewed).unwrap(), Change::Done);
    assert_eq!(access.person("ada").unwrap().unwrap().totp, totp(2, 0));
    assert_eq!(access.change_person(&Person { totp: None, version: 3, ..renewed }).unwrap(), Change::Done);
    assert_eq!(access.person("ada").unwrap().unwrap().totp, None);
}

pub fn recovery_codes_go(place: &dyn Place) {
    let mut access = place.open();
    for id in ["ada", "ben"] {
        access.add_person(&Person { created: at(2), ..person(id, Role::Administrator) }, false).unwrap();
        access.put_recovery(id, &[hash("a"), hash("b")]).unwrap();
    }
    let used = race(place, |access, _| access.use_recovery("ada", &hash("a")).unwrap());
    assert_eq!(used.iter().filter(|used| **used).count(), 1);
    assert!(!access.use_recovery("ada", &hash("c")).unwrap());
    assert_eq!((access.recovery_left("ada").unwrap(), access.recovery_left("ben").unwrap()), (1, 2));
    access.put_recovery("ben", &[hash("c")]).unwrap();
    assert!(!access.use_recovery("ben", &hash("a")).unwrap());
    assert!(access.use_recovery("ben", &hash("c")).unwrap());
    access.put_recovery("ada", &[]).unwrap();
    assert_eq!(access.recovery_left("ada").unwrap(), 0);
}
