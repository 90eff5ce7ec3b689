//! Retrieval indexes and their audits: the share of documents whose retrieval checks the asker's rights climbs.

use std::io;

use super::SEED;
use super::plot::AUTHORIZED;
use super::systems::{SYSTEMS, morning, place};
use crate::calendar::{Calendar, along};
use crate::dice::Dice;
use crate::page::Page;

/// System, name of the index, documents at first, the day it was retired.
const INDEXES: [(&str, &str, i64, Option<i64>); 9] = [
    ("policy-search", "policies", 5_200, None),
    ("underwriting-assist", "guidelines", 3_900, None),
    ("hr-policy-chat", "handbook", 640, None),
    ("contract-reader", "contracts", 8_700, None),
    ("knowledge-base-chat", "articles", 12_400, None),
    ("knowledge-base-chat", "forum", 31_000, Some(-280)),
    ("vendor-risk-reader", "vendors", 2_100, None),
    ("agent-platform", "runbooks", 1_500, None),
    ("claims-document-agent", "claims", 22_000, None),
];

pub(crate) fn write(calendar: &Calendar, page: &mut Page<'_>) -> io::Result<()> {
    let mut dice = Dice::of(SEED, 10);
    for (system, name, documents, retired) in INDEXES {
        let id = format!("{system}/{name}");
        page.record("retrieval_index", &id, |fields| {
            fields.word("system", system).at("retired_at", retired.map(|day| morning(calendar, day)));
        })?;
        let live = SYSTEMS[place(system)].live.unwrap_or(0).max(-725);
        let mut day = live + dice.between(5, 40);
        let mut number = 1;
        while day < retired.unwrap_or(0) {
            let documents = documents + documents * (day - live) / 2_000;
            // The forum was open to all and never got better: it was retired.
            let share = if name == "forum" { 0.55 } else { along(AUTHORIZED, day) + 0.03 * (dice.share() - 0.5) };
            let authorized = (documents as f64 * share.min(1.0)) as i64;
            let at = calendar.work(day, &mut dice);
            page.record("index_audit", format_args!("{id}/audit-{number:02}"), |fields| {
                fields.word("index", &id).at("at", at).plain("documents", documents).plain("authorized", authorized);
            })?;
            number += 1;
            day += dice.between(55, 95);
        }
    }
    Ok(())
}
