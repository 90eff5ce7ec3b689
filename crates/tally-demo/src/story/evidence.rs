//! Evidence of what was done, and the claims that rest on it.
//!
//! A digest here belongs to no file: it is drawn like everything else.

use std::io;

use super::SEED;
use super::assessments::Assessment;
use super::governance::written_topics;
use crate::calendar::{Calendar, DAY, HOUR, Moment};
use crate::dice::Dice;
use crate::page::Page;

/// Id, text, where it is said, scope, caveats, evidence, owner, the day of its next review, who approved it, what sort it is, what
/// was granted and on which day.
type Claim = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static [&'static str],
    &'static str,
    i64,
    Option<&'static str>,
    (&'static str, &'static str, i64),
);

const CLAIMS: [Claim; 3] = [
    (
        "tested-yearly",
        "Four in five of our AI systems are tested by specialists every year.",
        "Trust page, section on AI",
        "Systems in production; quick scans are counted.",
        "The share is a coverage of systems, not of techniques.",
        &["process/adversarial_testing", "report/testing-year"],
        "product-security",
        22,
        Some("Amara Nwosu"),
        ("security", "public_claim_with_caveat", -36),
    ),
    (
        "keys-in-half-an-hour",
        "A leaked key is revoked within half an hour.",
        "Answers to customer questionnaires",
        "Keys of AI workflows, mean of the last twelve months.",
        "Counted from detection, not from the leak.",
        &["report/key-drill"],
        "soc",
        // Nobody looked at it again: what was granted does not hold any more.
        -5,
        Some("Victor Langley"),
        ("trust_centre", "public_claim_with_caveat", -58),
    ),
    (
        "rights-checked-on-retrieval",
        "Our assistants show an employee only what the employee may open.",
        "Staff handbook, chapter on assistants",
        "Indexes in use at the time of their last audit.",
        "About three documents in a hundred are still being moved.",
        &["report/index-audits"],
        "data-office",
        -14,
        None,
        ("privacy", "internal_or_teaser_only", -30),
    ),
];

/// Name, what it supports, the day it was collected.
const REPORTS: [(&str, &str, &str, &str, i64); 4] = [
    ("testing-year", "Yearly report of the red team", "claim", "tested-yearly", -40),
    ("key-drill", "Log of the key drill", "claim", "keys-in-half-an-hour", -60),
    ("index-audits", "Summary of the index audits", "claim", "rights-checked-on-retrieval", -31),
    ("incident-review", "Review of the refund incident", "incident", "incident-09", -130),
];

pub(crate) fn write(calendar: &Calendar, assessments: &[Assessment], page: &mut Page<'_>) -> io::Result<()> {
    let mut desk = Desk { calendar, dice: Dice::of(SEED, 16), page };
    for (topic, day) in written_topics() {
        let at = calendar.day(day) + 18 * HOUR;
        desk.add(&format!("process/{topic}"), &format!("Process: {}", topic.replace('_', " ")), at, ("process", topic))?;
    }
    for (id, name, kind, supported, day) in REPORTS {
        desk.add(&format!("report/{id}"), name, calendar.day(day) + 15 * HOUR, (kind, supported))?;
    }
    let thorough = assessments.iter().filter(|assessment| assessment.tier == "comprehensive");
    for assessment in thorough {
        let Some(delivered) = assessment.delivered else { continue };
        let id = &assessment.id;
        desk.add(&format!("assessment/{id}"), &format!("Report of {id}"), delivered, ("assessment", id))?;
    }
    for (id, text, place, scope, caveats, evidence, owner, review, approved, (sort, granted, day)) in CLAIMS {
        desk.page.record("claim", id, |fields| {
            fields.text("text", text).text("where", place).text("scope", scope).text("caveats", caveats);
            fields.texts("evidence", evidence).word("owner", owner).at("review_due", calendar.day(review));
            if let Some(approved) = approved {
                fields.text("approved_by", approved).at("approved_at", calendar.day(day) + 11 * HOUR);
            }
            fields.word("type", sort).word("readiness", granted);
        })?;
    }
    Ok(())
}

struct Desk<'c, 'p, 'o> {
    calendar: &'c Calendar,
    dice: Dice,
    page: &'p mut Page<'o>,
}

impl Desk<'_, '_, '_> {
    /// Adds one piece of evidence; some of it holds for a year only.
    fn add(&mut self, id: &str, name: &str, at: Moment, supported: (&str, &str)) -> io::Result<()> {
        let digest = self.dice.digest();
        let expires = self.dice.chance(0.4).then_some(at + 365 * DAY);
        let collected = self.calendar.past(at).unwrap_or(self.calendar.end() - HOUR);
        self.page.record("evidence", id, |fields| {
            fields.text("name", name).word("sha256", &digest).word("media_type", "application/pdf");
            fields.at("collected_at", collected);
            fields.list("supports", &[supported], |fields, (kind, id)| {
                fields.word("kind", kind).word("id", id);
            });
            fields.at("expires_at", expires);
        })
    }
}
