//! The text of a signed head.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| {
    let _ = tally_store::Checkpoint::read_unchecked(text);
    let _ = tally_store::Checkpoint::signers(text);
    let _ = tally_store::Verifier::from_text(text);
});
