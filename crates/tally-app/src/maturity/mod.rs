//! Maturity rounds: answers to a model's questions, with evidence, level by level; what facts say beside them; what to do next.
//!
//! What is read comes from a [`Desk`]; a server asks [`kept`], which remembers until the journal grows. What is written goes
//! through the one way in for patches, with actor and face. Scores are `tally-judge`'s: no number is made up here.
//!
//! | verb | what it does |
//! | --- | --- |
//! | [`rounds`], [`round`] | the rounds there are, each with where it stands |
//! | [`start`], [`again`] | begin a round, or clone one with its answers, dated as they were |
//! | [`assign`], [`submit`], [`approve`] | who answers, and the way to a round that stays as it is |
//! | [`answer`], [`clear`] | answers, one or many at once |
//! | [`sheet`] | one subject: domains, questions, computed answers |
//! | [`overview`], [`compare`] | all subjects, beside the round before |
//! | [`gaps`], [`proofs`], [`contradictions`] | what is missing, what is shown, what does not fit the facts |
//! | [`roadmap`], [`what_if`], [`lifts`], [`plan`], [`done`], [`improvements`] | the way to the next level |
//! | [`export_csv`], [`export_json`], [`import()`], [`import_file`] | the answers as a file, and back |

mod answer;
mod book;
mod cards;
mod compare;
mod computed;
mod desk;
mod export;
mod found;
mod import;
pub mod kept;
mod lay;
mod manage;
mod overview;
mod plan;
mod proof;
mod roadmap;
mod round;
mod rounds;
mod sheet;
mod shelf;
mod start;
mod state;

pub use answer::{Reply, Seen, answer, clear};
pub use cards::{
    ComputedAnswer, Given, LevelNumbers, LinkLine, ModelHead, Numbers, Origin, Proof, ProofState, Sheet, SheetDomain,
    SheetQuestion,
};
pub use compare::{Compared, ComparedDomain, ComparedQuestion, compare};
pub use desk::{Desk, Hand};
pub use export::{ExportRow, export_csv, export_json, export_rows};
pub use found::{Contradiction, Gap, ProofLine, contradictions, gaps, proofs};
pub use import::{Imported, Layout, import, import_file};
pub use manage::{approve, assign, submit};
pub use overview::{Before, HeatCell, Overview, OverviewDomain, SubjectLine, overview};
pub use plan::{Improvement, Plan, Progress, done, improvements, plan};
pub use roadmap::{Goals, RoadStep, Roadmap, WhatIf, WhatIfDomain, lifts, roadmap, what_if};
pub use round::{Assignment, IMPORTED, ORGANISATION, Round, RoundScope, RoundState, Subject, round};
pub use rounds::{RoundLine, rounds};
pub use sheet::{SheetAsk, sheet};
pub use shelf::shelf;
pub use start::{Again, Start, Started, again, start};
pub use tally_judge::maturity::{Agreement, Effort, Lift, Next, Plain, Range, Way};

use crate::Error;
use tally_catalog::MaturityModel;
use tally_model::problem::{nearest, printable, shorten};

/// Kind of a round's record.
const ROUND: &str = "maturity_round";
/// Kind of an answer's record.
const ANSWER: &str = "maturity_answer";
/// Label of an answer that was taken over from an earlier round: that round's id.
const CARRIED: &str = "carried_from";

/// The model of this id.
fn model<'c>(catalog: &'c tally_catalog::Catalog, id: &str) -> Result<&'c MaturityModel, Error> {
    catalog.maturity_model(id).ok_or_else(|| {
        let near = nearest(id, catalog.maturity_models().map(|model| model.id.as_str()));
        let help =
            near.map_or_else(|| "`tally maturity models` names all".to_owned(), |near| format!("did you mean `{near}`?"));
        Error::Unknown { what: "maturity model", name: printable(&shorten(id)), help: Some(help) }
    })
}

/// The question of this id.
fn question<'m>(model: &'m MaturityModel, id: &str) -> Result<&'m tally_catalog::maturity::Question, Error> {
    model.question(id).ok_or_else(|| {
        let near = nearest(id, model.questions.iter().map(|question| question.id.as_str()));
        let help = near.map_or_else(
            || format!("model `{}` has questions such as {}", model.id, first(model)),
            |near| format!("did you mean `{near}`?"),
        );
        Error::Unknown { what: "question", name: printable(&shorten(id)), help: Some(help) }
    })
}

/// The domain of this id.
fn domain<'m>(model: &'m MaturityModel, id: &str) -> Result<&'m tally_catalog::maturity::Domain, Error> {
    model.domain(id).ok_or_else(|| {
        let ids: Vec<&str> = model.domains.iter().map(|domain| domain.id.as_str()).collect();
        let near = nearest(id, ids.iter().copied());
        let help = near.map_or_else(|| format!("there are {}", ids.join(", ")), |near| format!("did you mean `{near}`?"));
        Error::Unknown { what: "domain", name: printable(&shorten(id)), help: Some(help) }
    })
}

fn first(model: &MaturityModel) -> &str {
    model.questions.first().map_or("none", |question| question.id.as_str())
}

/// The kind of this name; the table of kinds has it.
fn kind(name: &'static str) -> Result<&'static tally_model::Kind, Error> {
    tally_model::Kind::named(name).ok_or_else(|| Error::Invalid(format!("no kind `{name}`")))
}
