//! Checklist reviews of releases of the systems with high risk that talk: completed ones with what they found missing, one that was
//! stopped, and one that is open.
//!
//! The checklist itself is not known here, only how its ids are made and which of them are asked of whom.

use std::io;

use super::SEED;
use super::people::TESTERS;
use super::releases::Release;
use super::systems::{SYSTEMS, System};
use crate::calendar::{Calendar, DAY, HOUR, Moment};
use crate::dice::Dice;
use crate::page::Page;

const CHECKLIST: &str = "production-review";
const GROUPS: [&str; 10] = ["GOV", "DAT", "PRM", "RAG", "TOL", "AGT", "PRV", "EVL", "TEL", "CLM"];
/// Questions whose no stops a release: nobody lightly says so.
const BLOCKING: [&str; 28] = [
    "GOV-01", "GOV-03", "GOV-06", "GOV-07", "DAT-02", "DAT-04", "PRM-01", "PRM-02", "PRM-05", "RAG-01", "RAG-02", "TOL-01",
    "TOL-02", "TOL-06", "AGT-03", "AGT-05", "AGT-06", "PRV-01", "PRV-04", "PRV-07", "EVL-01", "EVL-02", "EVL-03", "EVL-09",
    "TEL-01", "TEL-08", "CLM-04", "CLM-06",
];
/// Reviews are kept since so many days.
const SINCE: i64 = -300;
/// The system whose last review stopped the release, and the question that did.
const STOPPED: (&str, &str) = ("refund-agent", "AGT-05");

const MISSING: [&str; 4] = [
    "Done for the chat, not for the import.",
    "Agreed with the team, planned for the next release.",
    "Works in tests; nobody looked at it in production yet.",
    "Written down by one team, not by the other.",
];

/// Whether a question is asked of a system with high risk.
fn asked(system: &System, question: &str) -> bool {
    match (system.form, question.get(..3).unwrap_or_default()) {
        (_, "EVL") if question == "EVL-04" => false,
        ("agent", _) => question != "RAG-08",
        ("rag", "AGT") => false,
        ("rag", _) => question != "TOL-06",
        (_, "RAG") => false,
        (_, "AGT") => question == "AGT-07",
        _ => true,
    }
}

fn questions(system: &'static System) -> impl Iterator<Item = String> {
    let all = GROUPS.into_iter().flat_map(|group| (1..=10).map(move |number| format!("{group}-{number:02}")));
    all.filter(|question| asked(system, question))
}

pub(crate) fn write(calendar: &Calendar, releases: &[Release], page: &mut Page<'_>) -> io::Result<()> {
    let mut desk = Desk { calendar, dice: Dice::of(SEED, 30), page };
    for release in releases {
        let system = &SYSTEMS[release.system];
        if system.tier != "high" || !matches!(system.form, "assistant" | "rag" | "agent") {
            continue;
        }
        match release.deployed {
            Some(deployed) if calendar.day_of(deployed) >= SINCE => {
                let newest = !releases.iter().any(|other| other.system == release.system && other.deployed > release.deployed);
                desk.review(release, system, deployed - 16 * DAY, Some(deployed - 3 * DAY), newest)?;
            }
            None => desk.review(release, system, calendar.day(-6) + 9 * HOUR, None, true)?,
            Some(_) => {}
        }
    }
    Ok(())
}

struct Desk<'c, 'p, 'o> {
    calendar: &'c Calendar,
    dice: Dice,
    page: &'p mut Page<'o>,
}

impl Desk<'_, '_, '_> {
    fn review(
        &mut self,
        release: &Release,
        system: &'static System,
        started: Moment,
        completed: Option<Moment>,
        newest: bool,
    ) -> io::Result<()> {
        let reviewer = self.dice.pick(&TESTERS);
        let id = format!("{}/{CHECKLIST}", release.id);
        self.page.record("checklist_review", &id, |fields| {
            fields.word("checklist", CHECKLIST).word("system", system.id).word("release", &release.id);
            fields.text("reviewer", reviewer).at("started_at", started).at("completed_at", completed);
        })?;
        let stopped = newest && system.id == STOPPED.0;
        for (nth, question) in questions(system).enumerate() {
            // Of an open review the first half is answered.
            if completed.is_none() && nth >= 44 {
                break;
            }
            let at = started + HOUR + nth as i64 * HOUR / 4;
            let at = self.calendar.past(at).unwrap_or(self.calendar.end() - HOUR);
            self.answer(&id, &question, reviewer, at, stopped && question == STOPPED.1)?;
        }
        Ok(())
    }

    fn answer(&mut self, review: &str, question: &str, by: &str, at: Moment, stops: bool) -> io::Result<()> {
        let roll = self.dice.weigh(if BLOCKING.contains(&question) { &[46, 2, 2, 0, 0] } else { &[38, 4, 5, 2, 2] });
        let note = self.dice.pick(&MISSING);
        let (answer, shown, note) = match (stops, roll) {
            (true, _) => ("no", false, Some("The refund tool pays out on the agent's word alone.")),
            (_, 0) => ("yes", true, None),
            (_, 1) => ("yes", false, None),
            (_, 2) => ("partly", true, Some(note)),
            (_, 3) => ("no", false, Some(note)),
            _ => ("not_applicable", false, Some("This release has no such part.")),
        };
        self.page.record("checklist_answer", format_args!("{review}/{question}"), |fields| {
            fields.word("review", review).word("question", question).word("answer", answer);
            fields.text("by", by).at("answered_at", at);
            if shown {
                fields.texts("evidence", &[proof(question)]);
            }
            if let Some(note) = note {
                fields.text("note", note);
            }
        })
    }
}

/// What is shown for a question: documents for some groups, the repository for the others.
fn proof(question: &str) -> String {
    match question.get(..3).unwrap_or_default() {
        "GOV" => "process/production_approval".to_owned(),
        "EVL" => "process/adversarial_testing".to_owned(),
        "TEL" => "process/production_monitoring".to_owned(),
        _ => format!("release folder, {}", question.to_lowercase()),
    }
}
