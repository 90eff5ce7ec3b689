//! The facts of a programme in memory, in step with its journal: from a snapshot where there is one, then change by change.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use serde::{Deserialize, Serialize};
use tally_measure::{Engine, Options};
use tally_model::Record;
use tally_store::{EntryNo, StoreError};

use crate::import;
use crate::judged::Kept;
use crate::{Error, Programme};

/// Grows whenever the shape of the fact tables or what they mean changes: older snapshots are then made anew.
const FORMAT: u32 = 4;
/// After so many changes on top of a snapshot a new one is written.
const STALE: u64 = 2_000;
/// Records taken over at once.
const STEP: usize = 4_096;

/// Facts, and up to which entry they go. A copy costs little and shares what was measured and judged.
#[derive(Clone)]
pub struct Facts {
    engine: Engine,
    pub(crate) judged: Arc<Mutex<Kept>>,
    /// Number of journal entries they contain.
    pub entries: u64,
    /// Hash of the last of these, hexadecimal.
    pub head: String,
}

/// What a snapshot was made of.
#[derive(Serialize, Deserialize)]
struct Made {
    format: u32,
    program: String,
    entries: u64,
    head: String,
    folder: String,
}

impl Facts {
    /// The facts as they stand, or as they stood after entry `at_entry`.
    ///
    /// # Errors
    /// Where the journal cannot be read, or has no such entry.
    pub fn open(programme: &Programme, at_entry: Option<u64>) -> Result<Self, Error> {
        match at_entry {
            Some(entry) => Self::as_it_stood(programme, entry),
            None => Self::current(programme),
        }
    }

    fn of(engine: Engine, entries: u64, head: String) -> Self {
        Self { engine, judged: Arc::default(), entries, head }
    }

    /// The same facts as who may see these teams alone sees them: systems that others answer for do not exist.
    ///
    /// # Errors
    /// None as yet; a scope that cannot be applied must never be shown whole.
    pub fn of_teams(&self, teams: &BTreeSet<String>) -> Result<Self, Error> {
        let systems = self.engine.systems_of(|owner| teams.contains(owner));
        let engine = self.engine.only(systems.iter().map(String::as_str));
        Ok(Self { engine, ..self.clone() })
    }

    /// Makes ahead of time what the first change would make: for a process that stays.
    pub fn prepare(&self) {
        self.engine.prepare();
    }

    /// The engine to measure with.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Takes over what the journal says since; how many records changed.
    ///
    /// # Errors
    /// Where the journal cannot be read.
    pub fn follow(&mut self, programme: &Programme) -> Result<u64, Error> {
        let mut changed: Vec<Record> = Vec::new();
        let engine = &mut self.engine;
        let seen = programme.store.changed_after(EntryNo(self.entries), &mut |record| {
            changed.push(record);
            if changed.len() >= STEP {
                engine.change(&changed).map_err(StoreError::stopped)?;
                changed.clear();
            }
            Ok(())
        })?;
        if seen.redacted {
            *self = Self::build(programme)?;
            // The old snapshot may hold what was taken away.
            self.save(programme);
            return Ok(seen.records);
        }
        if !changed.is_empty() {
            engine.change(&changed)?;
        }
        self.entries = seen.head.size;
        self.head = tally_store::hex(&seen.head.hash);
        self.engine.set_attempts(attempts(programme)?);
        Ok(seen.records)
    }

    fn current(programme: &Programme) -> Result<Self, Error> {
        if let Some(mut facts) = Self::restore(programme)? {
            let changed = facts.follow(programme)?;
            if changed > STALE {
                facts.save(programme);
            }
            return Ok(facts);
        }
        let facts = Self::build(programme)?;
        facts.save(programme);
        Ok(facts)
    }

    fn build(programme: &Programme) -> Result<Self, Error> {
        let mut engine = Engine::new(options(programme)?)?;
        let mut head = None;
        programme.store.snapshot(&mut |store| {
            head = Some(store.head()?);
            store.records(None, &mut |record| engine.add(&record).map_err(StoreError::stopped))
        })?;
        engine.settle()?;
        let head = head.map_or_else(|| programme.store.head(), Ok)?;
        Ok(Self::of(engine, head.size, tally_store::hex(&head.hash)))
    }

    fn as_it_stood(programme: &Programme, entry: u64) -> Result<Self, Error> {
        let size = programme.store.head()?.size;
        if entry == 0 || entry > size {
            return Err(StoreError::NoEntry(EntryNo(entry), size).into());
        }
        let mut engine = Engine::new(options(programme)?)?;
        programme.store.at_entry(EntryNo(entry), &mut |record| engine.add(&record).map_err(StoreError::stopped))?;
        engine.settle()?;
        let mut head = String::new();
        programme.store.entries(EntryNo(entry)..=EntryNo(entry), &mut |found| {
            head = tally_store::hex(&found.hash);
            Ok(())
        })?;
        Ok(Self::of(engine, entry, head))
    }

    /// A snapshot that belongs to this journal, or nothing.
    fn restore(programme: &Programme) -> Result<Option<Self>, Error> {
        let root = programme.facts_folder();
        let Ok(text) = fs::read_to_string(root.join("made.json")) else { return Ok(None) };
        let Ok(made) = serde_json::from_str::<Made>(&text) else { return Ok(None) };
        if made.format != FORMAT || made.program != env!("CARGO_PKG_VERSION") || made.entries == 0 {
            return Ok(None);
        }
        let mut hash = String::new();
        programme.store.entries(EntryNo(made.entries)..=EntryNo(made.entries), &mut |entry| {
            hash = tally_store::hex(&entry.hash);
            Ok(())
        })?;
        if hash != made.head {
            return Ok(None);
        }
        let engine = Engine::load(&root.join(&made.folder), options(programme)?)?;
        Ok(engine.map(|engine| Self::of(engine, made.entries, made.head)))
    }

    /// Writes a snapshot. A cache: where it cannot be written the next start is slower, and nothing else.
    fn save(&self, programme: &Programme) {
        let root = programme.facts_folder();
        let name = format!("{}-{}", self.entries, self.head.get(..8).unwrap_or_default());
        let made = Made {
            format: FORMAT,
            program: env!("CARGO_PKG_VERSION").to_owned(),
            entries: self.entries,
            head: self.head.clone(),
            folder: name.clone(),
        };
        let Ok(text) = serde_json::to_string(&made) else { return };
        let draft = root.join(format!("made-{}.draft", std::process::id()));
        let saved = self.engine.save(&root.join(&name)).is_ok()
            && fs::write(&draft, text).is_ok()
            && fs::rename(&draft, root.join("made.json")).is_ok();
        if saved {
            forget_others(&root, &name);
        }
    }
}

/// Older snapshots are of no use once a newer one stands.
fn forget_others(root: &Path, keep: &str) {
    let Ok(entries) = fs::read_dir(root) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() && entry.file_name().to_string_lossy() != keep {
            // Another process may still be reading it; then the next save removes it.
            let _ = fs::remove_dir_all(path);
        }
    }
}

fn options(programme: &Programme) -> Result<Options, Error> {
    Ok(Options {
        threads: std::thread::available_parallelism().map_or(2, usize::from).min(8),
        memory_max: 1 << 30,
        sla_days: programme.settings().sla(),
        assured: Arc::new(tally_judge::fix_assured),
        attempts: attempts(programme)?,
    })
}

/// The attempt files that the journal names.
fn attempts(programme: &Programme) -> Result<Vec<PathBuf>, Error> {
    let folder = programme.attempts_folder();
    let mut files = Vec::new();
    programme.store.notes(import::LAKE, &mut |entry| {
        let manifest: Option<serde_json::Value> = entry.payload.as_deref().and_then(|bytes| serde_json::from_slice(bytes).ok());
        if let Some(name) = manifest.as_ref().and_then(|manifest| manifest["file"].as_str()) {
            files.push(folder.join(name));
        }
        Ok(())
    })?;
    files.sort();
    files.dedup();
    Ok(files)
}
