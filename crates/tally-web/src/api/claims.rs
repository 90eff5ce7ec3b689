//! Operations on claims: the board, granting, taking a grant back.

use tally_app::access::Permission;
use tally_app::claims::{self, Grant};

use super::answer::document;
use super::asked::{Asked, body};
use super::finding::instant;
use super::measure::AS_OF;
use super::once::once;
use super::operation::{Operation, Param};
use super::{READ, v1};
use crate::failure::Failure;
use crate::reply::Reply;
use crate::route::{Need, Route};
use crate::visit::Visit;

const REVIEW: Need = Need::May(Permission::Review);
const BOARD: &[Param] = &[AS_OF];

/// The operations.
pub(super) const OPERATIONS: &[Operation] = &[
    Operation::of::<v1::Claims>(
        Route::get("/api/v1/claims", READ, board),
        "claims",
        "Claims",
        "Every claim: what was granted, what holds, and why it is no more",
    )
    .asks(BOARD),
    Operation::of::<v1::Edited>(
        Route::post("/api/v1/claims/{id}/grant", REVIEW, grant),
        "grant_claim",
        "Claims",
        "Grant what a claim may be used for",
    )
    .about("Not by who answers for the claim. What stands behind it can pull it down at any time.")
    .takes::<v1::GrantClaim>()
    .once(),
    Operation::of::<v1::Edited>(
        Route::post("/api/v1/claims/{id}/revoke", REVIEW, revoke),
        "revoke_claim",
        "Claims",
        "Take a grant back",
    )
    .takes::<v1::Reason>()
    .once(),
];

fn board(visit: &Visit) -> Result<Reply, Failure> {
    Asked::of(visit, BOARD)?;
    let at = visit.as_of()?;
    let lines = visit.bench().read(|programme| claims::board(programme, &visit.scope(), at))?;
    let coming = claims::coming(&lines, at);
    document(&v1::Claims {
        claims: lines.iter().map(v1::Claim::from).collect(),
        coming: coming.iter().map(v1::ClaimComing::from).collect(),
    })
}

fn grant(visit: &Visit) -> Result<Reply, Failure> {
    Asked::of(visit, &[])?;
    let said: v1::GrantClaim = body(visit)?;
    let asked = Grant {
        readiness: claims::readiness(&said.readiness)?,
        review_due: said.review_due.as_deref().map(|text| instant("review_due", text)).transpose()?,
        caveats: said.caveats,
    };
    let actor = visit.actor()?;
    once(visit, &visit.body, || {
        let id = visit.param("id");
        let edited = visit.bench().write(|programme| claims::grant(programme, id, &asked, &actor, visit.now))?;
        document(&v1::Edited::from(&edited))
    })
}

fn revoke(visit: &Visit) -> Result<Reply, Failure> {
    Asked::of(visit, &[])?;
    let said: v1::Reason = body(visit)?;
    let actor = visit.actor()?;
    once(visit, &visit.body, || {
        let id = visit.param("id");
        let edited = visit.bench().write(|programme| claims::revoke(programme, id, &said.reason, &actor, visit.now))?;
        document(&v1::Edited::from(&edited))
    })
}
