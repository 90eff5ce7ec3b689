//! The assessments: releases tested before they go out, then as many systems as the coverage push asks for.
//!
//! Coverage follows `plot::COVERAGE` by construction: at the end of every step of 30 days the systems longest untested are
//! assessed until the share is reached. Who is assessed never depends on what will be found.

use std::io;

use super::SEED;
use super::agents::{AFTER_INCIDENT, known};
use super::people::TESTERS;
use super::plot::{AUTOMATION, CLASS_KNOWN, COVERAGE, DEPTH, INCIDENT, QUEUE, TESTED_FIRST};
use super::releases::Release;
use super::systems::{SYSTEMS, place};
use crate::calendar::{Calendar, DAY, HOUR, Moment, along, civil};
use crate::dice::Dice;
use crate::page::Page;

/// Days in a step of the simulation.
const STEP: i64 = 30;
/// Steps before the end; the first lie a year before the story, so that its first window is not empty.
const STEPS: i64 = 36;

pub(crate) struct Assessment {
    pub(crate) id: String,
    /// The place of its system.
    pub(crate) system: usize,
    pub(crate) tier: &'static str,
    authorization: String,
    requested: Moment,
    planned: Moment,
    pub(crate) started: Option<Moment>,
    pub(crate) delivered: Option<Moment>,
    release: Option<String>,
    tested: Vec<&'static str>,
    vectors: Vec<&'static str>,
    /// Manual and automated hours.
    hours: (i64, i64),
    testers: Vec<&'static str>,
    /// Whether it was made because of the incident.
    pub(crate) after_incident: bool,
}

impl Assessment {
    /// Nobody asked for it before the incident, and nobody looked before the class was known.
    fn follow_incident(&mut self, calendar: &Calendar) {
        self.after_incident = true;
        self.requested = self.requested.max(calendar.day(INCIDENT + 2) + 10 * HOUR);
        self.planned = self.planned.max(calendar.day(CLASS_KNOWN));
        self.started = self.started.map(|started| started.max(calendar.day(CLASS_KNOWN) + 9 * HOUR));
    }
}

struct Bench<'c> {
    calendar: &'c Calendar,
    dice: Dice,
    done: Vec<Assessment>,
    /// The day of each system's last delivery.
    last: Vec<Option<i64>>,
}

/// All assessments, about in the order in which they were delivered; those still to come stand last.
pub(crate) fn plan(calendar: &Calendar, releases: &[Release]) -> Vec<Assessment> {
    let last = vec![None; SYSTEMS.len()];
    let mut bench = Bench { calendar, dice: Dice::of(SEED, 4), done: Vec::new(), last };
    for step in (0..=STEPS).rev() {
        let close = -1 - step * STEP;
        bench.test_releases(close, releases);
        for (id, day) in AFTER_INCIDENT.into_iter().filter(|(_, day)| (close - STEP + 1..=close).contains(day)) {
            bench.deliver(place(id), day, "comprehensive", None);
            if let Some(assessment) = bench.done.last_mut() {
                assessment.follow_incident(calendar);
            }
        }
        bench.reach_coverage(close);
    }
    bench.plan_ahead();
    bench.done
}

impl Bench<'_> {
    /// Tests before deployment, for a share of the new systems and major updates of the step.
    fn test_releases(&mut self, close: i64, releases: &[Release]) {
        for release in releases.iter().filter(|release| release.change != "minor_update") {
            let Some(deployed) = release.deployed else { continue };
            let day = self.calendar.day_of(deployed);
            if !(close - STEP + 1..=close).contains(&day) {
                continue;
            }
            let system = &SYSTEMS[release.system];
            let share = along(TESTED_FIRST, day) + if system.tier == "high" { 0.12 } else { 0.0 };
            if self.dice.chance(share) {
                let tier = if release.change == "new_system" && system.tier == "high" { "comprehensive" } else { "standard" };
                let day = day - self.dice.between(3, 12);
                self.deliver(release.system, day, tier, Some(release.id.clone()));
            }
        }
    }

    /// Assesses the systems longest untested, risky ones first, until the share of the day is reached.
    fn reach_coverage(&mut self, close: i64) {
        let live: Vec<usize> = (0..SYSTEMS.len()).filter(|place| SYSTEMS[*place].in_production(close)).collect();
        let fresh = |last: Option<i64>| last.is_some_and(|last| last > close - 365);
        let wanted = (along(COVERAGE, close) * live.len() as f64 + 0.5) as usize;
        let covered = live.iter().filter(|place| fresh(self.last[**place])).count();
        let mut waiting: Vec<usize> = live.into_iter().filter(|place| !fresh(self.last[*place])).collect();
        waiting.sort_by_key(|place| {
            let risk = match SYSTEMS[*place].tier {
                "high" => 0,
                "medium" => 200,
                _ => 500,
            };
            self.last[*place].unwrap_or(-1500) + risk + self.dice.between(0, 250)
        });
        for place in waiting.into_iter().take(wanted.saturating_sub(covered)) {
            let day = close - self.dice.between(0, STEP - 4);
            // While breadth was what counted, many were looked at quickly.
            let rushed = (-620..-260).contains(&day);
            let tier = match self.dice.weigh(if rushed { &[5, 5, 0] } else { &[2, 6, 2] }) {
                0 => "quick_scan",
                1 => "standard",
                _ => "comprehensive",
            };
            self.deliver(place, day, tier, None);
        }
    }

    /// Adds an assessment delivered on a day.
    fn deliver(&mut self, place: usize, day: i64, tier: &'static str, release: Option<String>) {
        let (low, high, hours) = usual(tier);
        let length = self.dice.between(low, high) as f64 * along(QUEUE, day);
        let delivered = self.calendar.work(day, &mut self.dice);
        let requested = delivered - (length * DAY as f64) as i64 - 2 * HOUR;
        let started = requested + (delivered - requested) / 100 * self.dice.between(35, 60);
        let depth = along(DEPTH, day) + if tier == "comprehensive" { 0.1 } else { -0.02 };
        let applicable: Vec<&str> = SYSTEMS[place].techniques().iter().copied().filter(|id| known(id, day)).collect();
        let count = (applicable.len() as f64 * (depth + 0.16 * (self.dice.share() - 0.5)).min(1.0) + 0.5) as usize;
        let ways: Vec<&str> = SYSTEMS[place].vectors().iter().map(|(id, _)| *id).collect();
        let ways_count = (ways.len() as f64 * (depth + 0.1).min(1.0) + 0.5) as usize;
        let total = hours + self.dice.between(0, hours / 2);
        let automated = (total as f64 * along(AUTOMATION, day)) as i64;
        let assessment = Assessment {
            after_incident: false,
            delivered: Some(delivered),
            planned: requested.max(started - started.rem_euclid(DAY)),
            started: Some(started),
            tested: self.dice.some_of(&applicable, count.max(1)),
            vectors: self.dice.some_of(&ways, ways_count.max(1)),
            hours: (total - automated, automated),
            release,
            ..self.request(place, tier, requested)
        };
        self.last[place] = self.last[place].max(Some(day));
        self.done.push(assessment);
    }

    /// An assessment that has been asked for and nothing more.
    fn request(&mut self, place: usize, tier: &'static str, requested: Moment) -> Assessment {
        let number = self.done.len() + 1;
        let (year, _, _) = civil(requested);
        let crew = if tier == "comprehensive" { 3 } else { 1 + self.dice.below(2) as usize };
        Assessment {
            id: format!("as-{number:04}"),
            system: place,
            tier,
            authorization: format!("permission-{year}-{number:03}"),
            requested,
            planned: requested + self.dice.between(3, 20) * DAY,
            started: None,
            delivered: None,
            release: None,
            tested: Vec::new(),
            vectors: Vec::new(),
            hours: (0, 0),
            testers: self.dice.some_of(&TESTERS, crew),
            after_incident: false,
        }
    }

    /// What has been asked for by the end and is not delivered: some under way, some planned for the coming weeks.
    fn plan_ahead(&mut self) {
        let ahead = [
            ("outreach-agent", -40, 12, "comprehensive"),
            ("actuarial-copilot", -12, 30, "standard"),
            ("fraud-scoring", -26, -6, "comprehensive"),
            ("policy-search", -15, 8, "standard"),
            ("translation-desk", -9, 17, "quick_scan"),
            ("meeting-notes", -7, 21, "quick_scan"),
            ("dispute-chat", -21, -3, "standard"),
            ("it-helpdesk-agent", -5, 35, "comprehensive"),
        ];
        for (id, asked, planned, tier) in ahead {
            let requested = self.calendar.work(asked, &mut self.dice);
            let mut assessment = self.request(place(id), tier, requested);
            assessment.planned = self.calendar.day(planned);
            assessment.started = self.calendar.past(assessment.planned + 9 * HOUR);
            self.done.push(assessment);
        }
    }
}

/// Days from request to delivery, from and to, and hours of work.
fn usual(tier: &str) -> (i64, i64, i64) {
    match tier {
        "quick_scan" => (4, 8, 8),
        "standard" => (22, 46, 60),
        _ => (50, 92, 150),
    }
}

pub(crate) fn write(assessments: &[Assessment], page: &mut Page<'_>) -> io::Result<()> {
    for assessment in assessments {
        page.record("assessment", &assessment.id, |fields| {
            fields.word("system", SYSTEMS[assessment.system].id).word("tier", assessment.tier);
            fields.at("requested_at", assessment.requested).at("planned_for", assessment.planned);
            fields.at("started_at", assessment.started).at("delivered_at", assessment.delivered);
            if let Some(release) = &assessment.release {
                fields.word("release", release);
            }
            fields.word("authorization", &assessment.authorization);
            fields.texts("techniques_tested", &assessment.tested).texts("vectors_tested", &assessment.vectors);
            if assessment.delivered.is_some() {
                fields.plain("manual_hours", assessment.hours.0).plain("automated_hours", assessment.hours.1);
            }
            fields.texts("testers", &assessment.testers);
        })?;
    }
    Ok(())
}
