//! Two runs of one eval suite side by side: category by category from the journal, case by case from the attempts in the
//! lake. Says what changed; decides nothing about findings, and puts no text of anybody's into a query.

use std::collections::BTreeMap;
use std::path::PathBuf;

use tally_measure::{Cell, Filter, Limits, ListAsk, Sort, Test};
use tally_model::problem::{printable, shorten};
use tally_model::{Instant, Kind, Record, Value};

use crate::scope::Scope;
use crate::{Error, Facts, Programme, import, records};

/// Categories of one run that are read.
const CATEGORIES: usize = 500;
/// Most cases of one run that are looked at.
const CASES: usize = 200_000;
/// Seconds that one query of the lake may take.
const SECONDS: u64 = 30;

/// How often cases were withstood, failed, or could not be judged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Withstood.
    pub passed: u64,
    /// The attack worked.
    pub failed: u64,
    /// Not judged.
    pub errors: u64,
}

impl Counts {
    /// Cases that were judged.
    pub const fn judged(self) -> u64 {
        self.passed + self.failed
    }

    /// Share of the judged cases that were withstood, in percent; `None` where none was judged.
    #[expect(clippy::cast_precision_loss, reason = "counts of cases, far below 2^53")]
    pub fn rate(self) -> Option<f64> {
        (self.judged() > 0).then(|| self.passed as f64 * 100.0 / self.judged() as f64)
    }
}

/// One run of a suite: the eval runs of all its categories.
#[derive(Clone, Debug)]
pub struct SuiteRun {
    /// The system.
    pub system: String,
    /// The suite.
    pub suite: String,
    /// The tool.
    pub tool: String,
    /// When it ended.
    pub finished_at: Instant,
    /// What was tested, where the run says so.
    pub target: Option<String>,
    /// The release, where one is named.
    pub release: Option<String>,
    /// Category, id of its eval run, counts; by category.
    pub categories: BTreeMap<String, (String, Counts)>,
}

/// What became of a case between two runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Course {
    /// Withstood before, fails now.
    NewlyFailing,
    /// Fails now, was not judged or not tried before.
    FirstFailing,
    /// Failed before and fails now.
    StillFailing,
    /// Failed before, withstood now.
    Withstood,
    /// Tried before and not now.
    NotTried,
    /// Failed in neither.
    Passing,
}

impl Course {
    /// All of them, the most pressing first.
    pub const ALL: [Self; 6] =
        [Self::NewlyFailing, Self::FirstFailing, Self::StillFailing, Self::Withstood, Self::NotTried, Self::Passing];

    /// Its word in addresses.
    pub const fn word(self) -> &'static str {
        match self {
            Self::NewlyFailing => "newly-failing",
            Self::FirstFailing => "first-failing",
            Self::StillFailing => "still-failing",
            Self::Withstood => "withstood",
            Self::NotTried => "not-tried",
            Self::Passing => "passing",
        }
    }

    /// What became of a case with these counts before and after.
    pub fn of(before: Counts, after: Counts) -> Self {
        match (before.failed > 0, after.failed > 0) {
            (true, true) => Self::StillFailing,
            (false, true) if before.passed > 0 => Self::NewlyFailing,
            (false, true) => Self::FirstFailing,
            _ if after == Counts::default() => Self::NotTried,
            (true, false) if after.passed > 0 => Self::Withstood,
            (true, false) => Self::NotTried,
            (false, false) => Self::Passing,
        }
    }
}

/// One test in both runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// What became of it.
    pub course: Course,
    /// Probe or plugin.
    pub probe: String,
    /// Detector or strategy.
    pub detector: String,
    /// Digest that names the test in every run of it.
    pub test: String,
    /// In the earlier run.
    pub before: Counts,
    /// In the later run.
    pub after: Counts,
}

/// Two runs side by side.
#[derive(Clone, Debug)]
pub struct Compared {
    /// The earlier run.
    pub before: SuiteRun,
    /// The later run.
    pub after: SuiteRun,
    /// Every case, the most pressing first; `None` where a run has no attempts in the lake.
    pub cases: Option<Vec<Case>>,
    /// Whether a run has more cases than were looked at.
    pub cut: bool,
}

/// The run that an eval run is a category of: those of the same system, suite, tool, target and end.
///
/// # Errors
/// Where there is no such eval run within the scope.
pub fn suite_run(programme: &Programme, facts: &Facts, id: &str, scope: &Scope) -> Result<SuiteRun, Error> {
    let kind = records::kind("eval_run")?;
    let own = records::one(programme, kind, id, scope)?.record;
    let text = |record: &Record, name: &str| record.text(name).unwrap_or_default().to_owned();
    let finished_at = own.instant("finished_at").unwrap_or(Instant::from_micros(0));
    let just_after = Instant::from_micros(finished_at.micros().saturating_add(1));
    let is = |name: &str| Filter { column: name.to_owned(), test: Test::Is(vec![text(&own, name)]) };
    let ask = ListAsk {
        table: kind.table.to_owned(),
        filters: vec![
            is("system"),
            is("suite"),
            is("tool"),
            Filter { column: "finished_at".to_owned(), test: Test::Since(finished_at) },
            Filter { column: "finished_at".to_owned(), test: Test::Until(just_after) },
        ],
        text: None,
        searched: Vec::new(),
        sort: vec![Sort { column: "id".to_owned(), down: false }],
        at: just_after,
    };
    let mut run = SuiteRun {
        system: text(&own, "system"),
        suite: text(&own, "suite"),
        tool: text(&own, "tool"),
        finished_at,
        target: own.label("target").map(str::to_owned),
        release: own.text("release").map(str::to_owned),
        categories: BTreeMap::new(),
    };
    for id in facts.engine().list(ask)?.ids(0, CATEGORIES)? {
        let Some(record) = programme.store.record(kind, &id)? else { continue };
        if record.label("target") == own.label("target") {
            run.categories.insert(text(&record, "category"), (id, counts(&record)));
        }
    }
    Ok(run)
}

/// Sets two runs of one suite side by side, whichever is named first.
///
/// # Errors
/// Where one is unknown within the scope, they are not runs of the same suite, or the lake cannot be read.
pub fn compare(programme: &Programme, facts: &Facts, ids: (&str, &str), scope: &Scope) -> Result<Compared, Error> {
    let mut pair = [(ids.0, suite_run(programme, facts, ids.0, scope)?), (ids.1, suite_run(programme, facts, ids.1, scope)?)];
    pair.sort_by_key(|(_, run)| run.finished_at);
    let [(first, before), (second, after)] = pair;
    if (&before.suite, &before.tool) != (&after.suite, &after.tool) {
        let name = |run: &SuiteRun| format!("`{}` by {}", printable(&shorten(&run.suite)), printable(&shorten(&run.tool)));
        let message =
            format!("found runs of {} and {}, expected two runs of one suite; choose another", name(&before), name(&after));
        return Err(Error::Invalid(message));
    }
    let files = (attempts_of(programme, first, &before.system)?, attempts_of(programme, second, &after.system)?);
    let (mut cases, mut cut) = (None, false);
    if let (Some(earlier), Some(later)) = files {
        let (earlier, cut_before) = tests(facts, earlier, before.target.as_deref())?;
        let (later, cut_after) = tests(facts, later, after.target.as_deref())?;
        cut = cut_before || cut_after;
        cases = Some(joined(&earlier, &later));
    }
    Ok(Compared { before, after, cases, cut })
}

fn counts(record: &Record) -> Counts {
    let count = |name: &str| record.get(name).and_then(Value::count).and_then(|count| u64::try_from(count).ok()).unwrap_or(0);
    Counts { passed: count("passed"), failed: count("failed"), errors: count("errors") }
}

/// The file of the lake with the attempts of an eval run: the one whose report is evidence of it.
fn attempts_of(programme: &Programme, id: &str, system: &str) -> Result<Option<PathBuf>, Error> {
    let Some(kind) = Kind::named("evidence") else { return Ok(None) };
    let mut known: Vec<(String, String)> = Vec::new();
    programme.store.notes(import::LAKE, &mut |entry| {
        let manifest: Option<serde_json::Value> = entry.payload.as_deref().and_then(|bytes| serde_json::from_slice(bytes).ok());
        let digest = entry.id.split('/').next().unwrap_or_default();
        if let Some(manifest) = manifest.filter(|manifest| manifest["system"].as_str() == Some(system))
            && let Some(file) = manifest["file"].as_str()
        {
            known.push((digest.to_owned(), file.to_owned()));
        }
        Ok(())
    })?;
    for (digest, file) in known.into_iter().rev() {
        let Some(report) = programme.store.record(kind, &format!("sha256:{digest}"))? else { continue };
        let supports = report.get("supports").map(Value::objects).unwrap_or_default();
        if supports.iter().any(|one| one.text("kind") == Some("eval_run") && one.text("id") == Some(id)) {
            let path = programme.attempts_folder().join(file);
            return Ok(path.exists().then_some(path));
        }
    }
    Ok(None)
}

type Tests = BTreeMap<(String, String, String), Counts>;

/// The tests of one file, with how often each outcome came; whether there were more than are looked at.
fn tests(facts: &Facts, file: PathBuf, target: Option<&str>) -> Result<(Tests, bool), Error> {
    const SQL: &str = "SELECT probe, detector, test, target, \
        sum(CASE WHEN outcome = 'pass' THEN 1 ELSE 0 END) AS passed, \
        sum(CASE WHEN outcome = 'fail' THEN 1 ELSE 0 END) AS failed, \
        sum(CASE WHEN outcome = 'error' THEN 1 ELSE 0 END) AS errors \
        FROM attempts GROUP BY probe, detector, test, target ORDER BY probe, detector, test, target";
    let mut engine = facts.engine().clone();
    // Reports of several runs may have one name: only the file of this run is looked at.
    engine.set_attempts(vec![file]);
    let answer = engine.sql(SQL, Limits { seconds: SECONDS, rows_max: CASES })?;
    let mut tests = Tests::new();
    for row in &answer.rows {
        let text = |at: usize| if let Some(Cell::Text(text)) = row.get(at) { text.clone() } else { String::new() };
        let count = |at: usize| if let Some(Cell::Whole(count)) = row.get(at) { u64::try_from(*count).unwrap_or(0) } else { 0 };
        let of = text(3);
        if !of.is_empty() && target.is_some_and(|target| target != of) {
            continue;
        }
        let known = tests.entry((text(0), text(1), text(2))).or_default();
        known.passed += count(4);
        known.failed += count(5);
        known.errors += count(6);
    }
    Ok((tests, answer.cut))
}

fn joined(before: &Tests, after: &Tests) -> Vec<Case> {
    let keys: std::collections::BTreeSet<_> = before.keys().chain(after.keys()).collect();
    let mut cases: Vec<Case> = keys
        .into_iter()
        .map(|key| {
            let (before, after) = (before.get(key).copied().unwrap_or_default(), after.get(key).copied().unwrap_or_default());
            let (probe, detector, test) = key.clone();
            Case { course: Course::of(before, after), probe, detector, test, before, after }
        })
        .collect();
    // Those that fail most often first; alike, by name.
    cases.sort_by_key(|case| (case.course, std::cmp::Reverse(case.after.failed)));
    cases
}
