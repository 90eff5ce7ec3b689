//! Operations on the monthly review: its sheet, minutes, publishing, what was published. Held over the whole programme.

use tally_app::access::Permission;
use tally_app::act::review::{self, Decision, Minutes};
use tally_app::scope::Scope;

use super::answer::document;
use super::asked::{Asked, body, maybe, month};
use super::finding::instant;
use super::once::once;
use super::operation::{Holds, Operation, Param, param};
use super::{READ, v1};
use crate::failure::Failure;
use crate::reply::Reply;
use crate::route::{Need, Route};
use crate::visit::Visit;

const SHEET: &[Param] = &[param("scorecard", Holds::Text, "The scorecard; else `default`.")];
const PUBLISHED: &[Param] = &[param("metric", Holds::Text, "What was published of this metric alone.")];

/// The operations.
pub(super) const OPERATIONS: &[Operation] = &[
    Operation::of::<v1::Review>(
        Route::get("/api/v1/reviews/{period}", READ, sheet),
        "review",
        "Review",
        "The sheet of a month's review",
    )
    .asks(SHEET),
    Operation::of::<v1::Edited>(
        Route::put("/api/v1/reviews/{period}/{metric}", Need::May(Permission::Review), minutes),
        "minutes",
        "Review",
        "The minutes of a metric",
    )
    .takes::<v1::Minutes>()
    .once(),
    Operation::of::<v1::Edited>(
        Route::post("/api/v1/reviews/{period}/publish", Need::May(Permission::Publish), publish),
        "publish",
        "Review",
        "Publish a month",
    )
    .about("Its values become records, once and for all; each names all that it takes to compute it again.")
    .may_take::<v1::Publish>()
    .once(),
    Operation::of::<v1::PublishedValues>(
        Route::get("/api/v1/published", READ, published),
        "published",
        "Review",
        "What was published",
    )
    .asks(PUBLISHED),
];

/// The review is held over the whole programme; who sees some of it sees no review.
fn whole_only(visit: &Visit) -> Result<(), Failure> {
    match visit.scope() {
        Scope::All => Ok(()),
        Scope::Teams(_) => Err(Failure::Forbidden(
            "the review is held over the whole programme, and this account sees some teams' systems".to_owned(),
        )),
    }
}

fn sheet(visit: &Visit) -> Result<Reply, Failure> {
    let asked = Asked::of(visit, SHEET)?;
    whole_only(visit)?;
    let period = month(visit, "period")?;
    let card = asked.text("scorecard").unwrap_or("default");
    let facts = visit.facts()?;
    let sheet = visit.bench().read(|programme| review::open(&facts, programme, period, card, visit.now))?;
    document(&v1::Review::from(&sheet))
}

fn minutes(visit: &Visit) -> Result<Reply, Failure> {
    Asked::of(visit, &[])?;
    whole_only(visit)?;
    let said: v1::Minutes = body(visit)?;
    let said = Minutes {
        metric: visit.param("metric").to_owned(),
        period: month(visit, "period")?,
        by: said.by,
        blockers: said.blockers,
        next_action: said.next_action,
        due: said.due.map(|text| instant("due", &text)).transpose()?,
        ticket: said.ticket,
        decision: said.decision.map(|decision| match decision {
            v1::Decision::Keep => Decision::Keep,
            v1::Decision::Retarget => Decision::Retarget,
            v1::Decision::Retire => Decision::Retire,
        }),
        reason: said.reason,
    };
    let actor = visit.actor()?;
    once(visit, &visit.body, || {
        let edited = visit.bench().write(|programme| review::record(programme, &said, &actor, visit.now))?;
        document(&v1::Edited::from(&edited))
    })
}

fn publish(visit: &Visit) -> Result<Reply, Failure> {
    Asked::of(visit, &[])?;
    whole_only(visit)?;
    let period = month(visit, "period")?;
    let said: v1::Publish = maybe(visit)?;
    let card = said.scorecard.as_deref().unwrap_or("default");
    let actor = visit.actor()?;
    once(visit, &visit.body, || {
        let facts = visit.facts()?;
        let edited = visit.bench().write(|programme| review::publish(programme, &facts, period, card, &actor, visit.now))?;
        document(&v1::Edited::from(&edited))
    })
}

fn published(visit: &Visit) -> Result<Reply, Failure> {
    let asked = Asked::of(visit, PUBLISHED)?;
    whole_only(visit)?;
    let values = visit.bench().read(|programme| review::published(programme, asked.text("metric")))?;
    document(&v1::PublishedValues { published: values.into_iter().map(v1::PublishedValue::from).collect() })
}
