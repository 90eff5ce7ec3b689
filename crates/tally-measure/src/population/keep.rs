//! What was measured before: as good as new while the definition, the instants and the tables it reads are the same.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError};

use tally_catalog::Metric;

use super::run::{Measured, Segments, Wanted};
use crate::Engine;

/// Results that are kept; beyond this the oldest question's go.
const KEPT_MAX: usize = 256;

/// Results by question.
#[derive(Default)]
pub(crate) struct Kept {
    results: HashMap<Question, (Vec<u64>, Arc<Measured>)>,
}

/// What a result depends on beside the tables.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct Question {
    definition: String,
    as_of: i64,
    points: Vec<i64>,
    segments: bool,
}

impl Question {
    pub(crate) fn of(metric: &Metric, wanted: &Wanted) -> Self {
        Self {
            definition: metric.hash(),
            as_of: wanted.as_of.micros(),
            points: wanted.points.iter().map(|point| point.at.micros()).collect(),
            segments: wanted.segments == Segments::All,
        }
    }
}

impl Engine {
    /// The result of the same question over the same tables.
    pub(crate) fn recall(&self, metric: &Metric, question: &Question) -> Option<Arc<Measured>> {
        let versions = self.versions(metric);
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.results.get(question).filter(|(known, _)| *known == versions).map(|(_, measured)| Arc::clone(measured))
    }

    /// Keeps a result.
    pub(crate) fn keep(&self, metric: &Metric, question: Question, measured: &Arc<Measured>) {
        let versions = self.versions(metric);
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.results.len() >= KEPT_MAX {
            // Questions of the past are the ones asked with another as-of instant.
            kept.results.retain(|known, _| known.as_of == question.as_of);
        }
        if kept.results.len() < KEPT_MAX {
            kept.results.insert(question, (versions, Arc::clone(measured)));
        }
    }

    /// Versions of the tables that a metric reads, segments included.
    fn versions(&self, metric: &Metric) -> Vec<u64> {
        let sides = [&metric.quotient.numerator, &metric.quotient.denominator, &metric.extras.applicability_unknown];
        let mut words: Vec<&str> = vec!["systems", "labels"];
        let sql = std::iter::once(&metric.population.sql)
            .chain(sides.into_iter().flatten().map(|beside| &beside.sql))
            .chain(metric.extras.survival.as_ref().map(|survival| &survival.sql));
        for text in sql {
            words.extend(text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_'));
        }
        let read = |name: &str| words.contains(&name);
        self.facts().tables().iter().filter(|table| read(&table.doc.name)).map(|table| table.version).collect()
    }
}
