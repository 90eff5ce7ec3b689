//! Maturity rounds: two approved ones of the organisation half a year apart, one over four systems that is being answered, and
//! what is planned. Some answers name evidence, some claim more than the facts of this programme show.
//!
//! Ids of questions are those of the built-in model; a test of the room above holds them against it.

use std::io;

use super::SEED;
use super::people::{BUILDERS, RISK_OWNERS, TESTERS, TRIAGE};
use crate::calendar::{Calendar, HOUR};
use crate::dice::Dice;
use crate::page::Page;

/// A domain: its id, the level of each of its questions, the level that its answers earn in the first round and in the second,
/// who answers it, and evidence that there is for it.
struct Domain {
    id: &'static str,
    levels: &'static [u8],
    earns: [u8; 2],
    owner: &'static str,
    evidence: &'static [&'static str],
}

macro_rules! domains {
    ($($id:literal $levels:expr, $first:literal to $second:literal, $owner:literal, $evidence:expr;)*) => {
        [$(Domain { id: $id, levels: &$levels, earns: [$first, $second], owner: $owner, evidence: &$evidence }),*]
    };
}

const DOMAINS: [Domain; 11] = domains! {
    "GRC" [2, 3, 3, 3, 4, 5, 4], 1 to 2, "Amara Nwosu", ["process/production_approval", "policies/ai-charter.pdf"];
    "DEV" [2, 3, 3, 3, 3, 2, 3, 4, 5], 2 to 2, "Owen Brandt", ["process/design_review", "ci/pipelines/release.yaml"];
    "DAT" [2, 2, 3, 3, 4, 4, 5], 1 to 2, "Marta Olsen", ["report/index-audits"];
    "INF" [2, 3, 3, 3, 3, 4, 5], 2 to 3, "Tobias Reed", ["infra/zones.drawio"];
    "APP" [2, 2, 3, 3, 3, 3, 4, 5], 2 to 3, "Priya Anand", ["report/testing-year", "guardrails/README.md"];
    "MOD" [2, 2, 3, 3, 3, 3, 4, 5], 1 to 2, "Sofia Petrov", ["registry/models"];
    "MON" [3, 2, 2, 3, 4, 4, 5], 2 to 2, "Ruben Achterberg", ["process/production_monitoring"];
    "IRR" [2, 3, 3, 3, 3, 4, 5], 1 to 2, "Ingrid Falk", ["report/incident-review", "report/key-drill"];
    "RTE" [2, 3, 3, 4, 4, 5], 3 to 4, "Nadia Kessler", ["process/adversarial_testing", "report/testing-year"];
    "HIL" [2, 3, 3, 3, 4, 5], 1 to 1, "Leila Haddad", ["training/slides"];
    "SAF" [2, 3, 3, 4, 4, 5], 1 to 2, "Hana Sato", ["report/testing-year"];
};

/// Question, and what is claimed in both rounds whatever facts say.
const CLAIMED: [(&str, u8); 4] = [("DEV-04", 4), ("APP-06", 4), ("MON-01", 4), ("MOD-05", 3)];
/// Questions that nobody answered in the first round, and in the second.
const OPEN: [&[&str]; 2] = [&["GRC-06", "DAT-07", "INF-07", "HIL-05", "HIL-06", "SAF-06"], &["HIL-06", "DAT-07"]];
/// Systems of the open round, and how many domains of each are answered.
const SYSTEMS: [(&str, usize); 4] = [("support-bot", 6), ("fraud-scoring", 4), ("policy-search", 2), ("code-helper", 0)];
/// Question, owner, due day, effort, ticket, the day it was done.
type Improvement = (&'static str, &'static str, i64, &'static str, &'static str, Option<i64>);
const IMPROVEMENTS: [Improvement; 6] = [
    ("GRC-02", "grc", 40, "medium", "AISEC-201", None),
    ("GRC-03", "grc", 75, "medium", "AISEC-202", None),
    ("DAT-03", "data-office", 55, "medium", "AISEC-205", None),
    ("MON-04", "soc", -4, "small", "AISEC-207", None),
    ("IRR-03", "soc", 20, "small", "AISEC-209", Some(-2)),
    ("HIL-01", "ai-platform", 30, "small", "AISEC-211", None),
];

/// A round of the organisation: id, title, the day it began, was handed in and approved, the one before.
type Round = (&'static str, &'static str, i64, i64, i64, Option<&'static str>);
const ROUNDS: [Round; 2] = [
    ("ai-security-first", "First assessment of the organisation", -221, -196, -191, None),
    ("ai-security-second", "Second assessment of the organisation", -42, -16, -11, Some("ai-security-first")),
];

pub(crate) fn write(calendar: &Calendar, page: &mut Page<'_>) -> io::Result<()> {
    let mut dice = Dice::of(SEED, 21);
    for (nth, round) in ROUNDS.iter().enumerate() {
        organisation(nth, round, calendar, &mut dice, page)?;
    }
    systems(calendar, &mut dice, page)?;
    for (question, owner, due, effort, ticket, done) in IMPROVEMENTS {
        page.record("improvement", format_args!("ai-security/organisation/{question}"), |fields| {
            fields.word("model", "ai-security").word("question", question).plain("target", 3).text("owner", owner);
            fields.at("created_at", calendar.day(-10) + 10 * HOUR).at("due", calendar.day(due)).word("effort", effort);
            fields.word("ticket", ticket).at("done_at", done.map(|day| calendar.day(day) + 15 * HOUR));
        })?;
    }
    Ok(())
}

fn organisation(nth: usize, round: &Round, calendar: &Calendar, dice: &mut Dice, page: &mut Page<'_>) -> io::Result<()> {
    let (id, title, began, handed, approved, before) = *round;
    page.record("maturity_round", id, |fields| {
        fields.word("model", "ai-security").text("title", title).word("scope", "organisation");
        fields.at("started_at", calendar.day(began) + 9 * HOUR).at("due", calendar.day(handed));
        fields.text("assessor", TRIAGE[0]).text("approver", RISK_OWNERS[0]);
        fields.at("submitted_at", calendar.day(handed) + 16 * HOUR).at("approved_at", calendar.day(approved) + 11 * HOUR);
        fields.text("approved_by", RISK_OWNERS[0]);
        if let Some(before) = before {
            fields.word("previous", before);
        }
        fields.list("assignments", &DOMAINS, |fields, domain| {
            fields.word("domain", domain.id).text("owner", domain.owner);
        });
    })?;
    for domain in &DOMAINS {
        for place in 0..domain.levels.len() {
            let question = format!("{}-{:02}", domain.id, place + 1);
            if OPEN[nth].contains(&question.as_str()) {
                continue;
            }
            let claimed = CLAIMED.iter().find(|(claimed, _)| *claimed == question).map(|(_, score)| *score);
            // Drawn whether it is used or not, so that a claim more or less leaves the others as they are.
            let drawn = score(domain.levels, place, domain.earns[nth], dice);
            let day = began + 2 + dice.between(0, handed - began - 4);
            let answer = Answer {
                id: format!("{id}/organisation/{question}"),
                round: id,
                subject: None,
                question: &question,
                score: claimed.unwrap_or(drawn),
                by: domain.owner,
                day,
            };
            answer.write(domain, calendar, dice, page)?;
        }
    }
    Ok(())
}

fn systems(calendar: &Calendar, dice: &mut Dice, page: &mut Page<'_>) -> io::Result<()> {
    const ID: &str = "ai-security-systems";
    page.record("maturity_round", ID, |fields| {
        fields.word("model", "ai-security").text("title", "Assessment of four systems").word("scope", "system");
        fields.texts("subjects", &SYSTEMS.map(|(system, _)| system));
        fields.at("started_at", calendar.day(-7) + 9 * HOUR).at("due", calendar.day(21));
        fields.text("assessor", TRIAGE[1]).text("approver", RISK_OWNERS[1]);
    })?;
    for (system, answered) in SYSTEMS {
        for domain in DOMAINS.iter().take(answered) {
            for place in 0..domain.levels.len() {
                let question = format!("{}-{:02}", domain.id, place + 1);
                let drawn = score(domain.levels, place, domain.earns[1], dice);
                let answer = Answer {
                    id: format!("{ID}/{system}/{question}"),
                    round: ID,
                    subject: Some(system),
                    question: &question,
                    score: drawn,
                    by: if dice.chance(0.3) { dice.pick(&TESTERS) } else { dice.pick(&BUILDERS) },
                    day: -6 + dice.between(0, 4),
                };
                answer.write(domain, calendar, dice, page)?;
            }
        }
    }
    Ok(())
}

/// An answer to the question at a place of a domain whose answers earn a level: earned up to there, and with a gap at the last of
/// the next level's questions at the latest.
fn score(levels: &[u8], place: usize, earns: u8, dice: &mut Dice) -> u8 {
    let high = [3, 4][dice.weigh(&[3, 2])];
    let near = [1, 2, 3][dice.weigh(&[2, 4, 3])];
    let far = [0, 1, 2][dice.weigh(&[4, 3, 1])];
    let level = levels[place];
    if level <= earns {
        high
    } else if level > earns + 1 {
        far
    } else if levels[place + 1..].contains(&level) {
        near
    } else {
        near.min(2)
    }
}

struct Answer<'a> {
    id: String,
    round: &'a str,
    subject: Option<&'a str>,
    question: &'a str,
    score: u8,
    by: &'a str,
    day: i64,
}

impl Answer<'_> {
    fn write(&self, domain: &Domain, calendar: &Calendar, dice: &mut Dice, page: &mut Page<'_>) -> io::Result<()> {
        // Reports and approvals are of the last months: the first round names places.
        let first = self.round == ROUNDS[0].0;
        let place = format!("wiki/ai-security/{}", domain.id);
        let shown = dice.chance(0.6).then(|| dice.pick(domain.evidence)).map(|shown| if first { &place } else { shown });
        let at = calendar.work(self.day, dice);
        page.record("maturity_answer", &self.id, |fields| {
            fields.word("model", "ai-security").word("question", self.question).plain("score", self.score);
            fields.at("answered_at", at).text("by", self.by).word("round", self.round);
            if let Some(subject) = self.subject {
                fields.word("subject", subject);
            }
            if let Some(shown) = shown.filter(|_| self.score >= 2) {
                fields.texts("evidence", &[shown]);
            } else if self.score == 1 {
                fields.text("note", "Done by some teams, written down by none.");
            }
        })
    }
}
