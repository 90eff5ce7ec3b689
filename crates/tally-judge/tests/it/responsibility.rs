//! Gaps of an operating model: each fault once, and a model without any.

use tally_judge::responsibility::{Row, lint};

/// A row from `about subject | responsible | accountable | consulted | informed`.
fn row(line: &str) -> Row {
    let mut parts = line.split('|').map(|part| part.split_whitespace().map(str::to_owned).collect::<Vec<_>>());
    let mut next = || parts.next().unwrap_or_default();
    let head = next();
    Row {
        about: head[0].clone(),
        subject: head[1].clone(),
        responsible: next(),
        accountable: next(),
        consulted: next(),
        informed: next(),
    }
}

#[track_caller]
fn check(rows: &[&str], subjects: &[(&str, &str)], expected: &[&str]) {
    let rows: Vec<Row> = rows.iter().map(|line| row(line)).collect();
    let subjects: Vec<(String, String)> = subjects.iter().map(|(about, id)| ((*about).to_owned(), (*id).to_owned())).collect();
    let found: Vec<String> =
        lint(&rows, &subjects).iter().map(|gap| format!("{} {}: {}", gap.about, gap.subject, gap.what)).collect();
    assert_eq!(found, expected);
}

#[test]
fn no_gap() {
    check(
        &["domain GRC | grc legal | grc | privacy | executive", "metric scan-cadence | appsec | appsec"],
        &[("domain", "GRC"), ("metric", "scan-cadence")],
        &[],
    );
    check(&[], &[], &[]);
}

#[test]
fn who_answers() {
    check(&["domain GRC | grc"], &[], &["domain GRC: no function is accountable"]);
    check(&["domain GRC | grc | grc legal soc"], &[], &["domain GRC: 3 functions are accountable: grc, legal, soc"]);
    check(&["domain GRC | | grc"], &[], &["domain GRC: no function is responsible"]);
    check(&["duty Q-1"], &[], &["duty Q-1: no function is accountable", "duty Q-1: no function is responsible"]);
}

#[test]
fn two_roles() {
    check(&["domain GRC | soc | grc | grc"], &[], &["domain GRC: grc is accountable and consulted as well"]);
    check(&["domain GRC | soc | grc | | soc"], &[], &["domain GRC: soc is responsible and informed as well"]);
    check(&["domain GRC | soc | grc | legal | legal"], &[], &["domain GRC: legal is consulted and informed as well"]);
    // Doing and answering for it go together, and then asking is still one too many; told once for each extra role.
    check(
        &["domain GRC | grc | grc | grc | grc"],
        &[],
        &["domain GRC: grc is responsible and consulted as well", "domain GRC: grc is responsible and informed as well"],
    );
    // Named twice as accountable is one function, named twice.
    check(&["domain GRC | soc | grc grc"], &[], &["domain GRC: grc is named twice as accountable"]);
    check(&["domain GRC | soc soc soc | grc"], &[], &["domain GRC: soc is named twice as responsible"]);
}

#[test]
fn rows_and_subjects() {
    // The same id of another kind is another subject. Told once, at the first row; a subject asked for twice is told once.
    check(
        &["domain GRC | grc | grc", "metric GRC | soc | soc", "domain GRC | legal | legal", "domain GRC | soc"],
        &[("domain", "GRC"), ("domain", "DEV"), ("metric", "DEV"), ("domain", "DEV")],
        &[
            "domain GRC: 3 rows say who answers for it",
            "domain GRC: no function is accountable",
            "domain DEV: no row says who answers for it",
            "metric DEV: no row says who answers for it",
        ],
    );
}

#[test]
fn two_rows_are_told() {
    check(&["domain GRC | grc | grc", "domain GRC | grc | grc"], &[], &["domain GRC: 2 rows say who answers for it"]);
}
