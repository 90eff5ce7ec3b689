//! What tests do by hand: records from JSON, a key, writing as the application does.

use tally_model::json::Json;
use tally_model::{Instant, Record};
use tally_store::{Commit, Head, Signer, Store, StoreError};
use zeroize::Zeroizing;

/// The journal's id in all tests.
pub const JOURNAL: &str = "00112233445566778899aabbccddeeff";

pub fn signer() -> Signer {
    signer_of(7)
}

pub fn signer_of(seed: u8) -> Signer {
    Signer::from_seed(&format!("tallystick/{JOURNAL}"), &Zeroizing::new([seed; 32])).unwrap()
}

pub fn commit(actor: &str, day: i64) -> Commit {
    let at = Instant::from_micros(1_767_225_600_000_000 + day * tally_model::instant::DAY);
    Commit { actor: actor.to_owned(), source: "records.jsonl".to_owned(), at }
}

pub fn record(json: &str) -> Record {
    Record::read(&Json::parse(json.as_bytes()).unwrap()).unwrap()
}

pub fn team(id: &str, name: &str) -> Record {
    record(&format!(r#"{{"kind":"team","id":"{id}","name":"{name}","function":"appsec"}}"#))
}

/// Puts records in as the application does, in one commit; gives the head.
pub fn put(store: &mut dyn Store, actor: &str, day: i64, records: &[Record]) -> Result<Head, StoreError> {
    let mut batch = store.begin(commit(actor, day))?;
    for incoming in records {
        match batch.find(incoming.kind(), incoming.id())? {
            None => {
                let merged = incoming.clone().settled();
                batch.append(incoming, &merged, None)?;
            }
            Some(known) => {
                let Some(patch) = known.record.difference(incoming) else { continue };
                let mut merged = known.record.clone();
                merged.merge(&patch);
                batch.append(&patch, &merged, Some(&known))?;
            }
        }
    }
    batch.commit(&signer())
}

/// The current records as lines.
pub fn lines(store: &dyn Store) -> Vec<String> {
    let mut lines = Vec::new();
    store.records(None, &mut |record| push(&mut lines, &record)).unwrap();
    lines
}

/// The records after an entry as lines.
pub fn lines_at(store: &dyn Store, no: u64) -> Vec<String> {
    let mut lines = Vec::new();
    store.at_entry(tally_store::EntryNo(no), &mut |record| push(&mut lines, &record)).unwrap();
    lines
}

pub fn push(lines: &mut Vec<String>, record: &Record) -> Result<(), StoreError> {
    lines.push(String::from_utf8(record.canonical()).unwrap());
    Ok(())
}

/// What verifying finds, one line a fault.
pub fn faults(store: &dyn Store) -> Vec<String> {
    let found = store.verify(&[signer().verifier().clone()], None).unwrap();
    found.faults.iter().map(ToString::to_string).collect()
}
