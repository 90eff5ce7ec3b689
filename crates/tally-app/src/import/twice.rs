//! Whether a report, or the run it tells of, was imported before: for the same system there is nothing to do, for
//! another one the user says so on purpose. Never guesses which of two systems was meant.

use std::collections::HashMap;

use tally_model::problem::printable;

use super::run::Ask;
use super::stage::Staged;
use super::write::IMPORTED;
use crate::{Error, Programme};

/// One import of a run, as its note in the journal tells.
struct Earlier {
    sha256: String,
    run: (String, String),
    system: String,
    told: String,
}

/// Marks reports that were imported before for this system, and refuses those whose run was imported for another.
pub(super) fn look(programme: &Programme, staged: &mut [Staged], ask: &Ask<'_>) -> Result<(), Error> {
    let earlier = earlier(programme)?;
    let mut given: HashMap<String, String> = HashMap::new();
    for one in staged {
        let sha256 = one.digest.to_string();
        let same = |known: &&Earlier| known.sha256 == sha256;
        let of_run = |known: &&Earlier| known.run.0 == one.run.tool && known.run.1 == one.run.run_id;
        let here = earlier.iter().filter(|known| known.system == ask.system).rfind(same);
        let elsewhere = earlier.iter().filter(|known| known.system != ask.system);
        one.shared = elsewhere.clone().any(|known| same(&known));
        one.before = here.map(|known| known.told.clone());
        if one.before.is_none() {
            one.before = given.get(&sha256).map(|name| format!("as {} of the same command", printable(name)));
        }
        given.entry(sha256.clone()).or_insert_with(|| one.name.clone());
        let other = elsewhere.rev().find(|known| same(known) || of_run(known));
        if let Some(other) = other.filter(|_| one.before.is_none() && !ask.also) {
            return Err(refusal(one, other, ask));
        }
    }
    Ok(())
}

fn refusal(one: &Staged, other: &Earlier, ask: &Ask<'_>) -> Error {
    let what = if other.sha256 == one.digest.to_string() { "these very bytes were" } else { "this run was" };
    let (name, known, system) = (printable(&one.name), printable(&other.system), printable(ask.system));
    Error::Invalid(format!(
        "{name}: {what} imported for system `{known}` before ({}), and a run tests one system; nothing was written. If it \
         tested `{system}` too, or `{known}` was a slip, add --also; what was recorded for `{known}` stays",
        other.told
    ))
}

fn earlier(programme: &Programme) -> Result<Vec<Earlier>, Error> {
    let mut found = Vec::new();
    programme.store.notes(IMPORTED, &mut |entry| {
        let note = entry.payload.as_deref().and_then(|bytes| serde_json::from_slice::<serde_json::Value>(bytes).ok());
        let Some(note) = note else { return Ok(()) };
        let text = |name: &str| note[name].as_str().unwrap_or_default().to_owned();
        found.push(Earlier {
            sha256: text("sha256"),
            run: (text("tool"), text("run")),
            system: text("system"),
            told: format!("entry {} of {} by {}", entry.no, entry.at, printable(&entry.actor)),
        });
        Ok(())
    })?;
    Ok(found)
}
