//! What was counted for a metric, and the same after some systems' rows changed. Runs no query.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use tally_model::{Month, Tally};

use super::count::{Held, How, Sides, Sum, exchanged};
use super::cut::Cuts;
use super::dimensions::NONE;

/// What was counted for a metric. Parts that did not change between two results are the same in memory.
#[derive(Clone, Debug)]
pub struct Measured {
    /// At the as-of instant, all rows.
    pub whole: Arc<Held>,
    /// At the as-of instant, by segment and value.
    pub segments: BTreeMap<String, Arc<Values>>,
    /// At each monthly point.
    pub trend: Vec<(Month, Arc<Held>)>,
    /// Members left out because nothing says whether they apply.
    pub applicability_unknown: Option<u64>,
    /// Durations with their ends still open, by the segment that the metric names.
    pub survival_by: Option<(String, BTreeMap<String, Arc<Held>>)>,
}

/// The tallies of one segment by value, in the order of the values.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Values(Vec<(Arc<str>, Arc<Held>)>);

impl Values {
    /// The tally of one value.
    pub fn get(&self, value: &str) -> Option<&Arc<Held>> {
        self.0.binary_search_by(|(known, _)| (**known).cmp(value)).ok().and_then(|at| self.0.get(at)).map(|(_, held)| held)
    }

    /// All values with their tallies.
    pub fn iter(&self) -> impl Iterator<Item = (&Arc<str>, &Arc<Held>)> {
        self.0.iter().map(|(value, held)| (value, held))
    }

    /// How many values there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Puts a tally in its place; takes the value out where there is none.
    fn set(&mut self, value: &str, held: Option<Arc<Held>>) {
        match (self.0.binary_search_by(|(known, _)| (**known).cmp(value)), held) {
            (Ok(at), Some(held)) => self.0[at].1 = held,
            (Ok(at), None) => drop(self.0.remove(at)),
            (Err(at), Some(held)) => self.0.insert(at, (Arc::from(value), held)),
            (Err(_), None) => {}
        }
    }
}

/// Durations and whether their end was seen, ascending: all, and by segment value.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Ends {
    pub all: Vec<(f64, bool)>,
    pub by: BTreeMap<String, Vec<(f64, bool)>>,
}

/// The order of ends.
pub(crate) fn by_end(one: &(f64, bool), other: &(f64, bool)) -> Ordering {
    one.0.total_cmp(&other.0).then(one.1.cmp(&other.1))
}

/// What was added up for a metric over some rows.
#[derive(Clone, Debug, Default)]
pub(crate) struct Counts {
    pub trend: Vec<Sum>,
    pub whole: Sum,
    pub cuts: Cuts,
    pub ends: Option<Ends>,
    pub unknown: Option<u64>,
}

impl Counts {
    /// Whether nothing but whole numbers was added up.
    pub(crate) fn even(&self) -> bool {
        !self.whole.uneven && !self.trend.iter().any(|sum| sum.uneven)
    }
}

/// The sides of a quotient at each point, and at the as-of instant.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Beside {
    pub trend: Vec<Sides>,
    pub now: Sides,
}

/// What turns counts into a result.
pub(crate) struct Frame<'a> {
    /// At the as-of instant; `sides` are filled in.
    pub how: How,
    pub months: &'a [Month],
    pub beside: &'a Beside,
    /// The segment of survival.
    pub by: Option<&'a str>,
    /// Segments that stand even where they have no value.
    pub stand: &'a BTreeSet<String>,
    /// All segments there can be.
    pub all: &'a BTreeSet<String>,
}

impl Frame<'_> {
    fn now(&self) -> How {
        How { sides: self.beside.now, ..self.how }
    }

    fn at(&self, point: usize) -> How {
        How { sides: self.beside.trend.get(point).copied().unwrap_or_default(), has: Default::default(), ..self.how }
    }

    /// A segment without values stands only where the population itself has it.
    fn stands(&self, name: &str, values: &Values) -> bool {
        self.all.contains(name) && (!values.is_empty() || self.stand.contains(name))
    }

    /// The result of a full count.
    pub(crate) fn measured(&self, counts: Counts) -> Measured {
        let now = self.now();
        let values = |values: BTreeMap<String, Sum>| {
            Arc::new(Values(values.into_iter().map(|(value, sum)| (Arc::from(value), Arc::new(sum.held(now)))).collect()))
        };
        let mut segments: BTreeMap<String, Arc<Values>> =
            counts.cuts.into_iter().map(|(name, sums)| (name, values(sums))).collect();
        segments.retain(|name, values| self.stands(name, values));
        let trend = counts.trend.into_iter().enumerate().map(|(point, sum)| Arc::new(sum.held(self.at(point))));
        let mut whole = counts.whole.held(now);
        let mut survival_by = None;
        if let (Some(ends), Some(by)) = (counts.ends, self.by) {
            if let Tally::Duration { survival, .. } = &mut whole.tally {
                *survival = Some(ends.all);
            }
            survival_by = Some((by.to_owned(), ends.by.into_iter().map(|(value, ends)| (value, ended(ends))).collect()));
        }
        Measured {
            whole: Arc::new(whole),
            segments,
            trend: self.months.iter().copied().zip(trend).collect(),
            applicability_unknown: counts.unknown,
            survival_by,
        }
    }

    /// The result after the rows of `minus` went and those of `plus` came; `None` where it does not add up.
    pub(crate) fn moved(&self, old: &Measured, minus: &Counts, plus: &Counts, besides_moved: bool) -> Option<Measured> {
        let mut segments = old.segments.clone();
        for name in minus.cuts.keys().chain(plus.cuts.keys()).collect::<BTreeSet<_>>() {
            let known = segments.get(name).cloned().unwrap_or_else(|| self.unlabelled(old));
            let moved = self.cut(&known, minus.cuts.get(name), plus.cuts.get(name))?;
            segments.insert(name.clone(), moved.unwrap_or(known));
        }
        segments.retain(|name, values| self.stands(name, values));
        let nothing = Sum::default();
        let mut trend = Vec::with_capacity(old.trend.len());
        for (point, (month, held)) in old.trend.iter().enumerate() {
            let (minus, plus) = (minus.trend.get(point).unwrap_or(&nothing), plus.trend.get(point).unwrap_or(&nothing));
            trend.push((*month, step(held, minus, plus, self.at(point))?));
        }
        let mut moved = Measured {
            whole: step(&old.whole, &minus.whole, &plus.whole, self.now())?,
            segments,
            trend,
            applicability_unknown: old.applicability_unknown,
            survival_by: old.survival_by.clone(),
        };
        if let Some(count) = moved.applicability_unknown {
            moved.applicability_unknown = Some((count + plus.unknown.unwrap_or(0)).checked_sub(minus.unknown.unwrap_or(0))?);
        }
        if minus.ends != plus.ends {
            move_ends(&mut moved, minus.ends.as_ref()?, plus.ends.as_ref()?)?;
        }
        if besides_moved {
            self.set_beside(&mut moved);
        }
        Some(moved)
    }

    /// A label that nobody had before: until now all rows were without it.
    fn unlabelled(&self, old: &Measured) -> Arc<Values> {
        let mut values = Values::default();
        if old.whole.rows() > 0 {
            let mut held = Held::clone(&old.whole);
            if let Tally::Duration { survival, .. } = &mut held.tally {
                *survival = None;
            }
            values.set(NONE, Some(Arc::new(held)));
        }
        Arc::new(values)
    }

    /// A segment after the change; inner `None` where nothing of it changed.
    #[expect(clippy::option_option, reason = "does not add up, is unchanged, is changed")]
    fn cut(
        &self,
        known: &Arc<Values>,
        minus: Option<&BTreeMap<String, Sum>>,
        plus: Option<&BTreeMap<String, Sum>>,
    ) -> Option<Option<Arc<Values>>> {
        let (nothing, none) = (Sum::default(), BTreeMap::new());
        let (minus, plus) = (minus.unwrap_or(&none), plus.unwrap_or(&none));
        let mut moved: Option<Values> = None;
        for value in minus.keys().chain(plus.keys()).collect::<BTreeSet<_>>() {
            let (minus, plus) = (minus.get(value).unwrap_or(&nothing), plus.get(value).unwrap_or(&nothing));
            if minus == plus {
                continue;
            }
            let held = match known.get(value) {
                Some(held) => held.moved(minus, plus, self.now())?,
                None if minus.n == 0 => plus.clone().held(self.now()),
                None => return None,
            };
            let next = moved.get_or_insert_with(|| Values::clone(known));
            next.set(value, (held.rows() > 0).then(|| Arc::new(held)));
        }
        Some(moved.map(Arc::new))
    }

    fn set_beside(&self, moved: &mut Measured) {
        moved.whole = Arc::new(moved.whole.beside(self.now()));
        for (point, (_, held)) in moved.trend.iter_mut().enumerate() {
            *held = Arc::new(held.beside(self.at(point)));
        }
        for values in moved.segments.values_mut() {
            let beside = values.0.iter().map(|(value, held)| (Arc::clone(value), Arc::new(held.beside(self.now()))));
            *values = Arc::new(Values(beside.collect()));
        }
    }
}

fn step(held: &Arc<Held>, minus: &Sum, plus: &Sum, how: How) -> Option<Arc<Held>> {
    if minus == plus { Some(Arc::clone(held)) } else { held.moved(minus, plus, how).map(Arc::new) }
}

fn ended(ends: Vec<(f64, bool)>) -> Arc<Held> {
    let tally = Tally::Duration { values: Vec::new(), survival: Some(ends) };
    Arc::new(Held::of(tally))
}

fn move_ends(moved: &mut Measured, minus: &Ends, plus: &Ends) -> Option<()> {
    let mut whole = Held::clone(&moved.whole);
    if let Tally::Duration { survival: Some(all), .. } = &mut whole.tally {
        *all = exchanged(all, &minus.all, &plus.all, by_end)?;
    }
    moved.whole = Arc::new(whole);
    let (_, values) = moved.survival_by.as_mut()?;
    let nothing = Vec::new();
    for value in minus.by.keys().chain(plus.by.keys()).collect::<BTreeSet<_>>() {
        let (minus, plus) = (minus.by.get(value).unwrap_or(&nothing), plus.by.get(value).unwrap_or(&nothing));
        if minus == plus {
            continue;
        }
        let known: &[(f64, bool)] = match values.get(value).map(|held| &held.tally) {
            Some(Tally::Duration { survival: Some(ends), .. }) => ends,
            _ => &[],
        };
        let ends = exchanged(known, minus, plus, by_end)?;
        if ends.is_empty() {
            values.remove(value)
        } else {
            values.insert(value.clone(), ended(ends))
        };
    }
    Some(())
}
