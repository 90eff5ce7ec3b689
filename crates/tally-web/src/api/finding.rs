//! Operations on findings: one with its life, its acts, one act on many, taking back.

use std::collections::BTreeMap;

use tally_app::access::Permission;
use tally_app::act::{self, Act, ActError, BULK_MAX};
use tally_app::list;
use tally_model::Instant;
use tally_model::problem::{printable, shorten};

use super::answer::{document, refused};
use super::asked::{Asked, body, maybe};
use super::measure::AS_OF;
use super::once::once;
use super::operation::{Operation, Param};
use super::record::{EXPECTED, record, state};
use super::{READ, v1};
use crate::failure::Failure;
use crate::pairs::Pairs;
use crate::reply::Reply;
use crate::route::{Need, Route};
use crate::visit::Visit;

const TRIAGE: Need = Need::May(Permission::Triage);
const SHOW: &[Param] = &[AS_OF];
const ACT: &[Param] = &[EXPECTED];

const fn act_of(path: &'static str, id: &'static str, summary: &'static str) -> Operation {
    Operation::of::<v1::Edited>(Route::post(path, TRIAGE, carry_out), id, "Findings", summary).asks(ACT).once()
}

/// The operations.
pub(super) const OPERATIONS: &[Operation] = &[
    Operation::of::<v1::Finding>(
        Route::get("/api/v1/findings/{id}", READ, show),
        "finding",
        "Findings",
        "A finding, its life, and what can be done now",
    )
    .asks(SHOW),
    act_of("/api/v1/findings/{id}/accept", "accept", "Accept it, or take back that it is none").may_take::<v1::Accept>(),
    act_of("/api/v1/findings/{id}/dispute", "dispute", "Dispute it").takes::<v1::Reason>(),
    act_of("/api/v1/findings/{id}/false-positive", "false_positive", "Mark it as false positive").takes::<v1::Reason>(),
    act_of("/api/v1/findings/{id}/duplicate", "duplicate", "Mark it as duplicate").takes::<v1::Duplicate>(),
    act_of("/api/v1/findings/{id}/demonstrate-impact", "demonstrate_impact", "Say that its impact was shown")
        .may_take::<v1::Plain>(),
    act_of("/api/v1/findings/{id}/claim-fix", "claim_fix", "Claim a fix").may_take::<v1::ClaimFix>(),
    act_of("/api/v1/findings/{id}/retest", "retest", "Record a retest").takes::<v1::Retest>(),
    act_of("/api/v1/findings/{id}/regression-test", "regression_test", "Add a regression test").takes::<v1::RegressionTest>(),
    act_of("/api/v1/findings/{id}/accept-risk", "accept_risk", "Accept its risk for a time").takes::<v1::AcceptRisk>(),
    act_of("/api/v1/findings/{id}/withdraw-risk", "withdraw_risk", "Withdraw the acceptance of its risk")
        .may_take::<v1::Accept>(),
    act_of("/api/v1/findings/{id}/severity", "severity", "Change its severity").takes::<v1::Severity>(),
    act_of("/api/v1/findings/{id}/describe", "describe", "Change its text").takes::<v1::Describe>(),
    Operation::of::<v1::BulkDone>(
        Route::post("/api/v1/findings/bulk", TRIAGE, bulk),
        "bulk",
        "Findings",
        "One act on many findings",
    )
    .about(
        "One commit. Findings that refuse it are told, grouped by why; the others are changed. `dry_run` says how many first.",
    )
    .takes::<v1::Bulk>()
    .once(),
    Operation::of::<v1::Undone>(Route::post("/api/v1/undo", TRIAGE, undo), "undo", "Findings", "Take an act back")
        .about("Exactly what its commit changed, record by record, where nobody changed it since.")
        .takes::<v1::Undo>()
        .once(),
];

fn show(visit: &Visit) -> Result<Reply, Failure> {
    Asked::of(visit, SHOW)?;
    let actor = visit.actor()?;
    let as_of = visit.as_of()?;
    let found = visit.bench().read(|programme| act::finding(programme, visit.param("id"), Some(&actor), as_of))?;
    let reply = document(&v1::Finding::of(&found, &actor))?;
    Ok(reply.with("etag", &format!("\"{}\"", found.last)))
}

impl v1::Finding {
    /// A finding as an actor sees it.
    pub fn of(page: &act::FindingPage, by: &act::Actor) -> Self {
        let life = page.life.iter().map(|step| v1::Step {
            at: step.at.to_string(),
            what: step.what.clone(),
            by: step.by.clone(),
            entry: step.entry,
            actor: step.actor.clone(),
            source: step.source.clone(),
            recorded_at: step.recorded_at.to_string(),
        });
        let acts = page.acts.iter().map(|possible| {
            let why_not = possible.why_not(by);
            v1::Possible {
                act: possible.deed.word().to_owned(),
                possible: why_not.is_none(),
                why_not,
                barred: possible.barred.clone(),
            }
        });
        Self {
            record: record(&page.record),
            last_entry: page.last,
            state: page.state.words().to_owned(),
            state_in_full: page.state.sentence(),
            system_name: page.system_name.clone(),
            team: page.team.clone(),
            life: life.collect(),
            acts: acts.collect(),
        }
    }
}

/// The act that the path names, with the words of the body.
fn asked_for(visit: &Visit) -> Result<v1::Act, Failure> {
    Ok(match visit.path.rsplit('/').next().unwrap_or_default() {
        "accept" => v1::Act::Accept(maybe(visit)?),
        "dispute" => v1::Act::Dispute(body(visit)?),
        "false-positive" => v1::Act::FalsePositive(body(visit)?),
        "duplicate" => v1::Act::Duplicate(body(visit)?),
        "demonstrate-impact" => v1::Act::DemonstrateImpact(maybe(visit)?),
        "claim-fix" => v1::Act::ClaimFix(maybe(visit)?),
        "retest" => v1::Act::Retest(body(visit)?),
        "regression-test" => v1::Act::RegressionTest(body(visit)?),
        "accept-risk" => v1::Act::AcceptRisk(body(visit)?),
        "withdraw-risk" => v1::Act::WithdrawRisk(maybe(visit)?),
        "severity" => v1::Act::Severity(body(visit)?),
        "describe" => v1::Act::Describe(body(visit)?),
        other => return Err(Failure::Missing(format!("there is no act `{}` on a finding", printable(&shorten(other))))),
    })
}

impl v1::Act {
    /// The act as the verbs know it.
    fn read(self) -> Result<Act, Failure> {
        Ok(match self {
            Self::Accept(said) => Act::Accept { reason: said.reason },
            Self::Dispute(said) => Act::Dispute { reason: said.reason },
            Self::FalsePositive(said) => Act::FalsePositive { reason: said.reason },
            Self::Duplicate(said) => Act::Duplicate { of: said.of },
            Self::DemonstrateImpact(_) => Act::DemonstrateImpact,
            Self::ClaimFix(said) => Act::ClaimFix { by: said.by },
            Self::Retest(said) => {
                Act::Retest { fixed: said.result == v1::RetestResult::Fixed, trials: said.trials, hits: said.hits }
            }
            Self::RegressionTest(said) => Act::RegressionTest { test: said.test },
            Self::AcceptRisk(said) => {
                Act::AcceptRisk { until: instant("until", &said.until)?, reason: said.reason, by: said.by }
            }
            Self::WithdrawRisk(said) => Act::WithdrawRisk { reason: said.reason },
            Self::Severity(said) => Act::Severity { severity: said.severity.word().to_owned(), rationale: said.rationale },
            Self::Describe(said) => Act::Describe { fields: said.fields.into_iter().collect::<BTreeMap<_, _>>() },
        })
    }
}

impl v1::SeverityWord {
    /// Its word in records.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Critical => "critical",
            Self::High => "high",
            Self::Medium => "medium",
            Self::Low => "low",
            Self::Info => "info",
        }
    }
}

/// An instant of a body.
pub(super) fn instant(name: &str, text: &str) -> Result<Instant, Failure> {
    let wrong =
        || Failure::Wrong(format!("found `{}` for `{name}`, expected a date such as 2026-12-31", printable(&shorten(text))));
    Instant::parse(text).ok_or_else(wrong)
}

fn carry_out(visit: &Visit) -> Result<Reply, Failure> {
    let asked = Asked::of(visit, ACT)?;
    let act = asked_for(visit)?.read()?;
    let expected = asked.whole("expected");
    let actor = visit.actor()?;
    once(visit, &visit.body, || {
        let id = visit.param("id");
        match visit.bench().write(|programme| act::carry_out(programme, id, &act, expected, &actor, visit.now)) {
            Err(tally_app::Error::Act(ActError::Problems(problems))) => Ok(refused(visit, &problems)),
            edited => document(&v1::Edited::from(&edited?)),
        }
    })
}

fn bulk(visit: &Visit) -> Result<Reply, Failure> {
    Asked::of(visit, &[])?;
    let v1::Bulk { act, ids, filter, dry_run } = body(visit)?;
    let act = act.read()?;
    let ids = match (ids, filter) {
        (Some(ids), None) if !ids.is_empty() => ids,
        (None, Some(filter)) => filtered(visit, &filter)?,
        _ => return Err(Failure::Wrong("nothing is meant, or twice; expected either `ids` or `filter`".to_owned())),
    };
    let actor = visit.actor()?;
    if dry_run {
        let found = visit.bench().read(|programme| act::bulk_look(programme, &ids, &act, &actor, visit.now))?;
        return document(&v1::BulkDone::from(&found));
    }
    once(visit, &visit.body, || {
        let done = visit.bench().write(|programme| act::bulk(programme, &ids, &act, &actor, visit.now))?;
        document(&v1::BulkDone::from(&done))
    })
}

/// The findings that a query of their list lets through.
fn filtered(visit: &Visit, filter: &str) -> Result<Vec<String>, Failure> {
    let view = list::view("finding").ok_or(Failure::Broken)?;
    let state = list::ListState { as_of: Some(visit.as_of()?), ..state(view, &Pairs::parse(filter))? };
    let facts = visit.facts()?;
    Ok(list::ids(&facts, view, &state, BULK_MAX)?)
}

fn undo(visit: &Visit) -> Result<Reply, Failure> {
    Asked::of(visit, &[])?;
    let v1::Undo { entry } = body(visit)?;
    let actor = visit.actor()?;
    once(visit, &visit.body, || {
        let undone = visit.bench().write(|programme| act::undo(programme, entry, &actor, visit.now))?;
        document(&v1::Undone::from(&undone))
    })
}
