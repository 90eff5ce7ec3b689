//! Program records as CSV: a plain sheet and a nested one from the same bytes.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let mut sheets = tally_import::records::Sheets::new(tally_fuzz::LONGEST);
    let _ = sheets.read(&mut &*data, "finding.remediations.csv", &mut |_| {});
    let _ = sheets.read(&mut &*data, "findings.csv", &mut |_| {});
    sheets.finish(&mut |_| {});
});
