//! Measuring: several metrics side by side, each by the least work that will do. A result of before over the same tables
//! is the answer; one over older tables is moved by what changed; only where there is none is everything counted.

use std::sync::{Arc, Mutex, PoisonError};

use datafusion::arrow::array::RecordBatch;
use tally_catalog::Metric;
use tally_model::Instant;
use tally_model::instant::Point;
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;

use super::cut::Known;
use super::dimensions::{Dimensions, OwnLabels};
use super::inquiry::{Inquiry, Runners, Shape};
use super::keep::{Question, Recalled, Result as Kept};
use super::measured::{Beside, Counts, Frame, Measured};
use super::since;
use crate::facts::{By, Facts};
use crate::plans::{Planner, Scans};
use crate::{Engine, MeasureError, table};

/// Which segments to cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Segments {
    /// None: the whole only.
    None,
    /// Every one the population has.
    All,
}

/// What to measure a metric for.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// The instant T.
    pub as_of: Instant,
    /// Monthly points, oldest first.
    pub points: Vec<Point>,
    /// Which segments to cut at T.
    pub segments: Segments,
}

impl Engine {
    /// Measures several metrics side by side; one result each, in their order. What was measured before, over tables
    /// that have not changed since, is not measured again; where few systems changed, only their rows are.
    pub fn measure(&self, metrics: &[&Metric], wanted: &Wanted) -> Vec<Result<Arc<Measured>, MeasureError>> {
        let mut round = Round {
            limit: Arc::new(Semaphore::new(self.threads())),
            dimensions: self.dimensions(wanted.segments == Segments::All),
            planner: None,
            cuts: Arc::default(),
        };
        let runs: Vec<Run> = metrics.iter().map(|metric| self.begin(metric, wanted, &mut round)).collect();
        metrics.iter().zip(runs).map(|(metric, run)| self.end(metric, run)).collect()
    }

    fn begin(&self, metric: &Metric, wanted: &Wanted, round: &mut Round) -> Run {
        let question = Question::of(metric, wanted, self.facts());
        let older = match self.recall(metric, &question) {
            Recalled::Known(measured) => return Run::Known(measured),
            Recalled::Older(known, by) => Some((known, by)),
            Recalled::Nothing => None,
        };
        let asked = self.ask(metric, wanted, round);
        let limit = Arc::clone(&round.limit);
        let task = self.runtime().spawn(async move {
            let _turn = limit.acquire_owned().await;
            Arc::new(asked?).run(older).await
        });
        Run::Begun(question, task)
    }

    fn end(&self, metric: &Metric, run: Run) -> Result<Arc<Measured>, MeasureError> {
        match run {
            Run::Known(measured) => Ok(measured),
            Run::Begun(question, task) => {
                let kept = self.runtime().block_on(task).unwrap_or_else(|error| Err(MeasureError::facts(error)))?;
                let measured = Arc::clone(&kept.measured);
                self.keep(metric, question, kept);
                Ok(measured)
            }
        }
    }

    fn ask(&self, metric: &Metric, wanted: &Wanted, round: &mut Round) -> Result<Asked, MeasureError> {
        let monthly: Vec<Instant> = wanted.points.iter().map(|point| point.at).collect();
        let trend_points = table::points(metric, &monthly)?;
        let now_point = table::points(metric, &[wanted.as_of])?;
        let planner = match &round.planner {
            Some(planner) => Planner::clone(planner),
            None => round.planner.insert(self.planner(now_point.clone())?).clone(),
        };
        let cutting = wanted.segments == Segments::All;
        let inquiry = Inquiry {
            metric: metric.clone(),
            months: wanted.points.iter().map(|point| point.month).collect(),
            points: monthly.iter().map(|t| Ok((since(metric, *t)?, *t))).collect::<Result<_, MeasureError>>()?,
            as_of: wanted.as_of,
            cutting,
        };
        Ok(Asked {
            inquiry,
            engine: self.clone(),
            planner,
            trend_points,
            now_point,
            dimensions: Arc::clone(&round.dimensions),
            own: self.own_labels(metric, cutting),
            cuts: Arc::clone(&round.cuts),
        })
    }
}

/// What the metrics of one call share.
struct Round {
    limit: Arc<Semaphore>,
    dimensions: Arc<Dimensions>,
    planner: Option<Planner>,
    cuts: Arc<Mutex<Vec<(u64, Facts)>>>,
}

/// A metric on its way.
enum Run {
    /// It was measured before.
    Known(Arc<Measured>),
    /// It is being measured.
    Begun(Question, JoinHandle<Result<Kept, MeasureError>>),
}

/// Everything one run needs; owns it, so that it can move to another thread.
struct Asked {
    inquiry: Inquiry,
    engine: Engine,
    planner: Planner,
    trend_points: RecordBatch,
    now_point: RecordBatch,
    dimensions: Arc<Dimensions>,
    own: Arc<OwnLabels>,
    cuts: Arc<Mutex<Vec<(u64, Facts)>>>,
}

/// One of the two states of a part of the facts between which a result is moved.
struct Side {
    facts: Facts,
    own: Arc<OwnLabels>,
    dimensions: Arc<Dimensions>,
    labels: Vec<String>,
    by_row: bool,
}

impl Asked {
    async fn run(self: Arc<Self>, older: Option<(Box<Kept>, Option<By>)>) -> Result<Kept, MeasureError> {
        let runners = self.runners(self.engine.facts());
        let shape = Arc::new(self.inquiry.shape(&runners.now).await?);
        if let Some((known, by)) = older
            && let Some(moved) = self.moved(&runners, &shape, &known, by).await?
        {
            return Ok(moved);
        }
        let labels: Vec<String> = shape.labels(&self.own, &self.dimensions).into_iter().collect();
        let by_row = !self.own.is_empty();
        let known = Known { own: &self.own, dimensions: &self.dimensions, labels: &labels, by_row };
        let counts = self.inquiry.count(&runners, &shape, &known).await?;
        let mut scans = runners.trend.scans();
        for (table, columns) in runners.now.scans() {
            scans.entry(table).or_default().extend(columns);
        }
        let beside = self.inquiry.beside(&runners).await?;
        let even = counts.even();
        let measured = self.frame(&shape, &beside, |frame| frame.measured(counts));
        Ok(self.kept(measured, beside, even, Arc::new(scans)))
    }

    /// The older result, moved; `None` where that does not add up and everything has to be counted.
    async fn moved(
        self: &Arc<Self>,
        runners: &Runners,
        shape: &Arc<Shape>,
        known: &Kept,
        by: Option<By>,
    ) -> Result<Option<Kept>, MeasureError> {
        let beside = self.inquiry.beside(runners).await?;
        let (mut minus, mut plus) = (Counts::default(), Counts::default());
        let mut even = known.even;
        if let Some(by) = by {
            let mut labels = shape.labels(&self.own, &self.dimensions);
            labels.extend(shape.labels(&known.own, &known.dimensions));
            let labels: Vec<String> = labels.into_iter().collect();
            let by_row = !self.own.is_empty() || !known.own.is_empty();
            let side = |facts: &Facts, own: &Arc<OwnLabels>, dimensions: &Arc<Dimensions>| Side {
                facts: self.part(facts, &by),
                own: Arc::clone(own),
                dimensions: Arc::clone(dimensions),
                labels: labels.clone(),
                by_row,
            };
            let before = side(&known.facts, &known.own, &known.dimensions);
            let after = side(self.engine.facts(), &self.own, &self.dimensions);
            // The first on another thread, where one is free.
            let (own, its_shape) = (Arc::clone(self), Arc::clone(shape));
            let first = self.engine.runtime().spawn(async move { own.side(&before, &its_shape).await });
            plus = self.side(&after, shape).await?;
            minus = first.await.unwrap_or_else(|error| Err(MeasureError::facts(error)))?;
            even &= minus.even() && plus.even();
            let counted = matches!(self.inquiry.metric.mode, tally_catalog::Mode::Rate | tally_catalog::Mode::Ratio);
            if counted && !even {
                return Ok(None);
            }
        }
        let besides_moved = beside != *known.beside;
        let measured = self.frame(shape, &beside, |frame| frame.moved(&known.measured, &minus, &plus, besides_moved));
        Ok(measured.map(|measured| self.kept(measured, beside, even, Arc::clone(&known.scans))))
    }

    async fn side(&self, side: &Side, shape: &Shape) -> Result<Counts, MeasureError> {
        let known = Known { own: &side.own, dimensions: &side.dimensions, labels: &side.labels, by_row: side.by_row };
        self.inquiry.count(&self.runners(&side.facts), shape, &known).await
    }

    fn frame<T>(&self, shape: &Shape, beside: &Beside, make: impl FnOnce(&Frame<'_>) -> T) -> T {
        let stand = shape.stand(&self.dimensions);
        let mut all = stand.clone();
        all.extend(shape.labels(&self.own, &self.dimensions));
        let metric = &self.inquiry.metric;
        make(&Frame {
            how: shape.how(metric),
            months: &self.inquiry.months,
            beside,
            by: metric.extras.survival.as_ref().map(|survival| survival.by.as_str()),
            stand: &stand,
            all: &all,
        })
    }

    fn kept(&self, measured: Measured, beside: Beside, even: bool, scans: Arc<Scans>) -> Kept {
        let (dimensions, own) = (Arc::clone(&self.dimensions), Arc::clone(&self.own));
        Kept::new(Arc::new(measured), Arc::new(beside), even, self.engine.facts().clone(), dimensions, own, scans)
    }

    fn runners(&self, facts: &Facts) -> Runners {
        let runner = |points: &RecordBatch| self.planner.runner(self.engine.reads(facts, Some(points.clone())));
        Runners { trend: runner(&self.trend_points), now: runner(&self.now_point) }
    }

    /// A part of some facts, cut once for all metrics of a call.
    fn part(&self, facts: &Facts, by: &By) -> Facts {
        let part = facts.only(by.clone());
        let mut cuts = self.cuts.lock().unwrap_or_else(PoisonError::into_inner);
        let name = part.state() ^ part.cut_name().rotate_left(32);
        if let Some((_, known)) = cuts.iter().find(|(known, _)| *known == name) {
            return known.clone();
        }
        cuts.push((name, part.clone()));
        part
    }
}
