//! Telling formats apart by their first bytes.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    for name in ["run.jsonl", "run.json", "findings.csv", "-"] {
        let _ = tally_import::detect(data, name).and_then(|format| format.refusal());
    }
});
