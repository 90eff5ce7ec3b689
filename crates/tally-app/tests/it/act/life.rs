//! A finding's acts, one by one: the state each leads to, and what each is refused with.

use tally_app::act::{Act, Actor, Deed, State, Via, carry_out, finding};
use tally_app::import::{Options, record_bytes};
use tally_app::list::{self, ListState};
use tally_app::scope::Scope;
use tally_app::{Error, Facts, Kind, Programme, demo_records};
use tally_model::Instant;

use super::{Place, actor, day_of, text, why};

fn claim() -> Act {
    Act::ClaimFix { by: None }
}

fn retest(fixed: bool) -> Act {
    Act::Retest { fixed, trials: Some(59), hits: Some(if fixed { 0 } else { 3 }) }
}

fn accept_risk() -> Act {
    Act::AcceptRisk { until: day_of(30), reason: text("low use"), by: None }
}

fn accept() -> Act {
    Act::Accept { reason: None }
}

fn dispute() -> Act {
    Act::Dispute { reason: text("works as designed") }
}

fn false_positive() -> Act {
    Act::FalsePositive { reason: text("the test was wrong") }
}

fn state(place: &Place, day: u32) -> State {
    finding(&place.programme, "f1", None, day_of(day)).unwrap().state
}

#[test]
fn the_states_of_a_life() {
    let mut place = Place::new();
    let steps: [(Act, &str, State); 12] = [
        (dispute(), "dev", State::Disputed),
        (accept(), "dev", State::InProgress),
        (false_positive(), "tester", State::FalsePositive),
        (accept(), "tester", State::InProgress),
        (Act::Duplicate { of: text("f2") }, "tester", State::Duplicate(Some(text("f2")))),
        (accept(), "tester", State::InProgress),
        (accept_risk(), "head", State::RiskAccepted(day_of(30))),
        (Act::WithdrawRisk { reason: Some(text("it grew")) }, "head", State::InProgress),
        (claim(), "dev", State::Claimed),
        (retest(false), "tester", State::InProgress),
        (claim(), "dev", State::Claimed),
        (retest(true), "tester", State::Verified),
    ];
    assert_eq!(state(&place, 0), State::Open);
    for (nth, (act, who, expected)) in (1..).zip(steps) {
        place.ok("f1", &act, who, nth);
        // What happened at T is not seen at T.
        assert_eq!(state(&place, nth + 1), expected, "{act:?}");
    }
    let record = place.record("finding", "f1");
    assert_eq!(record.get("duplicate_of"), None, "accepting forgets the original");
    assert_eq!(record.get("disposition_reason"), None, "and the reason");
    let page = finding(&place.programme, "f1", None, day_of(20)).unwrap();
    let life: Vec<String> =
        page.life.iter().map(|step| format!("{} {}", step.what, step.by.as_deref().unwrap_or("-"))).collect();
    assert_eq!(
        life,
        [
            "reported, severity high -",
            "disputed: works as designed dev",
            "accepted dev",
            "marked as false positive: the test was wrong tester",
            "accepted tester",
            "marked as duplicate of f2 tester",
            "accepted tester",
            "risk accepted until 2026-03-30T12:00:00Z: low use head",
            "risk acceptance withdrawn -",
            "fix claimed dev",
            "retested: not fixed (3 hits in 59 trials) tester",
            "fix claimed dev",
            "retested: fixed (0 hits in 59 trials) tester",
        ]
    );
    assert!(page.life.iter().skip(1).all(|step| step.source == "page" && step.entry > 8));
    assert_eq!((page.system_name.as_deref(), page.team.as_deref()), (Some("Bot"), Some("red")));
    place.holds();
}

#[test]
fn what_is_told_beside_the_state() {
    let mut place = Place::new();
    place.ok("f1", &Act::DemonstrateImpact, "tester", 1);
    place.ok("f1", &Act::RegressionTest { test: text("ci/injection-7") }, "dev", 2);
    place.ok("f1", &Act::Severity { severity: text("critical"), rationale: text("reaches mail") }, "tester", 3);
    let fields = [(text("scope"), Some(text("all tenants"))), (text("title"), Some(text("One, seen again")))].into();
    place.ok("f1", &Act::Describe { fields }, "tester", 4);
    place.ok("f1", &Act::ClaimFix { by: Some(text("vendor")) }, "dev", 5);
    let record = place.finding("f1");
    for expected in [
        r#""impact_claimed":true"#,
        r#""impact_demonstrated_at":"2026-03-01T12:00:00Z""#,
        r#""ref":"ci/injection-7""#,
        r#""severity":"critical""#,
        r#""severity_rationale":"reaches mail""#,
        r#""scope":"all tenants""#,
        r#""by":"vendor""#,
    ] {
        assert!(record.contains(expected), "no {expected} in {record}");
    }
    let page = finding(&place.programme, "f1", None, day_of(9)).unwrap();
    let life: Vec<&str> = page.life.iter().map(|step| step.what.as_str()).collect();
    assert_eq!(
        life[1..],
        [
            "impact demonstrated",
            "regression test ci/injection-7 added",
            "severity critical, was high",
            "edited: title, scope",
            "fix claimed"
        ]
    );
}

/// Acts that bring `f1` into a state, an act that makes no sense there, and words of the refusal.
#[test]
fn what_makes_no_sense() {
    let risk = accept_risk;
    type Case<'c> = (Vec<(Act, &'c str)>, Act, &'c str);
    let cases: Vec<Case> = vec![
        (vec![(accept(), "a")], accept(), "In progress: it is accepted already"),
        (vec![(dispute(), "a")], dispute(), "Disputed: it is disputed already"),
        (vec![(false_positive(), "a")], dispute(), "False positive: it counts as none; accept it first"),
        (vec![(false_positive(), "a")], claim(), "accept it first"),
        (vec![(false_positive(), "a")], false_positive(), "accept it first"),
        (vec![(false_positive(), "a")], risk(), "accept it first"),
        (vec![(Act::Duplicate { of: text("f2") }, "a")], claim(), "Duplicate of f2: it counts as none"),
        (vec![], Act::Duplicate { of: text("f1") }, "cannot repeat itself"),
        (vec![], Act::Duplicate { of: text("f9") }, "no finding `f9`"),
        (vec![], retest(true), "Open: no fix is claimed"),
        (vec![(claim(), "a")], claim(), "record its retest first"),
        (vec![(claim(), "a")], risk(), "record its retest first"),
        (vec![(claim(), "a"), (retest(true), "b")], claim(), "Verified: its fix was verified"),
        (vec![(claim(), "a"), (retest(true), "b")], retest(true), "report a new finding"),
        (vec![(claim(), "a"), (retest(true), "b")], risk(), "no risk to accept"),
        (vec![(claim(), "a"), (retest(true), "b")], dispute(), "what was fixed was there"),
        (vec![(claim(), "a"), (retest(true), "b")], accept(), "nothing left to accept"),
        (vec![(risk(), "a")], risk(), "withdraw that first"),
        (vec![], Act::WithdrawRisk { reason: None }, "nothing to withdraw"),
        (vec![(Act::DemonstrateImpact, "a")], Act::DemonstrateImpact, "was demonstrated already"),
    ];
    for (before, act, words) in cases {
        let mut place = Place::new();
        for (nth, (act, who)) in (1..).zip(&before) {
            place.ok("f1", act, who, nth);
        }
        let said = place.refused("f1", &act, "c", 10);
        assert!(said.contains(words), "{act:?}: {said}");
        let page = finding(&place.programme, "f1", None, day_of(11)).unwrap();
        if !matches!(act, Act::Duplicate { .. }) {
            let possible = page.acts.iter().find(|possible| possible.deed == act.deed()).unwrap();
            assert!(possible.why_not(&actor("c")).unwrap().contains(words.rsplit(": ").next().unwrap()));
        }
    }
}

#[test]
fn what_says_too_little() {
    let cases: Vec<(Act, &str)> = vec![
        (Act::Dispute { reason: text("  ") }, "`disposition_reason`: found nothing"),
        (Act::FalsePositive { reason: text("") }, "`disposition_reason`: found nothing"),
        (Act::AcceptRisk { until: day_of(1), reason: text("r"), by: None }, "which is past"),
        (Act::AcceptRisk { until: day_of(90), reason: text(""), by: None }, "`risk_accepted.reason`: found nothing"),
        (Act::Severity { severity: text("high"), rationale: text("r") }, "expected another severity"),
        (Act::Severity { severity: text("urgent"), rationale: text("r") }, "expected one of critical, high"),
        (Act::Severity { severity: text("low"), rationale: text("") }, "`severity_rationale`: found nothing"),
        (Act::RegressionTest { test: text("") }, "found nothing"),
        (Act::Describe { fields: [(text("severity"), Some(text("low")))].into() }, "the field `severity`"),
        (Act::Describe { fields: [(text("title"), None)].into() }, "`title`: found nothing"),
        (Act::Describe { fields: [(text("title"), Some(text("One")))].into() }, "it says all of that already"),
    ];
    let mut place = Place::new();
    for (act, words) in cases {
        let said = place.refused("f1", &act, "c", 10);
        assert!(said.contains(words), "{act:?}: {said}");
    }
    place.ok("f1", &Act::RegressionTest { test: text("t") }, "a", 1);
    assert!(place.refused("f1", &Act::RegressionTest { test: text("t") }, "a", 2).contains("each test once"));
    place.ok("f1", &claim(), "a", 3);
    for (act, words) in [
        (Act::Retest { fixed: true, trials: Some(5), hits: Some(1) }, "the result is not fixed"),
        (Act::Retest { fixed: false, trials: Some(5), hits: Some(0) }, "a hit, or the result fixed"),
        (Act::Retest { fixed: true, trials: Some(0), hits: None }, "at least one trial"),
        (Act::Retest { fixed: false, trials: None, hits: Some(2) }, "how many trials"),
        (Act::Retest { fixed: false, trials: Some(2), hits: Some(3) }, "no more hits than trials"),
    ] {
        let said = place.refused("f1", &act, "c", 10);
        assert!(said.contains(words), "{act:?}: {said}");
    }
    place.ok("f2", &Act::Duplicate { of: text("f1") }, "a", 4);
    assert!(place.refused("f3", &Act::Duplicate { of: text("f2") }, "a", 5).contains("`f2` repeats `f1`; name that one"));
    assert!(place.refused("f9", &claim(), "a", 5).contains("no finding `f9`"));
}

#[test]
fn two_duties_of_one_person() {
    let mut place = Place::new();
    // In somebody else's name is still by the same hands, and names are not told apart by case.
    place.ok("f1", &Act::ClaimFix { by: Some(text("vendor")) }, "dev", 1);
    for who in ["dev", " DEV", "Vendor"] {
        let error = place.act("f1", &retest(true), who, 2).unwrap_err();
        assert_eq!(error.kind(), Kind::Denied);
        assert!(error.to_string().contains("who claims a fix does not record its retest"), "{error}");
    }
    let page = finding(&place.programme, "f1", None, day_of(2)).unwrap();
    let retesting = page.acts.iter().find(|possible| possible.deed == Deed::Retest).unwrap();
    assert_eq!(retesting.barred, ["vendor", "dev"]);
    assert_eq!(retesting.why_not(&actor("tester")), None);
    assert!(retesting.why_not(&actor("dev")).is_some());
    place.ok("f1", &retest(false), "tester", 3);
    // What remains is not the claimant's to accept, not even through somebody else.
    for (who, named) in [("dev", None), ("vendor", None), ("head", Some(text("dev")))] {
        let act = Act::AcceptRisk { until: day_of(60), reason: text("r"), by: named };
        let error = why(place.act("f1", &act, who, 4).unwrap_err());
        assert!(error.to_string().contains("does not accept the risk"), "{error}");
    }
    place.ok("f1", &accept_risk(), "head", 5);
    // Whoever may set the duties aside leaves a trace.
    place.ok("f2", &claim(), "solo", 1);
    let solo = Actor { may_override: true, ..actor("solo") };
    let edited = carry_out(&mut place.programme, "f2", &retest(true), None, &solo, day_of(2)).unwrap();
    let note = tally_app::journal::show(&place.programme, edited.first.unwrap() + 1, 1).unwrap().remove(0);
    let note = String::from_utf8(note.payload.unwrap()).unwrap();
    assert!(note.contains(r#""duties_set_aside":true"#), "{note}");
}

#[test]
fn an_imported_claim_is_the_named_persons_alone() {
    let mut place = Place::new();
    super::import(
        &mut place.programme,
        r#"{"kind":"finding","id":"f1","remediations":[{"claimed_at":"2026-02-10","by":"dev"}]}
{"kind":"finding","id":"f2","remediations":[{"claimed_at":"2026-02-10"}]}
"#,
    );
    assert!(place.refused("f1", &retest(true), "dev", 1).contains("dev claimed the fix"));
    place.ok("f1", &retest(true), "importer", 1);
    // Where nobody is named, the claim is that of whoever wrote it down.
    assert!(place.refused("f2", &retest(true), "importer", 1).contains("importer claimed the fix"));
}

#[test]
fn somebody_was_quicker() {
    let mut place = Place::new();
    let seen = finding(&place.programme, "f1", None, day_of(1)).unwrap().last;
    place.ok("f1", &accept(), "ada", 1);
    let error = carry_out(&mut place.programme, "f1", &dispute(), Some(seen), &actor("bob"), day_of(2)).unwrap_err();
    assert_eq!(error.kind(), Kind::Conflict);
    assert_eq!(
        error.to_string(),
        format!(
            "finding f1 was changed meanwhile: disposition, disposition_at, disposition_by by ada at 2026-03-01T12:00:00Z (entry 9, entry {seen} seen); look at it again and decide anew"
        )
    );
}

#[test]
fn other_teams_findings_do_not_exist() {
    let mut place = Place::new();
    let scope = Scope::Teams([text("blue")].into());
    let blue = Actor { scope, ..actor("eve") };
    let error = carry_out(&mut place.programme, "f1", &accept(), None, &blue, day_of(1)).unwrap_err();
    assert!(matches!(error, Error::Unknown { .. }), "{error}");
    assert!(finding(&place.programme, "f1", Some(&blue), day_of(1)).is_err());
    carry_out(&mut place.programme, "f3", &accept(), None, &blue, day_of(1)).unwrap();
    let other = Act::Duplicate { of: text("f1") };
    let error = carry_out(&mut place.programme, "f4", &other, None, &blue, day_of(1)).unwrap_err();
    assert!(error.to_string().contains("there is no finding `f1`"), "{error}");
}

#[test]
fn a_risk_is_accepted_until_a_day() {
    let mut place = Place::new();
    place.ok("f1", &accept_risk(), "head", 1);
    assert_eq!(state(&place, 30), State::RiskAccepted(day_of(30)));
    let later = Instant::from_micros(day_of(30).micros() + 1);
    assert_eq!(finding(&place.programme, "f1", None, later).unwrap().state, State::Open);
    // An acceptance that ran out can be made anew without withdrawing it.
    let again = Act::AcceptRisk { until: day_of(60), reason: text("still low"), by: None };
    place.ok("f1", &again, "head", 31);
    let via = Actor::new("head", Via::Cli);
    carry_out(&mut place.programme, "f1", &Act::WithdrawRisk { reason: None }, None, &via, day_of(32)).unwrap();
    assert_eq!(state(&place, 33), State::Open);
}

/// The page reads the record, the list the facts: both say the same of every finding at any instant.
#[test]
fn a_list_and_a_page_say_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let mut programme = Programme::init(&folder.path().join("data")).unwrap();
    let end = Instant::parse("2026-11-01").unwrap();
    let mut lines = Vec::new();
    demo_records(end, &mut lines).unwrap();
    record_bytes(&mut programme, "demo", &lines, &Options { at: end, ..Options::default() }).unwrap();
    let facts = Facts::open(&programme, None).unwrap();
    let view = list::view("finding").unwrap();
    let mut compared = 0;
    for at in ["2025-03-01T00:00:00Z", "2026-02-17T08:30:00Z", "2026-11-01T00:00:00Z"] {
        let words = [
            "open",
            "in_progress",
            "disputed",
            "risk_accepted",
            "awaiting_verification",
            "verified",
            "false_positive",
            "duplicate",
        ];
        for word in words {
            let (state, problems) = ListState::parse(view, [("state", word), ("as_of", at)]);
            assert!(problems.is_empty(), "{problems:?}");
            for id in list::ids(&facts, view, &state, 10_000).unwrap() {
                let page = finding(&programme, &id, None, Instant::parse(at).unwrap()).unwrap();
                let said = match page.state {
                    State::Open => "open",
                    State::InProgress => "in_progress",
                    State::Disputed => "disputed",
                    State::RiskAccepted(_) => "risk_accepted",
                    State::Claimed => "awaiting_verification",
                    State::Verified => "verified",
                    State::FalsePositive => "false_positive",
                    State::Duplicate(_) => "duplicate",
                };
                assert_eq!(said, word, "{id} at {at}");
                compared += 1;
            }
        }
    }
    assert!(compared > 500, "{compared}");
}
