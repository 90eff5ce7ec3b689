//! Rows of nested sheets (`finding.remediations.csv`), kept by parent until the parent's own row comes.
//!
//! The only part of reading records whose memory grows with the input.

use std::borrow::Cow;
use std::collections::BTreeMap;

use tally_model::json::Json;
use tally_model::{Field, Kind, Problem, Record, Type};

use super::{Item, Sink, row};

/// Nested rows by kind and id of their parent.
#[derive(Default)]
pub(super) struct Nested {
    parents: BTreeMap<(usize, String), Parent>,
}

struct Parent {
    kind: &'static Kind,
    /// Where its first nested row stands.
    file: String,
    line: u64,
    lists: BTreeMap<&'static str, Vec<Json<'static>>>,
}

/// One nested row.
pub(super) struct Child {
    pub(super) kind: &'static Kind,
    pub(super) field: &'static Field,
    pub(super) parent: String,
    pub(super) object: Json<'static>,
}

impl Nested {
    /// Keeps one nested row, or says what is wrong with it.
    pub(super) fn add(&mut self, child: Child, file: &str, line: u64, sink: &mut Sink<'_>) {
        let Child { kind, field, parent, object } = child;
        let alone = record(kind, &parent, vec![(Cow::Borrowed(field.name), value_of(field, vec![object.clone()]))]);
        if let Err(problems) = Record::read(&alone) {
            for mut problem in problems {
                problem.place.field = problem.place.field.map(|path| within(&path, field.name));
                sink(Item::Problem(problem.at_line(file, line)));
            }
            return;
        }
        let known = self.parents.entry((kind.ordinal(), parent.clone())).or_insert_with(|| Parent {
            kind,
            file: file.to_owned(),
            line,
            lists: BTreeMap::new(),
        });
        let list = known.lists.entry(field.name).or_default();
        if matches!(field.ty, Type::Object(_)) && !list.is_empty() {
            let found = format!("a second `{}` of one {}", field.name, kind.name);
            let problem = Problem::error(found, "one row for each parent").at_record(kind.name, &parent);
            return sink(Item::Problem(problem.at_line(file, line)));
        }
        list.push(object);
    }

    /// Takes the lists of one parent, as members of its record.
    pub(super) fn take(&mut self, kind: &'static Kind, id: &str) -> Vec<(Cow<'static, str>, Json<'static>)> {
        match self.parents.remove(&(kind.ordinal(), id.to_owned())) {
            Some(parent) => members(parent),
            None => Vec::new(),
        }
    }

    /// Hands over what no row of a parent's sheet took: a patch of a record that may be known already.
    pub(super) fn finish(self, sink: &mut Sink<'_>) {
        for ((_, id), parent) in self.parents {
            let (kind, file, line) = (parent.kind, parent.file.clone(), parent.line);
            row::give(&record(kind, &id, members(parent)), &file, line, sink);
        }
    }
}

fn members(parent: Parent) -> Vec<(Cow<'static, str>, Json<'static>)> {
    let kind = parent.kind;
    let field = |name: &str| kind.fields.iter().find(|field| field.name == name);
    let lists = parent.lists.into_iter();
    lists.filter_map(|(name, list)| Some((Cow::Borrowed(name), value_of(field(name)?, list)))).collect()
}

fn value_of(field: &Field, mut objects: Vec<Json<'static>>) -> Json<'static> {
    match field.ty {
        Type::Object(_) => objects.pop().unwrap_or(Json::Null),
        _ => Json::List(objects),
    }
}

/// A record of `kind` as JSON; an empty id is none.
pub(super) fn record(kind: &'static Kind, id: &str, members: Vec<(Cow<'static, str>, Json<'static>)>) -> Json<'static> {
    let text = |text: &str| Json::Text(Cow::Owned(text.to_owned()));
    let mut all = vec![(Cow::Borrowed("kind"), text(kind.name))];
    if !id.is_empty() {
        all.push((Cow::Borrowed("id"), text(id)));
    }
    all.extend(members);
    Json::Object(all)
}

/// `remediations[0].by` becomes `by`: in a nested sheet the column is the field.
fn within(path: &str, list: &str) -> String {
    let rest = path.strip_prefix(list).unwrap_or(path);
    let rest = rest.strip_prefix("[0]").unwrap_or(rest);
    rest.strip_prefix('.').unwrap_or(rest).to_owned()
}
