//! Taking back: exactly what one commit changed, record by record, where nothing of it was changed since. One commit of its own,
//! which can be taken back alike. Only acts: an import is undone by importing what was. Never removes a record.

use std::collections::BTreeMap;

use serde_json::json;
use tally_model::problem::shorten;
use tally_model::{Instant, Kind, Record, Value};
use tally_store::{Entry, EntryNo, FieldChange, Op, changes};

use super::reach::reaches;
use super::write::{Deeds, Patch, TOPIC, write};
use super::{ActError, Actor, Edited};
use crate::{Error, Programme};

/// What was taken back.
#[derive(Clone, Debug, Default)]
pub struct Undone {
    /// What was written.
    pub edited: Edited,
    /// Records that are as they were before.
    pub restored: u64,
    /// Records that were left as they are.
    pub left: Vec<Left>,
}

/// A record that was not taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Left {
    /// Kind and id.
    pub record: String,
    /// Why.
    pub why: String,
}

/// Takes back the act whose commit holds this entry.
///
/// # Errors
/// `NoUndo` where that commit is no act, or one of records that the actor does not reach; `Conflict` where somebody writes
/// meanwhile.
pub fn undo(programme: &mut Programme, entry: u64, by: &Actor, at: Instant) -> Result<Undone, Error> {
    let (first, entries) = commit_of(programme, entry)?;
    let mut undone = Undone::default();
    let mut patches = Vec::new();
    let mut records: Vec<(&'static Kind, &str)> = Vec::new();
    for entry in entries.iter().filter(|entry| entry.op == Op::Patch) {
        let Some(kind) = Kind::named(&entry.kind) else { continue };
        if !records.contains(&(kind, entry.id.as_str())) {
            records.push((kind, &entry.id));
        }
    }
    for (kind, id) in records {
        match back(programme, kind, id, &entries, first, by)? {
            Ok(patch) => patches.push(patch),
            Err(why) => undone.left.push(Left { record: format!("{} {}", kind.name, shorten(id)), why }),
        }
    }
    let deeds = Deeds { word: "undo", more: vec![("undoes", json!(first))] };
    undone.edited = write(programme, &patches, &deeds, by, at)?.sound()?;
    undone.restored = patches.len() as u64;
    Ok(undone)
}

/// The entries of the act that this one is part of, and the number of the first.
fn commit_of(programme: &Programme, entry: u64) -> Result<(u64, Vec<Entry>), Error> {
    let no = |why: &str| Error::from(ActError::NoUndo { entry, why: why.to_owned() });
    let mut commit = None;
    programme.store.entries(EntryNo(entry)..=EntryNo(entry), &mut |found| {
        commit = Some(found.commit);
        Ok(())
    })?;
    let commit = commit.ok_or_else(|| no("there is no such entry"))?;
    let committed = programme.store.commits(Some(commit + 1), 1)?;
    let committed = committed.into_iter().find(|found| found.no == commit).ok_or_else(|| no("its commit is not there"))?;
    let mut last = None;
    programme.store.entries(committed.last..=committed.last, &mut |found| {
        last = Some(found);
        Ok(())
    })?;
    // Every act ends with its note; that, and no word in a source, tells it from an import.
    if !last.is_some_and(|last| last.op == Op::Note && last.kind == TOPIC) {
        return Err(no("it was not an act; import the records as they were to take an import back"));
    }
    let mut entries = Vec::new();
    programme.store.entries(committed.first..=committed.last, &mut |found| {
        entries.push(found);
        Ok(())
    })?;
    Ok((committed.first.0, entries))
}

/// The patch that makes a record what it was before the commit, or why there is none.
fn back(
    programme: &Programme,
    kind: &'static Kind,
    id: &str,
    commit: &[Entry],
    first: u64,
    by: &Actor,
) -> Result<Result<Patch, String>, Error> {
    let log = programme.store.log(kind, id)?;
    let Some(record) = programme.store.record(kind, id)? else { return Ok(Err("it is not there".to_owned())) };
    if !reaches(&*programme.store, &by.scope, &record)? {
        return Err(ActError::NoUndo { entry: first, why: "it changed records that are none of your teams'".to_owned() }.into());
    }
    let within = |entry: EntryNo| commit.iter().any(|own| own.no == entry);
    if log.first().is_some_and(|entry| within(entry.no)) {
        return Ok(Err("it was made there, and a record is never taken away".to_owned()));
    }
    if log.iter().any(|entry| within(entry.no) && entry.payload.is_none()) {
        return Ok(Err("what was said there has been redacted".to_owned()));
    }
    let changes = changes(&log)?;
    let mut fields: BTreeMap<&str, (Option<&Value>, Option<&Value>)> = BTreeMap::new();
    for change in changes.iter().filter(|change| within(change.entry)) {
        fields
            .entry(&change.field)
            .and_modify(|known| known.1 = change.to.as_ref())
            .or_insert((change.from.as_ref(), change.to.as_ref()));
    }
    fields.retain(|_, (before, after)| before != after);
    let last = log.last().map_or(0, |entry| entry.no.0);
    let changed = changes.iter().rev().find(|change| {
        fields.get(change.field.as_str()).is_some_and(|(_, after)| now(&changes, &change.field) != *after)
            && !within(change.entry)
    });
    if let Some(change) = changed {
        let entry = log.iter().find(|entry| entry.no == change.entry);
        let (actor, when) = entry.map(|entry| (entry.actor.clone(), entry.at.to_string())).unwrap_or_default();
        return Ok(Err(format!("`{}` was changed since by {actor} at {when} (entry {})", change.field, change.entry)));
    }
    let mut patch = Record::new(kind, id);
    for (field, (before, _)) in &fields {
        restore(&mut patch, field, *before);
    }
    Ok(if patch.is_empty() { Err("it is as it was".to_owned()) } else { Ok(Patch { record: patch, expected: Some(last) }) })
}

/// The value of a field after all changes.
fn now<'c>(changes: &'c [FieldChange], field: &str) -> Option<&'c Value> {
    changes.iter().rev().find(|change| change.field == field).and_then(|change| change.to.as_ref())
}

/// Gives a field, or one label, its value back.
fn restore(patch: &mut Record, field: &str, before: Option<&Value>) {
    let Some(label) = field.strip_prefix("labels.") else {
        return patch.set(field, before.cloned().unwrap_or(Value::Null));
    };
    let mut labels = match patch.get("labels") {
        Some(Value::Labels(labels)) => labels.clone(),
        _ => BTreeMap::new(),
    };
    labels.insert(label.into(), before.and_then(Value::text).map(Into::into));
    patch.set("labels", Value::Labels(labels));
}
