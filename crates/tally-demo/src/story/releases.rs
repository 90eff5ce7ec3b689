//! Releases of the systems and the checks at their gate.
//!
//! Every system has the release it went live with; updates follow through the two years. Four releases are planned.

use std::io;

use super::SEED;
use super::people::{BUILDERS, TESTERS};
use super::plot::{FIRST_DAY, GATES};
use super::systems::{SYSTEMS, System, morning};
use crate::calendar::{Calendar, DAY, HOUR, Moment, along};
use crate::dice::Dice;
use crate::page::Page;

const CHECKS: [&str; 3] = ["prompt_review", "output_validation", "behavioral_test"];

pub(crate) struct Release {
    pub(crate) id: String,
    /// The place of its system.
    pub(crate) system: usize,
    version: String,
    pub(crate) change: &'static str,
    author: &'static str,
    /// Absent where it is planned.
    pub(crate) deployed: Option<Moment>,
}

/// All releases, system by system, each in the order of time.
pub(crate) fn plan(calendar: &Calendar) -> Vec<Release> {
    let mut releases = Vec::new();
    for place in 0..SYSTEMS.len() {
        let mut dice = Dice::of(SEED, 100 + place as u64);
        releases_of(calendar, place, &mut dice, &mut releases);
    }
    releases
}

/// The newest release of a system that was deployed before a moment.
pub(crate) fn latest(releases: &[Release], system: usize, before: Moment) -> Option<&Release> {
    let mut of_system = releases.iter().filter(|release| release.system == system);
    of_system.rfind(|release| release.deployed.is_some_and(|deployed| deployed < before))
}

fn releases_of(calendar: &Calendar, place: usize, dice: &mut Dice, releases: &mut Vec<Release>) {
    let system = &SYSTEMS[place];
    let mut version = (1, 0);
    let mut add = |version: (u32, u32), change, deployed, dice: &mut Dice| {
        let (major, minor) = version;
        let id = format!("{}/{major}.{minor}.0", system.id);
        let author = dice.pick(&BUILDERS);
        releases.push(Release { id, system: place, version: format!("{major}.{minor}.0"), change, author, deployed });
    };
    let live = system.live.filter(|live| *live < 0);
    add(version, "new_system", live.map(|day| morning(calendar, day)), dice);
    let Some(live) = live else { return };
    let last = system.retired.unwrap_or(0);
    let mut day = live.max(FIRST_DAY - 30) + dice.between(40, 160);
    while day < last {
        let major = dice.chance(0.34);
        version = if major { (version.0 + 1, 0) } else { (version.0, version.1 + 1) };
        let change = if major { "major_update" } else { "minor_update" };
        add(version, change, Some(calendar.work(day, dice)), dice);
        day += dice.between(75, 200);
    }
    if place.is_multiple_of(13) {
        add((version.0 + 1, 0), "major_update", None, dice);
    }
}

pub(crate) fn write(releases: &[Release], page: &mut Page<'_>) -> io::Result<()> {
    let mut dice = Dice::of(SEED, 2);
    for release in releases {
        let system = &SYSTEMS[release.system];
        page.record("release", &release.id, |fields| {
            fields.word("system", system.id).word("version", &release.version).word("change", release.change);
            fields.text("author", release.author).at("deployed_at", release.deployed);
            fields.list("artifacts", artifacts(system), |fields, (kind, name)| {
                fields.word("kind", kind).word("name", name).key("digest", format_args!("sha256:{}", dice.digest()));
            });
        })?;
    }
    Ok(())
}

/// Kind and name of all that can change how the system behaves.
fn artifacts(system: &System) -> &'static [(&'static str, &'static str)] {
    match system.form {
        "assistant" | "generative_media" => {
            &[("prompt", "system-prompt"), ("model", "base-model"), ("policy", "answer-policy")]
        }
        "rag" => &[("prompt", "answer-prompt"), ("model", "base-model"), ("index", "passages"), ("config", "retriever")],
        "agent" => {
            &[("prompt", "planner-prompt"), ("model", "base-model"), ("tool", "tool-manifest"), ("policy", "tool-policy")]
        }
        "coding_assistant" => &[("provider_route", "model-route"), ("config", "editor-plugin")],
        "ml_model" | "classifier" => &[("model", "weights"), ("dataset", "training-set"), ("container", "scorer")],
        _ => &[("provider_route", "vendor-endpoint")],
    }
}

/// Gate checks of the releases of the last 20 months; before that nobody kept them.
pub(crate) fn write_gates(calendar: &Calendar, releases: &[Release], page: &mut Page<'_>) -> io::Result<()> {
    let mut dice = Dice::of(SEED, 3);
    for release in releases {
        let Some(deployed) = release.deployed.filter(|deployed| calendar.day_of(*deployed) >= -600) else { continue };
        let done = along(GATES, calendar.day_of(deployed));
        for check in CHECKS {
            if dice.chance(done) {
                write_check(release, check, deployed, done, &mut dice, page)?;
            }
        }
    }
    Ok(())
}

/// One check of one release; a failed one is made again after the repair.
fn write_check(
    release: &Release,
    check: &str,
    deployed: Moment,
    done: f64,
    dice: &mut Dice,
    page: &mut Page<'_>,
) -> io::Result<()> {
    // The author reviewed the prompt alone more often while gates were new.
    let alone = check == "prompt_review" && dice.chance(0.22 * (1.3 - done));
    let mut reviewer = dice.pick(if check == "behavioral_test" { &TESTERS[..] } else { &BUILDERS[..] });
    if reviewer == release.author && !alone {
        reviewer = dice.pick(&TESTERS);
    }
    let by = if alone { release.author } else { reviewer };
    let late = dice.chance(0.1 * (1.2 - done));
    let mut at = deployed - dice.between(3 * 24, 7 * 24) * HOUR;
    if late {
        at = deployed + 3 * HOUR;
    }
    let tries: &[&str] = if !late && dice.chance(0.1) { &["fail", "pass"] } else { &["pass"] };
    for (turn, outcome) in tries.iter().enumerate() {
        let at = at + turn as i64 * DAY;
        page.record("gate_check", format_args!("{}/{check}/{}", release.id, turn + 1), |fields| {
            fields.word("release", &release.id).word("check", check).text("performed_by", by);
            fields.at("performed_at", at).word("outcome", outcome);
        })?;
    }
    Ok(())
}
