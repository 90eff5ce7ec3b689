//! Writing: batches, who may write, what is refused.

use std::time::Duration;

use super::Place;
use crate::hand::{JOURNAL, commit, faults, lines, put, record, signer, signer_of, team};
use tally_model::Kind;
use tally_store::{Checkpoint, EntryNo, Head, Opening, Prepared, StoreError, Unresolved, Waiting, chain};

pub fn head_of_an_empty_journal(place: &dyn Place) {
    let store = place.write();
    assert_eq!(store.head().unwrap(), Head { size: 0, hash: chain::genesis(JOURNAL) });
    assert_eq!(store.signed_head().unwrap(), None);
    assert_eq!(store.journal(), JOURNAL);
    assert!(lines(&*store).is_empty());
    assert_eq!(faults(&*store), [""; 0]);
}

pub fn all_or_nothing(place: &dyn Place) {
    let mut store = place.write();
    let before = put(&mut *store, "ada", 1, &[team("a", "A")]).unwrap();
    let mut batch = store.begin(commit("ada", 2)).unwrap();
    let new = team("b", "B");
    assert_eq!(batch.append(&new, &new, None).unwrap(), EntryNo(2));
    batch.note("lake", "m", b"{}").unwrap();
    assert_eq!(batch.appended(), 2);
    batch.rollback();
    assert_eq!(store.head().unwrap(), before);
    let mut batch = store.begin(commit("ada", 2)).unwrap();
    batch.append(&new, &new, None).unwrap();
    drop(batch);
    assert_eq!(store.head().unwrap(), before);
    assert_eq!(lines(&*store).len(), 1);
    assert_eq!(faults(&*store), [""; 0]);
}

pub fn importing_twice_adds_nothing(place: &dyn Place) {
    let mut store = place.write();
    let head = put(&mut *store, "ada", 1, &[team("a", "A")]).unwrap();
    let signed = store.signed_head().unwrap().unwrap();
    assert_eq!(put(&mut *store, "ada", 2, &[team("a", "A")]).unwrap(), head);
    assert_eq!(store.signed_head().unwrap().unwrap(), signed);
    let opened = Checkpoint::open(&signed, &[signer().verifier().clone()]).unwrap();
    assert_eq!(opened.head, head);
    assert_eq!(store.commits(None, 10).unwrap().len(), 1);
}

pub fn records_made_ahead(place: &dyn Place) {
    let mut store = place.write();
    let head = put(&mut *store, "ada", 1, &[team("a", "A"), team("b", "B")]).unwrap();
    let plain = lines(&*store);
    // The same records, prepared: the same bytes under the same hashes.
    let mut batch = store.begin(commit("ada", 2)).unwrap();
    assert_eq!(batch.create(&Prepared::new(team("a", "other"))).unwrap(), None);
    assert_eq!(batch.appended(), 0);
    assert_eq!(batch.create(&Prepared::new(team("c", "C"))).unwrap(), Some(EntryNo(head.size + 1)));
    assert_eq!(batch.create(&Prepared::new(team("c", "C"))).unwrap(), None);
    let known = batch.find(Kind::named("team").unwrap(), "c").unwrap().unwrap();
    assert!(known.created_here && known.record == team("c", "C"));
    batch.commit(&signer()).unwrap();
    let all = lines(&*store);
    assert_eq!((&all[..2], all.len()), (&plain[..], 3));
    let entry = store.log(Kind::named("team").unwrap(), "c").unwrap().pop().unwrap();
    assert_eq!(entry.payload.as_deref(), Some(all[2].as_bytes()));
    assert_eq!(entry.payload_sha256, chain::payload_hash(all[2].as_bytes()));
    assert_eq!(faults(&*store), [""; 0]);
    let mut batch = store.begin(commit("ada", 3)).unwrap();
    let cleared = record(r#"{"kind":"team","id":"d","name":null,"function":"appsec"}"#);
    assert!(matches!(batch.create(&Prepared::new(cleared)), Err(StoreError::Unsettled { .. })));
}

pub fn batch_sees_itself(place: &dyn Place) {
    let mut store = place.write();
    put(&mut *store, "ada", 1, &[team("old", "O")]).unwrap();
    let kind = Kind::named("team").unwrap();
    let mut batch = store.begin(commit("ada", 2)).unwrap();
    assert!(!batch.exists(kind, "new").unwrap());
    let new = team("new", "N");
    batch.append(&new, &new, None).unwrap();
    assert!(batch.exists(kind, "new").unwrap());
    let known = batch.find(kind, "new").unwrap().unwrap();
    assert!(known.created_here && known.touched_here && known.record == new);
    let known = batch.find(kind, "old").unwrap().unwrap();
    assert!(!known.created_here && !known.touched_here);
    let patch = record(r#"{"kind":"team","id":"old","name":"P"}"#);
    let mut merged = known.record.clone();
    merged.merge(&patch);
    batch.append(&patch, &merged, Some(&known)).unwrap();
    let known = batch.find(kind, "old").unwrap().unwrap();
    assert!(!known.created_here && known.touched_here && known.record == merged);
    batch.commit(&signer()).unwrap();
    assert_eq!(faults(&*store), [""; 0]);
}

pub fn stale_records_are_refused(place: &dyn Place) {
    let mut store = place.write();
    put(&mut *store, "ada", 1, &[team("a", "A")]).unwrap();
    let before = store.head().unwrap();
    let again = team("a", "B");
    let mut batch = store.begin(commit("ada", 2)).unwrap();
    assert!(matches!(batch.append(&again, &again, None), Err(StoreError::Stale { .. })));
    assert!(matches!(batch.note("t", "n", b"{}"), Err(StoreError::Broken)));
    assert!(matches!(batch.commit(&signer()), Err(StoreError::Broken)));
    let mut batch = store.begin(commit("ada", 2)).unwrap();
    let known = batch.find(again.kind(), "a").unwrap().unwrap();
    batch.append(&again, &again, Some(&known)).unwrap();
    assert!(matches!(batch.append(&again, &again, Some(&known)), Err(StoreError::Stale { .. })));
    drop(batch);
    let mut batch = store.begin(commit("ada", 2)).unwrap();
    assert!(matches!(batch.append(&again, &team("z", "Z"), None), Err(StoreError::Mismatch { .. })));
    drop(batch);
    assert_eq!(store.head().unwrap(), before);
}

pub fn other_keys_are_refused(place: &dyn Place) {
    let mut store = place.write();
    let head = put(&mut *store, "ada", 1, &[team("a", "A")]).unwrap();
    let mut batch = store.begin(commit("ada", 2)).unwrap();
    batch.note("t", "n", b"{}").unwrap();
    let refused = batch.commit(&signer_of(8)).unwrap_err();
    assert!(matches!(refused, StoreError::OtherKey { .. }), "{refused}");
    assert_eq!(store.head().unwrap(), head);
    let other = signer_of(8).verifier().clone();
    let found = store.verify(&[other], None).unwrap();
    assert_eq!(found.faults.len(), 1);
    assert_eq!(found.faults[0].wrong, tally_store::Wrong::BadSignature);
    assert!(store.verify(&[], None).unwrap().holds(), "without keys, signatures are not looked at");
}

pub fn keys_are_renewed(place: &dyn Place) {
    let mut store = place.write();
    put(&mut *store, "ada", 1, &[team("a", "A")]).unwrap();
    let (old, new) = (signer(), signer_of(8));
    let mut batch = store.begin(commit("ada", 2)).unwrap();
    batch.renew_key(new.verifier()).unwrap();
    assert!(batch.commit(&old).is_err(), "the batch says it is signed with the new key");
    let mut batch = store.begin(commit("ada", 2)).unwrap();
    batch.renew_key(new.verifier()).unwrap();
    batch.commit(&new).unwrap();
    let keys = [old.verifier().clone(), new.verifier().clone()];
    assert!(store.verify(&keys, None).unwrap().holds());
    assert!(!store.verify(&keys[1..], None).unwrap().holds());
    assert_eq!(store.note("journal/key", "current").unwrap().len(), 1);
}

pub fn references_wait(place: &dyn Place) {
    let mut store = place.write();
    put(&mut *store, "ada", 1, &[team("there", "T")]).unwrap();
    let mut batch = store.begin(commit("ada", 2)).unwrap();
    let from = (Kind::named("system").unwrap(), "s");
    for (line, id) in [(1, "there"), (2, "later"), (3, "never"), (4, "never")] {
        let waiting = Waiting { from, field: "owner", kinds: &["team", "system"], id, file: "a.jsonl", line };
        batch.defer_reference(&waiting).unwrap();
    }
    let later = team("later", "L");
    batch.append(&later, &later, None).unwrap();
    let mut left = Vec::new();
    let mut each = |one: Unresolved| {
        left.push((one.line, one.id, one.kinds.join("|")));
        Ok(())
    };
    batch.unresolved(&mut each).unwrap();
    let expect = [3, 4].map(|line| (line, "never".to_owned(), "team|system".to_owned()));
    assert_eq!(left, expect);
    batch.commit(&signer()).unwrap();
    let mut batch = store.begin(commit("ada", 3)).unwrap();
    batch.unresolved(&mut |one| panic!("{one:?} is of an earlier batch")).unwrap();
    let waiting = Waiting { from, field: "owner", kinds: &["team"], id: "x", file: "b.jsonl", line: 9 };
    batch.defer_reference(&waiting).unwrap();
    let mut count = 0;
    let mut each = |_| {
        count += 1;
        Ok(())
    };
    batch.unresolved(&mut each).unwrap();
    assert_eq!(count, 1);
    drop(batch);
}

pub fn second_writer_waits(place: &dyn Place) {
    let (mut one, mut two) = (place.write(), place.open(&Opening::write().waiting(Duration::from_millis(20))).unwrap());
    let batch = one.begin(commit("ada", 1)).unwrap();
    let refused = two.begin(commit("bob", 1)).err().unwrap();
    assert!(matches!(refused, StoreError::Busy { .. }), "{refused}");
    assert_eq!(
        refused.to_string(),
        "begin to write: another program is writing to this journal; wait until it is done, or stop it, and try again"
    );
    assert_eq!(two.head().unwrap().size, 0, "reading goes on");
    drop(batch);
    put(&mut *two, "bob", 1, &[team("a", "A")]).unwrap();
    assert_eq!(one.head().unwrap(), two.head().unwrap());
}

pub fn reading_only(place: &dyn Place) {
    put(&mut *place.write(), "ada", 1, &[team("a", "A")]).unwrap();
    let mut store = place.open(&Opening::read()).unwrap();
    assert_eq!(lines(&*store).len(), 1);
    assert_eq!(faults(&*store), [""; 0]);
    let refused = match store.begin(commit("ada", 2)) {
        Err(error) => error,
        Ok(mut batch) => batch.note("t", "n", b"{}").unwrap_err(),
    };
    assert!(matches!(refused, StoreError::ReadOnly { .. }), "{refused}");
}
