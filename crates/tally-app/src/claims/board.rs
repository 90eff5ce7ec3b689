//! All claims with what was granted, what holds today and why; what runs out soon.

use tally_judge::claim::{Facts as Known, Readiness, Reason, readiness};
use tally_model::instant::DAY;
use tally_model::{Instant, Record, Value};

use crate::checklist::Proof;
use crate::scope::Scope;
use crate::{Error, Programme, records};

/// Claims that are read.
const CLAIMS: usize = 100_000;
/// Days that count as soon.
pub const SOON: i64 = 30;

/// A claim at T.
#[derive(Clone, Debug)]
pub struct ClaimLine {
    /// Its id.
    pub id: String,
    /// What is claimed.
    pub text: String,
    /// Where it is claimed.
    pub place: String,
    /// What it covers.
    pub scope: String,
    /// What sort of claim it is.
    pub sort: Option<String>,
    /// What it does not cover.
    pub caveats: Option<String>,
    /// Who answers for it.
    pub owner: String,
    /// When it has to be looked at again.
    pub review_due: Option<Instant>,
    /// Who approved it.
    pub approved_by: Option<String>,
    /// When.
    pub approved_at: Option<Instant>,
    /// What was granted.
    pub granted: Option<Readiness>,
    /// What it may be used for.
    pub effective: Readiness,
    /// Whether that is less than was granted.
    pub pulled_down: bool,
    /// Every reason that keeps it from being ready, the strictest first.
    pub reasons: Vec<Reason>,
    /// What supports it, and when each piece proves nothing any more.
    pub evidence: Vec<(Proof, Option<Instant>)>,
}

impl ClaimLine {
    /// Whether it was granted for use in public.
    pub fn is_public(&self) -> bool {
        self.granted.is_some_and(|granted| granted >= Readiness::PublicClaimWithCaveat)
    }
}

/// Something that runs out soon.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coming {
    /// The claim.
    pub claim: String,
    /// What is claimed.
    pub text: String,
    /// When.
    pub at: Instant,
    /// The evidence that proves nothing from then on; `None`: the review is due.
    pub evidence: Option<String>,
}

/// All claims: those that were pulled down first, then by id.
///
/// # Errors
/// Where the journal cannot be read.
pub fn board(programme: &Programme, scope: &Scope, at: Instant) -> Result<Vec<ClaimLine>, Error> {
    let kind = records::kind("claim")?;
    let mut lines = Vec::new();
    for record in records::all(programme, kind, CLAIMS, |_| true)? {
        lines.push(line(programme, &record, scope, at)?);
    }
    lines.sort_by(|one, other| (!one.pulled_down, &one.id).cmp(&(!other.pulled_down, &other.id)));
    Ok(lines)
}

/// One claim.
///
/// # Errors
/// Where there is none.
pub fn one(programme: &Programme, id: &str, scope: &Scope, at: Instant) -> Result<ClaimLine, Error> {
    let record = records::one(programme, records::kind("claim")?, id, scope)?.record;
    line(programme, &record, scope, at)
}

/// Claims that may be used for less than was granted.
///
/// # Errors
/// Where the journal cannot be read.
pub fn pulled_down(programme: &Programme, scope: &Scope, at: Instant) -> Result<Vec<ClaimLine>, Error> {
    Ok(board(programme, scope, at)?.into_iter().filter(|line| line.pulled_down).collect())
}

/// What runs out within thirty days from T, the first first.
pub fn coming(lines: &[ClaimLine], at: Instant) -> Vec<Coming> {
    let until = Instant::from_micros(at.micros().saturating_add(SOON * DAY));
    let mut found: Vec<Coming> = Vec::new();
    for line in lines {
        let mut add = |when: Option<Instant>, evidence: Option<String>| {
            if let Some(when) = when.filter(|when| *when >= at && *when < until) {
                found.push(Coming { claim: line.id.clone(), text: line.text.clone(), at: when, evidence });
            }
        };
        add(line.review_due, None);
        for (proof, expires) in &line.evidence {
            add(*expires, Some(proof.name.clone().unwrap_or_else(|| proof.text.clone())));
        }
    }
    found.sort_by(|one, other| (one.at, &one.claim).cmp(&(other.at, &other.claim)));
    found
}

fn line(programme: &Programme, record: &Record, scope: &Scope, at: Instant) -> Result<ClaimLine, Error> {
    let text = |name: &str| record.text(name).unwrap_or_default().to_owned();
    let evidence = evidence(programme, record, scope, at)?;
    let verdict = readiness(known(record, evidence.iter().map(|(proof, _)| proof), at));
    Ok(ClaimLine {
        id: record.id().to_owned(),
        text: text("text"),
        place: text("where"),
        scope: text("scope"),
        sort: record.text("type").map(str::to_owned),
        caveats: record.text("caveats").map(str::to_owned),
        owner: text("owner"),
        review_due: record.instant("review_due"),
        approved_by: record.text("approved_by").map(str::to_owned),
        approved_at: record.instant("approved_at"),
        granted: record.text("readiness").and_then(Readiness::parse),
        effective: verdict.readiness,
        pulled_down: verdict.pulled_down,
        reasons: verdict.reasons,
        evidence,
    })
}

/// What is true of a claim at T. An approval without a date always was.
pub(super) fn known<'p>(record: &Record, evidence: impl Iterator<Item = &'p Proof>, at: Instant) -> Known {
    let (mut all, mut expired) = (0u32, 0u32);
    for proof in evidence {
        all = all.saturating_add(1);
        expired = expired.saturating_add(u32::from(proof.expired));
    }
    Known {
        granted: record.text("readiness").and_then(Readiness::parse),
        approved: record.text("approved_by").is_some() && record.instant("approved_at").is_none_or(|when| when < at),
        evidence: all,
        expired,
        review_overdue: record.instant("review_due").is_some_and(|due| due < at),
        caveats: record.text("caveats").is_some_and(|caveats| !caveats.trim().is_empty()),
    }
}

/// The evidence of a claim. Whether a piece has expired is told to everybody: the claim's readiness rests on it; its name is not.
pub(super) fn evidence(
    programme: &Programme,
    record: &Record,
    scope: &Scope,
    at: Instant,
) -> Result<Vec<(Proof, Option<Instant>)>, Error> {
    let kind = records::kind("evidence")?;
    let listed = record.get("evidence").map(Value::list).unwrap_or_default().iter().filter_map(Value::text);
    let mut found = Vec::new();
    for text in listed {
        let known = programme.store.record(kind, text)?;
        let expires = known.as_ref().and_then(|known| known.instant("expires_at"));
        let name = known.filter(|_| *scope == Scope::All).map(|known| known.text("name").unwrap_or(text).to_owned());
        let expired = expires.is_some_and(|expires| expires < at);
        found.push((Proof { text: text.to_owned(), name, expired }, expires));
    }
    Ok(found)
}
