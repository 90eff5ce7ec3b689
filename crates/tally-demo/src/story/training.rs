//! Activities: trainings of teams, threat models of systems, reviews of releases.

use std::io;

use super::SEED;
use super::plot::COMPLETED;
use super::releases::Release;
use super::systems::SYSTEMS;
use super::teams::TEAMS;
use crate::calendar::{Calendar, DAY, Moment, along};
use crate::dice::Dice;
use crate::page::Page;

struct Desk<'c, 'p, 'o> {
    calendar: &'c Calendar,
    dice: Dice,
    page: &'p mut Page<'o>,
    number: u64,
}

pub(crate) fn write(calendar: &Calendar, releases: &[Release], page: &mut Page<'_>) -> io::Result<()> {
    let mut desk = Desk { calendar, dice: Dice::of(SEED, 14), page, number: 0 };
    desk.trainings()?;
    desk.threat_models()?;
    desk.code_reviews(releases)
}

impl Desk<'_, '_, '_> {
    /// Every team is asked to each training once a year.
    fn trainings(&mut self) -> io::Result<()> {
        for year in [-640, -275] {
            for (turn, topic) in ["prompt_injection", "data_poisoning", "model_theft"].into_iter().enumerate() {
                for (team, _, _) in TEAMS {
                    let day = year + 70 * turn as i64 + self.dice.between(0, 10);
                    let assigned = self.calendar.work(day, &mut self.dice);
                    self.assign("training", topic, team, assigned, 30)?;
                }
            }
        }
        Ok(())
    }

    fn threat_models(&mut self) -> io::Result<()> {
        for system in SYSTEMS.iter().filter(|system| system.tier != "low") {
            let Some(live) = system.live.filter(|live| *live < 40) else { continue };
            let topics: &[&str] = match system.form {
                "ml_model" | "classifier" => &["training_pipeline", "model_storage"],
                "agent" => &["inference_endpoint", "tool_permissions"],
                _ => &["inference_endpoint"],
            };
            for topic in topics {
                let day = (live - 45).max(self.dice.between(-600, -60)).min(-20);
                let assigned = self.calendar.work(day, &mut self.dice);
                self.assign("threat_model", topic, system.id, assigned, 45)?;
            }
        }
        Ok(())
    }

    /// For every third release: what it changes is reviewed before it goes out.
    fn code_reviews(&mut self, releases: &[Release]) -> io::Result<()> {
        for release in releases.iter().filter(|release| SYSTEMS[release.system].talks()).step_by(2) {
            let Some(deployed) = release.deployed.filter(|at| self.calendar.day_of(*at) > -600) else { continue };
            let topic = self.dice.pick(&["prompts", "guardrails", "output_validation"]);
            self.assign("code_review", topic, &release.id, deployed - 16 * DAY, 14)?;
        }
        Ok(())
    }

    fn assign(&mut self, activity: &str, topic: &str, subject: &str, assigned: Moment, days: i64) -> io::Result<()> {
        let done = self.dice.chance(along(COMPLETED, self.calendar.day_of(assigned)));
        let completed = assigned + DAY + (days * DAY) / 100 * self.dice.between(10, 120);
        self.number += 1;
        let calendar = self.calendar;
        self.page.record("activity", format_args!("activity-{:03}", self.number), |fields| {
            fields.word("activity", activity).word("topic", topic).word("subject", subject);
            fields.at("assigned_at", assigned).at("due", assigned + days * DAY);
            fields.at("completed_at", calendar.past(completed).filter(|_| done));
        })
    }
}
