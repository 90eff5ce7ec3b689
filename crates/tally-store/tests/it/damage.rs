//! Damage to the file itself: bits turned over, pages cut off, other files in its place. Each ends as a fault, a clear
//! error, or makes no difference to anything that can be read; nothing ever panics.

use std::fs;
use std::path::Path;

use tally_store::{EntryNo, Opening, Store, StoreError, open};

use crate::Sqlite;
use crate::hand::{JOURNAL, commit, lines, put, record, signer, team};
use crate::suite::Place;

fn filled(records: u32) -> Sqlite {
    let place = Sqlite::new();
    let mut store = place.write();
    let teams: Vec<_> = (0..records).map(|no| team(&format!("team-{no}"), &format!("Team number {no}"))).collect();
    put(&mut *store, "ada", 1, &teams).unwrap();
    put(&mut *store, "bob", 2, &[record(r#"{"kind":"team","id":"team-3","name":"Three","labels":{"a":"b"}}"#)]).unwrap();
    let long = team("long", &"x".repeat(9_000));
    put(&mut *store, "cyd", 3, &[long]).unwrap();
    let mut batch = store.begin(commit("cyd", 4)).unwrap();
    batch.note("lake", "manifest", b"{\"files\":[]}").unwrap();
    batch.commit(&signer()).unwrap();
    store.redact(EntryNo(2), "why", commit("dpo", 5), &signer()).unwrap();
    place
}

/// All that the store says, as text.
fn told(store: &dyn Store) -> Result<String, StoreError> {
    let mut told = format!("{:?}\n{:?}\n", store.head()?, store.signed_head()?);
    let mut each = |entry| {
        told += &format!("{entry:?}\n");
        Ok(())
    };
    store.entries(EntryNo(0)..=EntryNo(u64::MAX), &mut each)?;
    told += &format!("{:?}\n{}", store.commits(None, 100)?, lines(store).join("\n"));
    store.at_entry(EntryNo(30), &mut |record| {
        told += &format!("{record:?}\n");
        Ok(())
    })?;
    Ok(told)
}

/// `None` where nothing is to be seen of the damage and nothing differs.
fn noticed(path: &Path, before: &str) -> Option<String> {
    let store = match open(path, &Opening::read()) {
        Ok(store) => store,
        Err(error) => return Some(error.to_string()),
    };
    let found = match store.verify(&[signer().verifier().clone()], None) {
        Ok(found) => found,
        Err(error) => return Some(error.to_string()),
    };
    if let Some(fault) = found.faults.first() {
        return Some(fault.to_string());
    }
    assert_eq!(told(&*store).unwrap(), before, "not noticed, and it matters");
    None
}

#[test]
fn flipped_bits() {
    let place = filled(40);
    let path = place.path();
    let whole = fs::read(&path).unwrap();
    let before = told(&*place.write()).unwrap();
    assert_eq!(noticed(&path, &before), None);
    let copy = place.dir.path().join("copy.db");
    let (mut seen, mut tried) = (0, 0);
    // Every byte of the header and of where pages begin, every 41st elsewhere.
    for at in (0..whole.len()).filter(|at| *at < 200 || at % 8192 < 24 || at % 41 == 0) {
        let mut bytes = whole.clone();
        bytes[at] ^= 1 << (at % 8);
        for file in tally_store::files(&copy) {
            let _absent = fs::remove_file(file);
        }
        fs::write(&copy, bytes).unwrap();
        seen += usize::from(noticed(&copy, &before).is_some());
        tried += 1;
    }
    assert!(seen * 3 > tried, "{seen} of {tried} flips were noticed: the file is mostly content");
}

#[test]
fn whole_pages_overwritten() {
    let place = filled(400);
    let path = place.path();
    let whole = fs::read(&path).unwrap();
    let before = told(&*place.write()).unwrap();
    for page in 0..whole.len() / 8192 {
        for filling in [0, 0xff, b'x'] {
            let mut bytes = whole.clone();
            bytes[page * 8192..(page + 1) * 8192].fill(filling);
            let copy = place.dir.path().join("copy.db");
            fs::write(&copy, bytes).unwrap();
            let told = noticed(&copy, &before);
            assert!(told.is_some(), "page {page} filled with {filling}");
        }
    }
}

#[test]
fn cut_off() {
    let place = filled(400);
    let whole = fs::read(place.path()).unwrap();
    let before = told(&*place.write()).unwrap();
    let copy = place.dir.path().join("copy.db");
    for length in (0..whole.len()).step_by(1500) {
        fs::write(&copy, &whole[..length]).unwrap();
        assert!(noticed(&copy, &before).is_some(), "cut to {length} of {} bytes", whole.len());
    }
}

#[test]
fn other_files() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("journal.db");
    let error = |opening: &Opening| {
        let text = open(&path, opening).err().unwrap().to_string();
        text.replace(&path.display().to_string(), "P")
    };
    assert_eq!(error(&Opening::write()), "no journal at P; run `tally init` to begin one");
    fs::write(&path, "").unwrap();
    assert_eq!(error(&Opening::read()), "P is no journal: the file is empty; check the path of the data directory");
    fs::write(&path, "kind,id\n").unwrap();
    let text = "P is no journal: the file is no SQLite database; check the path of the data directory";
    assert_eq!(error(&Opening::write()), text);
    assert_eq!(error(&Opening::create("x")), text);
    assert_eq!(fs::read(&path).unwrap(), b"kind,id\n", "left as it was");
    fs::remove_file(&path).unwrap();
    rusqlite::Connection::open(&path).unwrap().execute_batch("CREATE TABLE t (x)").unwrap();
    assert!(error(&Opening::write()).starts_with("P is no journal: it is a database of another program"));
    assert!(error(&Opening::create("x")).starts_with("P is no journal: it is a database of another program"));
    fs::remove_file(&path).unwrap();
    open(&path, &Opening::create(JOURNAL)).unwrap();
    assert!(error(&Opening::create("x")).starts_with("P already holds a journal"));
    rusqlite::Connection::open(&path).unwrap().execute_batch("PRAGMA user_version = 2").unwrap();
    assert_eq!(
        error(&Opening::write()),
        "P has journal format 2, this program knows formats up to 1; install a newer tally, nothing was changed"
    );
}

#[test]
fn redacted_bytes_are_gone_from_the_files() {
    let place = Sqlite::new();
    let mut store = place.write();
    let secrets = ["Erika Mustermann lives here", &"Geheimnis ".repeat(2_000)];
    for (day, secret) in (1..).zip(secrets) {
        put(&mut *store, "ada", day, &[team(&format!("t{day}"), secret)]).unwrap();
    }
    let holds = |text: &str| {
        tally_store::files(&place.path())
            .iter()
            .filter_map(|file| fs::read(file).ok())
            .any(|bytes| bytes.windows(text.len()).any(|window| window == text.as_bytes()))
    };
    assert!(holds("Erika Mustermann") && holds("Geheimnis"));
    for no in [1, 2] {
        assert!(store.redact(EntryNo(no), "asked to", commit("dpo", 9), &signer()).unwrap().erased);
    }
    assert!(!holds("Erika Mustermann") && !holds("Geheimnis"));
}
