//! Metrics measured, read and judged: kept, so that only what was counted anew is read and judged anew.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use tally_catalog::Metric;
use tally_judge::{Question, Verdict, judge, judge_targets, read};
use tally_measure::{Held, Measured, Values};
use tally_model::instant::Point;
use tally_model::{Month, Reading};

use crate::Error;

/// Months back from the newest point that a change is looked at over.
pub(crate) const BACK: [u32; 3] = [1, 3, 12];
/// Metrics kept; beyond this all go and are judged again as they are asked for.
const KEPT_MAX: usize = 512;

/// Judged metrics by definition and instant.
#[derive(Default)]
pub(crate) struct Kept(HashMap<Key, Arc<Judged>>);

/// What is judged.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    pub definition: String,
    pub as_of: i64,
    pub points: usize,
    /// Whether all segments are read, or only those that have a target.
    pub segments: bool,
    /// Who sees it: another set of systems is another result.
    pub scope: u64,
}

/// Readings of a segment by value.
pub(crate) type Readings = Arc<BTreeMap<String, Reading>>;

/// A metric measured and judged.
pub(crate) struct Judged {
    pub verdict: Verdict,
    pub before: tally_judge::Outcome,
    pub segments: BTreeMap<String, Readings>,
    pub trend: Vec<(Month, Reading)>,
    pub applicability_unknown: Option<u64>,
    pub km_median_by: Option<(String, BTreeMap<String, Option<f64>>)>,
    measured: Arc<Measured>,
}

/// A metric to judge.
pub(crate) struct Case<'a> {
    pub metric: &'a Metric,
    pub measured: Arc<Measured>,
    pub key: Key,
}

/// Judges metrics, on as many threads as there are processors; in their order.
///
/// # Errors
/// Where a target cannot be read.
pub(crate) fn judge_all(kept: &Mutex<Kept>, cases: &[Case<'_>], points: &[Point]) -> Result<Vec<Arc<Judged>>, Error> {
    let known: Vec<Option<Arc<Judged>>> = {
        let kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
        cases.iter().map(|case| kept.0.get(&case.key).cloned()).collect()
    };
    let both: Vec<(&Case<'_>, Option<Arc<Judged>>)> = cases.iter().zip(known).collect();
    let threads = std::thread::available_parallelism().map_or(2, usize::from).min(8);
    let part = both.len().div_ceil(threads).max(1);
    let judged: Vec<Result<Arc<Judged>, Error>> = std::thread::scope(|scope| {
        let of_part = |part: &[(&Case<'_>, Option<Arc<Judged>>)]| -> Vec<Result<Arc<Judged>, Error>> {
            part.iter().map(|(case, known)| Judged::of(case, known.as_ref(), points)).collect()
        };
        let running: Vec<_> = both.chunks(part).map(|part| scope.spawn(move || of_part(part))).collect();
        running.into_iter().flat_map(|part| part.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
    });
    let judged = judged.into_iter().collect::<Result<Vec<_>, Error>>()?;
    let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
    if kept.0.len() + cases.len() > KEPT_MAX {
        kept.0.clear();
    }
    for (case, judged) in cases.iter().zip(&judged) {
        kept.0.insert(case.key.clone(), Arc::clone(judged));
    }
    Ok(judged)
}

impl Judged {
    fn of(case: &Case<'_>, known: Option<&Arc<Self>>, points: &[Point]) -> Result<Arc<Self>, Error> {
        match known {
            Some(known) if Arc::ptr_eq(&known.measured, &case.measured) => Ok(Arc::clone(known)),
            known => Self::anew(case, known.map(|known| &**known), points).map(Arc::new),
        }
    }

    fn anew(case: &Case<'_>, known: Option<&Self>, points: &[Point]) -> Result<Self, Error> {
        let (metric, measured) = (case.metric, &case.measured);
        let of_target = |name: &str| metric.targets.iter().any(|target| target.segment.contains_key(name));
        let wanted = measured.segments.iter().filter(|(name, _)| case.key.segments || of_target(name));
        let segments: BTreeMap<String, Readings> = wanted
            .map(|(name, values)| {
                let old = known.and_then(|known| Some((known.measured.segments.get(name)?, known.segments.get(name)?)));
                (name.clone(), readings(values, old))
            })
            .collect();
        let (verdict, before) = match known.filter(|known| known.same_verdict(measured, of_target)) {
            Some(known) => (known.verdict.clone(), known.before),
            None => verdict(metric, measured, points, &segments)?,
        };
        let km_median_by = measured.survival_by.as_ref().map(|(name, values)| {
            let medians = values.iter().map(|(value, held)| (value.clone(), read(held).km_median.flatten())).collect();
            (name.clone(), medians)
        });
        let trend = measured.trend.iter().enumerate().map(|(at, (month, held))| {
            let old = known.and_then(|known| Some((known.measured.trend.get(at)?, known.trend.get(at)?)));
            let same = old.filter(|((_, old), _)| Arc::ptr_eq(old, held)).map(|(_, (_, reading))| reading.clone());
            (*month, same.unwrap_or_else(|| read(held)))
        });
        Ok(Self {
            verdict,
            before,
            segments,
            trend: trend.collect(),
            applicability_unknown: measured.applicability_unknown,
            km_median_by,
            measured: Arc::clone(measured),
        })
    }

    /// Whether all that a verdict is made from is what it was.
    fn same_verdict(&self, measured: &Measured, of_target: impl Fn(&str) -> bool) -> bool {
        let old = &self.measured;
        let same = |one: &Arc<Held>, other: &Arc<Held>| Arc::ptr_eq(one, other);
        let trends = old.trend.len() == measured.trend.len()
            && old.trend.iter().zip(&measured.trend).all(|((_, one), (_, other))| same(one, other));
        let targets = |one: &Measured, other: &Measured| {
            let named = one.segments.iter().filter(|(name, _)| of_target(name));
            named.into_iter().all(|(name, values)| other.segments.get(name).is_some_and(|known| Arc::ptr_eq(values, known)))
        };
        trends && same(&old.whole, &measured.whole) && targets(old, measured) && targets(measured, old)
    }

    /// The newest points.
    pub(crate) fn newest(&self, months: u32) -> Vec<(Month, Reading)> {
        let wanted = usize::try_from(months).unwrap_or(usize::MAX);
        self.trend[self.trend.len().saturating_sub(wanted)..].to_vec()
    }
}

/// Readings of a segment; those of tallies that did not change are taken over.
fn readings(values: &Arc<Values>, old: Option<(&Arc<Values>, &Readings)>) -> Readings {
    let Some((tallies, known)) = old else {
        return Arc::new(values.iter().map(|(value, held)| (value.to_string(), read(held))).collect());
    };
    if Arc::ptr_eq(tallies, values) {
        return Arc::clone(known);
    }
    let mut readings = BTreeMap::clone(known);
    readings.retain(|value, _| values.get(value).is_some());
    for (value, held) in values.iter() {
        if !tallies.get(value).is_some_and(|old| Arc::ptr_eq(old, held)) {
            readings.insert(value.to_string(), read(held));
        }
    }
    Arc::new(readings)
}

fn verdict(
    metric: &Metric,
    measured: &Measured,
    points: &[Point],
    segments: &BTreeMap<String, Readings>,
) -> Result<(Verdict, tally_judge::Outcome), Error> {
    // The newest point stands for the as-of instant; points before it are so many months back.
    let back = |months: u32| -> Option<&Arc<Held>> {
        let at = points.len().checked_sub(1 + usize::try_from(months).ok()?)?;
        measured.trend.get(at).map(|(_, held)| held)
    };
    let question = Question {
        mode: metric.mode,
        better: metric.better,
        targets: &metric.targets,
        now: &measured.whole,
        previous: back(BACK[0]).map(|held| &held.tally),
        three_back: back(BACK[1]).map(|held| &held.tally),
        twelve_back: back(BACK[2]).map(|held| &held.tally),
    };
    let broken = |source| Error::Target { metric: metric.id.clone(), source };
    let verdict = judge(&question, |name, value| segments.get(name)?.get(value)).map_err(broken)?;
    // Segments are cut at the as-of instant alone, so only a target of the whole can be held against the past.
    let whole_targets: Vec<_> = metric.targets.iter().filter(|target| target.segment.is_empty()).cloned().collect();
    let before = match back(BACK[2]) {
        Some(held) => judge_targets(metric.mode, &whole_targets, &read(held), |_, _| None).map_err(broken)?.outcome,
        None => tally_judge::Outcome::NoData,
    };
    Ok((verdict, before))
}
