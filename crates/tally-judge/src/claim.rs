//! Whether a claim may be made in public: what was granted, pulled down by what is true today. Never lifts a claim above
//! what somebody granted.

/// What a claim may be used for, the least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Readiness {
    /// Not at all.
    DoNotClaim,
    /// Inside the company, or to announce that something is coming.
    InternalOrTeaserOnly,
    /// In public, together with its caveats.
    PublicClaimWithCaveat,
    /// In public.
    PublicClaimReady,
}

impl Readiness {
    /// All of them, the least first.
    pub const ALL: [Self; 4] =
        [Self::DoNotClaim, Self::InternalOrTeaserOnly, Self::PublicClaimWithCaveat, Self::PublicClaimReady];

    /// Reads the word of records, such as `public_claim_ready`; `None` for any other.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|readiness| readiness.word() == word)
    }

    /// The word of records.
    pub const fn word(self) -> &'static str {
        match self {
            Self::DoNotClaim => "do_not_claim",
            Self::InternalOrTeaserOnly => "internal_or_teaser_only",
            Self::PublicClaimWithCaveat => "public_claim_with_caveat",
            Self::PublicClaimReady => "public_claim_ready",
        }
    }

    /// In words, such as "public claim with caveat".
    pub const fn words(self) -> &'static str {
        match self {
            Self::DoNotClaim => "do not claim",
            Self::InternalOrTeaserOnly => "internal or teaser only",
            Self::PublicClaimWithCaveat => "public claim with caveat",
            Self::PublicClaimReady => "public claim ready",
        }
    }
}

/// What is true of a claim on one day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// What was granted; `None`: nothing, so that the other facts alone decide.
    pub granted: Option<Readiness>,
    /// Whether somebody approved it.
    pub approved: bool,
    /// Pieces of evidence, expired ones included.
    pub evidence: u32,
    /// Those of them that have expired.
    pub expired: u32,
    /// Whether its review was due before that day.
    pub review_overdue: bool,
    /// Whether it has caveats.
    pub caveats: bool,
}

/// Why a claim is not ready without more ado.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// No evidence at all.
    NoEvidence,
    /// Every piece of evidence has expired.
    AllEvidenceExpired,
    /// Some of the evidence has expired.
    SomeEvidenceExpired,
    /// Nobody approved it.
    NotApproved,
    /// Its review was due.
    ReviewOverdue,
    /// It is only true with its caveats.
    Caveats,
    /// No more was granted.
    Granted(Readiness),
}

impl Reason {
    /// The most that a claim can be with this reason.
    pub const fn at_best(self) -> Readiness {
        match self {
            Self::NoEvidence | Self::AllEvidenceExpired => Readiness::DoNotClaim,
            Self::SomeEvidenceExpired | Self::NotApproved | Self::ReviewOverdue => Readiness::InternalOrTeaserOnly,
            Self::Caveats => Readiness::PublicClaimWithCaveat,
            Self::Granted(readiness) => readiness,
        }
    }

    /// In words, such as "some of its evidence has expired".
    pub const fn words(self) -> &'static str {
        match self {
            Self::NoEvidence => "it has no evidence",
            Self::AllEvidenceExpired => "all of its evidence has expired",
            Self::SomeEvidenceExpired => "some of its evidence has expired",
            Self::NotApproved => "nobody has approved it",
            Self::ReviewOverdue => "its review is overdue",
            Self::Caveats => "it has caveats",
            Self::Granted(_) => "no more was granted",
        }
    }
}

/// What a claim may be used for, and why it is no more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The least of what its reasons leave.
    pub readiness: Readiness,
    /// Every reason that by itself keeps it from being ready, the strictest first; empty where it is ready.
    pub reasons: Vec<Reason>,
    /// Whether it may be used for less than was granted.
    pub pulled_down: bool,
}

/// Works out the readiness of a claim.
///
/// | fact | at best |
/// | --- | --- |
/// | no evidence, or all of it expired | do not claim |
/// | some evidence expired; not approved; review overdue | internal or teaser only |
/// | caveats | public claim with caveat |
/// | something granted | what was granted |
/// | none of these | public claim ready |
pub fn readiness(facts: Facts) -> Verdict {
    let evidence = match (facts.evidence, facts.expired) {
        (0, _) => Some(Reason::NoEvidence),
        (_, 0) => None,
        (all, expired) if expired >= all => Some(Reason::AllEvidenceExpired),
        _ => Some(Reason::SomeEvidenceExpired),
    };
    let granted = facts.granted.filter(|granted| *granted < Readiness::PublicClaimReady);
    let found = [
        evidence,
        (!facts.approved).then_some(Reason::NotApproved),
        facts.review_overdue.then_some(Reason::ReviewOverdue),
        facts.caveats.then_some(Reason::Caveats),
        granted.map(Reason::Granted),
    ];
    let mut reasons: Vec<Reason> = found.into_iter().flatten().collect();
    reasons.sort_by_key(|reason| reason.at_best());
    let readiness = reasons.first().map_or(Readiness::PublicClaimReady, |reason| reason.at_best());
    Verdict { readiness, reasons, pulled_down: facts.granted.is_some_and(|granted| readiness < granted) }
}
