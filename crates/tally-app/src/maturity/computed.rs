//! What facts say to a model's questions: each population is measured once for all subjects, as a metric's is, and kept by the
//! engine until one of its tables changes. Never runs a query a question and view.

use std::collections::BTreeMap;
use std::sync::Arc;

use tally_catalog::maturity::Computed;
use tally_catalog::metric::{Better, Dimension, Indicator, Local, Mode, Population};
use tally_catalog::{Catalog, MaturityModel, Metric};
use tally_judge::maturity::{Agreement, Rules, contradiction};
use tally_judge::read;
use tally_measure::{Held, Measured, MemberFilter, Row, Segments, Wanted};
use tally_model::reading::Tally;
use tally_model::{Instant, Kind};

use super::cards::{ComputedAnswer, Origin};
use super::round::RoundScope;
use crate::Facts;

/// Rows of a computed answer that are shown, of hits and of misses.
const ROWS: usize = 20;
/// The segment by which rows belong to a system or a team.
const SYSTEM: &str = "system";
const TEAM: &str = "team";

/// All computed answers of a model, measured.
pub(super) struct Measures {
    /// By question.
    all: BTreeMap<String, Vec<Measure>>,
}

/// A computed answer that an answer does not fit.
pub(super) struct Against<'m> {
    pub says: &'m str,
    pub answer: u8,
    pub value: f64,
    pub n: u64,
    pub agreement: Agreement,
}

/// One of them.
struct Measure {
    computed: Computed,
    /// The population, with rows told apart by system where that can be known.
    metric: Metric,
    measured: Result<Arc<Measured>, String>,
}

/// Whose rows are counted.
#[derive(Clone, Copy)]
pub(super) struct Part<'s> {
    pub scope: RoundScope,
    pub subject: &'s str,
}

impl Measures {
    /// Measures what facts say at T.
    pub(super) fn of(facts: &Facts, catalog: &Catalog, model: &MaturityModel, scope: RoundScope, at: Instant) -> Self {
        let asked: Vec<(String, Computed, Metric)> = model
            .questions
            .iter()
            .flat_map(|question| question.computed.iter().map(move |computed| (question, computed)))
            .filter_map(|(question, computed)| {
                Some((question.id.clone(), computed.clone(), population(catalog, model, computed)?))
            })
            .collect();
        let plain = measure(facts, &asked.iter().map(|(.., metric)| metric).collect::<Vec<_>>(), at);
        let mut measures: Vec<(String, Measure)> = asked
            .into_iter()
            .zip(plain)
            .map(|((question, computed, metric), measured)| (question, Measure { computed, metric, measured }))
            .collect();
        if scope != RoundScope::Organisation {
            told_apart(facts, &mut measures, at);
        }
        let mut all: BTreeMap<String, Vec<Measure>> = BTreeMap::new();
        for (question, measure) in measures {
            all.entry(question).or_default().push(measure);
        }
        Self { all }
    }

    /// What facts say to a question for a subject, beside the answer that people gave; with rows, where asked for.
    pub(super) fn answers(
        &self,
        question: &str,
        part: Part<'_>,
        claimed: Option<u8>,
        rules: Rules,
        rows: Option<(&Facts, Instant)>,
    ) -> Vec<ComputedAnswer> {
        self.all.get(question).into_iter().flatten().map(|measure| measure.answer(part, claimed, rules, rows)).collect()
    }

    /// The gravest of the computed answers that an answer does not fit; `None` where it fits all.
    pub(super) fn against(&self, question: &str, part: Part<'_>, claimed: u8, rules: Rules) -> Option<Against<'_>> {
        let mut found: Option<Against<'_>> = None;
        for measure in self.all.get(question)? {
            let Some(held) = measure.held(part) else { continue };
            let reading = read(&held);
            let Some(value) = reading.value else { continue };
            let answer = measure.score(value, rules);
            let agreement = contradiction(Some(claimed), Some(answer), rules);
            let graver = match agreement {
                Agreement::OverClaimed => found.as_ref().is_none_or(|found| found.agreement != Agreement::OverClaimed),
                Agreement::UnderClaimed => found.is_none(),
                Agreement::Agrees | Agreement::CannotSay => false,
            };
            if graver {
                found = Some(Against { says: &measure.computed.says, answer, value, n: reading.n, agreement });
            }
        }
        found
    }

    /// Whether any of them is made of rounds or answers themselves.
    pub(super) fn reads_answers(&self) -> bool {
        let reads = |measure: &Measure| {
            let sql = &measure.metric.population.sql;
            sql.contains("maturity_") || sql.contains("improvements")
        };
        self.all.values().flatten().any(reads)
    }
}

/// The gravest agreement of several.
pub(super) fn gravest(answers: &[ComputedAnswer]) -> Agreement {
    const ORDER: [Agreement; 3] = [Agreement::OverClaimed, Agreement::UnderClaimed, Agreement::Agrees];
    let has = |agreement: &Agreement| answers.iter().any(|answer| answer.agreement == *agreement);
    ORDER.into_iter().find(has).unwrap_or(Agreement::CannotSay)
}

impl Measure {
    fn answer(&self, part: Part<'_>, claimed: Option<u8>, rules: Rules, rows: Option<(&Facts, Instant)>) -> ComputedAnswer {
        let held = self.held(part);
        let reading = held.as_deref().map(|held| read(held)).unwrap_or_default();
        let hits = match held.as_deref().map(|held| &held.tally) {
            Some(Tally::Rate { hits, .. }) => Some(*hits),
            _ => None,
        };
        let answer = reading.value.map(|value| self.score(value, rules));
        let (misses, hit_rows, unread) = self.rows(part, rows, reading.n);
        ComputedAnswer {
            says: self.computed.says.clone(),
            origin: self.computed.metric.clone().map_or(Origin::Query, Origin::Metric),
            of: self.metric.population.of.clone(),
            value: reading.value,
            n: reading.n,
            hits,
            scores: self.computed.scores.clone(),
            answer,
            agreement: contradiction(claimed, answer, rules),
            misses,
            hit_rows,
            failed: self.measured.as_ref().err().cloned().or(unread),
        }
    }

    fn held(&self, part: Part<'_>) -> Option<Arc<Held>> {
        self.measured.as_ref().ok().and_then(|measured| held(measured, part))
    }

    /// The highest score whose threshold a value reaches; 0 below all.
    fn score(&self, value: f64, rules: Rules) -> u8 {
        let reached = self.computed.scores.iter().filter(|(_, least)| value >= **least).map(|(score, _)| *score);
        reached.max().unwrap_or(0).min(rules.top)
    }

    fn rows(&self, part: Part<'_>, rows: Option<(&Facts, Instant)>, n: u64) -> (Vec<Row>, Vec<Row>, Option<String>) {
        let Some((facts, at)) = rows.filter(|_| n > 0) else { return (Vec::new(), Vec::new(), None) };
        let members = match facts.engine().members(&self.metric, at) {
            Ok(members) => members,
            Err(error) => return (Vec::new(), Vec::new(), Some(error.to_string())),
        };
        let segments = segment(part.scope).map(|name| (name.to_owned(), part.subject.to_owned()));
        let page = |hit| {
            let filter = MemberFilter { hit: Some(hit), segments: segments.iter().cloned().collect() };
            members.page(&filter, 0, ROWS)
        };
        (page(false), page(true), None)
    }
}

const fn segment(scope: RoundScope) -> Option<&'static str> {
    match scope {
        RoundScope::Organisation => None,
        RoundScope::System => Some(SYSTEM),
        RoundScope::Team => Some(TEAM),
    }
}

/// The count of one subject; `None` where the population does not say whose its rows are, or none is the subject's.
fn held(measured: &Measured, part: Part<'_>) -> Option<Arc<Held>> {
    match segment(part.scope) {
        None => Some(Arc::clone(&measured.whole)),
        Some(name) => measured.segments.get(name)?.get(part.subject).cloned(),
    }
}

fn measure(facts: &Facts, metrics: &[&Metric], at: Instant) -> Vec<Result<Arc<Measured>, String>> {
    let wanted = Wanted { as_of: at, points: Vec::new(), segments: Segments::All };
    let found = facts.engine().measure(metrics, &wanted);
    found.into_iter().map(|measured| measured.map_err(|error| error.to_string())).collect()
}

/// Populations that do not name a row's system, though its record has one, are measured again with it.
fn told_apart(facts: &Facts, all: &mut [(String, Measure)], at: Instant) {
    let lacks = |measure: &&mut Measure| {
        measure.measured.as_ref().is_ok_and(|measured| !measured.segments.contains_key(SYSTEM) && !is_empty(&measured.whole))
    };
    let mut again: Vec<(&mut Measure, Metric)> = all
        .iter_mut()
        .map(|(_, measure)| measure)
        .filter(lacks)
        .filter_map(|measure| with_system(&measure.metric).map(|metric| (measure, metric)))
        .collect();
    let found = measure(facts, &again.iter().map(|(_, metric)| metric).collect::<Vec<_>>(), at);
    for ((measure, metric), measured) in again.iter_mut().zip(found) {
        measure.measured = measured;
        measure.metric = metric.clone();
    }
}

fn is_empty(held: &Held) -> bool {
    read(held).n == 0
}

/// The same population with the system that its rows' records name; `None` where their kind names none.
fn with_system(metric: &Metric) -> Option<Metric> {
    let kind = Kind::named(metric.population.of.as_deref()?)?;
    let own = &metric.population.sql;
    let sql = if kind.name == "system" {
        format!("SELECT x.*, x.key AS system FROM ({own}\n) x")
    } else {
        kind.position("system")?;
        format!("SELECT x.*, o.system AS system FROM ({own}\n) x LEFT JOIN {} o ON o.id = x.key", kind.table)
    };
    let population = Population { sql, ..metric.population.clone() };
    Some(Metric { population, ..metric.clone() })
}

/// The metric that a computed answer names, or its query as the population of one; `None` where it names a metric that is
/// not there, which the catalog's check tells.
fn population(catalog: &Catalog, model: &MaturityModel, computed: &Computed) -> Option<Metric> {
    if let Some(id) = &computed.metric {
        return catalog.metric(id).cloned();
    }
    let population = Population { sql: computed.sql.clone()?, of: computed.of.clone(), local_to: Local::Everything };
    Some(Metric {
        id: format!("maturity/{}", model.id),
        title: computed.says.clone(),
        question: String::new(),
        formula: String::new(),
        dimension: Dimension::Process,
        indicator: Indicator::Lagging,
        mode: Mode::Rate,
        unit: "percent".to_owned(),
        window: computed.window.clone(),
        better: Better::Higher,
        owner: String::new(),
        data_source: String::new(),
        decision: String::new(),
        gaming: String::new(),
        companion: String::new(),
        caveats: Vec::new(),
        since: String::new(),
        population,
        quotient: Default::default(),
        extras: Default::default(),
        targets: Vec::new(),
        cases: Vec::new(),
    })
}
