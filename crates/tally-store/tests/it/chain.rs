//! The chain computed again by others: a second implementation here, and the script of the docs in Python.

use std::process::Command;

use sha2::{Digest, Sha256};
use tally_store::{Checkpoint, EntryNo, Hash, Op, Store, hex};

use crate::Sqlite;
use crate::hand::{JOURNAL, put, record, signer, team};
use crate::suite::Place;

fn filled() -> (Sqlite, Box<dyn Store>) {
    let place = Sqlite::new();
    let mut store = place.write();
    put(&mut *store, "ada łęcka", 1, &[team("a", "A"), team("b", "Bé")]).unwrap();
    put(&mut *store, "bob", -40_000, &[record(r#"{"kind":"team","id":"a","name":null}"#)]).unwrap();
    let mut batch = store.begin(crate::hand::commit("cyd", 3)).unwrap();
    batch.note("lake", "manifest", b"{\"files\":[]}").unwrap();
    batch.commit(&signer()).unwrap();
    store.redact(EntryNo(2), "why", crate::hand::commit("dpo", 4), &signer()).unwrap();
    (place, store)
}

/// The layout of the docs, built as one string of bytes.
fn again(store: &dyn Store) -> Hash {
    let text = |text: &str| [&u32::try_from(text.len()).unwrap().to_be_bytes(), text.as_bytes()].concat();
    let hash = |bytes: Vec<u8>| -> Hash { Sha256::digest(bytes).into() };
    let mut head = hash([b"tallystick journal v1\n".to_vec(), text(JOURNAL)].concat());
    let mut each = |entry: tally_store::Entry| {
        let op: u8 = match entry.op {
            Op::Patch => 1,
            Op::Redaction => 2,
            Op::Note => 3,
        };
        if let Some(payload) = &entry.payload {
            assert_eq!(hash(payload.clone()), entry.payload_sha256);
        }
        head = hash(
            [
                b"tallystick entry v1\n".to_vec(),
                entry.no.0.to_be_bytes().to_vec(),
                head.to_vec(),
                vec![op],
                entry.at.micros().to_be_bytes().to_vec(),
                text(&entry.actor),
                text(&entry.source),
                text(&entry.kind),
                text(&entry.id),
                entry.payload_sha256.to_vec(),
            ]
            .concat(),
        );
        assert_eq!(head, entry.hash, "entry {}", entry.no);
        Ok(())
    };
    store.entries(EntryNo(1)..=EntryNo(u64::MAX), &mut each).unwrap();
    head
}

#[test]
fn a_second_implementation_agrees() {
    let (_place, store) = filled();
    let head = store.head().unwrap();
    assert_eq!((head.size, head.hash), (5, again(&*store)));
    let signed = Checkpoint::open(&store.signed_head().unwrap().unwrap(), &[signer().verifier().clone()]).unwrap();
    assert_eq!(signed.head, head);
}

#[test]
fn the_script_of_the_docs_agrees() {
    let (place, store) = filled();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/src/chain.py");
    let Ok(ran) = Command::new("python3").arg(script).arg(place.path()).output() else { return };
    let head = store.head().unwrap();
    let said = String::from_utf8(ran.stdout).unwrap();
    assert_eq!(said.trim(), format!("{} {}", head.size, hex(&head.hash)), "{}", String::from_utf8_lossy(&ran.stderr));
    place.tamper("DROP TRIGGER commits_keep_words; UPDATE commits SET actor = 'mallory' WHERE no = 2");
    let ran = Command::new("python3").arg(script).arg(place.path()).output().unwrap();
    assert!(String::from_utf8_lossy(&ran.stderr).contains("entry 3: altered, missing or reordered"));
}

/// The bytes of the format never change: this head stands for all of them.
#[test]
fn the_head_is_golden() {
    let (_place, store) = filled();
    assert_eq!(hex(&store.head().unwrap().hash), "0ea389080c0e7d5186cfa7116c0b922882b0445102bc5da4db60faca6808ca96");
}
