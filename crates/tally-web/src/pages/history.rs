//! The life of a record on its page: who changed what, when, and the entry that says so.

use tally_app::journal;
use tally_app::scope::Scope;
use tally_model::Value;

use crate::failure::Failure;
use crate::pairs::encode;
use crate::visit::Visit;
use crate::words::minute;

/// Entries that a page shows; the journal has all.
const SHOWN: usize = 30;
/// Longest text of a value here.
const LONGEST: usize = 120;

/// The life of a record.
pub(super) struct History {
    /// The newest entries first.
    pub steps: Vec<Step>,
    /// Entries left out.
    pub more: usize,
    /// The journal's page about it, for who may read the journal.
    pub path: Option<String>,
}

/// One entry.
pub(super) struct Step {
    /// When.
    pub at: String,
    /// Who, and through what.
    pub by: String,
    /// Its number.
    pub entry: u64,
    /// Where the journal shows it.
    pub path: Option<String>,
    /// Field, value before, value after.
    pub changes: Vec<(String, String, String)>,
    /// What it is, where it changed no field.
    pub word: String,
}

/// The life of a record that the viewer may see.
pub(super) fn history(visit: &Visit, kind: &str, id: &str) -> Result<History, Failure> {
    let (entries, changes) = visit.bench().read(|programme| journal::log(programme, kind, id))?;
    let whole = visit.scope() == Scope::All;
    let steps = entries.iter().rev().take(SHOWN).map(|entry| {
        let own = changes.iter().filter(|change| change.entry == entry.no);
        let word = match (entry.op.word(), entry.payload.is_some()) {
            ("patch", true) => "no field changed".to_owned(),
            ("patch", false) => "redacted".to_owned(),
            (other, _) => other.to_owned(),
        };
        Step {
            at: minute(entry.at),
            by: format!("{}, {}", entry.actor, entry.source),
            entry: entry.no.0,
            path: whole.then(|| format!("/journal?from={}", entry.no.0)),
            changes: own
                .map(|change| (super::value::title(&change.field), text(change.from.as_ref()), text(change.to.as_ref())))
                .collect(),
            word,
        }
    });
    Ok(History {
        steps: steps.collect(),
        more: entries.len().saturating_sub(SHOWN),
        path: whole.then(|| format!("/journal?kind={kind}&id={}", encode(id))),
    })
}

fn text(value: Option<&Value>) -> String {
    let Some(value) = value else { return "nothing".to_owned() };
    let text = super::value::line(value);
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}
