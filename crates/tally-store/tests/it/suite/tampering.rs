//! Tampering with the tables behind the store's back: each change is found and named.

use super::Place;
use crate::hand::{JOURNAL, commit, faults, put, record, signer, signer_of, team};
use tally_store::{EntryNo, Store, Wrong};

/// The triggers are in the way of whoever tampers; dropping them is a fault of its own, so tests put them back.
const DROP: &str = "DROP TRIGGER journal_keeps_entries; DROP TRIGGER journal_keeps_words; DROP TRIGGER commits_stay;
    DROP TRIGGER commits_keep_words; DROP TRIGGER records_stay; DROP TRIGGER records_keep_names;";

fn fill(place: &dyn Place) {
    let mut store = place.write();
    put(&mut *store, "ada", 1, &[team("a", "A"), team("b", "B"), team("c", "C")]).unwrap();
    put(&mut *store, "bob", 2, &[record(r#"{"kind":"team","id":"a","name":"AA"}"#), team("d", "D")]).unwrap();
    put(&mut *store, "cyd", 3, &[team("b", "BB"), team("e", "E"), team("c", "CC")]).unwrap();
    store.redact(EntryNo(2), "why", commit("dpo", 4), &signer()).unwrap();
}

/// Does `sql` with the triggers gone and gives the faults but those of the triggers.
fn after(place: &dyn Place, sql: &str) -> Vec<String> {
    place.tamper(&format!("{DROP} {sql}"));
    let found = found(&*place.write());
    found.into_iter().filter(|fault| !fault.starts_with("altered schema")).collect()
}

fn found(store: &dyn Store) -> Vec<String> {
    faults(store)
}

pub fn every_cell(place: &dyn Place) {
    fill(place);
    assert_eq!(found(&*place.write()), [""; 0]);
    place.tamper(DROP);
    // Each change is made, must be found, and is taken back.
    let cells = [
        ("journal", "payload", "CAST(replace(CAST(payload AS TEXT), 'A', 'X') AS BLOB)", 1, "entry 1: altered payload"),
        ("journal", "payload", "x''", 3, "entry 3: altered payload"),
        ("journal", "payload", "NULL", 3, "entry 3: redaction: its payload is gone"),
        ("journal", "payload", "x'7b7d'", 2, "entry 2: altered payload"),
        ("journal", "payload_sha256", "zeroblob(32)", 3, "entry 3: altered"),
        ("journal", "payload_sha256", "zeroblob(32)", 2, "entry 2: altered header"),
        ("journal", "hash", "zeroblob(32)", 3, "entry 3: altered header"),
        ("journal", "hash", "zeroblob(31)", 3, "entry 3: altered header"),
        ("journal", "op", "3", 3, "entry 3: altered header"),
        ("journal", "op", "9", 3, "entry 3: altered header"),
        ("journal", "commit_no", "2", 3, "entry 3: altered header"),
        ("journal", "commit_no", "77", 3, "entry 3: altered header"),
        ("journal", "record_no", "1", 3, "entry 3: altered header"),
        ("journal", "record_no", "1000", 3, "entry 3: altered header"),
        ("journal", "prev_no", "NULL", 4, "entry 4: broken link"),
        ("journal", "prev_no", "2", 4, "entry 4: broken link"),
        ("journal", "prev_no", "99", 4, "entry 4: broken link"),
        ("commits", "at", "at + 1", 2, "entry 4: altered header"),
        ("commits", "actor", "'mallory'", 2, "entry 5: altered header"),
        ("commits", "source", "''", 2, "entry 4: altered header"),
        ("commits", "first_entry", "5", 2, "altered commit"),
        ("commits", "last_entry", "4", 2, "altered commit"),
        ("commits", "last_entry", "9000", 4, "missing entry"),
        ("commits", "checkpoint", "replace(checkpoint, '5', '6')", 2, "bad signature"),
        ("commits", "checkpoint", "'x'", 1, "bad signature"),
        ("records", "id", "'zz'", 3, "entry 3: altered header"),
        ("records", "kind_no", "2", 3, "entry 3: altered header"),
        ("records", "body", "CAST('{}' AS BLOB)", 3, "record differs"),
        ("records", "body", "CAST(replace(CAST(body AS TEXT), 'CC', 'CD') AS BLOB)", 3, "record differs"),
        ("records", "body", "NULL", 3, "record differs"),
        ("records", "body", "x''", 3, "record differs"),
        ("records", "body", "NULL", 5, "record differs"),
        ("records", "body", "CAST('{}' AS BLOB)", 5, "record differs"),
        ("records", "first_entry", "2", 3, "record differs"),
        ("records", "last_entry", "3", 3, "record differs"),
        ("kinds", "name", "'system'", 1, "altered header"),
        ("kinds", "family", "1", 1, "altered header"),
        ("journal_name", "id", "'other'", 1, "bad signature"),
    ];
    let key = |table: &str| if table == "journal_name" { "one" } else { "no" };
    for (table, column, to, no, expect) in cells {
        let at = key(table);
        place.tamper(&format!(
            "CREATE TABLE kept AS SELECT * FROM {table} WHERE {at} = {no};
             UPDATE {table} SET {column} = {to} WHERE {at} = {no};"
        ));
        let found = found(&*place.write());
        assert!(found.iter().any(|fault| fault.contains(expect)), "{table}.{column} = {to}: {found:#?}");
        place.tamper(&format!("UPDATE {table} SET {column} = (SELECT {column} FROM kept) WHERE {at} = {no}; DROP TABLE kept;"));
    }
    let left = found(&*place.write());
    assert!(left.iter().all(|fault| fault.starts_with("altered schema")), "{left:#?}");
}

pub fn entries_moved(place: &dyn Place) {
    fill(place);
    let swap = |a: u64, b: u64| {
        format!(
            "UPDATE journal SET no = -1 WHERE no = {a}; UPDATE journal SET no = {a} WHERE no = {b};
            UPDATE journal SET no = {b} WHERE no = -1;"
        )
    };
    let found = after(place, &swap(4, 5));
    for expect in ["entry 4: reordered entry: this is entry 5", "entry 5: reordered entry: this is entry 4"] {
        assert!(found.iter().any(|fault| fault.starts_with(expect)), "{found:#?}");
    }
    place.tamper(&swap(4, 5));
    place.tamper(&swap(3, 7));
    let found = found_only(place);
    for expect in ["entry 3: reordered entry: this is entry 7", "entry 7: reordered entry: this is entry 3"] {
        assert!(found.iter().any(|fault| fault.starts_with(expect)), "{found:#?}");
    }
}

fn found_only(place: &dyn Place) -> Vec<String> {
    found(&*place.write())
}

pub fn ends_cut(place: &dyn Place) {
    fill(place);
    let found = after(place, "DELETE FROM journal WHERE no IN (4, 5)");
    assert!(found.iter().any(|fault| fault == "entry 4: missing entry: entries 4 to 5 are not there"), "{found:#?}");
    place.tamper("DELETE FROM journal WHERE no > 6");
    let found = found_only(place);
    assert!(found.iter().any(|fault| fault.starts_with("entry 7: missing entry")), "{found:#?}");
    place.tamper("DELETE FROM commits WHERE no > 1");
    let found = found_only(place);
    assert!(found.iter().any(|fault| fault.starts_with("entry 6: added entry: no commit holds")), "{found:#?}");
}

/// Whoever has the database but not the key makes every hash right again, and is found by the signatures.
pub fn rewritten_with_all_hashes(place: &dyn Place) {
    fill(place);
    let kept = place.write().signed_head().unwrap().unwrap();
    place.tamper(
        "DELETE FROM journal_name; DROP TRIGGER journal_keeps_entries; DROP TRIGGER commits_stay; DROP TRIGGER records_stay;
         DELETE FROM journal; DELETE FROM commits; DELETE FROM records;
         INSERT INTO journal_name VALUES (1, '00112233445566778899aabbccddeeff');",
    );
    let mut store = place.write();
    assert_eq!(store.journal(), JOURNAL);
    let mut batch = store.begin(commit("ada", 1)).unwrap();
    for id in ["a", "b", "c", "d", "e", "f", "g", "h", "i"] {
        let new = team(id, "new");
        batch.append(&new, &new, None).unwrap();
    }
    batch.commit(&signer_of(9)).unwrap();
    let found = found_only(place);
    assert!(found.iter().any(|fault| fault.contains("bad signature: the head of commit 1")), "{found:#?}");
    // With the stolen key as well, only a head that was kept elsewhere tells.
    let keys = [signer().verifier().clone(), signer_of(9).verifier().clone()];
    let found = store.verify(&keys, Some(&kept)).unwrap();
    let fault = found.faults.iter().find(|fault| fault.wrong == Wrong::Rewritten).unwrap();
    assert_eq!(
        fault.to_string(),
        "entry 9: rewritten history: the kept head has another hash for entry 9: history before it was rewritten"
    );
}

pub fn triggers(place: &dyn Place) {
    fill(place);
    let refused = |sql: &str| std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| place.tamper(sql))).is_err();
    for sql in [
        "DELETE FROM journal",
        "DELETE FROM commits",
        "DELETE FROM records WHERE no = 1",
        "UPDATE journal SET payload = NULL WHERE no = 1",
        "UPDATE journal SET payload = x'00' WHERE no = 1",
        "UPDATE journal SET hash = zeroblob(32)",
        "UPDATE journal SET payload = NULL, op = 3 WHERE no = 2",
        "UPDATE commits SET actor = 'x'",
        "UPDATE records SET id = 'x' WHERE no = 1",
    ] {
        assert!(refused(sql), "{sql}");
    }
    assert_eq!(found_only(place), [""; 0]);
    place.tamper("DROP TRIGGER commits_stay; CREATE TABLE mine (x)");
    let expect = ["altered schema: `mine` does not belong there", "altered schema: `commits_stay` is not there"];
    assert_eq!(found_only(place), expect);
}

pub fn kept_heads(place: &dyn Place) {
    let mut store = place.write();
    let mut kept = Vec::new();
    for day in 1..4 {
        put(&mut *store, "ada", day, &[team("a", &day.to_string()), team(&format!("t{day}"), "T")]).unwrap();
        kept.push(store.signed_head().unwrap().unwrap());
    }
    let keys = [signer().verifier().clone()];
    for head in &kept {
        assert!(store.verify(&keys, Some(head)).unwrap().holds());
    }
    let fault = |head: &str| store.verify(&keys, Some(head)).unwrap().faults[0].to_string();
    assert!(fault("nonsense").starts_with("bad signature: the kept head"), "{}", fault("nonsense"));
    let altered = kept[0].replace("\n2\n", "\n3\n");
    assert!(fault(&altered).starts_with("bad signature: the kept head"), "{}", fault(&altered));
    place.tamper(
        "DROP TRIGGER journal_keeps_entries; DROP TRIGGER commits_stay;
         DELETE FROM journal WHERE no > 4; DELETE FROM commits WHERE no > 2",
    );
    let found = place.write().verify(&keys, Some(&kept[2])).unwrap();
    let expect = "entry 5: rewritten history: the kept head has 6 entries, the journal ends at 4: its end was cut off";
    assert!(found.faults.iter().any(|fault| fault.to_string() == expect), "{:#?}", found.faults);
}
