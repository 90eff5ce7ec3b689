//! Records: a kind, an id and typed fields; what differs between two of them; how one is merged over another.
//!
//! A patch is a record too: the fields it names, `null` for those it clears. The journal holds patches, and its
//! payloads are record lines that anyone can import again.

mod check;
mod read;
mod write;

use std::collections::BTreeMap;

use crate::kind::{Field, Kind, position};
use crate::{Instant, Money, Month};

pub use check::Reference;
pub use read::expectation;
pub use write::shown;

/// The value of a field.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Clears the field; only patches hold it.
    Null,
    /// Text, a reference, a word, a digest.
    Text(Box<str>),
    /// True or false.
    Bool(bool),
    /// A whole number.
    Count(i64),
    /// A number.
    Number(f64),
    /// An amount of money.
    Money(Money),
    /// A point in time.
    Instant(Instant),
    /// A month.
    Month(Month),
    /// A list of plain values.
    List(Vec<Value>),
    /// A list of objects.
    Objects(Vec<Object>),
    /// One object.
    Object(Object),
    /// The programme's own fields; `None` clears one (only in patches).
    Labels(BTreeMap<Box<str>, Option<Box<str>>>),
}

impl Value {
    /// The text, where it is one.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The instant, where it is one.
    pub fn instant(&self) -> Option<Instant> {
        match self {
            Self::Instant(instant) => Some(*instant),
            _ => None,
        }
    }

    /// The whole number, where it is one.
    pub fn count(&self) -> Option<i64> {
        match self {
            Self::Count(count) => Some(*count),
            _ => None,
        }
    }

    /// The plain values, where it is a list.
    pub fn list(&self) -> &[Value] {
        match self {
            Self::List(items) => items,
            _ => &[],
        }
    }

    /// The objects, where it is a list of them.
    pub fn objects(&self) -> &[Object] {
        match self {
            Self::Objects(items) => items,
            _ => &[],
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}
impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text.into())
    }
}
impl From<Instant> for Value {
    fn from(instant: Instant) -> Self {
        Self::Instant(instant)
    }
}

/// An object inside a record.
#[derive(Clone, Debug)]
pub struct Object {
    fields: &'static [Field],
    members: Vec<(u8, Value)>,
}

impl PartialEq for Object {
    fn eq(&self, other: &Self) -> bool {
        // Objects are only ever compared within one field, whose list of fields is one and the same.
        self.members == other.members
    }
}

impl Object {
    /// An empty object with these fields.
    pub fn new(fields: &'static [Field]) -> Self {
        Self { fields, members: Vec::new() }
    }

    /// The value of a field.
    pub fn get(&self, name: &str) -> Option<&Value> {
        lookup(&self.members, position(self.fields, name)?)
    }

    /// The text of a field, where it has one.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.get(name)?.text()
    }

    /// The instant of a field, where it has one.
    pub fn instant(&self, name: &str) -> Option<Instant> {
        self.get(name)?.instant()
    }

    /// Sets a field; a name that the object does not have is ignored by design of the callers, who use constants.
    pub fn set(&mut self, name: &str, value: impl Into<Value>) {
        if let Some(at) = position(self.fields, name) {
            put(&mut self.members, at, value.into());
        }
    }

    /// The fields it may have.
    pub fn fields(&self) -> &'static [Field] {
        self.fields
    }

    /// Its members, by position of the field.
    pub fn members(&self) -> &[(u8, Value)] {
        &self.members
    }
}

/// A record, or a patch of one.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    kind: &'static Kind,
    id: Box<str>,
    members: Vec<(u8, Value)>,
}

impl Record {
    /// A record without fields.
    pub fn new(kind: &'static Kind, id: impl Into<Box<str>>) -> Self {
        Self { kind, id: id.into(), members: Vec::new() }
    }

    /// Its kind.
    pub fn kind(&self) -> &'static Kind {
        self.kind
    }

    /// Its id, unique within its kind.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Its members: position of the field in `kind().fields`, and value; in that order.
    pub fn members(&self) -> &[(u8, Value)] {
        &self.members
    }

    /// Whether it names no field.
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// The value of a field.
    pub fn get(&self, name: &str) -> Option<&Value> {
        lookup(&self.members, self.kind.position(name)?)
    }

    /// The text of a field, where it has one.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.get(name)?.text()
    }

    /// The instant of a field, where it has one.
    pub fn instant(&self, name: &str) -> Option<Instant> {
        self.get(name)?.instant()
    }

    /// Sets a field and gives the record back; a name that the kind does not have is a slip of the caller's code.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.set(name, value);
        self
    }

    /// Sets a field.
    pub fn set(&mut self, name: &str, value: impl Into<Value>) {
        debug_assert!(self.kind.position(name).is_some(), "{} has no field {name}", self.kind.name);
        if let Some(at) = self.kind.position(name) {
            put(&mut self.members, at, value.into());
        }
    }

    /// The value of a label.
    pub fn label(&self, name: &str) -> Option<&str> {
        match self.get("labels") {
            Some(Value::Labels(labels)) => labels.get(name)?.as_deref(),
            _ => None,
        }
    }

    /// Sets a label.
    pub fn set_label(&mut self, name: &str, text: &str) {
        let mut labels = match self.get("labels") {
            Some(Value::Labels(labels)) => labels.clone(),
            _ => BTreeMap::new(),
        };
        labels.insert(name.into(), Some(text.into()));
        self.set("labels", Value::Labels(labels));
    }

    /// What `incoming` says that is not known yet: a patch, or `None` where nothing differs.
    ///
    /// A field that `incoming` does not name keeps its value, and so does a label.
    pub fn difference(&self, incoming: &Self) -> Option<Self> {
        let mut patch = Self::new(self.kind, self.id.clone());
        for (at, value) in &incoming.members {
            let known = lookup(&self.members, *at);
            let change = match (known, value) {
                (None, Value::Null) => None,
                (known, Value::Labels(labels)) => label_changes(known, labels),
                (Some(known), value) if known == value => None,
                (_, value) => Some(value.clone()),
            };
            if let Some(change) = change {
                patch.members.push((*at, change));
            }
        }
        (!patch.is_empty()).then_some(patch)
    }

    /// Lays a patch over this record: named fields are replaced, `null` clears, labels go one by one.
    pub fn merge(&mut self, patch: &Self) {
        for (at, value) in &patch.members {
            match value {
                Value::Null => self.members.retain(|(known, _)| known != at),
                Value::Labels(labels) => self.merge_labels(*at, labels),
                value => put(&mut self.members, *at, value.clone()),
            }
        }
    }

    fn merge_labels(&mut self, at: u8, labels: &BTreeMap<Box<str>, Option<Box<str>>>) {
        let mut known = match lookup(&self.members, at) {
            Some(Value::Labels(known)) => known.clone(),
            _ => BTreeMap::new(),
        };
        for (name, text) in labels {
            match text {
                Some(text) => known.insert(name.clone(), Some(text.clone())),
                None => known.remove(name),
            };
        }
        if known.is_empty() {
            self.members.retain(|(field, _)| *field != at);
        } else {
            put(&mut self.members, at, Value::Labels(known));
        }
    }

    /// The record without its cleared fields: what a first import of `incoming` makes of it.
    #[must_use]
    pub fn settled(mut self) -> Self {
        self.members.retain(|(_, value)| *value != Value::Null);
        for (_, value) in &mut self.members {
            if let Value::Labels(labels) = value {
                labels.retain(|_, text| text.is_some());
            }
        }
        self.members.retain(|(_, value)| !matches!(value, Value::Labels(labels) if labels.is_empty()));
        self
    }
}

fn label_changes(known: Option<&Value>, labels: &BTreeMap<Box<str>, Option<Box<str>>>) -> Option<Value> {
    let empty = BTreeMap::new();
    let known = match known {
        Some(Value::Labels(known)) => known,
        _ => &empty,
    };
    let changed: BTreeMap<_, _> = labels
        .iter()
        .filter(|(name, text)| known.get(*name).and_then(Option::as_ref) != text.as_ref())
        .map(|(name, text)| (name.clone(), text.clone()))
        .collect();
    (!changed.is_empty()).then_some(Value::Labels(changed))
}

fn lookup(members: &[(u8, Value)], at: u8) -> Option<&Value> {
    members.binary_search_by_key(&at, |(known, _)| *known).ok().and_then(|found| members.get(found)).map(|(_, value)| value)
}

fn put(members: &mut Vec<(u8, Value)>, at: u8, value: Value) {
    match members.binary_search_by_key(&at, |(known, _)| *known) {
        Ok(found) => members[found].1 = value,
        Err(gap) => members.insert(gap, (at, value)),
    }
}
