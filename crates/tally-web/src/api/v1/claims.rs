//! Claims: what was granted, what holds.

use serde::{Deserialize, Serialize};
use tally_app::claims;
use utoipa::ToSchema;

/// All claims, those that were pulled down first.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Claims {
    /// The claims.
    pub claims: Vec<Claim>,
    /// What runs out within thirty days.
    pub coming: Vec<ClaimComing>,
}

/// A claim at an instant.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Claim {
    /// Its id.
    pub id: String,
    /// What is claimed.
    pub text: String,
    /// Where it is claimed.
    #[serde(rename = "where")]
    pub place: String,
    /// What it covers.
    pub scope: String,
    /// What sort of claim it is.
    #[serde(rename = "type")]
    pub sort: Option<String>,
    /// What it does not cover.
    pub caveats: Option<String>,
    /// Who answers for it.
    pub owner: String,
    /// When it has to be looked at again.
    pub review_due: Option<String>,
    /// Who approved it.
    pub approved_by: Option<String>,
    /// When.
    pub approved_at: Option<String>,
    /// What was granted: public_claim_ready, public_claim_with_caveat, internal_or_teaser_only or do_not_claim; null: nothing.
    pub granted: Option<String>,
    /// What it may be used for.
    pub readiness: String,
    /// Whether that is less than was granted.
    pub pulled_down: bool,
    /// Why it is no more, the strictest reason first.
    pub reasons: Vec<String>,
    /// What supports it.
    pub evidence: Vec<ClaimEvidence>,
}

/// A piece of evidence of a claim.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ClaimEvidence {
    /// Its id, or where it is.
    pub id: String,
    /// When it proves nothing any more; null: it has no end.
    pub expires_at: Option<String>,
    /// Whether that is past.
    pub expired: bool,
}

/// Something that runs out soon.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ClaimComing {
    /// The claim.
    pub claim: String,
    /// When.
    #[schema(format = "date-time")]
    pub at: String,
    /// The evidence that expires; null: the review is due.
    pub evidence: Option<String>,
}

/// What a claim may be used for.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GrantClaim {
    /// public_claim_ready, public_claim_with_caveat, internal_or_teaser_only or do_not_claim.
    pub readiness: String,
    /// What it does not cover; empty clears it, null leaves it as it is.
    pub caveats: Option<String>,
    /// When it has to be looked at again; null leaves it as it is.
    pub review_due: Option<String>,
}

impl From<&claims::ClaimLine> for Claim {
    fn from(line: &claims::ClaimLine) -> Self {
        let evidence = line.evidence.iter().map(|(proof, expires)| ClaimEvidence {
            id: proof.text.clone(),
            expires_at: expires.map(|at| at.to_string()),
            expired: proof.expired,
        });
        Self {
            id: line.id.clone(),
            text: line.text.clone(),
            place: line.place.clone(),
            scope: line.scope.clone(),
            sort: line.sort.clone(),
            caveats: line.caveats.clone(),
            owner: line.owner.clone(),
            review_due: line.review_due.map(|at| at.to_string()),
            approved_by: line.approved_by.clone(),
            approved_at: line.approved_at.map(|at| at.to_string()),
            granted: line.granted.map(|granted| granted.word().to_owned()),
            readiness: line.effective.word().to_owned(),
            pulled_down: line.pulled_down,
            reasons: line.reasons.iter().map(|reason| reason.words().to_owned()).collect(),
            evidence: evidence.collect(),
        }
    }
}

impl From<&claims::Coming> for ClaimComing {
    fn from(coming: &claims::Coming) -> Self {
        Self { claim: coming.claim.clone(), at: coming.at.to_string(), evidence: coming.evidence.clone() }
    }
}
