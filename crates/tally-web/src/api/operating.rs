//! Operations on the operating model, on processes and on activities.

use tally_app::access::Permission;
use tally_app::operating::{self, Which};
use tally_app::practice::{self, Assign};
use tally_model::problem::{printable, shorten};

use super::answer::document;
use super::asked::{Asked, body, maybe};
use super::finding::instant;
use super::once::once;
use super::operation::{Holds, Operation, Param, param};
use super::{READ, v1};
use crate::failure::Failure;
use crate::reply::Reply;
use crate::route::{Need, Route};
use crate::visit::Visit;

const EDIT: Need = Need::May(Permission::Edit);
const AS_OF: Param = param("as_of", Holds::Instant, "The instant T; else the end of this hour.");
const AT: &[Param] = &[AS_OF];
const MODEL: &[Param] = &[param("gaps", Holds::YesNo, "`yes`: the subjects with gaps alone."), AS_OF];

/// The operations.
pub(super) const OPERATIONS: &[Operation] = &[
    Operation::of::<v1::OperatingModel>(
        Route::get("/api/v1/operating", READ, model),
        "operating",
        "Operating model",
        "Who answers for what, and the gaps",
    )
    .asks(MODEL),
    Operation::of::<v1::AdoptedOperating>(
        Route::post("/api/v1/operating/adopt", EDIT, adopt),
        "adopt_operating",
        "Operating model",
        "Take over what the catalog suggests",
    )
    .about(
        "All at once fills what has no record; asked for one subject it replaces what is recorded. Needs sight of all systems.",
    )
    .may_take::<v1::AdoptOperating>()
    .once(),
    Operation::of::<v1::ProcessBoard>(
        Route::get("/api/v1/processes", READ, processes),
        "processes",
        "Processes and activities",
        "The processes, topic by topic",
    )
    .asks(AT),
    Operation::of::<v1::ActivityRates>(
        Route::get("/api/v1/activities", READ, activities),
        "activities",
        "Processes and activities",
        "How many activities are done",
    )
    .asks(AT),
    Operation::of::<v1::AssignedActivity>(
        Route::post("/api/v1/activities", EDIT, assign),
        "assign_activities",
        "Processes and activities",
        "Ask several for an activity",
    )
    .takes::<v1::AssignActivity>()
    .once(),
];

fn model(visit: &Visit) -> Result<Reply, Failure> {
    let asked = Asked::of(visit, MODEL)?;
    let at = visit.as_of()?;
    let mut model = visit.bench().read(|programme| operating::model(programme, &visit.scope(), at))?;
    if asked.yes("gaps") {
        model.subjects.retain(|subject| !subject.gaps.is_empty());
    }
    document(&v1::OperatingModel::from(&model))
}

fn adopt(visit: &Visit) -> Result<Reply, Failure> {
    Asked::of(visit, &[])?;
    let said: v1::AdoptOperating = maybe(visit)?;
    let about = said.about.as_deref().map(|word| {
        operating::about(word).ok_or_else(|| {
            let word = printable(&shorten(word));
            Failure::Wrong(format!("found `{word}` for `about`, expected domain, process, duty or metric"))
        })
    });
    let which = match (about.transpose()?, said.subject) {
        (Some(about), Some(subject)) => Which::One(about, subject),
        (Some(about), None) => Which::Sort(about),
        (None, None) => Which::All,
        (None, Some(_)) => return Err(Failure::Wrong("found `subject` without `about`, expected both".to_owned())),
    };
    let actor = visit.actor()?;
    once(visit, &visit.body, || {
        let adopted = visit.bench().write(|programme| operating::adopt(programme, &which, &actor, visit.now))?;
        document(&v1::AdoptedOperating::from(&adopted))
    })
}

fn processes(visit: &Visit) -> Result<Reply, Failure> {
    Asked::of(visit, AT)?;
    let at = visit.as_of()?;
    document(&v1::ProcessBoard::from(&visit.bench().read(|programme| practice::processes(programme, at))?))
}

fn activities(visit: &Visit) -> Result<Reply, Failure> {
    Asked::of(visit, AT)?;
    document(&v1::ActivityRates::from(&*crate::pages::processes_board::found(visit, visit.as_of()?)?))
}

fn assign(visit: &Visit) -> Result<Reply, Failure> {
    Asked::of(visit, &[])?;
    let said: v1::AssignActivity = body(visit)?;
    let wanted = Assign {
        activity: said.activity,
        topic: said.topic,
        subjects: said.subjects,
        due: said.due.map(|text| instant("due", &text)).transpose()?,
    };
    let actor = visit.actor()?;
    once(visit, &visit.body, || {
        let assigned = visit.bench().write(|programme| practice::assign(programme, &wanted, &actor, visit.now))?;
        document(&v1::AssignedActivity::from(&assigned))
    })
}
