//! Redaction: the payload goes, the chain and all else stays.

use super::Place;
use crate::hand::{commit, faults, lines, put, record, signer, team};
use tally_model::Kind;
use tally_store::{EntryNo, Op, StoreError};

pub fn of_a_patch(place: &dyn Place) {
    let mut store = place.write();
    put(&mut *store, "ada", 1, &[team("a", "Jane Doe"), team("b", "B")]).unwrap();
    put(&mut *store, "ada", 2, &[record(r#"{"kind":"team","id":"a","function":"soc"}"#)]).unwrap();
    let hash = store.log(Kind::named("team").unwrap(), "a").unwrap()[0].hash;
    let done = store.redact(EntryNo(1), "personal \"data\"", commit("dpo", 3), &signer()).unwrap();
    assert_eq!((done.entry, done.head.size, done.erased), (EntryNo(4), 4, place.erases()));
    assert_eq!(lines(&*store)[0], r#"{"function":"soc","id":"a","kind":"team"}"#);
    let life = store.log(Kind::named("team").unwrap(), "a").unwrap();
    assert_eq!(life.iter().map(|entry| entry.no.0).collect::<Vec<_>>(), [1, 3, 4]);
    assert_eq!((life[0].payload.as_ref(), life[0].hash), (None, hash));
    assert_eq!((life[2].op, life[2].actor.as_str()), (Op::Redaction, "dpo"));
    let said = String::from_utf8(life[2].payload.clone().unwrap()).unwrap();
    assert_eq!(said, r#"{"entry":1,"reason":"personal \"data\""}"#);
    assert_eq!(faults(&*store), [""; 0]);
    assert_eq!(store.verify(&[], None).unwrap().redacted, 1);
    put(&mut *store, "ada", 4, &[team("a", "Team A")]).unwrap();
    assert_eq!(lines(&*store)[0], r#"{"function":"appsec","id":"a","kind":"team","name":"Team A"}"#);
    store.redact(EntryNo(3), "again", commit("dpo", 5), &signer()).unwrap();
    store.redact(EntryNo(5), "and again", commit("dpo", 6), &signer()).unwrap();
    assert_eq!(lines(&*store)[0], r#"{"id":"a","kind":"team"}"#, "nothing is known of it any more");
    assert_eq!(faults(&*store), [""; 0]);
}

pub fn of_a_note(place: &dyn Place) {
    let mut store = place.write();
    let mut batch = store.begin(commit("ada", 1)).unwrap();
    batch.note("publication", "p", b"{\"who\":\"Jane\"}").unwrap();
    batch.commit(&signer()).unwrap();
    store.redact(EntryNo(1), "asked to", commit("dpo", 2), &signer()).unwrap();
    let life = store.note("publication", "p").unwrap();
    assert_eq!(life.len(), 2);
    assert_eq!(life[0].payload, None);
    assert_eq!(faults(&*store), [""; 0]);
}

pub fn refused(place: &dyn Place) {
    let mut store = place.write();
    put(&mut *store, "ada", 1, &[team("a", "A")]).unwrap();
    let mut redact = |no| store.redact(EntryNo(no), "why", commit("dpo", 2), &signer());
    assert!(matches!(redact(9), Err(StoreError::NoEntry(EntryNo(9), 1))));
    redact(1).unwrap();
    assert!(matches!(redact(1), Err(StoreError::NotRedactable { .. })));
    assert!(matches!(redact(2), Err(StoreError::NotRedactable { .. })));
    assert_eq!(store.head().unwrap().size, 2);
}
