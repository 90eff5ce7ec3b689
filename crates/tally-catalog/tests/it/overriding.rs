//! A programme's own files: they add, they override by id, and a bad one stands beside the good ones.

use tally_catalog::Catalog;

use crate::sample::{METRIC, SCORECARD, screen_with, spoil};

fn own(files: &[(&str, &str)]) -> Catalog {
    Catalog::with(files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned()))).0
}

#[test]
fn a_file_of_ones_own_adds_or_overrides() {
    let text = spoil("\"sample\"", "\"scan-cadence\"");
    let catalog =
        own(&[("metrics/sample.toml", METRIC), ("metrics/scan-cadence.toml", &text), ("scorecards/card.toml", SCORECARD)]);
    assert_eq!(catalog.metrics().count(), 41);
    assert_eq!(catalog.metric("scan-cadence").map(|metric| metric.title.as_str()), Some("Sample"));
    assert_eq!(catalog.metric_source("scan-cadence").map(|source| source.built_in), Some(false));
    assert_eq!(catalog.metric_source("scan-cadence").map(|source| source.path.as_str()), Some("metrics/scan-cadence.toml"));
    assert_eq!(catalog.scorecards().count(), 3);
    assert!(catalog.scorecard("card").is_some());
}

#[test]
fn a_bad_file_stands_beside_good_ones() {
    let (catalog, findings) = Catalog::with([
        ("metrics/broken.toml".to_owned(), "id = ".to_owned()),
        ("metrics/sample.toml".to_owned(), METRIC.to_owned()),
        ("scorecards/readme.md".to_owned(), "not a definition".to_owned()),
        ("gates/release.toml".to_owned(), "another room's".to_owned()),
    ]);
    assert_eq!(
        findings.iter().map(|finding| (finding.rule, finding.file.as_str())).collect::<Vec<_>>(),
        [("syntax", "metrics/broken.toml")]
    );
    assert_eq!(catalog.metrics().count(), 41);
}

#[test]
fn the_first_of_two_files_with_one_id_stays() {
    let second = spoil("title = \"Sample\"", "title = \"Second\"");
    let files = [("metrics/sample.toml", METRIC), ("metrics/more/sample.toml", second.as_str())];
    insta::assert_snapshot!(screen_with(&files, &Default::default()), @"metrics/more/sample.toml:1:1: error[duplicate-id]: found an id that `metrics/sample.toml` has already, expected an id of its own; rename one of them");
    assert_eq!(own(&files).metric("sample").map(|metric| metric.title.as_str()), Some("Sample"));
}

#[test]
fn a_file_elsewhere_is_pointed_out() {
    insta::assert_snapshot!(screen_with(&[("metric/sample.toml", METRIC)], &Default::default()), @"metric/sample.toml:1:1: warning[unknown-folder]: found a file outside the known folders, expected it in `metrics/`, `scorecards/`, `mappings/`, `maturity/`, `checklists/`, `duties/`, `operating/` or `frameworks/`; move it there");
}
