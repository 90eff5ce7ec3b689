//! Many at once, and taken back: exact, told, and itself an act.

use tally_app::act::{Act, Edit, bulk, carry_out, edit, undo};
use tally_app::{Error, journal};

use super::{Place, actor, day_of, import, text, why};

fn all() -> Vec<String> {
    ["f1", "f2", "f3", "f4", "f1", "f9"].map(text).into()
}

fn accept() -> Act {
    Act::Accept { reason: None }
}

fn acts() -> Vec<Act> {
    vec![
        accept(),
        Act::Dispute { reason: text("by design") },
        Act::FalsePositive { reason: text("no") },
        Act::Duplicate { of: text("f4") },
        Act::DemonstrateImpact,
        Act::ClaimFix { by: None },
        Act::RegressionTest { test: text("ci/1") },
        Act::AcceptRisk { until: day_of(90), reason: text("low use"), by: None },
        Act::Severity { severity: text("info"), rationale: text("nobody uses it") },
        Act::Describe { fields: [(text("scope"), Some(text("all"))), (text("business_impact"), None)].into() },
    ]
}

#[test]
fn one_commit_and_refusals_by_why() {
    let mut place = Place::new();
    place.ok("f2", &accept(), "ada", 1);
    let before = place.size();
    let done = bulk(&mut place.programme, &all(), &accept(), &actor("ada"), day_of(2)).unwrap();
    assert_eq!((done.changed, done.edited.first, done.edited.entries), (3, Some(before + 1), 4));
    let refused: Vec<(&str, u64, &[String])> =
        done.refused.iter().map(|refused| (refused.why.as_str(), refused.count, &refused.ids[..])).collect();
    assert_eq!(
        refused,
        [
            ("In progress: it is accepted already; claim a fix, or accept its risk", 1, &[text("f2")][..]),
            ("there is no such finding", 1, &[text("f9")][..]),
        ]
    );
    let entries = journal::show(&place.programme, before + 1, 10).unwrap();
    assert!(entries.iter().all(|entry| entry.commit == entries[0].commit));
    // A second time there is nothing to do, and nothing is written.
    let again = bulk(&mut place.programme, &all(), &accept(), &actor("ada"), day_of(3)).unwrap();
    assert_eq!((again.changed, again.edited.written()), (0, false));
    assert_eq!(again.refused[0].count, 4);
    place.holds();
}

#[test]
fn duties_hold_for_each_of_many() {
    let mut place = Place::new();
    bulk(&mut place.programme, &all()[..2], &Act::ClaimFix { by: None }, &actor("dev"), day_of(1)).unwrap();
    bulk(&mut place.programme, &all()[2..4], &Act::ClaimFix { by: None }, &actor("ops"), day_of(1)).unwrap();
    let retest = Act::Retest { fixed: true, trials: Some(59), hits: Some(0) };
    let done = bulk(&mut place.programme, &all()[..4], &retest, &actor("dev"), day_of(2)).unwrap();
    assert_eq!((done.changed, done.refused[0].count), (2, 2));
    assert!(done.refused[0].why.contains("dev claimed the fix"));
}

#[test]
fn undone_is_as_it_was() {
    for act in acts() {
        let mut place = Place::new();
        place.ok("f1", &Act::Dispute { reason: text("first") }, "ada", 1);
        place.ok("f1", &Act::RegressionTest { test: text("ci/0") }, "ada", 1);
        let before = place.findings();
        let done = bulk(&mut place.programme, &all(), &act, &actor("ada"), day_of(2)).unwrap();
        let after = place.findings();
        assert_ne!(before, after, "{act:?}");
        // Any entry of the commit names it.
        let undone = undo(&mut place.programme, done.edited.first.unwrap() + 1, &actor("bob"), day_of(3)).unwrap();
        assert_eq!((undone.restored, undone.left.len()), (done.changed, 0), "{act:?}");
        assert_eq!(place.findings(), before, "{act:?}");
        // Taking back the taking back, and that again.
        let redone = undo(&mut place.programme, undone.edited.first.unwrap(), &actor("bob"), day_of(4)).unwrap();
        assert_eq!(place.findings(), after, "{act:?}");
        undo(&mut place.programme, redone.edited.first.unwrap(), &actor("bob"), day_of(5)).unwrap();
        assert_eq!(place.findings(), before, "{act:?}");
        place.holds();
    }
}

#[test]
fn what_somebody_changed_since_is_left_and_told() {
    let mut place = Place::new();
    let done = bulk(&mut place.programme, &all()[..4], &accept(), &actor("ada"), day_of(1)).unwrap();
    place.ok("f2", &Act::Dispute { reason: text("no") }, "eve", 2);
    place.ok("f3", &Act::RegressionTest { test: text("ci/1") }, "eve", 2);
    let disputed = place.finding("f2");
    let undone = undo(&mut place.programme, done.edited.first.unwrap(), &actor("ada"), day_of(3)).unwrap();
    assert_eq!(undone.restored, 3);
    assert_eq!(undone.left[0].record, "finding f2");
    assert!(undone.left[0].why.contains("was changed since by eve"), "{}", undone.left[0].why);
    assert_eq!(place.finding("f2"), disputed);
    let third = place.finding("f3");
    assert!(third.contains("ci/1") && !third.contains("disposition"), "{third}");
    // What is as it was cannot be taken back a second time.
    let again = undo(&mut place.programme, done.edited.first.unwrap(), &actor("ada"), day_of(4)).unwrap();
    assert_eq!((again.restored, again.left.len(), again.edited.written()), (0, 4, false));
}

#[test]
fn labels_one_by_one() {
    let mut place = Place::new();
    let before = place.finding("f4");
    let change = |line: &str| Edit::read(line.as_bytes(), None).unwrap();
    let first = r#"{"kind":"finding","id":"f4","labels":{"area":"mail","wave":"2"},"techniques":["AML.T0051"]}"#;
    let edited = edit(&mut place.programme, vec![change(first)], &actor("ada"), day_of(1)).unwrap();
    let other = r#"{"kind":"finding","id":"f4","labels":{"note":"eve's"}}"#;
    edit(&mut place.programme, vec![change(other)], &actor("eve"), day_of(2)).unwrap();
    undo(&mut place.programme, edited.first.unwrap(), &actor("ada"), day_of(3)).unwrap();
    assert_eq!(place.finding("f4"), before.replace(r#""area":"search""#, r#""area":"search","note":"eve's""#));
}

#[test]
fn what_cannot_be_taken_back() {
    let mut place = Place::new();
    let refused = |place: &mut Place, entry| {
        let size = place.size();
        let error = why(undo(&mut place.programme, entry, &actor("ada"), day_of(5)).unwrap_err());
        assert_eq!(place.size(), size);
        error.to_string()
    };
    assert!(refused(&mut place, 5).contains("it was not an act"));
    assert!(refused(&mut place, 999).contains("there is no such entry"));
    let new = r#"{"kind":"team","id":"green","name":"Green","function":"soc"}"#;
    let edited = edit(&mut place.programme, vec![Edit::read(new.as_bytes(), None).unwrap()], &actor("ada"), day_of(1)).unwrap();
    let undone = undo(&mut place.programme, edited.first.unwrap(), &actor("ada"), day_of(2)).unwrap();
    assert_eq!(undone.left[0].why, "it was made there, and a record is never taken away");
    let edited = place.ok("f1", &accept(), "ada", 3);
    journal::redact(&mut place.programme, edited.first.unwrap(), "personal data", "ada", day_of(4)).unwrap();
    let undone = undo(&mut place.programme, edited.first.unwrap(), &actor("ada"), day_of(5)).unwrap();
    assert_eq!(undone.left[0].why, "what was said there has been redacted");
    // A redaction is no obstacle to what comes after it.
    place.ok("f1", &Act::DemonstrateImpact, "ada", 6);
    place.holds();
}

#[test]
fn too_many_and_other_writers() {
    let mut place = Place::new();
    let many: Vec<String> = (0..=tally_app::act::BULK_MAX).map(|nth| nth.to_string()).collect();
    let error = bulk(&mut place.programme, &many, &accept(), &actor("ada"), day_of(1)).unwrap_err();
    assert!(matches!(error, Error::Invalid(_)), "{error}");
    // An import between an act and its undoing is somebody else's change.
    let edited = carry_out(&mut place.programme, "f1", &accept(), None, &actor("ada"), day_of(1)).unwrap();
    import(
        &mut place.programme,
        "{\"kind\":\"finding\",\"id\":\"f1\",\"disposition\":\"disputed\",\"disposition_at\":\"2026-03-02\"}\n",
    );
    let undone = undo(&mut place.programme, edited.first.unwrap(), &actor("ada"), day_of(3)).unwrap();
    assert!(undone.left[0].why.contains("by importer"), "{:?}", undone.left);
}
