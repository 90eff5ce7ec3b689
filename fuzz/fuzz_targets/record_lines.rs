//! Program records, one JSON object a line; what was read is written canonically and read again.
#![no_main]

use tally_import::records::{Item, read_lines};
use tally_model::{Record, json::Json};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let _ = read_lines(&mut &*data, "fuzz", tally_fuzz::LONGEST, &mut |item| {
        let Item::Record { record, .. } = item else { return };
        let again = Json::parse(&record.canonical()).ok().and_then(|json| Record::read(&json).ok());
        assert_eq!(again.as_ref(), Some(&record));
    });
});
