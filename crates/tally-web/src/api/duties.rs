//! Operations on duties: the board, one duty, taking over from the catalog, saying that one was done.

use tally_app::access::Permission;
use tally_app::duties::{self, Adopt, Done, Group};

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
const BOARD: &[Param] = &[
    param("team", Holds::Text, "The duties of this team alone."),
    param("state", Holds::OneOf(&["overdue", "due_soon", "open", "done"]), "The times in this state alone."),
    param("limit", Holds::Whole(1, 10_000), "Most times; else 1000."),
    AS_OF,
];
const HISTORY: &[Param] = &[AS_OF];

/// The operations.
pub(super) const OPERATIONS: &[Operation] = &[
    Operation::of::<v1::DutyBoard>(
        Route::get("/api/v1/duties", READ, board),
        "duties",
        "Duties",
        "What is owed, and how it stands",
    )
    .asks(BOARD),
    Operation::of::<v1::AdoptedDuties>(
        Route::post("/api/v1/duties/adopt", EDIT, adopt),
        "adopt_duties",
        "Duties",
        "Take duties over from the catalog",
    )
    .about("What is there already stays as it is.")
    .may_take::<v1::AdoptDuties>()
    .once(),
    Operation::of::<v1::DutyHistory>(
        Route::get("/api/v1/duties/{id}", READ, history),
        "duty",
        "Duties",
        "A duty and all its times",
    )
    .asks(HISTORY),
    Operation::of::<v1::DutyWasDone>(
        Route::post("/api/v1/duties/{id}/done", EDIT, done),
        "duty_done",
        "Duties",
        "Say that a duty was done",
    )
    .takes::<v1::DutyDone>()
    .once(),
];

fn board(visit: &Visit) -> Result<Reply, Failure> {
    let asked = Asked::of(visit, BOARD)?;
    let board = crate::pages::duties::board(visit, visit.as_of()?)?;
    let of_team = asked.text("team").map(|team| board.of_team(team));
    let group = asked.text("state").and_then(Group::named);
    document(&v1::DutyBoard::of(of_team.as_ref().unwrap_or(&board), group, asked.limit(1_000)))
}

fn history(visit: &Visit) -> Result<Reply, Failure> {
    Asked::of(visit, HISTORY)?;
    let board = crate::pages::duties::board(visit, visit.as_of()?)?;
    let (duty, times) = board.history(visit.param("id"))?;
    let times = times.iter().map(|one| v1::DutyTime::of(one, board.today)).collect();
    document(&v1::DutyHistory { duty: v1::KeptDuty::from(duty.as_ref()), times })
}

fn adopt(visit: &Visit) -> Result<Reply, Failure> {
    Asked::of(visit, &[])?;
    let said: v1::AdoptDuties = maybe(visit)?;
    let wanted = Adopt {
        duties: said.duties,
        owners: said.owners,
        owner: said.owner,
        starts_at: said.starts_at.map(|text| instant("starts_at", &text)).transpose()?,
    };
    let actor = visit.actor()?;
    once(visit, &visit.body, || {
        let adopted = visit.bench().write(|programme| duties::adopt(programme, &wanted, &actor, visit.now))?;
        document(&v1::AdoptedDuties::from(&adopted))
    })
}

fn done(visit: &Visit) -> Result<Reply, Failure> {
    Asked::of(visit, &[])?;
    let said: v1::DutyDone = body(visit)?;
    let said = Done {
        duty: visit.param("id").to_owned(),
        occurrence: said.occurrence,
        evidence: said.evidence,
        note: said.note,
        done_at: said.done_at.map(|text| instant("done_at", &text)).transpose()?,
    };
    let actor = visit.actor()?;
    once(visit, &visit.body, || {
        let facts = visit.facts()?;
        let (occurrence, edited) =
            visit.bench().write(|programme| duties::done(programme, &facts, &said, &actor, visit.now))?;
        document(&v1::DutyWasDone { occurrence, edited: v1::Edited::from(&edited) })
    })
}
