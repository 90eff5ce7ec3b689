//! Credentials of the systems' workflows, and the keys that leaked: one revoked slowly, the later ones quickly.
//!
//! A key is a record of its rights and its age; no secret, not even a made-up one, stands here.

use std::io;

use super::SEED;
use super::systems::{SYSTEMS, System};
use crate::calendar::{Calendar, DAY, HOUR, Moment};
use crate::dice::Dice;
use crate::page::Page;

/// Credential, the day the leak was seen, minutes until it was revoked.
const LEAKS: [(&str, i64, i64); 5] = [
    ("support-bot/model-provider/key-1", -431, 3 * 24 * 60 + 415),
    ("knowledge-base-chat/vector-store/key-1", -344, 55),
    ("refund-agent/payment-ledger/key-1", -196, 24),
    ("support-bot/model-provider/key-2", -74, 12),
    ("it-helpdesk-agent/directory/key-1", -19, 9),
];

/// One key, before its rotations are known; days count back from the end.
struct Key<'s> {
    id: String,
    system: &'s System,
    workflow: &'s str,
    scoped: bool,
    issued: i64,
    retired: Option<i64>,
}

pub(crate) fn write(calendar: &Calendar, page: &mut Page<'_>) -> io::Result<()> {
    let mut dice = Dice::of(SEED, 9);
    for system in SYSTEMS {
        let Some(live) = system.live.filter(|live| *live < 0) else { continue };
        for workflow in workflows(system) {
            for key in keys(system, live, workflow, &mut dice) {
                write_key(calendar, &key, &mut dice, page)?;
            }
        }
    }
    for (credential, day, minutes) in LEAKS {
        let detected = calendar.work(day, &mut dice);
        page.record("key_compromise", format_args!("{credential}/leak"), |fields| {
            fields.word("credential", credential).at("detected_at", detected).at("revoked_at", detected + minutes * 60);
        })?;
    }
    Ok(())
}

fn workflows(system: &System) -> &'static [&'static str] {
    match (system.form, system.id) {
        (_, "refund-agent") => &["payment-ledger", "case-notes", "model-provider"],
        (_, "it-helpdesk-agent") => &["directory", "ticket-queue", "model-provider"],
        ("agent", _) => &["tool-gateway", "case-notes", "model-provider"],
        ("assistant", _) => &["model-provider", "customer-record"],
        ("rag", _) => &["vector-store", "model-provider", "document-share"],
        ("coding_assistant", _) => &["model-provider", "repository-read"],
        ("ml_model" | "classifier", _) => &["feature-store", "model-registry"],
        _ => &["vendor-endpoint"],
    }
}

/// The keys of one workflow: the first, and after each leak the one that took its place.
fn keys<'s>(system: &'s System, live: i64, workflow: &'s str, dice: &mut Dice) -> Vec<Key<'s>> {
    let mut keys: Vec<Key<'s>> = Vec::new();
    let mut issued = Some(live.max(-800) - dice.between(2, 20));
    while let Some(day) = issued {
        let id = format!("{}/{workflow}/key-{}", system.id, keys.len() + 1);
        let leak = LEAKS.iter().find(|(leaked, _, _)| *leaked == id).map(|(_, day, _)| *day);
        // Some of the old keys can do more than they need; those of new systems seldom, those made after a leak never.
        let scoped = !keys.is_empty() || dice.chance(if live > -300 { 0.95 } else { 0.86 });
        // A leaked key is withdrawn a few days after it was revoked.
        let retired = leak.map(|day| day + 6).or(system.retired);
        keys.push(Key { id, system, workflow, scoped, issued: day, retired });
        issued = leak;
    }
    keys
}

fn write_key(calendar: &Calendar, key: &Key<'_>, dice: &mut Dice, page: &mut Page<'_>) -> io::Result<()> {
    let every = dice.pick(&[30, 60, 90]);
    let kept = dice.chance(0.93);
    let issued = calendar.work(key.issued, dice);
    let rotations = rotations(issued, calendar.day(key.retired.unwrap_or(0)), every, kept);
    page.record("credential", &key.id, |fields| {
        fields.word("system", key.system.id).word("workflow", key.workflow).plain("scoped", key.scoped);
        fields.plain("rotation_days", every).at("issued_at", issued).moments("rotations", &rotations);
        fields.at("retired_at", key.retired.map(|day| calendar.day(day) + 20 * HOUR));
    })
}

/// Rotations a day before each is due; where the habit was lost, none in the last two periods.
fn rotations(issued: Moment, last: Moment, every: i64, kept: bool) -> Vec<Moment> {
    let step = (every - 1) * DAY;
    let until = if kept { last } else { last - 2 * every * DAY };
    (1..).map(|turn| issued + turn * step).take_while(|at| *at < until).collect()
}
