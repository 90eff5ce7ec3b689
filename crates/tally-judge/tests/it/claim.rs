//! Readiness of claims: each rule once, then every combination against the rules as sentences.

use tally_judge::claim::{Facts, Readiness, Reason, readiness};

use Readiness::{DoNotClaim, InternalOrTeaserOnly, PublicClaimReady, PublicClaimWithCaveat};

/// Granted, approved, two fresh pieces of evidence, no caveat.
const GOOD: Facts =
    Facts { granted: Some(PublicClaimReady), approved: true, evidence: 2, expired: 0, review_overdue: false, caveats: false };

#[track_caller]
fn check(facts: Facts, expected: Readiness, reasons: &[Reason]) {
    let found = readiness(facts);
    assert_eq!((found.readiness, found.reasons.as_slice()), (expected, reasons));
    assert_eq!(found.pulled_down, facts.granted.is_some_and(|granted| expected < granted));
}

#[test]
fn each_fact_pulls_down() {
    check(GOOD, PublicClaimReady, &[]);
    check(Facts { granted: None, ..GOOD }, PublicClaimReady, &[]);
    check(Facts { evidence: 0, ..GOOD }, DoNotClaim, &[Reason::NoEvidence]);
    check(Facts { expired: 2, ..GOOD }, DoNotClaim, &[Reason::AllEvidenceExpired]);
    check(Facts { expired: 1, ..GOOD }, InternalOrTeaserOnly, &[Reason::SomeEvidenceExpired]);
    check(Facts { approved: false, ..GOOD }, InternalOrTeaserOnly, &[Reason::NotApproved]);
    check(Facts { review_overdue: true, ..GOOD }, InternalOrTeaserOnly, &[Reason::ReviewOverdue]);
    check(Facts { caveats: true, ..GOOD }, PublicClaimWithCaveat, &[Reason::Caveats]);
    check(Facts { granted: Some(DoNotClaim), ..GOOD }, DoNotClaim, &[Reason::Granted(DoNotClaim)]);
    // Nothing granted and nobody approved: never public.
    check(Facts { granted: None, approved: false, ..GOOD }, InternalOrTeaserOnly, &[Reason::NotApproved]);
}

#[test]
fn the_strictest_reason_comes_first() {
    let all = Facts {
        granted: Some(PublicClaimWithCaveat),
        approved: false,
        evidence: 3,
        expired: 3,
        review_overdue: true,
        caveats: true,
    };
    let reasons = [
        Reason::AllEvidenceExpired,
        Reason::NotApproved,
        Reason::ReviewOverdue,
        Reason::Caveats,
        Reason::Granted(PublicClaimWithCaveat),
    ];
    check(all, DoNotClaim, &reasons);
    // More expired than there is: all of it. No evidence at all is not "expired".
    check(Facts { expired: 9, ..GOOD }, DoNotClaim, &[Reason::AllEvidenceExpired]);
    check(Facts { evidence: 0, expired: 9, ..GOOD }, DoNotClaim, &[Reason::NoEvidence]);
    check(Facts::default(), DoNotClaim, &[Reason::NoEvidence, Reason::NotApproved]);
}

/// The rules again, as a chain of sentences from the worst to the best.
fn naive(facts: Facts) -> Readiness {
    let fresh = facts.evidence.saturating_sub(facts.expired);
    let by_facts = if fresh == 0 {
        DoNotClaim
    } else if fresh < facts.evidence || !facts.approved || facts.review_overdue {
        InternalOrTeaserOnly
    } else if facts.caveats {
        PublicClaimWithCaveat
    } else {
        PublicClaimReady
    };
    match facts.granted {
        Some(granted) if granted < by_facts => granted,
        _ => by_facts,
    }
}

#[test]
fn every_combination() {
    let mut seen = 0;
    for granted in [None].into_iter().chain(Readiness::ALL.map(Some)) {
        for bits in 0..8_u8 {
            for (evidence, expired) in [(0, 0), (0, 1), (1, 0), (1, 1), (3, 0), (3, 1), (3, 2), (3, 3), (3, 4)] {
                let [approved, review_overdue, caveats] = [1, 2, 4].map(|bit| bits & bit != 0);
                let facts = Facts { granted, approved, evidence, expired, review_overdue, caveats };
                let found = readiness(facts);
                assert_eq!(found.readiness, naive(facts), "{facts:?}");
                assert_eq!(found.reasons.is_empty(), found.readiness == PublicClaimReady, "{facts:?}");
                assert!(found.reasons.iter().all(|reason| reason.at_best() >= found.readiness), "{facts:?}");
                // Evidence that expires pulls down and never up.
                assert!(readiness(Facts { expired: expired + 1, ..facts }).readiness <= found.readiness, "{facts:?}");
                seen += 1;
            }
        }
    }
    assert_eq!(seen, 5 * 8 * 9);
}

#[test]
fn words_come_back() {
    for readiness in Readiness::ALL {
        assert_eq!(Readiness::parse(readiness.word()), Some(readiness));
        assert_eq!(readiness.words(), readiness.word().replace('_', " "));
    }
    assert_eq!(Readiness::parse("ready"), None);
    assert!(Readiness::ALL.is_sorted());
}
