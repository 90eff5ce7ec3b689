//! The large programme: the shape of the story at any size, written as it is drawn.
//!
//! Nothing of it is held in memory. What another record must know of a system (when it went live, when it was assessed)
//! is drawn again from the seed and the system's number. It tells nothing: no plot stands here.

mod estate;
mod findings;
mod operations;

use std::io;

use crate::Scale;
use crate::calendar::{Calendar, DAY, HOUR, Moment};
use crate::dice::Dice;
use crate::page::Page;

pub(crate) fn write(as_of: jiff::Timestamp, size: Scale, out: &mut dyn io::Write) -> io::Result<u64> {
    if size.systems == 0 && size.findings > 0 {
        let message = format!("0 systems cannot hold {} findings; expected at least 1 system", size.findings);
        return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
    }
    let estate = Estate { calendar: Calendar::ending(as_of)?, size };
    let mut page = Page::new(out);
    estate::write(&estate, &mut page)?;
    operations::write(&estate, &mut page)?;
    findings::write(&estate, &mut page)?;
    page.finish()
}

/// Teams, whatever the size.
const TEAMS: u64 = 50;
/// Assessments of a system: about one a year.
const ASSESSMENTS: u32 = 2;
/// Releases of a system.
const RELEASES: u32 = 3;
const FORMS: [&str; 8] =
    ["assistant", "rag", "agent", "classifier", "generative_media", "ml_model", "coding_assistant", "other"];
const TIERS: [&str; 3] = ["high", "medium", "low"];
/// Techniques that apply to every system here, and the ways in of every system.
const TECHNIQUES: [&str; 6] = ["AML.T0051.000", "AML.T0051.001", "AML.T0053", "AML.T0054", "AML.T0057", "AML.T0070"];
const VECTORS: [(&str, &str); 3] = [("chat", "user_prompt"), ("passage", "retrieved_document"), ("tool", "tool_output")];

/// What is drawn for one thing of one system; each has its own dice.
#[derive(Clone, Copy)]
enum Part {
    System,
    Assessment,
    Release,
    Sequence,
}

struct Estate {
    calendar: Calendar,
    size: Scale,
}

/// What is known of a system.
struct Facts {
    /// Absent where it is planned without a date.
    live: Option<i64>,
    retired: Option<i64>,
    /// Its place in `TIERS` and in `FORMS`.
    tier: usize,
    form: usize,
    team: u64,
}

impl Estate {
    fn dice(&self, part: Part, number: u64) -> Dice {
        Dice::of(self.size.seed, (part as u64) << 48 | number)
    }

    fn facts(&self, system: u32) -> Facts {
        let mut dice = self.dice(Part::System, u64::from(system));
        let live = match dice.weigh(&[93, 4, 3]) {
            0 => Some(dice.between(-1_500, -20)),
            1 => Some(dice.between(5, 120)),
            _ => None,
        };
        let retired = live.filter(|live| *live < -400 && dice.chance(0.06)).map(|_| dice.between(-390, -5));
        Facts {
            live,
            retired,
            tier: dice.weigh(&[3, 4, 3]),
            form: dice.weigh(&[5, 5, 3, 4, 1, 6, 2, 1]),
            team: dice.below(TEAMS),
        }
    }

    /// When an assessment was delivered: one in each of the two years; some of the second are still to come.
    fn delivered(&self, system: u32, turn: u32) -> Option<Moment> {
        let mut dice = self.dice(Part::Assessment, u64::from(system) * u64::from(ASSESSMENTS) + u64::from(turn));
        let year = 365 * i64::from(ASSESSMENTS - 1 - turn);
        let day = dice.between(-364, -1) - year;
        if turn > 0 && dice.chance(0.16) { None } else { Some(self.calendar.day(day) + dice.between(8, 17) * HOUR) }
    }

    /// When a release was deployed; the first goes live with the system.
    fn deployed(&self, system: u32, turn: u32) -> Option<Moment> {
        let live = self.facts(system).live.filter(|live| *live < 0)?;
        let mut dice = self.dice(Part::Release, u64::from(system) * u64::from(RELEASES) + u64::from(turn));
        let part = -live / i64::from(RELEASES);
        let day = live + part * i64::from(turn) + if turn == 0 { 0 } else { dice.between(0, part / 2) };
        Some(self.calendar.day(day) + dice.between(9, 18) * HOUR)
    }

    /// A moment of the last `days` days.
    fn lately(&self, days: i64, dice: &mut Dice) -> Moment {
        self.calendar.end() - dice.between(1, days * DAY)
    }
}
