//! Program records in one JSON array.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let _ = tally_import::records::read_array(&mut &*data, "fuzz", tally_fuzz::LONGEST, &mut |_| {});
});
