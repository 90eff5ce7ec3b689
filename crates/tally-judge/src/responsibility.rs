//! Who answers for what: the gaps of an operating model. Never says who should: it finds where nobody or too many do.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// Who does, answers for, advises on and hears of one subject. Functions of the company, never persons.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// What kind of subject: duty, metric, domain, process.
    pub about: String,
    /// The subject's id.
    pub subject: String,
    /// Functions that do it.
    pub responsible: Vec<String>,
    /// The function that answers for it; one.
    pub accountable: Vec<String>,
    /// Functions that are asked before.
    pub consulted: Vec<String>,
    /// Functions that are told after.
    pub informed: Vec<String>,
}

/// What a function has to do with a subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Does it.
    Responsible,
    /// Answers for it.
    Accountable,
    /// Is asked before.
    Consulted,
    /// Is told after.
    Informed,
}

impl fmt::Display for Role {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Responsible => "responsible",
            Self::Accountable => "accountable",
            Self::Consulted => "consulted",
            Self::Informed => "informed",
        })
    }
}

/// A gap, and the subject it concerns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    /// The kind of subject.
    pub about: String,
    /// The subject's id.
    pub subject: String,
    /// What is wrong.
    pub what: Fault,
}

/// What is wrong with a subject's responsibilities.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nobody answers for it.
    NoAccountable,
    /// More than one function answers for it; these, in their order.
    SeveralAccountable(Vec<String>),
    /// Nobody does it.
    NobodyResponsible,
    /// A function has two roles of which one says all: asked or told though it does it or answers for it, or told though
    /// asked. Doing and answering for the same is no fault.
    TwoRoles {
        /// The function.
        function: String,
        /// The role that says all.
        role: Role,
        /// The role that adds nothing.
        besides: Role,
    },
    /// A function stands twice in one list.
    NamedTwice {
        /// The function.
        function: String,
        /// The list.
        role: Role,
    },
    /// The subject has this many rows.
    SeveralRows(usize),
    /// The subject has no row.
    NoRow,
}

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoAccountable => out.write_str("no function is accountable"),
            Self::SeveralAccountable(functions) => {
                write!(out, "{} functions are accountable: {}", functions.len(), functions.join(", "))
            }
            Self::NobodyResponsible => out.write_str("no function is responsible"),
            Self::TwoRoles { function, role, besides } => write!(out, "{function} is {role} and {besides} as well"),
            Self::NamedTwice { function, role } => write!(out, "{function} is named twice as {role}"),
            Self::SeveralRows(rows) => write!(out, "{rows} rows say who answers for it"),
            Self::NoRow => out.write_str("no row says who answers for it"),
        }
    }
}

/// Finds the gaps: those of each row in the order of the rows, a subject with several rows at the first of them, then the
/// `subjects` (kind and id) without a row in their order.
pub fn lint(rows: &[Row], subjects: &[(String, String)]) -> Vec<Gap> {
    let mut counts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for row in rows {
        *counts.entry((&row.about, &row.subject)).or_default() += 1;
    }
    let mut gaps = Vec::new();
    let mut told: BTreeSet<(&str, &str)> = BTreeSet::new();
    for row in rows {
        let key = (row.about.as_str(), row.subject.as_str());
        let several = counts.get(&key).copied().filter(|count| *count > 1 && told.insert(key));
        let faults = several.map(Fault::SeveralRows).into_iter().chain(faults(row));
        gaps.extend(faults.map(|what| gap(key, what)));
    }
    for (about, subject) in subjects {
        let key = (about.as_str(), subject.as_str());
        if !counts.contains_key(&key) && told.insert(key) {
            gaps.push(gap(key, Fault::NoRow));
        }
    }
    gaps
}

fn gap((about, subject): (&str, &str), what: Fault) -> Gap {
    Gap { about: about.to_owned(), subject: subject.to_owned(), what }
}

fn faults(row: &Row) -> Vec<Fault> {
    let lists = [
        (Role::Responsible, &row.responsible),
        (Role::Accountable, &row.accountable),
        (Role::Consulted, &row.consulted),
        (Role::Informed, &row.informed),
    ];
    let mut faults = Vec::new();
    let accountable = distinct(&row.accountable);
    match accountable.len() {
        0 => faults.push(Fault::NoAccountable),
        1 => {}
        _ => faults.push(Fault::SeveralAccountable(accountable.into_iter().cloned().collect())),
    }
    if row.responsible.is_empty() {
        faults.push(Fault::NobodyResponsible);
    }
    for (nth, (role, list)) in lists.iter().enumerate() {
        let functions = distinct(list);
        let twice = functions.iter().filter(|function| list.iter().filter(|other| other == *function).count() > 1);
        faults.extend(twice.map(|function| Fault::NamedTwice { function: (*function).clone(), role: *role }));
        // Doing and answering for it go together; every other role is held against those before it, the first says all.
        if matches!(role, Role::Consulted | Role::Informed) {
            let before =
                |function: &String| lists[..nth].iter().find(|(_, list)| list.contains(function)).map(|(role, _)| *role);
            let doubled = functions.into_iter().filter_map(|function| Some((function, before(function)?)));
            faults.extend(doubled.map(|(function, first)| Fault::TwoRoles {
                function: function.clone(),
                role: first,
                besides: *role,
            }));
        }
    }
    faults
}

/// Each function once, in the order in which it comes first.
fn distinct(functions: &[String]) -> Vec<&String> {
    let mut seen = BTreeSet::new();
    functions.iter().filter(|function| seen.insert(*function)).collect()
}
