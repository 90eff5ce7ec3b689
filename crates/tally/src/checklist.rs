//! `tally checklist`: reviews of systems and releases, question by question; what came out, and what is missing.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde_json::json as object;
use tally_app::checklist::{self, Answer, Said, Start};
use tally_app::{Error, Facts};
use tally_model::Instant;
use tally_model::problem::printable;
use tally_web::api::v1;

use crate::act::{actor, wrote};
use crate::checklist_show as show;
use crate::cli::{Common, Format, instant};
use crate::exit;
use crate::output::{err, json, out};
use crate::remote;

#[derive(Subcommand)]
pub enum ChecklistCommand {
    /// The reviews and what came out, the newest first.
    List {
        #[command(flatten)]
        of: Of,
        /// By this checklist alone.
        #[arg(long, value_name = "ID")]
        checklist: Option<String>,
    },
    /// Start a review; the reviewer is never who made what is reviewed.
    Start(StartArgs),
    /// A review: its questions, how each was answered, what is left.
    Show {
        /// The review.
        review: String,
        /// Only the questions that are unanswered.
        #[arg(long)]
        unanswered: bool,
        #[command(flatten)]
        look: Look,
    },
    /// Answer a question of an open review.
    Answer {
        /// The review.
        review: String,
        /// The question, such as GOV-01.
        question: String,
        /// yes, partly, no or not_applicable.
        #[arg(value_name = "ANSWER", value_parser = word)]
        answer: Answer,
        /// What else is to be said; partly and not_applicable need it.
        #[arg(long, value_name = "TEXT")]
        note: Option<String>,
        /// What shows it: an id of evidence, or where it is. Can be given several times; a yes without any is claimed.
        #[arg(long, value_name = "ID")]
        evidence: Vec<String>,
        /// How output is written.
        #[arg(long, value_enum, default_value_t = Format::Human)]
        format: Format,
    },
    /// Take the answer to a question away.
    Clear {
        /// The review.
        review: String,
        /// The question.
        question: String,
        /// How output is written.
        #[arg(long, value_enum, default_value_t = Format::Human)]
        format: Format,
    },
    /// Complete a review whose questions are all answered; it stays as it is from then on. Exit code 1 where the outcome is stopped.
    Complete {
        /// The review.
        review: String,
        /// How output is written.
        #[arg(long, value_enum, default_value_t = Format::Human)]
        format: Format,
    },
    /// What the newest review of each system found missing, what stops a release first.
    Gaps {
        #[command(flatten)]
        of: Of,
    },
    /// A review with its answers as a file, to standard output.
    Export {
        /// The review.
        review: String,
        /// csv or json.
        #[arg(long, value_enum, default_value_t = Format::Csv, hide_possible_values = true)]
        format: Format,
    },
    /// Take the answers of such a file into an open review; what stands so already is not written again.
    Import {
        /// The review.
        review: String,
        /// The file, CSV or JSON; `-` for standard input.
        file: PathBuf,
        /// How output is written.
        #[arg(long, value_enum, default_value_t = Format::Human)]
        format: Format,
    },
}

/// Of which system, and when.
#[derive(Args)]
pub struct Of {
    /// Of this system alone.
    #[arg(long, value_name = "ID")]
    pub system: Option<String>,
    #[command(flatten)]
    pub look: Look,
}

/// When it is looked at, and how that is written.
#[derive(Args)]
pub struct Look {
    /// The instant to look at; else now.
    #[arg(long, value_name = "INSTANT", value_parser = instant)]
    pub as_of: Option<Instant>,
    /// How output is written.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
}

impl Look {
    /// The instant T.
    pub fn at(&self) -> Instant {
        self.as_of.unwrap_or_else(tally_app::now)
    }
}

#[derive(Args)]
pub struct StartArgs {
    /// The checklist, such as production-review.
    checklist: String,
    /// The system.
    #[arg(long, value_name = "ID")]
    system: String,
    /// The release; else the system as a whole.
    #[arg(long, value_name = "ID")]
    release: Option<String>,
    /// Who reviews; else who starts it.
    #[arg(long, value_name = "NAME")]
    reviewer: Option<String>,
    /// Who made what is reviewed, where that is not the release's author.
    #[arg(long, value_name = "NAME")]
    author: Option<String>,
    /// Begin with the answers of the system's last review, dated as they were.
    #[arg(long)]
    copy: bool,
    /// How output is written.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

fn word(text: &str) -> Result<Answer, String> {
    Answer::named(text).ok_or_else(|| "expected yes, partly, no or not_applicable".to_owned())
}

pub fn run(common: &Common, command: ChecklistCommand) -> Result<u8, Error> {
    use ChecklistCommand as Word;
    match command {
        Word::List { of, checklist } => show::list(common, &of, checklist),
        Word::Start(args) => start(common, args),
        Word::Show { review, unanswered, look } => show::show(common, &review, unanswered, &look),
        Word::Answer { review, question, answer, note, evidence, format } => {
            let said = Said { question, answer, note, evidence };
            let edited = answered(common, &review, &said)?;
            done(&edited, format, &format!("{} of {review}: {}", said.question, answer.label().to_lowercase()))
        }
        Word::Clear { review, question, format } => {
            let edited = match common.server()? {
                Some(server) => {
                    let body = v1::ClearAnswer { question: question.clone() };
                    server.post(&format!("{}/clear", path(&review)), &Vec::new(), &body)?.json()?
                }
                None => {
                    let mut programme = common.programme()?;
                    v1::Edited::from(&checklist::clear(&mut programme, &review, &question, &actor(common), tally_app::now())?)
                }
            };
            done(&edited, format, &format!("{question} of {review} is unanswered"))
        }
        Word::Complete { review, format } => complete(common, &review, format),
        Word::Gaps { of } => show::gaps(common, &of),
        Word::Export { review, format } => show::export(common, &review, format),
        Word::Import { review, file, format } => import(common, &review, &file, format),
    }
}

/// The review in the API.
pub fn path(review: &str) -> String {
    format!("/checklist-reviews/{}", remote::encode(review))
}

fn done(edited: &v1::Edited, format: Format, text: &str) -> Result<u8, Error> {
    if format != Format::Human {
        return json(&object!(edited)).map(|()| exit::HOLDS);
    }
    wrote(edited.first, edited.journal_size);
    out(&printable(text)).map(|()| exit::HOLDS)
}

fn start(common: &Common, args: StartArgs) -> Result<u8, Error> {
    let StartArgs { checklist, system, release, reviewer, author, copy, format } = args;
    let started: v1::StartedReview = match common.server()? {
        Some(server) => {
            let body = v1::StartReview { checklist, system, release, author, reviewer, copy };
            server.post("/checklist-reviews", &Vec::new(), &body)?.json()?
        }
        None => {
            let mut programme = common.programme()?;
            let facts = Facts::open(&programme, None)?;
            let asked = Start { checklist, system, release, author, reviewer, copy };
            checklist::start(&mut programme, &facts, &asked, &actor(common), tally_app::now())?.into()
        }
    };
    if format != Format::Human {
        return json(&object!(started)).map(|()| exit::HOLDS);
    }
    wrote(started.edited.first, started.edited.journal_size);
    if let Some(from) = &started.copied_from {
        err(&printable(&format!("{} answers taken over from {from}, dated as they were", started.copied)));
    }
    out(&printable(&started.id)).map(|()| exit::HOLDS)
}

fn answered(common: &Common, review: &str, said: &Said) -> Result<v1::Edited, Error> {
    Ok(match common.server()? {
        Some(server) => {
            let body = v1::AnswerQuestion {
                question: said.question.clone(),
                answer: said.answer.word().to_owned(),
                note: said.note.clone(),
                evidence: said.evidence.clone(),
            };
            server.post(&format!("{}/answer", path(review)), &Vec::new(), &body)?.json()?
        }
        None => {
            let mut programme = common.programme()?;
            v1::Edited::from(&checklist::answer(&mut programme, review, said, None, &actor(common), tally_app::now())?)
        }
    })
}

fn complete(common: &Common, review: &str, format: Format) -> Result<u8, Error> {
    let edited: v1::Edited = match common.server()? {
        Some(server) => server.post(&format!("{}/complete", path(review)), &Vec::new(), &object!({}))?.json()?,
        None => {
            let mut programme = common.programme()?;
            let facts = Facts::open(&programme, None)?;
            v1::Edited::from(&checklist::complete(&mut programme, &facts, review, &actor(common), tally_app::now())?)
        }
    };
    let found = show::sheet(common, review, tally_app::now())?;
    let code = if found.outcome == "stopped" { exit::FAILS } else { exit::HOLDS };
    if format != Format::Human {
        return json(&object!({"outcome": found.outcome, "progress": found.progress, "edited": edited})).map(|()| code);
    }
    wrote(edited.first, edited.journal_size);
    out(&printable(&show::sentence(&found))).map(|()| code)
}

fn import(common: &Common, review: &str, file: &Path, format: Format) -> Result<u8, Error> {
    if common.server()?.is_some() {
        let text = "`tally checklist import` works on a data directory only; leave --server out, or paste the file on the review's page";
        return Err(Error::Invalid(text.to_owned()));
    }
    let text = read(file).map_err(|source| Error::File { what: "reading", path: file.to_owned(), source })?;
    let mut programme = common.programme()?;
    let taken = checklist::take(&mut programme, review, &text, &actor(common), tally_app::now())?;
    if format != Format::Human {
        return json(&object!(v1::TakenAnswers::from(taken))).map(|()| exit::HOLDS);
    }
    wrote(taken.edited.first, taken.edited.size);
    out(&format!("{} answers taken over, {} stood so already", taken.answers, taken.unchanged)).map(|()| exit::HOLDS)
}

fn read(file: &Path) -> std::io::Result<String> {
    if file != Path::new("-") {
        return std::fs::read_to_string(file);
    }
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text)?;
    Ok(text)
}
