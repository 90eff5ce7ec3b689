//! The monthly review: what to look at first, minutes, numbers published once and computed again, differences told.

use tally_app::act::review::{self, Anomaly, Decision, Minutes};
use tally_app::act::undo;
use tally_app::import::{Options, record_bytes};
use tally_app::score::{Ask, Which, score};
use tally_app::{Error, Facts, Kind, Programme, demo_records, journal};
use tally_model::{Instant, Month};
use tempfile::TempDir;

use super::{actor, text};

const CARD: &str = "default";
const METRIC: &str = "system-test-coverage";

/// The made-up programme, which ends with October 2026.
struct Year {
    programme: Programme,
    _folder: TempDir,
}

fn end() -> Instant {
    Instant::parse("2026-11-01").unwrap()
}

fn october() -> Month {
    Month::parse("2026-10").unwrap()
}

/// Noon on a day of November.
fn day(day: i64) -> Instant {
    Instant::from_micros(end().micros() + day * 86_400_000_000 - 43_200_000_000)
}

impl Year {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut programme = Programme::init(&folder.path().join("data")).unwrap();
        let mut lines = Vec::new();
        demo_records(end(), &mut lines).unwrap();
        let options = Options { actor: text("importer"), at: end(), ..Options::default() };
        assert_eq!(record_bytes(&mut programme, "demo", &lines, &options).unwrap().errors, 0);
        Self { programme, _folder: folder }
    }

    fn facts(&self) -> Facts {
        Facts::open(&self.programme, None).unwrap()
    }

    fn import(&mut self, lines: &str) {
        let options = Options { actor: text("late importer"), at: day(5), ..Options::default() };
        let import = record_bytes(&mut self.programme, "late.jsonl", lines.as_bytes(), &options).unwrap();
        assert_eq!(import.errors, 0, "{:?}", import.problems);
    }

    fn publish(&mut self, period: Month, day: Instant) -> Result<tally_app::act::Edited, Error> {
        let facts = self.facts();
        review::publish(&mut self.programme, &facts, period, CARD, &actor("head"), day)
    }
}

fn minutes() -> Minutes {
    Minutes {
        metric: text(METRIC),
        period: october(),
        by: vec![text("ada"), text("bob")],
        blockers: Some(text("No contact at the vendor.")),
        next_action: Some(text("Ask procurement.")),
        due: Some(day(20)),
        ticket: None,
        decision: Some(Decision::Keep),
        reason: None,
    }
}

#[test]
fn the_sheet_shows_first_what_is_unusual() {
    let year = Year::new();
    let sheet = review::open(&year.facts(), &year.programme, october(), CARD, day(3)).unwrap();
    assert_eq!((sheet.as_of, sheet.over, sheet.published.is_none(), sheet.rows.len()), (end(), true, true, 8));
    let with: Vec<bool> = sheet.rows.iter().map(|row| !row.anomalies.is_empty()).collect();
    assert!(with[0] && with.is_sorted_by(|one, other| one >= other), "{with:?}");
    assert!(sheet.rows.iter().flat_map(|row| &row.anomalies).any(|found| matches!(found, Anomaly::TargetMissed { .. })));
    for row in &sheet.rows {
        let misses = row.score.verdict.status == tally_judge::Status::Misses;
        let told = row.anomalies.iter().any(|found| matches!(found, Anomaly::TargetMissed { .. }));
        assert_eq!(misses, told, "{}", row.score.metric.id);
        assert_eq!(row.score.warning.is_some(), row.anomalies.iter().any(|found| matches!(found, Anomaly::Companion(_))));
        assert!(row.anomalies.iter().all(|found| !found.sentence().is_empty()));
    }
    // A month that runs is reviewed as of now; one that is to come is not.
    let november = october().next();
    let running = review::open(&year.facts(), &year.programme, november, CARD, day(3)).unwrap();
    assert_eq!((running.as_of, running.over), (day(3), false));
    assert!(review::open(&year.facts(), &year.programme, november.next(), CARD, day(3)).is_err());
    assert!(review::open(&year.facts(), &year.programme, october(), "nothing", day(3)).is_err());
    // Much later the facts of the month before are stale.
    let march = Month::parse("2027-03").unwrap();
    let stale = review::open(&year.facts(), &year.programme, march, CARD, march.next().start()).unwrap();
    assert!(stale.rows.iter().all(|row| row.anomalies.iter().any(|found| matches!(found, Anomaly::Stale { .. }))));
}

#[test]
fn minutes_are_written_changed_and_done() {
    let mut year = Year::new();
    let bare = Minutes { by: Vec::new(), blockers: None, next_action: None, due: None, decision: None, ..minutes() };
    for (wrong, words) in [
        (Minutes { decision: Some(Decision::Retarget), ..minutes() }, "`retarget` without a reason"),
        (Minutes { decision: Some(Decision::Retire), reason: Some(text(" ")), ..minutes() }, "`retire` without a reason"),
        (Minutes { next_action: None, ..minutes() }, "a due date without a next action"),
        (bare.clone(), "blockers, a next action, or a decision"),
        (Minutes { metric: text("system-test-coverag"), ..minutes() }, "did you mean `system-test-coverage`"),
        (Minutes { period: october().plus(2), ..minutes() }, "is yet to come"),
    ] {
        let error = review::record(&mut year.programme, &wrong, &actor("ada"), day(3)).unwrap_err();
        assert!(error.to_string().contains(words), "{error}");
    }
    let next = Minutes { period: october().next(), ..minutes() };
    assert!(review::record(&mut year.programme, &next, &actor("ada"), day(3)).unwrap().written());
    let edited = Minutes {
        by: Vec::new(),
        blockers: None,
        decision: Some(Decision::Retarget),
        reason: Some(text("90 is in reach")),
        ticket: Some(text("COV-9")),
        ..next
    };
    review::record(&mut year.programme, &edited, &actor("bob"), day(4)).unwrap();
    let sheet = |year: &Year, at| review::open(&year.facts(), &year.programme, october().next(), CARD, at).unwrap();
    let row = |sheet: &review::ReviewSheet| sheet.rows.iter().find(|row| row.score.metric.id == METRIC).unwrap().clone();
    let this = row(&sheet(&year, day(25))).this.unwrap();
    assert_eq!((this.by, this.blockers, this.decision.as_deref()), (vec![text("bob")], None, Some("retarget")));
    assert_eq!((this.reason.as_deref(), this.ticket.as_deref(), this.done_at), (Some("90 is in reach"), Some("COV-9"), None));
    // A month later it is the last review, and what it decided is overdue until somebody says that it is done.
    let december = |year: &Year| review::open(&year.facts(), &year.programme, october().plus(2), CARD, day(40)).unwrap();
    let overdue = |row: &review::ReviewRow| row.anomalies.contains(&Anomaly::ActionOverdue { due: day(20) });
    assert!(overdue(&row(&december(&year))));
    review::done(&mut year.programme, METRIC, october().next(), &actor("bob"), day(39)).unwrap();
    let last = row(&december(&year));
    assert_eq!(last.last.as_ref().unwrap().done_at, Some(day(39)));
    assert!(!overdue(&last));
    let again = review::done(&mut year.programme, METRIC, october().next(), &actor("bob"), day(39)).unwrap_err();
    assert!(again.to_string().contains("was done at"), "{again}");
    let none = review::done(&mut year.programme, METRIC, october().plus(9), &actor("bob"), day(39)).unwrap_err();
    assert_eq!(none.kind(), Kind::NotFound);
}

#[test]
fn a_ticket_is_plain_text() {
    let mut year = Year::new();
    let nasty = Minutes { next_action: Some(text("<b>Ask</b>\n\u{1b}[31mprocurement")), period: october().next(), ..minutes() };
    review::record(&mut year.programme, &nasty, &actor("ada"), day(3)).unwrap();
    let sheet = review::open(&year.facts(), &year.programme, october().next(), CARD, day(9)).unwrap();
    let row = sheet.rows.iter().find(|row| row.score.metric.id == METRIC).unwrap();
    let ticket = review::ticket_text(&sheet, row);
    assert_eq!(ticket.title.lines().count(), 1);
    assert!(ticket.title.contains("<b>Ask</b> \\u{1b}[31mprocurement"), "{}", ticket.title);
    assert!(!ticket.body.contains('\u{1b}'));
    assert!(ticket.body.contains("Blockers: No contact at the vendor.") && ticket.body.contains(&sheet.head));
}

#[test]
fn published_once_and_computed_again() {
    let mut year = Year::new();
    let entries = journal::size(&year.programme).unwrap();
    let early = year.publish(october().next(), day(3)).unwrap_err();
    assert_eq!(early.to_string(), "2026-11 is not over: it can be published from 2026-12-01T00:00:00Z on");
    let published = year.publish(october(), day(3)).unwrap();
    assert_eq!(published.changes.len(), 8);
    let again = year.publish(october(), day(4)).unwrap_err();
    assert_eq!(again.kind(), Kind::Conflict);
    assert!(again.to_string().contains("was published on 2026-11-03T12:00:00Z by head"), "{again}");
    let facts = year.facts();
    let unknown = review::publish(&mut year.programme, &facts, october(), "x", &actor("h"), day(3));
    assert_eq!(unknown.unwrap_err().kind(), Kind::NotFound);
    // Each can be computed again from what it names, whatever came after.
    year.import(
        r#"{"kind":"team","id":"ml-platform","name":"T","function":"engineering"}
{"kind":"finding","id":"f-0002","disposition":"false_positive","disposition_at":"2026-10-01"}
{"kind":"system","id":"late-bot","name":"Late","owner":"ml-platform","origin":"internal","type":"rag","risk_tier":"high","production_from":"2026-01-01"}
"#,
    );
    for value in review::published(&year.programme, None).unwrap() {
        assert_eq!((value.entry, value.as_of, value.by.as_str()), (entries, end(), "head"));
        let then = Facts::open(&year.programme, Some(value.entry)).unwrap();
        assert_eq!(then.head, value.head);
        let ask = Ask { as_of: value.as_of, months: 1, which: Which::One(value.metric.clone()), segments: false };
        let score = score(&year.programme, &then, &ask).unwrap().metrics.remove(0);
        let reading = &score.verdict.reading;
        let near = |one: Option<f64>, other: Option<f64>| {
            one.zip(other).map_or(one == other, |(one, other)| (one - other).abs() < 1e-9)
        };
        assert!(near(reading.value, value.value), "{}: {:?} {:?}", value.metric, reading.value, value.value);
        assert!(near(reading.interval.map(|[low, _]| low), value.interval.map(|[low, _]| low)), "{}", value.metric);
        assert_eq!(reading.n, value.n, "{}", value.metric);
        assert_eq!(score.definition, value.definition);
    }
    let card = review::open(&year.facts(), &year.programme, october(), CARD, day(9)).unwrap();
    assert_eq!(card.published, Some((text("head"), day(3))));
    assert!(card.rows.iter().all(|row| row.published.is_some()));
    assert!(journal::verify(&year.programme, None).unwrap().holds());
}

#[test]
fn a_restatement_stands_beside_and_replaces_nothing() {
    let mut year = Year::new();
    let september = october().plus(-1);
    year.publish(september, day(1)).unwrap();
    year.publish(october(), day(3)).unwrap();
    let same = review::history(&year.programme, &year.facts(), METRIC).unwrap();
    assert_eq!(same.iter().map(|value| value.published.period).collect::<Vec<_>>(), [september, october()]);
    assert!(same.iter().all(|value| !value.differs && !value.redefined && value.since.is_none()), "{same:#?}");
    let team = "ml-platform";
    let owner = format!(
        "{{\"kind\":\"team\",\"id\":\"{team}\",\"name\":\"T\",\"function\":\"engineering\"}}\n{}",
        r#"{"kind":"system","id":"late-bot","name":"Late","owner":"ml-platform","origin":"internal","type":"rag","risk_tier":"high","production_from":"2026-10-15"}"#
    );
    year.import(&owner);
    let history = review::history(&year.programme, &year.facts(), METRIC).unwrap();
    assert_eq!(history.iter().map(|value| value.differs).collect::<Vec<_>>(), [false, true]);
    let restated = &history[1];
    assert_eq!(restated.now.n, restated.published.n + 1);
    assert_eq!(restated.published, same[1].published, "what was published stays");
    let cause = restated.since.as_ref().unwrap();
    assert!(cause.named.iter().any(|(_, _, actor, source, about)| {
        (actor.as_str(), source.as_str(), about.as_str()) == ("late importer", "late.jsonl", "system late-bot")
    }));
    assert!(review::history(&year.programme, &year.facts(), "time-to-nothing").is_err());
    assert_eq!(review::history(&year.programme, &year.facts(), "scan-cadence").unwrap(), []);
}

#[test]
fn a_closed_period_stays_closed() {
    let mut year = Year::new();
    review::record(&mut year.programme, &minutes(), &actor("ada"), day(2)).unwrap();
    let published = year.publish(october(), day(3)).unwrap();
    let error = review::record(&mut year.programme, &minutes(), &actor("ada"), day(4)).unwrap_err();
    assert_eq!(error.kind(), Kind::Conflict);
    assert!(error.to_string().contains("the review of system-test-coverage for 2026-10 is closed"), "{error}");
    review::done(&mut year.programme, METRIC, october(), &actor("ada"), day(5)).unwrap();
    // Neither an import nor an undo changes what was published.
    let line = format!("{{\"kind\":\"published_value\",\"id\":\"{CARD}/{METRIC}/2026-10\",\"value\":99}}\n");
    let options = Options { actor: text("eve"), at: day(6), ..Options::default() };
    let import = record_bytes(&mut year.programme, "eve.jsonl", line.as_bytes(), &options).unwrap();
    assert_eq!((import.errors, import.written), (1, false));
    assert!(import.problems[0].to_string().contains("a published value never changes"), "{}", import.problems[0]);
    let before = review::published(&year.programme, None).unwrap();
    let undone = undo(&mut year.programme, published.first.unwrap(), &actor("eve"), day(6)).unwrap();
    assert_eq!((undone.restored, undone.left.len(), undone.edited.written()), (0, 8, false));
    assert_eq!(review::published(&year.programme, None).unwrap(), before);
}

#[test]
fn nothing_known_is_published_as_no_data() {
    let folder = tempfile::tempdir().unwrap();
    let mut programme = Programme::init(&folder.path().join("data")).unwrap();
    let facts = Facts::open(&programme, None).unwrap();
    let error = review::publish(&mut programme, &facts, october(), CARD, &actor("head"), day(3)).unwrap_err();
    assert!(error.to_string().contains("the journal is empty"), "{error}");
    let team = b"{\"kind\":\"team\",\"id\":\"t\",\"name\":\"T\",\"function\":\"soc\"}\n";
    record_bytes(&mut programme, "t", team, &Options::default()).unwrap();
    let facts = Facts::open(&programme, None).unwrap();
    review::publish(&mut programme, &facts, october(), CARD, &actor("head"), day(3)).unwrap();
    let values = review::published(&programme, None).unwrap();
    assert_eq!(values.len(), 8);
    assert!(values.iter().all(|value| value.value.is_none() && value.status == "no_data" && value.n == 0), "{values:#?}");
    let facts = Facts::open(&programme, None).unwrap();
    assert!(!review::history(&programme, &facts, METRIC).unwrap()[0].differs, "no data is as no data was");
}
