//! Duties as a calendar: what is owed, what is overdue, and what comes, as all-day events that programs of others show.

use tally_judge::recurrence::{Cadence, State};
use tally_model::{Instant, Kind};
use tally_report::ical::{self, Event};

use super::board::{Occurring, until};
use super::done::standing;
use crate::scope::Scope;
use crate::{Error, Facts, Programme};

/// Days ahead that a calendar goes.
pub const AHEAD: i64 = 366;
/// Days back that it shows what is done.
const BACK: i64 = 92;

/// The calendar (RFC 5545) of the duties within a scope, of one team alone where one is named. `address`: where pages are
/// served, such as `https://tally.example.com`, for links.
///
/// # Errors
/// Where the team is unknown, or the journal or the facts cannot be read.
pub fn calendar(
    programme: &Programme,
    facts: &Facts,
    scope: &Scope,
    team: Option<&str>,
    address: Option<&str>,
    at: Instant,
) -> Result<String, Error> {
    let mut board = until(programme, facts, scope, at, AHEAD)?;
    let mut name = "Duties".to_owned();
    if let Some(team) = team {
        let known = Kind::named("team").map(|kind| crate::records::one(programme, kind, team, &Scope::All)).transpose()?;
        let title = known.and_then(|known| known.record.text("name").map(str::to_owned));
        name = format!("Duties of {}", title.as_deref().unwrap_or(team));
        board = board.of_team(team);
    }
    let journal = programme.store.journal();
    let recent = |row: &&Occurring| match (&row.done, row.due) {
        (Some(_), Some(due)) => board.today.plus(-BACK) <= due,
        (None, Some(_)) => true,
        // A release without a day stands on no day of a calendar.
        (_, None) => false,
    };
    let mut shown: Vec<&Occurring> = board.rows.iter().filter(recent).collect();
    shown.sort_by_key(|row| (row.due, &row.duty.id, &row.name));
    let events = shown.into_iter().filter_map(|row| {
        let day = row.due?;
        let done = matches!(row.state, State::Done | State::DoneLate);
        let what = match row.duty.cadence {
            Cadence::PerRelease => format!("{} ({})", row.duty.title, row.name),
            _ => format!("{}, {}", row.duty.title, row.name),
        };
        let link = address.map(|address| format!("{address}/duties/{}", encode(&row.duty.id)));
        Some(Event {
            uid: format!("{}/{}@{journal}.tallystick", row.duty.id, row.name),
            day,
            summary: if done { format!("Done: {what}") } else { what },
            description: description(row, &standing(row, board.today)),
            category: row.duty.team.clone(),
            url: link,
        })
    });
    Ok(ical::calendar(&name, &events.collect::<Vec<_>>(), at))
}

fn description(row: &Occurring, standing: &str) -> String {
    let mut lines = vec![format!("{} does it. It is {standing}.", row.duty.team)];
    lines.extend(Some(row.duty.does.clone()).filter(|text| !text.is_empty()));
    lines.extend(Some(&row.duty.proof).filter(|text| !text.is_empty()).map(|proof| format!("Evidence: {proof}")));
    lines.extend(row.done.as_ref().map(|done| format!("Done on {}.", tally_judge::recurrence::Day::of(done.at))));
    lines.join("\n")
}

/// Percent-encoded, as one part of a path.
fn encode(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}
