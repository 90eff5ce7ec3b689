//! From lines to a run: which attempts were evaluated, and what came out. Holds counters and digests, no line.

use std::collections::{BTreeMap, HashMap, HashSet};

use tally_model::{Instant, Problem, Weight};

use super::row::Row;
use super::summary::{Claims, Started};
use crate::board::{Board, Notice, UNKNOWN, key, naive_times, time, unnamed};
use crate::loose::{Score, digest};
use crate::run::{Attempt, Attempts, Completeness, Mapping, Outcome, ToolRun};

/// A run in the making.
pub(super) struct Fold<'f> {
    file: &'f str,
    threshold: f64,
    board: Board,
    /// Attempts with a status-2 line.
    done: HashSet<u64>,
    /// Attempts that have only a status-1 line so far.
    pending: HashMap<u64, Pending>,
    /// How often a probe has used a prompt.
    occurrences: HashMap<u64, u32>,
    probes: Vec<Box<str>>,
    probe_numbers: HashMap<Box<str>, u32>,
    notices: HashMap<String, Notice>,
    goals: HashMap<Box<str>, Option<String>>,
    prompts: u128,
    started: Started,
    claims: Claims,
    finished_at: Option<Instant>,
    completed: bool,
    cut: bool,
    naive: bool,
    hits_only: u64,
    repeated: u64,
    undetected: u64,
    /// Null outputs that a detector scored all the same.
    scored_nulls: BTreeMap<String, u64>,
    problems: Vec<Problem>,
}

struct Pending {
    probe: u32,
    seq: u64,
    prompt: Option<u128>,
}

impl<'f> Fold<'f> {
    pub(super) fn new(file: &'f str, threshold: f64) -> Self {
        Self {
            file,
            threshold,
            board: Board::default(),
            done: HashSet::new(),
            pending: HashMap::new(),
            occurrences: HashMap::new(),
            probes: Vec::new(),
            probe_numbers: HashMap::new(),
            notices: HashMap::new(),
            goals: HashMap::new(),
            prompts: 0,
            started: Started::default(),
            claims: Claims::default(),
            finished_at: None,
            completed: false,
            cut: false,
            naive: false,
            hits_only: 0,
            repeated: 0,
            undetected: 0,
            scored_nulls: BTreeMap::new(),
            problems: Vec::new(),
        }
    }

    pub(super) fn problem(&mut self, problem: Problem, line: u64) {
        self.problems.push(problem.at_line(self.file, line));
    }

    /// The last line is half a record: the run was still going on, or was stopped.
    pub(super) fn cut(&mut self, line: u64) {
        self.cut = true;
        let problem = Problem::note("the file ends in the middle of a line", "whole lines; the half line was left out");
        self.problem(problem, line);
    }

    pub(super) fn take(&mut self, row: &Row<'_>, line: u64, attempts: &mut Attempts<'_>) {
        match row.entry_type.text() {
            Some("attempt") => self.attempt(row, line, attempts),
            Some("eval") => self.claims.take(row),
            Some("init") => {
                self.started.init(row);
                self.naive |= row.start_time.text().and_then(time).is_some_and(|(_, naive)| naive);
            }
            Some("start_run setup") => self.started.setup(row),
            Some("plugin_cache") => self.plugins(row),
            Some("completion") => {
                self.completed = true;
                if let Some((at, naive)) = row.end_time.text().and_then(time) {
                    self.naive |= naive;
                    self.finished_at = self.finished_at.max(Some(at));
                }
            }
            Some(_) => {}
            None if row.attempt_id.0 => self.hits_only += 1,
            None => self.problem(Problem::error("a line without `entry_type`", "a line of a garak report"), line),
        }
    }

    fn attempt(&mut self, row: &Row<'_>, line: u64, attempts: &mut Attempts<'_>) {
        let Some(probe) = row.probe_classname.text().filter(|probe| !probe.is_empty()) else {
            return self.problem(Problem::error("an attempt without `probe_classname`", "the name of its probe"), line);
        };
        let seq = row.seq.0.unwrap_or_default();
        let identity = match row.uuid.text() {
            Some(uuid) => short(digest(&[uuid.as_bytes(), probe.as_bytes(), &seq.to_be_bytes()])),
            // Without an id no two lines can be known to be the same attempt.
            None => short(digest(&[b"line", &line.to_be_bytes()])),
        };
        if row.status.0 == Some(2) {
            self.pending.remove(&identity);
            // An aggregated report gives every attempt the id of the run, so equal ids say nothing there.
            if !self.done.insert(identity) {
                if !self.started.aggregated {
                    self.repeated += 1;
                    return;
                }
                self.started.same_id += 1;
            }
            self.evaluated(row, probe, seq, attempts);
        } else if !self.done.contains(&identity) {
            let probe = self.number(probe);
            self.pending.entry(identity).or_insert(Pending { probe, seq, prompt: row.prompt.0 });
        }
    }

    fn evaluated(&mut self, row: &Row<'_>, probe: &str, seq: u64, attempts: &mut Attempts<'_>) {
        self.note_goal(probe, row);
        let (key, prompt) = self.key(probe, row.prompt.0);
        let attempt = Attempt {
            target: "",
            probe,
            detector: UNKNOWN,
            key: &key,
            prompt,
            seq,
            generation: 0,
            outcome: Outcome::Pass,
            score: None,
        };
        if row.detector_results.0.is_empty() {
            self.undetected += 1;
            return self.unjudged(Attempt { outcome: Outcome::Error("no detector judged it"), ..attempt }, attempts);
        }
        for (detector, scores) in &row.detector_results.0 {
            let detector = plain_detector(detector);
            let place = self.board.place("", probe, detector);
            self.board.attempt(place);
            for (generation, score) in scores.0.iter().enumerate() {
                let outcome = self.judge(*score);
                let score = if let Score::Number(score) = score { Some(*score) } else { None };
                if score.is_some() && row.outputs.0.get(generation).is_some_and(|output| !output.0) {
                    *self.scored_nulls.entry(detector.to_owned()).or_default() += 1;
                }
                self.board.count(place, outcome);
                let generation = u32::try_from(generation).unwrap_or(u32::MAX);
                attempts(&Attempt { detector, generation, outcome, score, ..attempt });
            }
        }
    }

    fn judge(&self, score: Score) -> Outcome {
        match score {
            Score::Number(score) if score >= self.threshold => Outcome::Fail,
            Score::Number(_) => Outcome::Pass,
            Score::Missing => Outcome::Error("no score"),
            Score::NotANumber => Outcome::Error("the score is not a number"),
        }
    }

    fn unjudged(&mut self, attempt: Attempt<'_>, attempts: &mut Attempts<'_>) {
        let place = self.board.place("", attempt.probe, UNKNOWN);
        self.board.attempt(place);
        self.board.count(place, attempt.outcome);
        attempts(&attempt);
    }

    /// The key of an attempt in every run of the same probe: its prompt, and which of several with that prompt it is.
    fn key(&mut self, probe: &str, prompt: Option<u128>) -> (String, Option<u128>) {
        let print = prompt.unwrap_or_default();
        self.prompts ^= digest(&[probe.as_bytes(), &print.to_be_bytes(), &(self.done.len() as u64).to_be_bytes()]);
        let same = short(digest(&[probe.as_bytes(), &print.to_be_bytes()]));
        let count = self.occurrences.entry(same).or_default();
        let key = key(prompt, *count);
        *count += 1;
        (key, prompt)
    }

    /// What the probe is after. Some probes write a goal of their own for every attempt; that is payload, not a goal.
    fn note_goal(&mut self, probe: &str, row: &Row<'_>) {
        let goal = row.goal.text();
        match self.goals.get_mut(probe) {
            Some(known) if known.as_deref() == goal => {}
            Some(known) => *known = None,
            None => {
                self.goals.insert(probe.into(), goal.map(str::to_owned));
            }
        }
    }

    fn number(&mut self, probe: &str) -> u32 {
        if let Some(number) = self.probe_numbers.get(probe) {
            return *number;
        }
        let number = u32::try_from(self.probes.len()).unwrap_or(u32::MAX);
        self.probes.push(probe.into());
        self.probe_numbers.insert(probe.into(), number);
        number
    }

    fn plugins(&mut self, row: &Row<'_>) {
        let Some(plugins) = &row.plugin_cache.0 else { return };
        for (path, plugin) in &plugins.probes.0 {
            let Some(plugin) = &plugin.0 else { continue };
            let tags = plugin.tags.0.iter().filter_map(|tag| tag.owned()).collect();
            let notice = Notice { tags, description: plugin.description.owned(), goal: plugin.goal.owned() };
            self.notices.insert(path.strip_prefix("probes.").unwrap_or(path).to_owned(), notice);
        }
    }

    pub(super) fn finish(mut self, mapping: &dyn Mapping, attempts: &mut Attempts<'_>) -> ToolRun {
        let unevaluated = self.pending.len() as u64;
        self.give_pending(attempts);
        let completeness = self.completeness(unevaluated);
        self.notes();
        let (notices, goals) = (self.notices, self.goals);
        let notice = |probe: &str| {
            let mut notice = notices.get(probe).cloned().unwrap_or_default();
            notice.goal = notice.goal.or_else(|| goals.get(probe).cloned().flatten());
            notice
        };
        let (groups, totals) = self.board.finish(mapping, notice);
        ToolRun {
            tool: "garak",
            tool_version: self.started.version,
            run_id: self.started.run_id.unwrap_or_else(|| unnamed(&groups, self.prompts)),
            target: self.started.target.unwrap_or_else(|| UNKNOWN.to_owned()),
            suite: "garak".to_owned(),
            started_at: self.started.at,
            finished_at: self.finished_at,
            completeness,
            groups,
            totals,
            attempts: self.done.len() as u64 + self.started.same_id + unevaluated,
            unevaluated: unevaluated + self.undetected,
            problems: self.problems,
        }
    }

    fn give_pending(&mut self, attempts: &mut Attempts<'_>) {
        let mut pending: Vec<Pending> = self.pending.drain().map(|(_, pending)| pending).collect();
        pending.sort_by_key(|pending| (pending.probe, pending.seq, pending.prompt));
        let probes = std::mem::take(&mut self.probes);
        for Pending { probe, seq, prompt } in pending {
            let probe = &*probes[probe as usize];
            let (key, prompt) = self.key(probe, prompt);
            let outcome = Outcome::Error("not evaluated");
            let attempt =
                Attempt { target: "", probe, detector: UNKNOWN, key: &key, prompt, seq, generation: 0, outcome, score: None };
            self.unjudged(attempt, attempts);
        }
    }

    fn completeness(&self, unevaluated: u64) -> Completeness {
        let mut reasons = Vec::new();
        if self.cut {
            reasons.push("the file ends in the middle of a line".to_owned());
        }
        if self.started.aggregated && !self.completed {
            reasons.push("an aggregated report does not say whether its runs were completed".to_owned());
        } else if !self.completed {
            reasons.push("no completion line".to_owned());
        }
        let unread = self.problems.iter().filter(|problem| problem.weight == Weight::Error).count();
        if unread > 0 {
            reasons.push(format!("{unread} lines could not be read"));
        }
        if unevaluated > 0 {
            reasons.push(format!("{unevaluated} attempts were not evaluated"));
        }
        let missing: Vec<&str> =
            self.started.planned.iter().map(|probe| &**probe).filter(|probe| !self.board.has(probe)).collect();
        if !reasons.is_empty() && !missing.is_empty() {
            let planned = self.started.planned.len();
            reasons.push(format!("{} of {planned} planned probes have no attempt", missing.len()));
        }
        if reasons.is_empty() { Completeness::Complete } else { Completeness::Partial(reasons.join("; ")) }
    }

    fn notes(&mut self) {
        let mut notes = self.claims.compare(&self.board, self.threshold);
        for (detector, count) in &self.scored_nulls {
            let found = format!("{count} scores that `{detector}` gave to null outputs");
            notes.push(Problem::note(found, "no score without an output; they count as the score says"));
        }
        if self.undetected > 0 {
            let found = format!("{} evaluated attempts without any detector result", self.undetected);
            notes.push(Problem::note(found, "a result; they count as errors of their probe"));
        }
        if self.repeated > 0 {
            let found = format!("{} lines that repeat an evaluated attempt", self.repeated);
            notes.push(Problem::note(found, "one line with status 2 each; the first counts"));
        }
        if self.started.runs > 1 {
            let found = format!("{} runs in one file", self.started.runs);
            notes.push(Problem::note(found, "one run; they were read as one"));
        }
        if self.naive {
            notes.push(naive_times("garak"));
        }
        if self.hits_only > 0 {
            let found = format!("{} lines of a hitlog, which holds hits only", self.hits_only);
            notes.push(Problem::error(found, "a garak report").with_help("import the `.report.jsonl` of the same run"));
        }
        for mut note in notes {
            self.file.clone_into(&mut note.place.file);
            self.problems.push(note);
        }
    }
}

/// Before 0.11 garak put `detector.` before the name, in some places.
pub(super) fn plain_detector(name: &str) -> &str {
    name.strip_prefix("detector.").unwrap_or(name)
}

/// Enough to tell millions of attempts apart, in half the memory.
fn short(print: u128) -> u64 {
    (print >> 64) as u64
}
