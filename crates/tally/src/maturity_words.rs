//! The words of `tally maturity`: its subcommands and what they take. Holds no logic but reading a word.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use tally_app::maturity::{Assignment, Effort, RoundScope};
use tally_model::Instant;

use crate::cli::{Format, instant};

#[derive(Subcommand)]
pub enum MaturityCommand {
    /// The maturity models of the catalog.
    Models(Written),
    /// The rounds, each with where it stands.
    Rounds(Written),
    /// Begin a round.
    Start(Box<StartArgs>),
    /// Begin a round where another one stands.
    Clone(Box<CloneArgs>),
    /// Say who answers which domain, and who approves.
    Assign {
        /// The round.
        round: String,
        /// DOMAIN=PERSON, or DOMAIN=PERSON@DATE with a due date. Replaces what was said before.
        #[arg(value_name = "DOMAIN=PERSON", value_parser = assignment)]
        domains: Vec<Assignment>,
        /// Who is to approve it.
        #[arg(long, value_name = "NAME")]
        approver: Option<String>,
        #[command(flatten)]
        written: Written,
    },
    /// A round as a whole, or one subject of it with its questions.
    Show {
        #[command(flatten)]
        of: Of,
        /// The questions of this domain, with what facts say.
        #[arg(long, value_name = "ID")]
        domain: Option<String>,
        #[command(flatten)]
        written: Written,
    },
    /// Answer questions, all in one commit.
    Answer {
        #[command(flatten)]
        of: Of,
        /// QUESTION=SCORE, such as GRC-01=3.
        #[arg(required = true, value_name = "QUESTION=SCORE", value_parser = scored)]
        answers: Vec<(String, u8)>,
        /// What else is to be said of them.
        #[arg(long, value_name = "TEXT")]
        note: Option<String>,
        /// The id of evidence, or where the proof is. Can be given several times.
        #[arg(long, value_name = "ID")]
        evidence: Vec<String>,
        #[command(flatten)]
        written: Written,
    },
    /// Take answers back.
    Clear {
        #[command(flatten)]
        of: Of,
        /// The questions.
        #[arg(required = true, value_name = "QUESTION")]
        questions: Vec<String>,
        #[command(flatten)]
        written: Written,
    },
    /// Hand a round in.
    Submit {
        /// The round.
        round: String,
        #[command(flatten)]
        written: Written,
    },
    /// Approve a round, which stays as it is from then on. Never its assessor.
    Approve {
        /// The round.
        round: String,
        #[command(flatten)]
        written: Written,
    },
    /// Two rounds side by side.
    Compare {
        #[command(flatten)]
        of: Of,
        /// The other round.
        with: String,
        #[command(flatten)]
        written: Written,
    },
    /// The questions that are not earned.
    Gaps {
        #[command(flatten)]
        of: Of,
        #[command(flatten)]
        written: Written,
    },
    /// The evidence that answers name, expired first. Exits with 1 where some has expired.
    Evidence {
        #[command(flatten)]
        of: Of,
        #[command(flatten)]
        written: Written,
    },
    /// From gaps to an ordered plan.
    Roadmap {
        #[command(flatten)]
        of: Of,
        /// The level that all domains are to reach; else the highest.
        #[arg(long, value_name = "N")]
        level: Option<u8>,
        /// A domain with a level of its own, such as GRC=3. Can be given several times.
        #[arg(long, value_name = "DOMAIN=N", value_parser = scored)]
        goal: Vec<(String, u8)>,
        #[command(flatten)]
        written: Written,
    },
    /// What would be reached, were these questions answered with a score.
    WhatIf {
        #[command(flatten)]
        of: Of,
        /// The questions.
        #[arg(required = true, value_name = "QUESTION")]
        questions: Vec<String>,
        /// The score; else the one that earns.
        #[arg(long, value_name = "N")]
        score: Option<u8>,
        #[command(flatten)]
        written: Written,
    },
    /// Plan improvements: one for each question.
    Plan(Box<PlanArgs>),
    /// Say that an improvement is done.
    Done {
        /// The improvement.
        id: String,
        #[command(flatten)]
        written: Written,
    },
    /// The answers of a round as a file, to standard output.
    Export {
        #[command(flatten)]
        of: Of,
        /// csv or json.
        #[arg(long, value_enum, default_value_t = Format::Csv)]
        format: Format,
    },
    /// Take answers in from a file as `export` writes it; `-` is standard input. The same file twice writes nothing.
    Import {
        /// The round.
        round: String,
        /// The file.
        file: PathBuf,
        #[command(flatten)]
        written: Written,
    },
}

/// How output is written.
#[derive(Args)]
pub struct Written {
    /// How output is written.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
}

/// What is meant.
#[derive(Args)]
pub struct Of {
    /// The round.
    pub round: String,
    /// The team or system; of a round over one it need not be named.
    #[arg(long, value_name = "ID")]
    pub subject: Option<String>,
}

/// A round that is to begin.
#[derive(Args)]
pub struct StartArgs {
    /// The model.
    #[arg(long, value_name = "ID", default_value = "ai-security")]
    pub model: String,
    /// What people call it.
    #[arg(long, value_name = "TEXT")]
    pub title: String,
    /// organisation, team or system.
    #[arg(long, value_name = "WORD", default_value = "organisation", value_parser = scope)]
    pub scope: RoundScope,
    /// A team or system; none for systems: all in production. Can be given several times.
    #[arg(long, value_name = "ID")]
    pub subject: Vec<String>,
    /// Who leads it; else who starts it.
    #[arg(long, value_name = "NAME")]
    pub assessor: Option<String>,
    /// Who is to approve it; never the assessor.
    #[arg(long, value_name = "NAME")]
    pub approver: Option<String>,
    /// Until when it is to be answered.
    #[arg(long, value_name = "INSTANT", value_parser = instant)]
    pub due: Option<Instant>,
    /// DOMAIN=PERSON, or DOMAIN=PERSON@DATE with a due date. Can be given several times.
    #[arg(long, value_name = "DOMAIN=PERSON", value_parser = assignment)]
    pub assign: Vec<Assignment>,
    /// Its id; else the model's and the day.
    #[arg(long, value_name = "ID")]
    pub id: Option<String>,
    #[command(flatten)]
    pub written: Written,
}

/// A clone of a round.
#[derive(Args)]
pub struct CloneArgs {
    /// The earlier round.
    pub round: String,
    /// Take its answers over, dated as they were.
    #[arg(long)]
    pub answers: bool,
    /// What people call the new one; else as the earlier one.
    #[arg(long, value_name = "TEXT")]
    pub title: Option<String>,
    /// Who leads it.
    #[arg(long, value_name = "NAME")]
    pub assessor: Option<String>,
    /// Who is to approve it.
    #[arg(long, value_name = "NAME")]
    pub approver: Option<String>,
    /// Until when it is to be answered.
    #[arg(long, value_name = "INSTANT", value_parser = instant)]
    pub due: Option<Instant>,
    /// Its id.
    #[arg(long, value_name = "ID")]
    pub id: Option<String>,
    #[command(flatten)]
    pub written: Written,
}

/// Improvements that are planned.
#[derive(Args)]
pub struct PlanArgs {
    #[command(flatten)]
    pub of: Of,
    /// The questions.
    #[arg(required = true, value_name = "QUESTION")]
    pub questions: Vec<String>,
    /// Who does it.
    #[arg(long, value_name = "NAME")]
    pub owner: String,
    /// Until when.
    #[arg(long, value_name = "INSTANT", value_parser = instant)]
    pub due: Option<Instant>,
    /// small, medium or large; else what the model says.
    #[arg(long, value_name = "WORD", value_parser = effort)]
    pub effort: Option<Effort>,
    /// Where it is tracked.
    #[arg(long, value_name = "REF")]
    pub ticket: Option<String>,
    /// The score that is to be reached; else the one that earns.
    #[arg(long, value_name = "N")]
    pub target: Option<u8>,
    /// What else is to be said.
    #[arg(long, value_name = "TEXT")]
    pub note: Option<String>,
    #[command(flatten)]
    pub written: Written,
}

fn scope(word: &str) -> Result<RoundScope, String> {
    RoundScope::named(word).ok_or_else(|| "expected organisation, team or system".to_owned())
}

fn effort(word: &str) -> Result<Effort, String> {
    Effort::parse(word).ok_or_else(|| "expected small, medium or large".to_owned())
}

fn scored(text: &str) -> Result<(String, u8), String> {
    let parts = text.split_once('=').and_then(|(name, number)| Some((name.trim().to_owned(), number.trim().parse().ok()?)));
    parts.filter(|(name, _)| !name.is_empty()).ok_or_else(|| "expected a name and a number, such as GRC-01=3".to_owned())
}

fn assignment(text: &str) -> Result<Assignment, String> {
    let expected = || "expected DOMAIN=PERSON, or DOMAIN=PERSON@2026-06-30".to_owned();
    let (domain, rest) = text.split_once('=').ok_or_else(expected)?;
    // A name may be an address: only what is an instant after the last @ is a date.
    let dated = rest.rsplit_once('@').and_then(|(owner, date)| Some((owner, Instant::parse(date)?)));
    let (owner, due) = dated.map_or((rest, None), |(owner, due)| (owner, Some(due)));
    let wrong = domain.trim().is_empty() || owner.trim().is_empty();
    if wrong {
        Err(expected())
    } else {
        Ok(Assignment { domain: domain.trim().to_owned(), owner: owner.trim().to_owned(), due })
    }
}
