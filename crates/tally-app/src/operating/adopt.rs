//! Taking over what the catalog suggests. All at once it fills what nobody recorded yet; asked for one subject it takes the
//! place of what is recorded.

use tally_catalog::operating::About;
use tally_model::problem::{nearest, printable, shorten};
use tally_model::{Instant, Record, Value};

use super::model::{Lists, Subject, model};
use crate::act::{Actor, Deeds, Edited, Patch, write};
use crate::records::kind;
use crate::scope::Scope;
use crate::{Error, Programme};

/// What is to be taken over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Which {
    /// Every suggestion for a subject that has no record.
    All,
    /// Those of one sort.
    Sort(About),
    /// That for one subject, whatever is recorded.
    One(About, String),
}

/// What was taken over.
#[derive(Clone, Debug, Default)]
pub struct Adopted {
    /// What was written.
    pub edited: Edited,
    /// Sort and id of the subjects that were written.
    pub adopted: Vec<(About, String)>,
    /// Subjects that need somebody, have no record, and for which the catalog suggests nobody.
    pub left: Vec<(About, String)>,
}

/// Takes suggestions over: all in one commit, or nothing.
///
/// # Errors
/// Where the subject is unknown, has several records, or nothing is suggested for it; where the actor sees some teams only.
pub fn adopt(programme: &mut Programme, which: &Which, by: &Actor, at: Instant) -> Result<Adopted, Error> {
    if by.scope != Scope::All {
        let text =
            "the operating model is one of the whole programme, and you see some teams' systems; ask somebody who sees all";
        return Err(Error::Invalid(text.to_owned()));
    }
    let model = model(programme, &Scope::All, at)?;
    let mut adopted = Adopted::default();
    let mut patches = Vec::new();
    if let Which::One(about, id) = which {
        let subject = model.subject(*about, id).ok_or_else(|| unknown(&model.subjects, *about, id))?;
        let lists = subject.suggested.as_ref().ok_or_else(|| nothing(*about, id))?;
        patches.push(patch(subject, lists)?);
        adopted.adopted.push((*about, id.clone()));
    } else {
        let sort = |about: About| matches!(which, Which::All) || *which == Which::Sort(about);
        for subject in model.subjects.iter().filter(|one| one.needed && one.recorded.is_empty() && sort(one.about)) {
            let key = (subject.about, subject.id.clone());
            match &subject.suggested {
                Some(lists) => {
                    patches.push(patch(subject, lists)?);
                    adopted.adopted.push(key);
                }
                None => adopted.left.push(key),
            }
        }
    }
    let deed = Deeds { word: "operating-adopt", more: Vec::new() };
    adopted.edited = write(programme, &patches, &deed, by, at)?.sound()?;
    Ok(adopted)
}

fn patch(subject: &Subject, lists: &Lists) -> Result<Patch, Error> {
    let about = subject.about.as_str();
    let id = match &subject.recorded[..] {
        [] => format!("{about}/{}", subject.id),
        [(id, _)] => id.clone(),
        several => {
            let ids: Vec<String> = several.iter().map(|(id, _)| printable(id)).collect();
            return Err(Error::Invalid(format!(
                "{} records say who answers for {about} {}: {}; leave one of them first",
                ids.len(),
                printable(&subject.id),
                ids.join(", ")
            )));
        }
    };
    // What is recorded and not suggested goes.
    let list = |names: &[String]| match names {
        [] if subject.recorded.is_empty() => None,
        [] => Some(Value::Null),
        names => Some(Value::List(names.iter().map(|name| Value::from(name.as_str())).collect())),
    };
    let mut record = Record::new(kind("responsibility")?, id).with("about", about).with("subject", subject.id.as_str());
    let fields = [
        ("responsible", &lists.responsible),
        ("accountable", &lists.accountable),
        ("consulted", &lists.consulted),
        ("informed", &lists.informed),
    ];
    for (name, names) in fields {
        if let Some(value) = list(names) {
            record.set(name, value);
        }
    }
    Ok(Patch { record, expected: None })
}

fn unknown(subjects: &[Subject], about: About, id: &str) -> Error {
    let near = nearest(id, subjects.iter().filter(|subject| subject.about == about).map(|subject| subject.id.as_str()));
    let help = near.map_or_else(|| "`tally operating show` names all".to_owned(), |near| format!("did you mean `{near}`?"));
    Error::Unknown { what: about.as_str(), name: printable(&shorten(id)), help: Some(help) }
}

fn nothing(about: About, id: &str) -> Error {
    Error::Invalid(format!(
        "the catalog suggests nobody for {} {}; say who answers for it in a record of kind responsibility",
        about.as_str(),
        printable(&shorten(id))
    ))
}
