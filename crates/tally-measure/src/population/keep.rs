//! What was measured before: as good as new while the definition, the instants and the tables it reads are the same, and
//! the start of the next result where only some systems or classes changed.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::{Arc, PoisonError};

use tally_catalog::Metric;
use tally_catalog::metric::Local;

use super::dimensions::{Dimensions, OwnLabels};
use super::measured::{Beside, Measured};
use super::run::{Segments, Wanted};
use crate::Engine;
use crate::facts::{By, Difference, Facts, Touch};
use crate::plans::Scans;

/// Results that are kept; beyond this the oldest question's go.
const KEPT_MAX: usize = 512;
/// Label sets that are kept.
const LABELS_MAX: usize = 64;
/// Systems that a change may touch and still be small, whatever the programme's size.
const SMALL: usize = 64;

/// Results by question, and what was read on the way.
#[derive(Default)]
pub(crate) struct Kept {
    results: HashMap<Question, Arc<Result>>,
    reads: HashMap<(String, bool), Arc<Reads>>,
    dimensions: Vec<([u64; 3], Arc<Dimensions>)>,
    labels: Vec<Labelled>,
}

/// What labels say, by the name asked for and the state of the tables.
type Labelled = ((String, Vec<u64>), Arc<OwnLabels>);

/// A result and what it was made from.
#[derive(Clone)]
pub(crate) struct Result {
    pub measured: Arc<Measured>,
    pub beside: Arc<Beside>,
    /// Whether nothing but whole numbers was added up.
    pub even: bool,
    pub facts: Facts,
    pub dimensions: Arc<Dimensions>,
    pub own: Arc<OwnLabels>,
    /// All that its rows were made of.
    pub scans: Arc<Scans>,
    versions: Vec<u64>,
    beside_versions: Vec<u64>,
}

/// What a result depends on beside the tables.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct Question {
    definition: String,
    as_of: i64,
    points: Vec<i64>,
    segments: bool,
    cut: u64,
}

/// Places of the tables that a metric's queries name.
pub(crate) struct Reads {
    rows: Vec<usize>,
    beside: Vec<usize>,
    /// Files of attempts come and go without a version.
    attempts: bool,
}

impl Question {
    pub(crate) fn of(metric: &Metric, wanted: &Wanted, facts: &Facts) -> Self {
        Self {
            definition: metric.hash(),
            as_of: wanted.as_of.micros(),
            points: wanted.points.iter().map(|point| point.at.micros()).collect(),
            segments: wanted.segments == Segments::All,
            cut: facts.cut_name(),
        }
    }
}

/// What is known of a question.
pub(crate) enum Recalled {
    /// The very result.
    Known(Arc<Measured>),
    /// An older result, and what changed since: `None` where the rows did not, only what stands beside them.
    Older(Box<Result>, Option<By>),
    /// Nothing of use.
    Nothing,
}

impl Engine {
    /// The result of the same question over these tables, or over older ones.
    pub(crate) fn recall(&self, metric: &Metric, question: &Question) -> Recalled {
        let reads = self.reads_of(metric, question);
        if reads.attempts {
            return Recalled::Nothing;
        }
        let (versions, beside) = (self.versions(metric, &reads.rows), self.table_versions(&reads.beside));
        let mut kept = self.shared.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(known) = kept.results.get_mut(question) else { return Recalled::Nothing };
        let rows_same = known.versions == versions;
        if rows_same && known.beside_versions == beside {
            // As good as new, so that no older facts need be held for it.
            if self.facts().touched_since(&known.facts).is_some() {
                Arc::make_mut(known).facts = self.facts().clone();
            }
            return Recalled::Known(Arc::clone(&known.measured));
        }
        let known = Result::clone(known);
        drop(kept);
        if rows_same {
            return Recalled::Older(Box::new(known), None);
        }
        match self.concerning(metric, &reads, &known) {
            None => Recalled::Nothing,
            Some(touches) if touches.is_empty() => Recalled::Older(Box::new(known), None),
            Some(touches) => match self.neighbourhood(metric, &known, &touches) {
                Some(by) => Recalled::Older(Box::new(known), Some(by)),
                None => Recalled::Nothing,
            },
        }
    }

    /// Keeps a result.
    pub(crate) fn keep(&self, metric: &Metric, question: Question, mut result: Result) {
        let reads = self.reads_of(metric, &question);
        if reads.attempts {
            return;
        }
        result.versions = self.versions(metric, &reads.rows);
        result.beside_versions = self.table_versions(&reads.beside);
        let mut kept = self.shared.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.results.len() >= KEPT_MAX && !kept.results.contains_key(&question) {
            // Questions of the past are the ones asked with another as-of instant.
            kept.results.retain(|known, _| known.as_of == question.as_of);
            if kept.results.len() >= KEPT_MAX {
                kept.results.clear();
            }
        }
        kept.results.insert(question, Arc::new(result));
    }

    /// What is known of systems, kept until a system or a label of one changes.
    pub(crate) fn dimensions(&self, cutting: bool) -> Arc<Dimensions> {
        if !cutting {
            return Arc::default();
        }
        let facts = self.facts();
        let key = [self.version("systems").unwrap_or(0), facts.labels_version("system"), facts.cut_name()];
        let kept = |kept: &Kept| kept.dimensions.iter().find(|(known, _)| *known == key).map(|(_, made)| Arc::clone(made));
        if let Some(known) = kept(&self.shared.kept.lock().unwrap_or_else(PoisonError::into_inner)) {
            return known;
        }
        let made = Arc::new(Dimensions::of(facts));
        let mut kept = self.shared.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let over = (kept.dimensions.len() + 1).saturating_sub(LABELS_MAX);
        kept.dimensions.drain(..over);
        kept.dimensions.push((key, Arc::clone(&made)));
        made
    }

    /// The labels of the records that a metric's rows stand for, kept until one of that kind changes.
    pub(crate) fn own_labels(&self, metric: &Metric, cutting: bool) -> Arc<OwnLabels> {
        let Some(kind) = metric.population.of.as_deref().filter(|_| cutting) else { return Arc::default() };
        let version = self.facts().labels_version(kind);
        if version == 0 {
            return Arc::default();
        }
        // Under a cut it also matters which records are left.
        let left = self
            .facts()
            .slots()
            .iter()
            .position(|table| table.doc.name == tally_model::Kind::named(kind).map_or("", |kind| kind.table));
        let left =
            left.filter(|_| self.scope() != 0).map(|at| self.table_versions(&self.facts().behind(at))).unwrap_or_default();
        let key = (kind.to_owned(), [vec![version, self.scope()], left].concat());
        let kept = |kept: &Kept| kept.labels.iter().find(|(known, _)| *known == key).map(|(_, made)| Arc::clone(made));
        if let Some(known) = kept(&self.shared.kept.lock().unwrap_or_else(PoisonError::into_inner)) {
            return known;
        }
        let made = Arc::new(OwnLabels::of(self.facts(), kind));
        let mut kept = self.shared.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let over = (kept.labels.len() + 1).saturating_sub(LABELS_MAX);
        kept.labels.drain(..over);
        kept.labels.push((key, Arc::clone(&made)));
        made
    }

    /// Versions of all that the members of a metric's population are made of, files of attempts excepted.
    pub(crate) fn member_versions(&self, metric: &Metric, definition: &str) -> Vec<u64> {
        let reads = self.reads_under(metric, (definition.to_owned(), self.scope() != 0));
        self.versions(metric, &reads.rows)
    }

    fn reads_of(&self, metric: &Metric, question: &Question) -> Arc<Reads> {
        self.reads_under(metric, (question.definition.clone(), question.cut != 0))
    }

    fn reads_under(&self, metric: &Metric, key: (String, bool)) -> Arc<Reads> {
        let mut kept = self.shared.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = kept.reads.get(&key) {
            return Arc::clone(known);
        }
        let reads = Arc::new(Reads::of(metric, self.facts()));
        if kept.reads.len() >= KEPT_MAX {
            kept.reads.clear();
        }
        kept.reads.insert(key, Arc::clone(&reads));
        reads
    }

    fn table_versions(&self, places: &[usize]) -> Vec<u64> {
        places.iter().filter_map(|at| self.facts().slots().get(*at)).map(|table| table.version).collect()
    }

    /// Versions of all that a metric's rows and segments are made of.
    fn versions(&self, metric: &Metric, places: &[usize]) -> Vec<u64> {
        let mut versions = self.table_versions(places);
        versions.extend(self.version("systems"));
        versions.push(self.facts().labels_version("system"));
        versions.extend(metric.population.of.as_deref().map(|kind| self.facts().labels_version(kind)));
        versions
    }

    /// The changes since an older result that its rows or segments may depend on; `None` where these are not known.
    fn concerning(&self, metric: &Metric, reads: &Reads, known: &Result) -> Option<Vec<&Touch>> {
        let of = metric.population.of.as_deref();
        let concerns = |touch: &&Touch| {
            let seen = |at: &usize| {
                let Some(table) = self.facts().slots().get(*at) else { return false };
                match touch.differences.get(table.doc.name.as_str()) {
                    None => false,
                    Some(Difference::Rows) => true,
                    Some(Difference::Columns(columns)) => {
                        known.scans.get(&table.doc.name).is_some_and(|read| !read.is_disjoint(columns))
                    }
                }
            };
            let labelled = Some(touch.kind) == of && touch.differences.contains_key("labels");
            touch.kind == "system" || labelled || reads.rows.iter().any(seen)
        };
        Some(self.facts().touched_since(&known.facts)?.into_iter().filter(concerns).collect())
    }

    /// The systems or classes outside of which no row of a metric changed; `None` where that is not known.
    fn neighbourhood(&self, metric: &Metric, known: &Result, touches: &[&Touch]) -> Option<By> {
        let counts = matches!(metric.mode, tally_catalog::Mode::Rate | tally_catalog::Mode::Ratio);
        if counts && !known.even {
            return None;
        }
        match metric.population.local_to {
            Local::System if touches.iter().all(|touch| !touch.no_system) => {
                let systems: BTreeSet<&String> = touches.iter().flat_map(|touch| &touch.systems).collect();
                let all = self.facts().slots().iter().find(|table| table.doc.name == "systems").map_or(0, |table| table.rows());
                let small = systems.len() <= SMALL.max(all / 16);
                small.then(|| By::Near(Arc::new(systems.into_iter().cloned().collect::<HashSet<_>>())))
            }
            Local::Class if touches.iter().all(|touch| !touch.no_class) => {
                let classes = touches.iter().flat_map(|touch| touch.classes.iter().cloned()).collect();
                Some(By::Classes(Arc::new(classes)))
            }
            _ => None,
        }
    }
}

impl Result {
    pub(crate) fn new(
        measured: Arc<Measured>,
        beside: Arc<Beside>,
        even: bool,
        facts: Facts,
        dimensions: Arc<Dimensions>,
        own: Arc<OwnLabels>,
        scans: Arc<Scans>,
    ) -> Self {
        Self { measured, beside, even, facts, dimensions, own, scans, versions: Vec::new(), beside_versions: Vec::new() }
    }
}

impl Reads {
    fn of(metric: &Metric, facts: &Facts) -> Self {
        let words = |sql: &str| -> Vec<String> {
            sql.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').map(str::to_lowercase).collect()
        };
        let unknown = metric.extras.applicability_unknown.as_ref().map(|side| &side.sql);
        let survival = metric.extras.survival.as_ref().map(|survival| &survival.sql);
        let rows: HashSet<String> =
            [Some(&metric.population.sql), unknown, survival].into_iter().flatten().flat_map(|sql| words(sql)).collect();
        let sides = [&metric.quotient.numerator, &metric.quotient.denominator];
        let beside: HashSet<String> = sides.into_iter().flatten().flat_map(|side| words(&side.sql)).collect();
        let places = |words: &HashSet<String>| {
            let named = facts.slots().iter().enumerate().filter(|(_, table)| words.contains(&table.doc.name));
            let places: BTreeSet<usize> = named.flat_map(|(at, _)| facts.behind(at)).collect();
            places.into_iter().collect()
        };
        let attempts = rows.contains("attempts") || beside.contains("attempts");
        Self { rows: places(&rows), beside: places(&beside), attempts }
    }
}
