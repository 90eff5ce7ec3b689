//! What reading a round answers, as plain data: enough for a page to be drawn from it alone. Holds no rule.

use std::collections::BTreeMap;

use tally_catalog::maturity::{Rung, Step};
use tally_judge::maturity::{Agreement, Effort, Next, Plain, Range};
use tally_measure::Row;
use tally_model::Instant;

use super::plan::Improvement;
use super::round::{Assignment, Round, Subject};

/// The numbers of a subject, a domain, or several subjects together: side by side, by name.
#[derive(Clone, Debug, PartialEq)]
pub struct Numbers {
    /// The earned level (staged); of several: the lowest. Not earned by any answer where `answered` is 0.
    pub earned: u8,
    /// The continuous score, 0 to the top of the scale: unanswered questions at 0, and at the top.
    pub range: Range,
    /// The mean of the answered questions alone; `None` where none is answered.
    pub known_mean: Option<f64>,
    /// The share of the score that fresh evidence backs, 0 to 1; `None` where there is no score to back.
    pub confidence: Option<f64>,
    /// What the plain mean of a known app says, for comparison; `None` where nothing is answered (the app says level 1).
    pub plain: Option<Plain>,
    /// Questions, of all subjects together.
    pub questions: usize,
    /// Those with an answer.
    pub answered: usize,
    /// Those with an answer and fresh evidence for it.
    pub with_evidence: usize,
    /// The sum of the answers.
    pub points: u64,
    /// The part of it that fresh evidence backs.
    pub backed: u64,
}

impl Numbers {
    /// Whether there is a score and no fresh evidence for any of it.
    pub const fn claimed(&self) -> bool {
        self.points > 0 && self.backed == 0
    }

    /// Questions without an answer.
    pub const fn unanswered(&self) -> usize {
        self.questions - self.answered
    }

    /// Why the plain mean says more than was earned; `None` where it does not, or nothing is answered.
    pub fn misleads(&self) -> Option<String> {
        let plain = self.plain.as_ref().filter(|plain| plain.level > self.earned)?;
        let why = match self.unanswered() {
            0 => "it lets strong answers of a high level stand in for missing ones of a lower level".to_owned(),
            1 => "it leaves out the question that is not answered, and gates no level".to_owned(),
            open => format!("it leaves out the {open} questions that are not answered, and gates no level"),
        };
        Some(format!("the plain mean says level {} and level {} is earned: {why}", plain.level, self.earned))
    }
}

/// A model, without its questions.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelHead {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub title: String,
    /// Its version.
    pub version: String,
    /// What it is for.
    pub summary: String,
    /// An answer earns from this score on.
    pub earned_from: u8,
    /// The scores, lowest first.
    pub scale: Vec<Step>,
    /// The levels, lowest first.
    pub levels: Vec<Rung>,
}

impl ModelHead {
    /// The highest score.
    pub fn top(&self) -> u8 {
        self.scale.iter().map(|step| step.score).max().unwrap_or(0)
    }

    /// What people call a score, such as "In force".
    pub fn score_name(&self, score: u8) -> &str {
        self.scale.iter().find(|step| step.score == score).map_or("", |step| step.name.as_str())
    }

    /// What people call a level, such as "Defined".
    pub fn level_name(&self, level: u8) -> &str {
        self.levels.iter().find(|rung| rung.level == level).map_or("", |rung| rung.name.as_str())
    }
}

/// One subject of a round with all its questions.
#[derive(Clone, Debug)]
pub struct Sheet {
    /// The round.
    pub round: Round,
    /// The subject.
    pub subject: Subject,
    /// The model.
    pub model: ModelHead,
    /// All domains together.
    pub whole: Numbers,
    /// Ids of the domains that stand lowest.
    pub held_by: Vec<String>,
    /// The domains, in the model's order; the one asked for alone where one was.
    pub domains: Vec<SheetDomain>,
    /// The round that its previous answers are from.
    pub previous: Option<String>,
    /// The subjects of the round that the viewer sees.
    pub subjects: Vec<Subject>,
}

/// One domain of a subject.
#[derive(Clone, Debug)]
pub struct SheetDomain {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub title: String,
    /// What it is about.
    pub means: String,
    /// What it looks like at each level.
    pub looks: BTreeMap<u8, String>,
    /// Its numbers.
    pub numbers: Numbers,
    /// The next level and the questions that block it; `None` where the highest is earned.
    pub next: Option<Next>,
    /// Its levels that have questions, lowest first.
    pub levels: Vec<LevelNumbers>,
    /// Who answers it; nobody named: everybody who may edit.
    pub assigned: Vec<Assignment>,
    /// Its questions, in the model's order.
    pub questions: Vec<SheetQuestion>,
}

/// One level of a domain.
#[derive(Clone, Debug, PartialEq)]
pub struct LevelNumbers {
    /// The level.
    pub level: u8,
    /// Questions that belong to it.
    pub questions: usize,
    /// Those with an answer.
    pub answered: usize,
    /// Those that are earned.
    pub earned: usize,
    /// The mean of its questions.
    pub range: Range,
}

/// One question of a subject.
#[derive(Clone, Debug)]
pub struct SheetQuestion {
    /// Its id.
    pub id: String,
    /// The id of its domain.
    pub domain: String,
    /// The level that it belongs to.
    pub level: u8,
    /// The question.
    pub ask: String,
    /// What goes wrong without it.
    pub why: String,
    /// How much work it is.
    pub effort: Effort,
    /// Questions that come first.
    pub needs: Vec<String>,
    /// What shows each score from 1 up.
    pub shows: BTreeMap<u8, String>,
    /// Items of frameworks that it serves.
    pub links: Vec<LinkLine>,
    /// The answer; `None`: unanswered.
    pub answer: Option<Given>,
    /// The score in the round before; `None`: unanswered there, or there is none.
    pub before: Option<u8>,
    /// Whether it is earned.
    pub earned: bool,
    /// What is missing to the score that earns it.
    pub gap: u8,
    /// Whether it stands in the way of its domain's next level.
    pub blocks: bool,
    /// What facts say.
    pub computed: Vec<ComputedAnswer>,
    /// How the answer fits the facts: the gravest of the computed ones; `CannotSay` without any.
    pub agreement: Agreement,
    /// The newest improvement that is to lift it.
    pub improvement: Option<Improvement>,
}

/// An answer as it was given.
#[derive(Clone, Debug, PartialEq)]
pub struct Given {
    /// Id of its record.
    pub id: String,
    /// The score.
    pub score: u8,
    /// Who answered.
    pub by: String,
    /// When.
    pub answered_at: Instant,
    /// What else was said.
    pub note: Option<String>,
    /// What shows it.
    pub evidence: Vec<Proof>,
    /// The round that it was taken over from; answering anew makes it this round's own.
    pub carried: Option<String>,
}

impl Given {
    /// Whether fresh evidence backs it.
    pub fn backed(&self) -> bool {
        self.evidence.iter().any(|proof| proof.state.is_fresh())
    }
}

/// A piece of evidence that an answer names.
#[derive(Clone, Debug, PartialEq)]
pub struct Proof {
    /// As the answer names it: the id of an evidence record, or where the proof is.
    pub named: String,
    /// The record's name, where it is one and the viewer may see it.
    pub name: Option<String>,
    /// Whether there is an evidence record of that id.
    pub is_record: bool,
    /// Since when it proves something: when it was collected; of a place in words: when the question was answered.
    pub since: Option<Instant>,
    /// Until when: its own expiry, else as long as the model says.
    pub until: Option<Instant>,
    /// Whether it is fresh.
    pub state: ProofState,
}

/// How evidence stands at T.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ProofState {
    /// It proves something still.
    Fresh,
    /// It did.
    Expired,
    /// It is yet to be collected.
    Ahead,
}

impl ProofState {
    /// Whether it backs an answer.
    pub const fn is_fresh(self) -> bool {
        matches!(self, Self::Fresh)
    }

    /// In a word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Fresh => "fresh",
            Self::Expired => "expired",
            Self::Ahead => "not collected yet",
        }
    }
}

/// An item of a framework.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkLine {
    /// As the model writes it, such as `eu-ai-act:Art. 9`.
    pub text: String,
    /// The title of its framework.
    pub framework: String,
    /// Its id there.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Where it can be read.
    pub url: Option<String>,
}

/// What answers beside people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A metric: its id.
    Metric(String),
    /// A query of the model.
    Query,
}

/// What facts say to a question.
#[derive(Clone, Debug)]
pub struct ComputedAnswer {
    /// What the number means.
    pub says: String,
    /// Where it comes from.
    pub origin: Origin,
    /// The kind of record behind it, where one is known.
    pub of: Option<String>,
    /// In percent; `None`: no data.
    pub value: Option<f64>,
    /// Members of the population.
    pub n: u64,
    /// How many of them count as hits.
    pub hits: Option<u64>,
    /// The lowest value, in percent, that answers each score.
    pub scores: BTreeMap<u8, f64>,
    /// The score that the value answers; `None`: no data, so no answer.
    pub answer: Option<u8>,
    /// How the answer that people gave fits it.
    pub agreement: Agreement,
    /// Up to twenty members that do not count; asked for with rows only.
    pub misses: Vec<Row>,
    /// Up to twenty that do.
    pub hit_rows: Vec<Row>,
    /// The query could not be run: what it said. There is no value then.
    pub failed: Option<String>,
}
