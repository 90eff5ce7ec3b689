//! Operations that read maturity rounds: models, rounds, one subject, gaps, plans, comparisons, the answers as a file.

use tally_app::maturity::{self, Goals, SheetAsk, kept};
use tally_app::{Workbench, scope::Scope};
use tally_model::problem::{nearest, printable, shorten};

use super::answer::document;
use super::asked::Asked;
use super::operation::{Holds, Operation, Param, param};
use super::{READ, v1};
use crate::failure::Failure;
use crate::reply::Reply;
use crate::route::Route;
use crate::visit::Visit;

const SUBJECT: Param =
    param("subject", Holds::Text, "A team or system of the round; of a round over one it need not be named.");
const OF: &[Param] = &[SUBJECT];
const SHEET: &[Param] = &[
    SUBJECT,
    param("domain", Holds::Text, "This domain alone."),
    param("rows", Holds::YesNo, "With rows behind computed answers."),
];
const COMPARE: &[Param] = &[param("with", Holds::Text, "The other round.").required(), SUBJECT];
const ROADMAP: &[Param] = &[
    SUBJECT,
    param("level", Holds::Whole(0, 9), "The level that all domains are to reach; else the highest."),
    param("goal", Holds::Text, "A domain with a level of its own, such as GRC=3.").repeating(),
];
const WHAT_IF: &[Param] = &[
    SUBJECT,
    param("question", Holds::Text, "A question that is assumed.").required().repeating(),
    param("score", Holds::Whole(0, 4), "The score that they are assumed at; else the one that earns."),
];
const EXPORT: &[Param] = &[SUBJECT, param("format", Holds::OneOf(&["json", "csv"]), "Else json.")];

const fn read<T: utoipa::ToSchema>(
    path: &'static str,
    answer: crate::route::Answer,
    id: &'static str,
    summary: &'static str,
) -> Operation {
    Operation::of::<T>(Route::get(path, READ, answer), id, "Maturity", summary)
}

/// The operations.
pub(super) const OPERATIONS: &[Operation] = &[
    read::<v1::MaturityModels>("/api/v1/maturity/models", models, "maturity_models", "The maturity models"),
    read::<v1::MaturityModel>("/api/v1/maturity/models/{id}", model, "maturity_model", "A maturity model with its questions"),
    read::<v1::MaturityRounds>("/api/v1/maturity/rounds", rounds, "maturity_rounds", "The rounds, each with where it stands"),
    read::<v1::MaturityOverview>("/api/v1/maturity/rounds/{id}", overview, "maturity_round", "A round as a whole")
        .about("Who sees some teams sees the rounds over these teams and their systems, and of these their own subjects."),
    read::<v1::MaturitySheet>(
        "/api/v1/maturity/rounds/{id}/sheet",
        sheet,
        "maturity_sheet",
        "One subject with its questions and answers",
    )
    .asks(SHEET),
    read::<v1::MaturityGaps>("/api/v1/maturity/rounds/{id}/gaps", gaps, "maturity_gaps", "Questions that are not earned")
        .asks(OF),
    read::<v1::MaturityProofs>(
        "/api/v1/maturity/rounds/{id}/evidence",
        proofs,
        "maturity_evidence",
        "Evidence that answers name",
    )
    .asks(OF),
    read::<v1::MaturityCompared>(
        "/api/v1/maturity/rounds/{id}/compare",
        compare,
        "maturity_compare",
        "Two rounds side by side",
    )
    .asks(COMPARE),
    read::<v1::MaturityRoadmap>(
        "/api/v1/maturity/rounds/{id}/roadmap",
        roadmap,
        "maturity_roadmap",
        "From gaps to an ordered plan",
    )
    .asks(ROADMAP),
    read::<v1::MaturityWhatIf>("/api/v1/maturity/rounds/{id}/what-if", what_if, "maturity_what_if", "What would be reached")
        .asks(WHAT_IF),
    read::<v1::MaturityImprovements>(
        "/api/v1/maturity/rounds/{id}/improvements",
        improvements,
        "maturity_improvements",
        "What is planned, and how it comes along",
    )
    .asks(OF),
    read::<v1::MaturityFile>("/api/v1/maturity/rounds/{id}/export", export, "maturity_export", "The answers as a file")
        .asks(EXPORT)
        .also_as(&["text/csv"]),
];

/// The round that a path names.
pub(super) fn id(visit: &Visit) -> &str {
    visit.param("id")
}

/// The round that a path names, as the asker may see it.
pub(super) fn round(visit: &Visit) -> Result<maturity::Round, Failure> {
    Ok(kept::with(visit.bench(), &visit.scope(), visit.now, |desk| maturity::round(desk, id(visit)))?)
}

fn models(visit: &Visit) -> Result<Reply, Failure> {
    Asked::of(visit, &[])?;
    let models = visit
        .bench()
        .read(|programme| Ok(programme.catalog().maturity_models().map(v1::MaturityModelLine::from).collect::<Vec<_>>()))?;
    document(&v1::MaturityModels { models })
}

fn model(visit: &Visit) -> Result<Reply, Failure> {
    Asked::of(visit, &[])?;
    let id = id(visit);
    let found = visit.bench().read(|programme| {
        let found = programme.catalog().maturity_model(id).map(v1::MaturityModel::from);
        let near = nearest(id, programme.catalog().maturity_models().map(|model| model.id.as_str())).map(str::to_owned);
        Ok((found, near))
    })?;
    match found {
        (Some(found), _) => document(&found),
        (None, near) => {
            let help = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
            Err(Failure::Missing(format!("no maturity model `{}`{help}", printable(&shorten(id)))))
        }
    }
}

fn rounds(visit: &Visit) -> Result<Reply, Failure> {
    Asked::of(visit, &[])?;
    let lines = kept::rounds(visit.bench(), &visit.scope(), visit.now)?;
    document(&v1::MaturityRounds { rounds: lines.iter().map(v1::MaturityRoundLine::from).collect() })
}

fn overview(visit: &Visit) -> Result<Reply, Failure> {
    Asked::of(visit, &[])?;
    let all = kept::overview(visit.bench(), &visit.scope(), id(visit), visit.now)?;
    document(&v1::MaturityOverview::from(&*all))
}

fn sheet(visit: &Visit) -> Result<Reply, Failure> {
    let asked = Asked::of(visit, SHEET)?;
    let text = |name: &str| asked.text(name).filter(|text| !text.is_empty()).map(str::to_owned);
    let ask = SheetAsk { subject: text("subject"), domain: text("domain"), rows: asked.yes("rows") };
    let sheet = kept::sheet(visit.bench(), &visit.scope(), id(visit), &ask, visit.now)?;
    document(&v1::MaturitySheet::from(&*sheet))
}

fn gaps(visit: &Visit) -> Result<Reply, Failure> {
    let asked = Asked::of(visit, OF)?;
    let found = kept::gaps(visit.bench(), &visit.scope(), id(visit), asked.text("subject"), visit.now)?;
    document(&v1::MaturityGaps { gaps: found.iter().map(v1::MaturityGap::from).collect() })
}

fn proofs(visit: &Visit) -> Result<Reply, Failure> {
    let asked = Asked::of(visit, OF)?;
    let found = kept::proofs(visit.bench(), &visit.scope(), id(visit), asked.text("subject"), visit.now)?;
    document(&v1::MaturityProofs { evidence: found.iter().map(v1::MaturityProofLine::from).collect() })
}

fn compare(visit: &Visit) -> Result<Reply, Failure> {
    let asked = Asked::of(visit, COMPARE)?;
    let other = asked.text("with").unwrap_or_default();
    let both = (id(visit), other);
    let found = kept::compare(visit.bench(), &visit.scope(), both, asked.text("subject"), visit.now)?;
    document(&v1::MaturityCompared::from(&*found))
}

fn roadmap(visit: &Visit) -> Result<Reply, Failure> {
    let asked = Asked::of(visit, ROADMAP)?;
    let level = asked.whole("level").and_then(|level| u8::try_from(level).ok());
    let goals = asked.all("goal").map(|goal| {
        let parts = goal.split_once('=').and_then(|(domain, level)| Some((domain.to_owned(), level.parse().ok()?)));
        let wrong = || Failure::Wrong(format!("found `{}` for `goal`, expected one such as GRC=3", printable(&shorten(goal))));
        parts.ok_or_else(wrong)
    });
    let goals = Goals { level, domains: goals.collect::<Result<_, _>>()? };
    let found = kept::roadmap(visit.bench(), &visit.scope(), id(visit), asked.text("subject"), &goals, visit.now)?;
    document(&v1::MaturityRoadmap::from(&*found))
}

fn what_if(visit: &Visit) -> Result<Reply, Failure> {
    let asked = Asked::of(visit, WHAT_IF)?;
    let questions: Vec<String> = asked.all("question").map(str::to_owned).collect();
    let score = asked.whole("score").and_then(|score| u8::try_from(score).ok());
    let assumed = (questions.as_slice(), score);
    let found = kept::what_if(visit.bench(), &visit.scope(), id(visit), asked.text("subject"), assumed, visit.now)?;
    document(&v1::MaturityWhatIf::from(&found))
}

fn improvements(visit: &Visit) -> Result<Reply, Failure> {
    let asked = Asked::of(visit, OF)?;
    let subject = asked.text("subject").filter(|text| !text.is_empty());
    let found = kept::with(visit.bench(), &visit.scope(), visit.now, |desk| {
        maturity::improvements(desk, &maturity::round(desk, id(visit))?, subject)
    })?;
    let at = Workbench::as_of(visit.now);
    document(&v1::MaturityImprovements { improvements: found.iter().map(|one| v1::MaturityImprovement::of(one, at)).collect() })
}

fn export(visit: &Visit) -> Result<Reply, Failure> {
    let asked = Asked::of(visit, EXPORT)?;
    let (bench, scope): (_, Scope) = (visit.bench(), visit.scope());
    let subject = asked.text("subject").filter(|text| !text.is_empty());
    if asked.text("format") == Some("csv") {
        let text = kept::with(bench, &scope, visit.now, |desk| maturity::export_csv(desk, id(visit), subject))?;
        return Ok(Reply::whole("text/csv; charset=utf-8", text.into_bytes()));
    }
    document(&kept::with(bench, &scope, visit.now, |desk| maturity::export_json(desk, id(visit), subject))?)
}
