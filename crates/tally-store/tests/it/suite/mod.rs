//! The conformance suite: what every driver of the store does. A driver passes it with `suite!(name, place)`.

pub mod reading;
pub mod redaction;
pub mod tampering;
pub mod writing;

use tally_store::{Opening, Store, StoreError};

/// Somewhere that a journal is kept; made anew for every test, with an empty journal in it.
pub trait Place {
    fn open(&self, opening: &Opening) -> Result<Box<dyn Store>, StoreError>;
    /// Runs SQL behind the store's back.
    fn tamper(&self, sql: &str);

    /// Whether redacted bytes are gone from the files at once.
    fn erases(&self) -> bool {
        true
    }

    fn write(&self) -> Box<dyn Store> {
        self.open(&Opening::write()).unwrap()
    }
}

/// Runs the suite on one kind of place.
#[macro_export]
macro_rules! suite {
    ($name:ident, $place:expr) => {
        mod $name {
            use super::*;
            $crate::suite!(@ $place, writing: head_of_an_empty_journal, all_or_nothing, importing_twice_adds_nothing,
                stale_records_are_refused, other_keys_are_refused, keys_are_renewed, references_wait, second_writer_waits,
                reading_only, batch_sees_itself, records_made_ahead);
            $crate::suite!(@ $place, reading: records_in_order, a_life, commits_and_notes, changed_after, at_entry,
                a_snapshot_holds, stopping);
            $crate::suite!(@ $place, redaction: of_a_patch, of_a_note, refused);
            $crate::suite!(@ $place, tampering: every_cell, entries_moved, ends_cut, rewritten_with_all_hashes,
                triggers, kept_heads);
        }
    };
    (@ $place:expr, $part:ident: $($test:ident),*) => {
        mod $part {
            use super::*;
            $(#[test] fn $test() {
                // A driver whose server is not here says so itself.
                let Some(place) = $place else { return };
                $crate::suite::$part::$test(&place);
            })*
        }
    };
}
