//! A programme's own metric file: its syntax always, places and lint for one text in eight (the whole catalog is read for it).
#![no_main]

use tally_catalog::{Catalog, LintInput, Metric, lint};

libfuzzer_sys::fuzz_target!(|text: &str| {
    let _ = toml::from_str::<Metric>(text).map(|metric| (metric.hash(), metric.window().is_ok()));
    if text.len() % 8 == 0 {
        let (catalog, _) = Catalog::with([("metrics/own.toml".to_owned(), text.to_owned())]);
        let _ = lint(&catalog, &LintInput::default());
    }
});
