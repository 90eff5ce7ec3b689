//! Whom a changed record concerns: the systems and classes it belonged to before the change and belongs to after it.
//! Decides nothing about metrics.

use std::collections::{BTreeMap, BTreeSet};

use tally_model::Record;
use tally_model::kind::{Kind, Type};
use tally_model::kinds::KINDS;

use super::difference::Difference;
use super::store::Facts;

/// What is different by table; tables in which nothing is are left out.
pub(crate) type Differences = BTreeMap<&'static str, Difference>;

/// What one change touched, for one kind of record.
#[derive(Clone, Debug)]
pub(crate) struct Touch {
    pub(crate) kind: &'static str,
    /// Systems of the records, before and after.
    pub(crate) systems: BTreeSet<String>,
    /// Whether a record belongs to no system that is known.
    pub(crate) no_system: bool,
    /// Classes of the records, before and after.
    pub(crate) classes: BTreeSet<String>,
    /// Whether a record has no class.
    pub(crate) no_class: bool,
    /// What is different in the rows of the records.
    pub(crate) differences: Differences,
}

/// All that one change touched; leads from one state of the facts to the next.
#[derive(Debug)]
pub(crate) struct Step {
    pub(crate) from: u64,
    pub(crate) touches: Vec<Touch>,
}

impl Touch {
    pub(crate) fn new(kind: &'static str) -> Self {
        let (systems, classes, differences) = (BTreeSet::new(), BTreeSet::new(), Differences::new());
        Self { kind, systems, no_system: false, classes, no_class: false, differences }
    }

    /// Adds what records of this kind say of themselves.
    pub(crate) fn add_records(&mut self, facts: &Facts, records: &[&Record]) {
        for record in records {
            self.add(facts, record.kind(), record.id(), |field| record.text(field).map(str::to_owned));
        }
    }

    /// Adds what the facts say of the records with these ids. A record they do not know touches nothing yet.
    pub(crate) fn add_known(&mut self, facts: &Facts, kind: &'static Kind, ids: &[&str]) {
        for id in ids {
            if facts.knows(kind, id) {
                self.add(facts, kind, id, |field| facts.text(kind, id, field));
            }
        }
    }

    fn add(&mut self, facts: &Facts, kind: &'static Kind, id: &str, text: impl Fn(&str) -> Option<String>) {
        let systems = owners(facts, kind, id, &text);
        self.no_system |= systems.is_empty();
        self.systems.extend(systems);
        let class = if kind.fields.iter().any(|field| field.name == "class") { text("class") } else { None };
        self.no_class |= class.is_none();
        self.classes.extend(class);
    }
}

/// The systems that a record belongs to: its own, and those of what it refers to.
fn owners(facts: &Facts, kind: &'static Kind, id: &str, text: &dyn Fn(&str) -> Option<String>) -> BTreeSet<String> {
    if kind.name == "system" {
        return BTreeSet::from([id.to_owned()]);
    }
    let mut found = BTreeSet::new();
    for field in kind.fields {
        for other in referred(&field.ty) {
            let Some(id) = text(field.name) else { continue };
            if facts.knows(other, &id) {
                found.extend(owners(facts, other, &id, &|field| facts.text(other, &id, field)));
            }
        }
    }
    found
}

/// The kinds that belong to systems and that a field may refer to.
fn referred(ty: &'static Type) -> impl Iterator<Item = &'static Kind> {
    let named: &[&str] = match ty {
        Type::Ref(other) => std::slice::from_ref(other),
        Type::RefAny(others) => others,
        _ => &[],
    };
    KINDS.iter().copied().filter(|other| named.contains(&other.name) && other.bears_system())
}

/// The kinds through which records of a kind belong to systems.
pub(crate) fn parents(kind: &'static Kind) -> Vec<&'static Kind> {
    kind.fields.iter().flat_map(|field| referred(&field.ty)).collect()
}
