//! Reading: records now and then, lives, notes, what changed since, one state for several reads.

use super::Place;
use crate::hand::{commit, faults, lines, lines_at, push, put, record, signer, team};
use tally_model::{Kind, Value};
use tally_store::{EntryNo, Op, StoreError, changes};

pub fn records_in_order(place: &dyn Place) {
    let mut store = place.write();
    let system =
        record(r#"{"kind":"system","id":"s","name":"S","owner":"b","origin":"internal","type":"rag","risk_tier":"low"}"#);
    put(&mut *store, "ada", 1, &[team("b", "B"), system, team("a", "A")]).unwrap();
    put(&mut *store, "ada", 2, &[team("b", "BB")]).unwrap();
    let all = lines(&*store);
    assert_eq!(all.len(), 3);
    assert_eq!(all[0], r#"{"function":"appsec","id":"b","kind":"team","name":"BB"}"#);
    let mut teams = Vec::new();
    let kind = Kind::named("team").unwrap();
    store.records(Some(kind), &mut |record| push(&mut teams, &record)).unwrap();
    assert_eq!(teams, [all[0].clone(), all[2].clone()]);
    let counts: Vec<_> = store.counts().unwrap().into_iter().filter(|(_, n)| *n > 0).map(|(k, n)| (k.name, n)).collect();
    assert_eq!(counts, [("team", 2), ("system", 1)]);
    assert_eq!(store.record(kind, "a").unwrap().unwrap().text("name"), Some("A"));
    assert_eq!(store.record(kind, "z").unwrap(), None);
    assert_eq!(store.record(Kind::named("claim").unwrap(), "a").unwrap(), None);
}

pub fn a_life(place: &dyn Place) {
    let mut store = place.write();
    let first = record(r#"{"kind":"team","id":"a","name":"A","function":"appsec","labels":{"x":"1","y":"2"}}"#);
    put(&mut *store, "ada", 1, &[first, team("other", "O")]).unwrap();
    put(&mut *store, "bob", 2, &[record(r#"{"kind":"team","id":"a","name":"B","labels":{"x":"3"}}"#)]).unwrap();
    put(&mut *store, "cyd", 3, &[record(r#"{"kind":"team","id":"a","labels":null}"#)]).unwrap();
    let life = store.log(Kind::named("team").unwrap(), "a").unwrap();
    let who: Vec<_> = life.iter().map(|entry| (entry.no.0, entry.actor.as_str(), entry.previous.map(|no| no.0))).collect();
    assert_eq!(who, [(1, "ada", None), (3, "bob", Some(1)), (4, "cyd", Some(3))]);
    assert_eq!(life[1].at, commit("", 2).at);
    let text = |value: Option<Value>| value.as_ref().and_then(Value::text).unwrap_or("-").to_owned();
    let changed: Vec<_> = changes(&life)
        .unwrap()
        .into_iter()
        .map(|change| format!("{} {}: {} -> {}", change.entry, change.field, text(change.from), text(change.to)))
        .collect();
    assert_eq!(
        changed,
        [
            "1 name: - -> A",
            "1 function: - -> appsec",
            "1 labels.x: - -> 1",
            "1 labels.y: - -> 2",
            "3 name: A -> B",
            "3 labels.x: 1 -> 3",
            "4 labels.x: 3 -> -",
            "4 labels.y: 2 -> -",
        ]
    );
    assert!(store.log(Kind::named("team").unwrap(), "nobody").unwrap().is_empty());
    assert_eq!(faults(&*store), [""; 0]);
}

pub fn commits_and_notes(place: &dyn Place) {
    let mut store = place.write();
    put(&mut *store, "ada", 1, &[team("a", "A")]).unwrap();
    for (day, payload) in [(2, "{\"v\":1}"), (3, "{\"v\":2}")] {
        let mut batch = store.begin(commit("bob", day)).unwrap();
        batch.note("team", "a", payload.as_bytes()).unwrap();
        batch.note("team", "b", b"{}").unwrap();
        batch.commit(&signer()).unwrap();
    }
    let commits = store.commits(None, 2).unwrap();
    let ranges: Vec<_> = commits.iter().map(|commit| (commit.no, commit.first.0, commit.last.0)).collect();
    assert_eq!(ranges, [(3, 4, 5), (2, 2, 3)]);
    assert_eq!(store.commits(Some(2), 9).unwrap()[0].commit.actor, "ada");
    let mut seen = Vec::new();
    let mut each = |entry: tally_store::Entry| {
        seen.push((entry.no.0, entry.op, entry.id, String::from_utf8(entry.payload.unwrap()).unwrap()));
        Ok(())
    };
    store.notes("team", &mut each).unwrap();
    assert_eq!(seen.len(), 4);
    assert_eq!(seen[2], (4, Op::Note, "a".to_owned(), "{\"v\":2}".to_owned()));
    let life = store.note("team", "a").unwrap();
    assert_eq!(life.last().unwrap().payload.as_deref(), Some(b"{\"v\":2}".as_slice()));
    assert_eq!(lines(&*store).len(), 1, "a note on the topic `team` is no team");
    assert_eq!(store.log(Kind::named("team").unwrap(), "a").unwrap().len(), 1);
    assert_eq!(faults(&*store), [""; 0]);
}

pub fn changed_after(place: &dyn Place) {
    let mut store = place.write();
    put(&mut *store, "ada", 1, &[team("a", "A"), team("b", "B")]).unwrap();
    let head = put(&mut *store, "ada", 2, &[team("b", "BB"), team("c", "C")]).unwrap();
    let since = |no: u64| {
        let mut ids = Vec::new();
        let changed = store.changed_after(EntryNo(no), &mut |record| {
            ids.push(record.id().to_owned());
            Ok(())
        });
        (changed.unwrap(), ids.join(" "))
    };
    assert_eq!(since(2).1, "b c");
    assert_eq!(since(2).0.head, head);
    assert!(!since(0).0.redacted);
    assert_eq!(since(0).1, "a b c");
    assert_eq!(since(4).1, "");
    assert_eq!(since(99).1, "");
    drop(store);
    let mut store = place.write();
    store.redact(EntryNo(1), "asked to", commit("bob", 3), &signer()).unwrap();
    let changed = store.changed_after(EntryNo(4), &mut |record| {
        assert_eq!(record.id(), "a");
        Ok(())
    });
    let changed = changed.unwrap();
    assert!(changed.redacted && changed.records == 1);
}

pub fn at_entry(place: &dyn Place) {
    let mut store = place.write();
    let mut stood = vec![Vec::new()];
    let states = [team("a", "1"), team("b", "1"), team("a", "2"), team("c", "1"), team("a", "3"), team("b", "2")];
    for (day, state) in (1..).zip(states) {
        put(&mut *store, "ada", day, &[state]).unwrap();
        stood.push(lines(&*store));
    }
    for (no, lines) in (0..).zip(&stood) {
        assert_eq!(&lines_at(&*store, no), lines, "after entry {no}");
    }
    let beyond = store.at_entry(EntryNo(7), &mut |_| Ok(())).unwrap_err();
    assert_eq!(beyond.to_string(), "the journal has no entry 7; its entries are 1 to 6");
}

pub fn a_snapshot_holds(place: &dyn Place) {
    let (mut writer, reader) = (place.write(), place.write());
    put(&mut *writer, "ada", 1, &[team("a", "A")]).unwrap();
    let mut read = |store: &dyn tally_store::Store| {
        let before = store.head()?;
        put(&mut *writer, "ada", 2, &[team("b", "B")])?;
        assert_eq!(store.head()?, before);
        assert_eq!(lines(store).len(), 1);
        assert_eq!(lines_at(store, 1).len(), 1);
        Ok(())
    };
    reader.snapshot(&mut read).unwrap();
    assert_eq!(reader.head().unwrap().size, 2);
}

pub fn stopping(place: &dyn Place) {
    let mut store = place.write();
    put(&mut *store, "ada", 1, &[team("a", "A"), team("b", "B")]).unwrap();
    let mut seen = 0;
    let mut each = |_| {
        seen += 1;
        Err(StoreError::stopped("enough"))
    };
    let stopped = store.records(None, &mut each).unwrap_err();
    assert_eq!((stopped.to_string().as_str(), seen), ("enough", 1));
    let stopped = store.at_entry(EntryNo(1), &mut |_| Err(StoreError::stopped("enough"))).unwrap_err();
    assert_eq!(stopped.to_string(), "enough");
    put(&mut *store, "ada", 2, &[team("c", "C")]).unwrap();
}
