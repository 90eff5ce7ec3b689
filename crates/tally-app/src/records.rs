//! Records as they stand, one or all of a kind, under what somebody may see.

use tally_measure::{Filter, ListAsk, Test};
use tally_model::json::Json;
use tally_model::problem::{nearest, printable, shorten};
use tally_model::{Instant, Kind, Record, Type, Value};
use tally_store::{Op, StoreError};

use crate::scope::Scope;
use crate::{Error, Facts, Programme};

/// A record, and the last entry that touched it: `expected` of an edit made from what is shown.
#[derive(Clone, Debug)]
pub struct Standing {
    /// The record.
    pub record: Record,
    /// The last entry.
    pub last: u64,
}

/// The kind of this name.
///
/// # Errors
/// Where there is none; names the nearest.
pub fn kind(name: &str) -> Result<&'static Kind, Error> {
    let names = tally_model::kinds::KINDS.iter().map(|kind| kind.name);
    Kind::named(name).ok_or_else(|| Error::Unknown {
        what: "kind",
        name: printable(&shorten(name)),
        help: nearest(name, names).map(|near| format!("did you mean `{near}`?")),
    })
}

/// Pieces of evidence of one record that are looked up.
const PROOFS: usize = 50;

/// One record as it stands. Kinds that belong to no system are there for everybody, as in their lists.
///
/// # Errors
/// Where there is none within the scope.
pub fn one(programme: &Programme, kind: &'static Kind, id: &str, scope: &Scope) -> Result<Standing, Error> {
    let unknown = || Error::Unknown { what: kind.name, name: printable(&shorten(id)), help: None };
    let record = programme.store.record(kind, id)?.ok_or_else(unknown)?;
    if !is_common(kind) && !crate::act::reaches(&*programme.store, scope, &record)? {
        return Err(unknown());
    }
    let last = programme.store.log(kind, id)?.last().map_or(0, |entry| entry.no.0);
    Ok(Standing { record, last })
}

/// The records of a kind that `keep` wants, at most `most`, in the order in which the journal first names them. For kinds of
/// which there are few.
///
/// # Errors
/// Where the journal cannot be read.
pub fn all(
    programme: &Programme,
    kind: &'static Kind,
    most: usize,
    keep: impl Fn(&Record) -> bool,
) -> Result<Vec<Record>, Error> {
    let mut found = Vec::new();
    let walked = programme.store.records(Some(kind), &mut |record| {
        if keep(&record) {
            found.push(record);
        }
        if found.len() < most { Ok(()) } else { Err(StoreError::stopped("enough")) }
    });
    match walked {
        Ok(()) | Err(StoreError::Stopped(_)) => Ok(found),
        Err(error) => Err(error.into()),
    }
}

/// Whether records of a kind belong to no system and tell of none.
fn is_common(kind: &Kind) -> bool {
    let bears = |other: &str| Kind::named(other).is_some_and(Kind::bears_system);
    let tells = kind.fields.iter().any(|field| match field.ty {
        Type::Ref(other) => bears(other),
        Type::RefAny(others) => others.iter().any(|other| bears(other)),
        _ => false,
    });
    !tells && kind.name != "system" && !kind.tells_of_all()
}

/// The first of these kinds that has a record of this id within the scope: what a reference to one of several kinds means.
///
/// # Errors
/// Where the journal cannot be read.
pub fn which(programme: &Programme, kinds: &[&'static str], id: &str, scope: &Scope) -> Result<Option<&'static Kind>, Error> {
    for kind in kinds.iter().filter_map(|name| Kind::named(name)) {
        match one(programme, kind, id, scope) {
            Ok(_) => return Ok(Some(kind)),
            Err(Error::Unknown { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(None)
}

/// The record as it stood after `entry`: what somebody saw who edits it now. What a redacted entry said is not in it.
///
/// # Errors
/// Where the journal cannot be read.
pub fn as_seen(programme: &Programme, kind: &'static Kind, id: &str, entry: u64) -> Result<Record, Error> {
    let mut record = Record::new(kind, id);
    for seen in programme.store.log(kind, id)?.iter().filter(|seen| seen.op == Op::Patch && seen.no.0 <= entry) {
        let json = seen.payload.as_deref().and_then(|bytes| Json::parse(bytes).ok());
        if let Some(patch) = json.and_then(|json| Record::read(&json).ok()) {
            record.merge(&patch);
        }
    }
    Ok(record.settled())
}

/// The evidence that supports a record, at most fifty pieces, the newest first. Evidence names records of other systems, so
/// who sees only some systems is shown none.
///
/// # Errors
/// Where the facts or the journal cannot be read.
pub fn evidence_of(
    programme: &Programme,
    facts: &Facts,
    record: &Record,
    scope: &Scope,
    at: Instant,
) -> Result<Vec<Record>, Error> {
    let (Scope::All, Some(kind)) = (scope, Kind::named("evidence")) else { return Ok(Vec::new()) };
    let same_id = Filter { column: "evidence_supports.id".to_owned(), test: Test::HasAny(vec![record.id().to_owned()]) };
    let ask = ListAsk {
        table: kind.table.to_owned(),
        filters: vec![same_id],
        text: None,
        searched: Vec::new(),
        sort: vec![tally_measure::Sort { column: "collected_at".to_owned(), down: true }],
        at,
    };
    let mut found = Vec::new();
    for id in facts.engine().list(ask)?.ids(0, PROOFS)? {
        let Some(proof) = programme.store.record(kind, &id)? else { continue };
        let supports = proof.get("supports").map(Value::objects).unwrap_or_default();
        if supports.iter().any(|one| one.text("kind") == Some(record.kind().name) && one.text("id") == Some(record.id())) {
            found.push(proof);
        }
    }
    Ok(found)
}
