//! What a garak report says of itself: how the run began, and its own counts, which are compared and never used.

use std::collections::{BTreeMap, HashSet};

use tally_model::{Instant, Problem};

use super::fold::plain_detector;
use super::row::Row;
use crate::board::{Board, time};

/// How the run began.
#[derive(Default)]
pub(super) struct Started {
    pub(super) version: Option<String>,
    pub(super) run_id: Option<String>,
    pub(super) at: Option<Instant>,
    pub(super) target: Option<String>,
    /// Probes that were planned, where the report says (newest versions).
    pub(super) planned: HashSet<Box<str>>,
    /// Several runs that garak put into one report; every attempt then has the id of the run.
    pub(super) aggregated: bool,
    /// Attempts of an aggregated report that have the same id as another.
    pub(super) same_id: u64,
    /// How many runs the file says it holds.
    pub(super) runs: u64,
}

impl Started {
    pub(super) fn init(&mut self, row: &Row<'_>) {
        self.runs += 1;
        self.aggregated |= row.orig_uuid.0;
        if self.runs > 1 {
            return;
        }
        self.version = row.garak_version.owned();
        self.run_id = row.run.owned().or_else(|| self.run_id.take());
        self.at = row.start_time.text().and_then(time).map(|(at, _)| at).or(self.at);
    }

    pub(super) fn setup(&mut self, row: &Row<'_>) {
        if self.target.is_some() {
            return;
        }
        let ty = row.target_type.owned().or_else(|| row.model_type.owned());
        let name = row.target_name.owned().or_else(|| row.model_name.owned());
        self.target = match (ty, name) {
            (Some(ty), Some(name)) => Some(format!("{ty} {name}")),
            (ty, name) => ty.or(name),
        };
        self.run_id = self.run_id.take().or_else(|| row.run_id.owned());
        self.at = self.at.or_else(|| row.starttime.text().and_then(time).map(|(at, _)| at));
        let probes = row.active_probes.0.iter().filter_map(|probe| probe.text());
        self.planned.extend(probes.map(|probe| probe.strip_prefix("probes.").unwrap_or(probe).into()));
    }
}

/// garak's own counts, by probe and detector.
#[derive(Default)]
pub(super) struct Claims {
    counts: BTreeMap<(String, String), (u64, u64)>,
}

impl Claims {
    pub(super) fn take(&mut self, row: &Row<'_>) {
        let (Some(probe), Some(detector), Some(passed)) = (row.probe.owned(), row.detector.text(), row.passed.0) else {
            return;
        };
        let total = row.total_evaluated.0.or(row.total.0);
        let Some(failed) = row.fails.0.or_else(|| total?.checked_sub(passed)) else {
            return;
        };
        let count = self.counts.entry((probe, plain_detector(detector).to_owned())).or_default();
        count.0 = count.0.saturating_add(passed);
        count.1 = count.1.saturating_add(failed);
    }

    /// A note for each count of garak's that the rows do not bear out.
    pub(super) fn compare(&self, board: &Board, threshold: f64) -> Vec<Problem> {
        let mut notes = Vec::new();
        for ((probe, detector), (passed, failed)) in &self.counts {
            let rows = board.find(probe, detector).map_or((0, 0), |group| (group.passed, group.failed));
            if rows == (*passed, *failed) {
                continue;
            }
            let found = format!("{} passed and {} failed in the rows of {probe} ({detector})", rows.0, rows.1);
            let note = Problem::note(found, format!("{passed} and {failed}, as garak's own eval line says; the rows count"));
            notes.push(if rows.0 + rows.1 == passed + failed {
                note.with_help(format!("was garak run with another `eval_threshold` than {threshold}?"))
            } else {
                note
            });
        }
        notes
    }
}
