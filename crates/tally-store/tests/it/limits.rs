//! Limits: a full disk, a directory that cannot be written to.

use tally_store::{Opening, StoreError};

use crate::Sqlite;
use crate::hand::{commit, faults, lines, put, team};
use crate::suite::Place;

#[test]
fn a_full_disk_leaves_all_as_it_was() {
    let place = Sqlite::new();
    let head = put(&mut *place.write(), "ada", 1, &[team("a", "A")]).unwrap();
    let mut store = place.open(&Opening::write().no_larger_than(400_000)).unwrap();
    let many: Vec<_> = (0..5_000).map(|no| team(&format!("t{no}"), "a name of some length, so that pages fill")).collect();
    let full = put(&mut *store, "ada", 2, &many).unwrap_err();
    assert!(matches!(full, StoreError::Full { .. }), "{full}");
    let text = full.to_string();
    assert!(text.contains("nothing was written, free some space and try again"), "{text}");
    assert_eq!(store.head().unwrap(), head);
    assert_eq!(lines(&*store).len(), 1);
    assert_eq!(faults(&*store), [""; 0]);
    put(&mut *store, "ada", 3, &[team("b", "B")]).unwrap();
    assert_eq!(faults(&*store), [""; 0]);
}

#[test]
fn a_batch_that_met_the_limit_cannot_go_on() {
    let place = Sqlite::new();
    let mut store = place.open(&Opening::write().no_larger_than(200_000)).unwrap();
    let mut batch = store.begin(commit("ada", 1)).unwrap();
    let full = (0..5_000).find_map(|no| {
        let new = team(&format!("t{no}"), "a name of some length, so that pages fill");
        batch.append(&new, &new, None).err()
    });
    assert!(matches!(full, Some(StoreError::Full { .. })));
    assert!(matches!(batch.note("t", "n", b"{}"), Err(StoreError::Broken)));
    assert!(matches!(batch.commit(&crate::hand::signer()), Err(StoreError::Broken)));
    assert_eq!(store.head().unwrap().size, 0);
}
