//! One record against what is known: validated, compared, appended. Problems go back to the caller.

use std::collections::HashMap;

use tally_model::kind::article;
use tally_model::record::Reference;
use tally_model::{Problem, Record, Value};
use tally_store::{Batch, Known, StoreError, Waiting};

use super::ahead::{New, Ready};
use super::known::Ids;
use super::report::{Change, Import};
use super::sealed::{late, sealed};

/// Where a record was read.
#[derive(Clone, Copy)]
pub(crate) struct Origin<'a> {
    pub file: &'a str,
    pub line: u64,
}

/// Takes records into a batch.
pub(crate) struct Upsert<'b> {
    pub batch: Box<dyn Batch + 'b>,
    pub import: Import,
    existing: Ids,
    unchanged: Ids,
    listed_max: usize,
    /// Whether what comes later in the batch is newer, so that it may say something else: runs of tools, in turn.
    pub in_turn: bool,
    /// Lines whose records were refused, by file name.
    pub bad: Vec<(String, u64)>,
    /// The first references that nothing answers to.
    pub open: Vec<Open>,
    /// Ids that are new in this import, the first of each kind: what such a reference may have meant.
    pub names: HashMap<&'static str, Vec<String>>,
}

/// A reference that nothing answers to.
pub(crate) struct Open {
    /// Its place among the problems.
    pub problem: usize,
    pub kinds: Vec<String>,
    pub id: String,
}

/// New ids of a kind that are remembered.
const NAMES: usize = 20_000;
/// Open references for which the nearest name is looked up.
const OPEN: usize = 20;

impl<'b> Upsert<'b> {
    pub(crate) fn new(batch: Box<dyn Batch + 'b>, listed_max: usize) -> Self {
        Self {
            batch,
            import: Import::default(),
            existing: Ids::default(),
            unchanged: Ids::default(),
            listed_max,
            in_turn: false,
            bad: Vec::new(),
            open: Vec::new(),
            names: HashMap::new(),
        }
    }

    /// Takes one record; what is wrong with it becomes problems.
    pub(crate) fn take(&mut self, record: Record, origin: Origin<'_>) -> Result<(), StoreError> {
        self.take_ready(&Ready::Said(record), origin)
    }

    /// Takes one record that was read ahead.
    pub(crate) fn take_ready(&mut self, ready: &Ready, origin: Origin<'_>) -> Result<(), StoreError> {
        self.import.read += 1;
        match ready {
            Ready::New(new) => self.take_new(new, origin),
            Ready::Said(record) => match self.batch.find(record.kind(), record.id())? {
                Some(known) => self.change(&known, record, origin),
                None => self.take_new(&New::of(record.clone()), origin),
            },
        }
    }

    fn take_new(&mut self, new: &New, origin: Origin<'_>) -> Result<(), StoreError> {
        let record = new.whole.record();
        if new.problems.is_empty() && self.batch.create(&new.whole)?.is_some() {
            return self.created(record, origin);
        }
        match self.batch.find(record.kind(), record.id())? {
            Some(known) => self.change(&known, new.patch(), origin),
            None => {
                self.refused(new.problems.clone(), origin);
                Ok(())
            }
        }
    }

    fn created(&mut self, record: &Record, origin: Origin<'_>) -> Result<(), StoreError> {
        self.existing.cache(record.kind().name, record.id());
        if let Some(problem) = late(&mut *self.batch, record)? {
            self.refused(vec![problem], origin);
            return Ok(());
        }
        self.refer(record, record, origin)?;
        self.import.created += 1;
        let names = self.names.entry(record.kind().name).or_default();
        if names.len() < NAMES {
            names.push(record.id().to_owned());
        }
        self.list(record, true);
        Ok(())
    }

    fn change(&mut self, known: &Known, record: &Record, origin: Origin<'_>) -> Result<(), StoreError> {
        let (kind, id) = (record.kind().name, record.id());
        let Some(patch) = known.record.difference(record) else {
            self.import.unchanged += 1;
            if !known.touched_here {
                self.unchanged.insert(kind, id);
            }
            return Ok(());
        };
        if !self.in_turn && (known.touched_here || self.unchanged.contains(kind, id)) {
            let problems = contradictions(&known.record, &patch);
            if self.refused(problems, origin) {
                return Ok(());
            }
        }
        let mut merged = known.record.clone();
        merged.merge(&patch);
        let mut problems = merged.check();
        problems.extend(sealed(&mut *self.batch, &known.record)?);
        if self.refused(problems, origin) {
            return Ok(());
        }
        self.refer(&merged, &patch, origin)?;
        self.batch.append(&patch, &merged, Some(known))?;
        self.import.changed += 1;
        self.list(&patch, false);
        Ok(())
    }

    /// Keeps the problems and says whether there were any.
    fn refused(&mut self, problems: Vec<Problem>, origin: Origin<'_>) -> bool {
        let any = !problems.is_empty();
        if any {
            self.bad.push((origin.file.to_owned(), origin.line));
        }
        for problem in problems {
            self.import.problem(problem.at_line(origin.file, origin.line));
        }
        any
    }

    /// Looks up what the changed fields refer to; what is not there yet is looked up again at the end.
    fn refer(&mut self, record: &Record, changed: &Record, origin: Origin<'_>) -> Result<(), StoreError> {
        for reference in changed.references() {
            let Reference { field, kinds, id } = &reference;
            if kinds.iter().any(|kind| self.existing.contains(kind, id)) {
                continue;
            }
            let mut found = false;
            for kind in kinds.iter().filter_map(|name| tally_model::Kind::named(name)) {
                if self.batch.exists(kind, id)? {
                    self.existing.cache(kind.name, id);
                    found = true;
                    break;
                }
            }
            if !found {
                let from = (record.kind(), record.id());
                self.batch.defer_reference(&Waiting { from, field, kinds, id, file: origin.file, line: origin.line })?;
            }
        }
        Ok(())
    }

    /// References that no record answers to, as problems.
    pub(crate) fn resolve(&mut self) -> Result<(), StoreError> {
        let (import, bad, open) = (&mut self.import, &mut self.bad, &mut self.open);
        self.batch.unresolved(&mut |from| {
            let kinds = from.kinds.join(" or ");
            let found = format!("`{}`, and there is no such {kinds}", tally_model::problem::shorten(&from.id));
            let problem = Problem::error(found, format!("the id of {} {kinds}, known or in the same import", article(&kinds)))
                .at_field(from.field.as_str())
                .at_record(&from.from_kind, &from.from_id)
                .at_line(&from.file, from.line);
            if open.len() < OPEN {
                open.push(Open { problem: import.problems.len(), kinds: from.kinds, id: from.id });
            }
            import.problem(problem);
            bad.push((from.file, from.line));
            Ok(())
        })
    }

    fn list(&mut self, patch: &Record, new: bool) {
        if self.import.changes.len() >= self.listed_max {
            return;
        }
        let names = patch.members().iter().map(|(at, _)| patch.kind().fields[usize::from(*at)].name.to_owned());
        let fields = if new { Vec::new() } else { names.collect() };
        self.import.changes.push(Change { record: format!("{} {}", patch.kind().name, patch.id()), new, fields });
    }
}

/// A record named twice in one import may add fields, not say something else: else importing the same file twice
/// would go back and forth for ever.
fn contradictions(known: &Record, patch: &Record) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (at, value) in patch.members() {
        let name = patch.kind().fields[usize::from(*at)].name;
        let clash = match (known.get(name), value) {
            (Some(Value::Labels(known)), Value::Labels(labels)) => labels.keys().any(|label| known.contains_key(label)),
            (known, _) => known.is_some(),
        };
        if clash {
            let problem =
                Problem::error("another value than earlier in the same import", "one value for each field of a record")
                    .at_field(name)
                    .at_record(patch.kind().name, patch.id())
                    .with_help("keep one of the two");
            problems.push(problem);
        }
    }
    problems
}
