//! From rows to a run: outcomes counted from rows, the tool's own statistics compared and never used.

use std::collections::HashMap;

use tally_model::{Instant, Problem};

use super::row::{ERROR_PAGE, Metadata, Row, TableRow};
use crate::board::{Board, Notice, SEVERITIES, UNKNOWN, naive_times, time, unnamed};
use crate::loose::{Score, digest};
use crate::run::{Attempt, Attempts, Completeness, Mapping, Outcome, Outcomes, ToolRun};

/// The strategy of a red-team test that no strategy rewrote.
const BASIC: &str = "basic";
/// The detector of tests that no red-team plugin made.
const EVAL: &str = "eval";

/// A run in the making.
pub(super) struct Fold<'f> {
    file: &'f str,
    board: Board,
    /// What the document says of itself.
    pub(super) about: About,
    /// How often a test and prompt have come.
    occurrences: HashMap<(u64, u64), u32>,
    /// Rows of version 2, until it is known whether the table comes, which says more of them.
    old_rows: Vec<OldRow>,
    targets: Vec<String>,
    rows: u64,
    table_rows: u64,
    unread: u64,
    /// Outcomes as the tool counts.
    tools: Outcomes,
    error_pages: Outcomes,
    ungraded: u64,
    prompts: u128,
    cut: bool,
    problems: Vec<Problem>,
}

/// What the document says of itself.
#[derive(Default)]
pub(super) struct About {
    pub(super) version: Option<String>,
    pub(super) eval_id: Option<String>,
    pub(super) description: Option<String>,
    pub(super) timestamp: Option<String>,
    pub(super) exported_at: Option<String>,
    pub(super) duration: Option<u64>,
    /// Tests that were configured, where they stand in the document.
    pub(super) tests: Option<u64>,
    /// Prompts, once for each provider.
    pub(super) prompts: Option<u64>,
    pub(super) repeat: Option<u64>,
    /// The tool's own counts; version 2 has no errors.
    pub(super) stats: Option<(u64, u64, Option<u64>)>,
    /// Keys and tokens that stand there in clear.
    pub(super) secrets: u64,
    /// Rows without a document around them.
    pub(super) rows_only: bool,
}

struct OldRow {
    target: u32,
    probe: String,
    outcome: Outcome,
    score: Option<f64>,
    prompt: Option<u128>,
}

/// One verdict before it is counted.
struct Verdict<'a> {
    target: &'a str,
    red_team: Option<&'a Metadata<'a>>,
    assertion: Option<&'a str>,
    test: u64,
    prompt_index: u64,
    prompt: Option<u128>,
    outcome: Outcome,
    score: Score,
}

impl<'f> Fold<'f> {
    pub(super) fn new(file: &'f str) -> Self {
        Self {
            file,
            board: Board::default(),
            about: About::default(),
            occurrences: HashMap::new(),
            old_rows: Vec::new(),
            targets: Vec::new(),
            rows: 0,
            table_rows: 0,
            unread: 0,
            tools: Outcomes::default(),
            error_pages: Outcomes::default(),
            ungraded: 0,
            prompts: 0,
            cut: false,
            problems: Vec::new(),
        }
    }

    pub(super) fn problem(&mut self, problem: Problem, line: u64) {
        self.problems.push(problem.at_line(self.file, line));
    }

    /// A row that could not be read.
    pub(super) fn bad_row(&mut self, problem: Problem, line: u64) {
        self.unread += 1;
        self.problem(problem, line);
    }

    /// The file ends in the middle of something.
    pub(super) fn cut(&mut self, problem: Problem, line: u64) {
        self.cut = true;
        self.problem(problem, line);
    }

    /// Whether rows of version 3 have been counted, so that a table would count them again.
    pub(super) fn has_rows(&self) -> bool {
        self.rows > 0
    }

    pub(super) fn take(&mut self, row: &Row<'_>, attempts: &mut Attempts<'_>) {
        let judged = row.judge();
        let prompt = row.prompt.0.as_ref().and_then(|prompt| prompt.raw.0);
        let target = target(row.provider.0.as_deref());
        if row.is_old() {
            let outcome = judged.ours;
            let score = number(row.score);
            let probe = row.red_team().and_then(|metadata| metadata.plugin_id.owned());
            let probe = probe.unwrap_or_else(|| row.assertion().unwrap_or("assertion").to_owned());
            let target = self.number(&target);
            self.ungraded += u64::from(outcome == Outcome::Fail && row.grading_result.0.is_none());
            return self.old_rows.push(OldRow { target, probe, outcome, score, prompt });
        }
        if self.table_rows > 0 {
            return;
        }
        self.rows += 1;
        self.tools.add(judged.tools);
        if judged.ours == ERROR_PAGE {
            self.error_pages.add(judged.tools);
        }
        self.prompts ^= digest(&[row.id.text().unwrap_or_default().as_bytes()]);
        let verdict = Verdict {
            target: &target,
            red_team: row.red_team(),
            assertion: row.assertion(),
            test: row.test_idx.0.unwrap_or_default(),
            prompt_index: row.prompt_idx.0.unwrap_or_default(),
            prompt,
            outcome: judged.ours,
            score: row.score,
        };
        self.count(&verdict, attempts);
    }

    /// Takes a row of the table of version 2.
    pub(super) fn take_table_row(&mut self, row: &TableRow<'_>, test: u64, attempts: &mut Attempts<'_>) {
        if self.table_rows == 0 {
            self.ungraded = 0;
        }
        for (nth, output) in row.outputs.0.iter().enumerate() {
            let Some(output) = &output.0 else { continue };
            let (outcome, ungraded) = output.judge();
            self.table_rows += 1;
            self.tools.add(outcome);
            self.ungraded += u64::from(ungraded);
            let test_case = row.test.0.as_ref();
            let declared = test_case.and_then(|test| test.assertion());
            let verdict = Verdict {
                target: &target(output.provider.0.as_deref()),
                red_team: test_case.and_then(|test| test.red_team()),
                assertion: declared.or_else(|| output.grading_result.0.as_ref()?.assertion()),
                test,
                prompt_index: nth as u64,
                prompt: output.prompt.0,
                outcome,
                score: output.score,
            };
            self.count(&verdict, attempts);
        }
    }

    fn count(&mut self, verdict: &Verdict<'_>, attempts: &mut Attempts<'_>) {
        let Verdict { target, test, prompt_index, prompt, outcome, .. } = *verdict;
        self.number(target);
        let red_team = verdict.red_team;
        let plugin = red_team.and_then(|metadata| metadata.plugin_id.text());
        let probe = plugin.or(verdict.assertion).unwrap_or("assertion");
        let detector = match red_team {
            Some(metadata) => metadata.strategy_id.text().filter(|id| !id.is_empty()).unwrap_or(BASIC),
            None => EVAL,
        };
        let place = self.board.place(target, probe, detector);
        if let Some(severity) = red_team.and_then(|metadata| severity(metadata.severity.text()?)) {
            self.board.severity(place, severity);
        }
        self.board.attempt(place);
        self.board.count(place, outcome);
        let occurrence = self.occurrences.entry((test, prompt_index)).or_default();
        let (generation, key) = (*occurrence, format!("t{test}:p{prompt_index}"));
        *occurrence += 1;
        let score = number(verdict.score);
        attempts(&Attempt { target, probe, detector, key: &key, prompt, seq: test, generation, outcome, score });
    }

    fn number(&mut self, target: &str) -> u32 {
        let known = self.targets.iter().position(|known| known == target).unwrap_or_else(|| {
            self.targets.push(target.to_owned());
            self.targets.len() - 1
        });
        u32::try_from(known).unwrap_or(u32::MAX)
    }

    pub(super) fn finish(mut self, mapping: &dyn Mapping, attempts: &mut Attempts<'_>) -> ToolRun {
        self.give_old_rows(attempts);
        let completeness = self.completeness();
        let (started_at, finished_at) = self.times();
        self.notes();
        let counted = self.rows + self.table_rows;
        let (groups, totals) = self.board.finish(mapping, |_| Notice::default());
        ToolRun {
            tool: "promptfoo",
            tool_version: self.about.version,
            run_id: self.about.eval_id.unwrap_or_else(|| unnamed(&groups, self.prompts)),
            target: self.targets.join(", "),
            suite: self.about.description.unwrap_or_else(|| "promptfoo".to_owned()),
            started_at,
            finished_at,
            completeness,
            groups,
            totals,
            attempts: counted,
            unevaluated: 0,
            problems: self.problems,
        }
    }

    /// Rows of version 2 without a table: their place is their only identity.
    fn give_old_rows(&mut self, attempts: &mut Attempts<'_>) {
        if self.table_rows > 0 {
            return;
        }
        if self.rows > 0 {
            let odd = self.old_rows.len() as u64;
            self.unread += odd;
            if odd > 0 {
                let problem =
                    Problem::error(format!("{odd} rows without `testIdx` and `promptIdx`"), "both, as in the other rows");
                self.note(problem.with_help("they were left out"));
            }
            return;
        }
        let targets = self.targets.clone();
        for (nth, row) in std::mem::take(&mut self.old_rows).into_iter().enumerate() {
            let target = &*targets[row.target as usize];
            let place = self.board.place(target, &row.probe, EVAL);
            self.board.attempt(place);
            self.board.count(place, row.outcome);
            self.tools.add(row.outcome);
            self.table_rows += 1;
            let key = format!("t{nth}:p0");
            let OldRow { probe, outcome, score, prompt, .. } = &row;
            attempts(&Attempt {
                target,
                probe,
                detector: EVAL,
                key: &key,
                prompt: *prompt,
                seq: nth as u64,
                generation: 0,
                outcome: *outcome,
                score: *score,
            });
        }
    }

    fn times(&mut self) -> (Option<Instant>, Option<Instant>) {
        let read = |text: &Option<String>| text.as_deref().and_then(time);
        let (started, exported) = (read(&self.about.timestamp), read(&self.about.exported_at));
        if [started, exported].into_iter().flatten().any(|(_, naive)| naive) {
            self.note(naive_times("this promptfoo"));
        }
        let started = started.map(|(at, _)| at);
        let after = |at: Instant, millis: u64| {
            let micros = i64::try_from(millis).ok()?.checked_mul(1000)?;
            Some(Instant::from_micros(at.micros().checked_add(micros)?))
        };
        if let (Some(at), Some(millis)) = (started, self.about.duration) {
            return (started, after(at, millis));
        }
        let (end, what) = match exported {
            Some((at, _)) => (Some(at), "the time of the export"),
            None => (started, "the time of the start"),
        };
        if end.is_some() {
            self.note(Problem::note("no time of the end of the run", format!("one; {what} was taken")));
        }
        (started, end)
    }

    fn completeness(&self) -> Completeness {
        let counted = self.rows + self.table_rows;
        let about = &self.about;
        let mut reasons = Vec::new();
        if self.cut {
            reasons.push("the file ends in the middle of a row".to_owned());
        }
        if self.unread > 0 {
            reasons.push(format!("{} rows could not be read", self.unread));
        }
        match (about.tests, about.prompts) {
            (Some(tests), Some(prompts)) => {
                let planned = tests.saturating_mul(prompts).saturating_mul(about.repeat.unwrap_or(1).max(1));
                if counted < planned {
                    reasons.push(format!("{counted} rows of {planned} that were configured"));
                }
            }
            _ if about.rows_only => reasons.push("rows alone do not say how many there should be".to_owned()),
            // Tests that stand in files of their own are not counted in the document; its own sum is the next best
            // witness, since an interrupted run leaves it behind the rows.
            _ => match about.stats {
                Some((passed, failed, errors)) if passed + failed + errors.unwrap_or(0) == counted => {}
                _ => reasons
                    .push("the document does not say how many tests were configured, nor a sum that fits its rows".to_owned()),
            },
        }
        if reasons.is_empty() { Completeness::Complete } else { Completeness::Partial(reasons.join("; ")) }
    }

    fn notes(&mut self) {
        let Outcomes { passed, failed, errors } = self.tools;
        if let Some((successes, failures, tool_errors)) = self.about.stats
            && (passed, failed, errors) != (successes, failures, tool_errors.unwrap_or(0))
        {
            let found = format!("{passed} passed, {failed} failed and {errors} errors in the rows");
            let tool_errors = tool_errors.unwrap_or(0);
            let own = format!("{successes}, {failures} and {tool_errors}, as promptfoo's own `stats` say; the rows count");
            self.note(Problem::note(found, own));
        }
        let Outcomes { passed, failed, .. } = self.error_pages;
        if passed + failed > 0 {
            let found = format!("{passed} HTTP error pages graded as a pass and {failed} graded as a failure");
            let note = Problem::note(found, "answers of the system; they count as errors");
            self.note(note.with_help("set `validateStatus` for the HTTP provider"));
        }
        if self.about.version.is_none() && self.table_rows > 0 {
            let found = format!("results of version 2, with {} failures that nothing graded", self.ungraded);
            self.note(Problem::note(
                found,
                "errors apart from failures, which version 2 does not write; they count as failures",
            ));
        }
        if self.about.secrets > 0 {
            let found = format!("{} keys or tokens in clear in `config`", self.about.secrets);
            let note = Problem::note(found, "none; they were not read into anything");
            self.note(note.with_help("revoke them, and keep this file away from others"));
        }
        if self.about.rows_only {
            let note =
                Problem::note("rows without the document around them", "the JSON export, which names run, time and suite");
            self.note(
                note.with_help("use one of the two for a run, not both: nothing in the rows says that they are the same"),
            );
        }
    }

    fn note(&mut self, mut note: Problem) {
        self.file.clone_into(&mut note.place.file);
        self.problems.push(note);
    }
}

fn number(score: Score) -> Option<f64> {
    if let Score::Number(score) = score { Some(score) } else { None }
}

/// A target's name without what may be a secret: the credentials and the query of an address.
fn target(label: Option<&str>) -> String {
    let label = label.map(str::trim).filter(|label| !label.is_empty()).unwrap_or(UNKNOWN);
    let Some((scheme, rest)) = label.split_once("://") else {
        return label.to_owned();
    };
    let rest = rest.split(['?', '#']).next().unwrap_or_default();
    let (host, path) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    format!("{scheme}://{host}{path}")
}

fn severity(word: &str) -> Option<&'static str> {
    if word == "informational" {
        return Some("info");
    }
    SEVERITIES.into_iter().find(|known| *known == word)
}
