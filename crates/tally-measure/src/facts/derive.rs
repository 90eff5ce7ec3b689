//! Tables that are worked out from a finding: its states over time, and its claimed fixes.
//!
//! METRICS.md sees the state at T: what happened at or after T is not seen. An event at instant e is therefore seen
//! by every T > e, and between two events the state is the same for all T in (e, next]. One row for each such
//! stretch lets a metric ask for any number of instants in one query. A row depends on its finding alone.

use tally_model::record::Object;
use tally_model::{Instant, Record, Value};

use super::columns::{Cell, Columns, LATEST};
use super::plan::{ColumnDoc, Holds, Source, TableDoc};

pub(crate) fn states_doc() -> TableDoc {
    let columns = [
        ("finding", Holds::Text, "id of the finding"),
        ("since", Holds::Time, "the state is seen by every T after this instant"),
        ("until", Holds::Time, "... up to and including this one"),
        ("system", Holds::Text, "its system"),
        ("severity", Holds::Text, "its severity"),
        ("class", Holds::Text, "its class"),
        ("reported_at", Holds::Time, "when it was reported"),
        ("disposition", Holds::Text, "its disposition in this state"),
        ("valid", Holds::Bool, "neither false_positive nor duplicate in this state"),
        ("remediated", Holds::Bool, "a last cycle exists whose seen result is not not_fixed"),
        ("remediated_at", Holds::Time, "claimed_at of that cycle"),
        ("confirmed", Holds::Bool, "the last cycle's seen result is fixed"),
        ("confirmed_at", Holds::Time, "retested_at of that cycle"),
        ("impact_claimed", Holds::Bool, "whether the report claims an impact"),
        ("impact_demonstrated_at", Holds::Time, "when the impact was demonstrated"),
        ("regression_test_at", Holds::Time, "when its first regression test was added"),
    ];
    TableDoc {
        name: "finding_states".to_owned(),
        doc: "A stretch of time in which what is known of a finding stayed the same: since < T <= until.".to_owned(),
        columns: columns.into_iter().map(|(name, holds, doc)| ColumnDoc::new(name, holds, doc)).collect(),
        source: Source::FindingStates,
    }
}

pub(crate) fn cycles_doc() -> TableDoc {
    let columns = [
        ("finding", Holds::Text, "id of the finding"),
        ("nth", Holds::Whole, "place in the list, from 1"),
        ("system", Holds::Text, "its system"),
        ("severity", Holds::Text, "its severity"),
        ("class", Holds::Text, "its class"),
        ("reported_at", Holds::Time, "when the finding was reported"),
        ("invalid_from", Holds::Time, "since when the finding is false_positive or duplicate; every T after it sees that"),
        ("claimed_at", Holds::Time, "when the fix was claimed"),
        ("claimed_by", Holds::Text, "who claimed it"),
        ("retested_at", Holds::Time, "when it was tried again"),
        ("retested_by", Holds::Text, "who tried again"),
        ("result", Holds::Text, "fixed or not_fixed"),
        ("retest_trials", Holds::Whole, "how often the attack was tried again"),
        ("retest_hits", Holds::Whole, "how often it still worked"),
    ];
    TableDoc {
        name: "finding_cycles".to_owned(),
        doc: "A claimed fix of a finding with its retest.".to_owned(),
        columns: columns.into_iter().map(|(name, holds, doc)| ColumnDoc::new(name, holds, doc)).collect(),
        source: Source::FindingCycles,
    }
}

/// Appends a row for each stretch in which the finding's state stayed the same.
pub(crate) fn append_states(record: &Record, columns: &mut Columns) {
    let Some(reported) = record.instant("reported_at") else { return };
    let events = events(record, reported);
    let fixed = Fixed::of(record);
    for (at, since) in events.iter().enumerate() {
        let until = events.get(at + 1).map_or(LATEST, |next| next.micros());
        let state = state_after(record, *since);
        columns.push(Cell::Text(record.id()));
        columns.push(Cell::Time(since.micros()));
        columns.push(Cell::Time(until));
        for name in ["system", "severity", "class"] {
            columns.push(record.text(name).map_or(Cell::Null, Cell::Text));
        }
        columns.push(Cell::Time(reported.micros()));
        columns.push(Cell::Text(state.disposition));
        columns.push(Cell::Bool(state.valid));
        columns.push(Cell::Bool(state.remediated_at.is_some()));
        columns.push(time(state.remediated_at));
        columns.push(Cell::Bool(state.confirmed_at.is_some()));
        columns.push(time(state.confirmed_at));
        fixed.push(columns);
    }
}

/// What does not depend on the instant.
struct Fixed {
    impact_claimed: bool,
    times: [Option<Instant>; 2],
}

impl Fixed {
    fn of(record: &Record) -> Self {
        let tests = record.get("regression_tests").map(Value::objects).unwrap_or_default();
        let first_test = tests.iter().filter_map(|test| test.instant("added_at")).min();
        Self {
            impact_claimed: record.get("impact_claimed") == Some(&Value::Bool(true)),
            times: [record.instant("impact_demonstrated_at"), first_test],
        }
    }

    fn push(&self, columns: &mut Columns) {
        columns.push(Cell::Bool(self.impact_claimed));
        for at in self.times {
            columns.push(time(at));
        }
    }
}

struct State<'a> {
    disposition: &'a str,
    valid: bool,
    remediated_at: Option<Instant>,
    confirmed_at: Option<Instant>,
}

/// The instants at which the finding's state changes, ascending, the report first.
fn events(record: &Record, reported: Instant) -> Vec<Instant> {
    let cycles = cycles(record);
    let mut events: Vec<Instant> =
        cycles.iter().flat_map(|cycle| [cycle.instant("claimed_at"), cycle.instant("retested_at")]).flatten().collect();
    events.extend(record.instant("disposition_at"));
    events.retain(|event| *event > reported);
    events.push(reported);
    events.sort_unstable();
    events.dedup();
    events
}

/// The state that every T right after `seen` sees: events at `seen` and before have happened.
fn state_after(record: &Record, seen: Instant) -> State<'_> {
    let decided = record.instant("disposition_at").is_some_and(|at| at <= seen);
    let disposition = if decided { record.text("disposition").unwrap_or("reported") } else { "reported" };
    let claimed = |cycle: &&Object| cycle.instant("claimed_at").is_some_and(|at| at <= seen);
    // Of two cycles claimed at the same instant the one written last counts.
    let last = cycles(record).iter().filter(claimed).max_by_key(|cycle| cycle.instant("claimed_at"));
    let result = last.and_then(|cycle| match cycle.instant("retested_at") {
        Some(at) if at <= seen => cycle.text("result").map(|result| (result, at)),
        _ => None,
    });
    let broken = matches!(result, Some(("not_fixed", _)));
    State {
        disposition,
        valid: !matches!(disposition, "false_positive" | "duplicate"),
        remediated_at: last.filter(|_| !broken).and_then(|cycle| cycle.instant("claimed_at")),
        confirmed_at: result.filter(|(result, _)| *result == "fixed").map(|(_, at)| at),
    }
}

/// Appends a row for each claimed fix.
pub(crate) fn append_cycles(record: &Record, columns: &mut Columns) {
    let invalid = matches!(record.text("disposition"), Some("false_positive" | "duplicate"));
    let invalid_from = record.instant("disposition_at").filter(|_| invalid);
    for (nth, cycle) in (1..).zip(cycles(record)) {
        columns.push(Cell::Text(record.id()));
        columns.push(Cell::Whole(nth));
        for name in ["system", "severity", "class"] {
            columns.push(record.text(name).map_or(Cell::Null, Cell::Text));
        }
        columns.push(time(record.instant("reported_at")));
        columns.push(time(invalid_from));
        columns.push(time(cycle.instant("claimed_at")));
        columns.push(cycle.text("by").map_or(Cell::Null, Cell::Text));
        columns.push(time(cycle.instant("retested_at")));
        columns.push(cycle.text("retested_by").map_or(Cell::Null, Cell::Text));
        columns.push(cycle.text("result").map_or(Cell::Null, Cell::Text));
        for name in ["retest_trials", "retest_hits"] {
            columns.push(cycle.get(name).and_then(Value::count).map_or(Cell::Null, Cell::Whole));
        }
    }
}

fn cycles(record: &Record) -> &[Object] {
    record.get("remediations").map(Value::objects).unwrap_or_default()
}

fn time(at: Option<Instant>) -> Cell<'static> {
    at.map_or(Cell::Null, |at| Cell::Time(at.micros()))
}
