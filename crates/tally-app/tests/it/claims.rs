//! Claims: who may grant what, what pulls a claim down, what runs out soon.

use tally_app::act::{Actor, Edit, Via, edit};
use tally_app::claims::{Grant, board, coming, grant, one, pulled_down, revoke};
use tally_app::import::{Options, record_bytes};
use tally_app::scope::Scope;
use tally_app::{Kind, Programme, journal};
use tally_judge::claim::{Readiness, Reason};
use tally_model::Instant;
use tempfile::TempDir;

const ZERO: &str = "0000000000000000000000000000000000000000000000000000000000000000";

fn day(day: u32) -> Instant {
    Instant::parse(&format!("2026-03-{day:02}T12:00:00Z")).unwrap()
}

fn actor(name: &str) -> Actor {
    Actor::new(name, Via::Page)
}

fn place() -> (Programme, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let mut programme = Programme::init(&folder.path().join("data")).unwrap();
    let evidence = |id: &str, expires: &str| {
        format!(
            r#"{{"kind":"evidence","id":"{id}","name":"Report {id}","sha256":"{ZERO}","media_type":"text/plain","collected_at":"2026-01-01"{expires}}}"#
        )
    };
    let claim = |id: &str, more: &str| {
        format!(
            r#"{{"kind":"claim","id":"{id}","text":"We test.","where":"Web","scope":"All","owner":"Olga","review_due":"2026-06-01"{more}}}"#
        )
    };
    let lines = [
        evidence("r1", r#","expires_at":"2026-03-20""#),
        evidence("r2", ""),
        claim("tested", r#","evidence":["r1","r2"]"#),
        claim("one-report", r#","evidence":["r1"]"#),
        claim("bare", ""),
        claim("narrow", r#","evidence":["r2"],"caveats":"Not the old ones.""#),
    ];
    let options = Options { actor: "importer".to_owned(), at: day(1), ..Options::default() };
    let import = record_bytes(&mut programme, "base", lines.join("\n").as_bytes(), &options).unwrap();
    assert_eq!(import.errors, 0, "{:?}", import.problems);
    (programme, folder)
}

fn asks(readiness: Readiness) -> Grant {
    Grant { readiness, caveats: None, review_due: None }
}

#[test]
fn granted_then_pulled_down_by_time() {
    let (mut programme, _folder) = place();
    let ready = Readiness::PublicClaimReady;
    grant(&mut programme, "tested", &asks(ready), &actor("Ann"), day(2)).unwrap();
    grant(&mut programme, "one-report", &asks(ready), &actor("Ann"), day(2)).unwrap();
    let at = |programme: &Programme, id: &str, on: Instant| one(programme, id, &Scope::All, on).unwrap();
    let line = at(&programme, "tested", day(3));
    assert_eq!((line.granted, line.effective, line.pulled_down, line.reasons.len()), (Some(ready), ready, false, 0));
    assert_eq!((line.approved_by.as_deref(), line.is_public()), (Some("Ann"), true));
    assert!(pulled_down(&programme, &Scope::All, day(3)).unwrap().is_empty());
    // r1 expires on the 20th: one of two pieces, and the only piece.
    let line = at(&programme, "tested", day(21));
    assert_eq!((line.effective, line.pulled_down), (Readiness::InternalOrTeaserOnly, true));
    assert_eq!(line.reasons, [Reason::SomeEvidenceExpired]);
    let line = at(&programme, "one-report", day(21));
    assert_eq!((line.effective, line.reasons), (Readiness::DoNotClaim, vec![Reason::AllEvidenceExpired]));
    let ids: Vec<String> = pulled_down(&programme, &Scope::All, day(21)).unwrap().into_iter().map(|line| line.id).collect();
    assert_eq!(ids, ["one-report", "tested"]);
    let line = at(&programme, "tested", Instant::parse("2026-06-02").unwrap());
    assert!(line.reasons.contains(&Reason::ReviewOverdue));
    // Under a scope the names of evidence are not told; what holds is.
    let blue = Scope::Teams(["blue".to_owned()].into());
    let line = one(&programme, "tested", &blue, day(21)).unwrap();
    assert_eq!((line.evidence[0].0.name.clone(), line.effective), (None, Readiness::InternalOrTeaserOnly));
}

#[test]
fn what_runs_out_within_thirty_days() {
    let (programme, _folder) = place();
    let soon = |on: &str| {
        let at = Instant::parse(on).unwrap();
        let found = coming(&board(&programme, &Scope::All, at).unwrap(), at);
        found.into_iter().map(|one| (one.claim, one.evidence.is_some())).collect::<Vec<_>>()
    };
    assert_eq!(soon("2026-02-18").len(), 0, "the thirtieth day is not within");
    assert_eq!(soon("2026-02-19"), [("one-report".to_owned(), true), ("tested".to_owned(), true)]);
    assert_eq!(soon("2026-03-20").len(), 2);
    assert_eq!(soon("2026-03-21").len(), 0);
    assert_eq!(soon("2026-05-20").len(), 4, "the reviews of all four");
}

#[test]
fn who_answers_for_it_does_not_grant_it() {
    let (mut programme, _folder) = place();
    let before = journal::size(&programme).unwrap();
    let refused = |programme: &mut Programme, id: &str, asked: &Grant, who: &Actor, kind: Kind, words: &str| {
        let error = grant(programme, id, asked, who, day(2)).unwrap_err();
        assert!(error.to_string().contains(words), "{error}");
        assert_eq!(error.kind(), kind);
    };
    let (ready, caveat) = (asks(Readiness::PublicClaimReady), asks(Readiness::PublicClaimWithCaveat));
    refused(&mut programme, "tested", &ready, &actor("OLGA"), Kind::Denied, "somebody else has to");
    refused(&mut programme, "bare", &ready, &actor("Ann"), Kind::Invalid, "it has no evidence");
    refused(&mut programme, "narrow", &ready, &actor("Ann"), Kind::Invalid, "it has caveats");
    refused(&mut programme, "tested", &caveat, &actor("Ann"), Kind::Invalid, "no caveat");
    refused(&mut programme, "nothing", &ready, &actor("Ann"), Kind::NotFound, "no claim `nothing`");
    let scoped = Actor { scope: Scope::Teams(["red".to_owned()].into()), ..actor("Ann") };
    refused(&mut programme, "tested", &ready, &scoped, Kind::Denied, "speaks of the whole programme");
    assert_eq!(journal::size(&programme).unwrap(), before);
    let line = r#"{"kind":"claim","id":"tested","readiness":"public_claim_ready"}"#;
    let seen = edit(&mut programme, vec![Edit::read(line.as_bytes(), None).unwrap()], &actor("Olga"), day(2)).unwrap();
    assert!(!seen.written() && seen.problems[0].to_string().contains("an edit of what was granted"), "{seen:?}");
    // With a caveat of one's own, and a later review.
    let due = Instant::parse("2026-09-01").unwrap();
    let asked = Grant { caveats: Some("Chat only.".to_owned()), review_due: Some(due), ..caveat };
    grant(&mut programme, "tested", &asked, &actor("Ann"), day(2)).unwrap();
    let line = one(&programme, "tested", &Scope::All, day(3)).unwrap();
    assert_eq!((line.caveats.as_deref(), line.review_due, line.pulled_down), (Some("Chat only."), Some(due), false));
    grant(&mut programme, "bare", &asks(Readiness::DoNotClaim), &actor("Ann"), day(2)).unwrap();
}

#[test]
fn a_grant_is_taken_back() {
    let (mut programme, _folder) = place();
    grant(&mut programme, "tested", &asks(Readiness::PublicClaimReady), &actor("Ann"), day(2)).unwrap();
    assert!(revoke(&mut programme, "tested", " ", &actor("Ann"), day(3)).unwrap_err().to_string().contains("why the claim"));
    revoke(&mut programme, "tested", "The figure was wrong.", &actor("Ann"), day(3)).unwrap();
    let line = one(&programme, "tested", &Scope::All, day(4)).unwrap();
    assert_eq!(
        (line.effective, line.pulled_down, line.approved_by),
        (Readiness::DoNotClaim, false, None),
        "decided, not pulled down"
    );
    let error = revoke(&mut programme, "tested", "again", &actor("Ann"), day(4)).unwrap_err();
    assert_eq!(error.kind(), Kind::Conflict, "{error}");
    assert!(journal::verify(&programme, None).unwrap().holds());
}
