//! Records from sheets (CSV): one file a kind, columns are fields, nested lists in sheets of their own.
//!
//! A folder of sheets is one import: read the nested ones first (`is_nested`), then the others, then `finish`.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::io::BufRead;

use tally_model::json::Json;
use tally_model::kinds::KINDS;
use tally_model::problem::{nearest, shorten};
use tally_model::{Field, Kind, Problem, Type};

use super::nested::{Child, Nested, record};
use super::sheet::{Row, Rows};
use super::{Item, Sink, cell, row};
use crate::Error;

/// Columns that are told of one by one when nothing knows them.
const COLUMNS_TOLD: usize = 50;

/// The sheets of one import.
pub struct Sheets {
    nested: Nested,
    longest: usize,
}

/// What a sheet holds, as its name says.
enum Holds {
    /// Records of this kind, where no column `kind` says otherwise.
    Records(&'static Kind),
    /// Items of this list of this kind.
    Items(&'static Kind, &'static Field),
    /// Records whose kind stands in a column.
    Anything,
}

/// One column of a sheet.
#[derive(Clone)]
enum Column {
    Id,
    Kind,
    Field(&'static Field),
    /// A field of an object that is not in a list: `risk_accepted.by`.
    Inner(&'static str, &'static Field),
    Label(String),
    /// Known to another kind of the same sheet, or to none (then reported once).
    Other(String),
}

/// Whether a file of this name holds nested lists, such as `finding.remediations.csv`.
pub fn is_nested(name: &str) -> bool {
    matches!(holds(name), Ok(Holds::Items(..)) | Err(_))
}

impl Sheets {
    /// An import without any sheet yet; rows longer than `longest` bytes are skipped with a problem.
    pub fn new(longest: usize) -> Self {
        Self { nested: Nested::default(), longest }
    }

    /// Reads one sheet.
    ///
    /// # Errors
    /// Only where the reader fails; what is wrong with the content goes to `sink`.
    pub fn read(&mut self, input: &mut dyn BufRead, file: &str, sink: &mut Sink<'_>) -> Result<(), Error> {
        let mut rows = Rows::new(input, self.longest);
        let Some(first) = rows.read().map_err(|source| Error::read(file, source))? else {
            return Ok(());
        };
        let head = match Head::read(file, first) {
            Ok((head, problems)) => {
                problems.into_iter().for_each(|problem| sink(Item::Problem(problem)));
                head
            }
            Err(problem) => {
                sink(Item::Problem(problem));
                return Ok(());
            }
        };
        if !head.names_ids() {
            return Ok(());
        }
        let mut page = Page { head, plans: HashMap::new(), file, line: 0 };
        while let Some(row) = rows.read().map_err(|source| Error::read(file, source))? {
            page.line = row.line;
            let given = page.head.cells(row).and_then(|cells| match cells {
                Some(cells) => self.give(&mut page, &cells, sink),
                None => Ok(()),
            });
            if let Err(problem) = given {
                sink(Item::Problem(problem.at_line(file, page.line)));
            }
        }
        Ok(())
    }

    /// Hands over nested lists whose parent had no row of its own: patches of records known already.
    pub fn finish(self, sink: &mut Sink<'_>) {
        self.nested.finish(sink);
    }

    fn give(&mut self, page: &mut Page<'_>, cells: &[String], sink: &mut Sink<'_>) -> Result<(), Problem> {
        let Page { head, plans, file, line } = page;
        if let Holds::Items(kind, field) = head.holds {
            let plan = plans.entry(0).or_insert_with(|| head.plan_items(kind, field));
            let (parent, members) = read_cells(plan, cells);
            let child = Child { kind, field, parent: parent.unwrap_or_default(), object: Json::Object(members) };
            self.nested.add(child, file, *line, sink);
            return Ok(());
        }
        let kind = head.kind_of(cells)?;
        let plan = plans.entry(kind.ordinal()).or_insert_with(|| head.plan(kind));
        let (id, mut members) = read_cells(plan, cells);
        let id = id.unwrap_or_default();
        members.extend(self.nested.take(kind, &id));
        row::give(&record(kind, &id, members), file, *line, sink);
        Ok(())
    }
}

/// A sheet while it is read.
struct Page<'a> {
    head: Head,
    /// Columns by kind of record.
    plans: HashMap<usize, Vec<Column>>,
    file: &'a str,
    line: u64,
}

type Members = Vec<(Cow<'static, str>, Json<'static>)>;

/// The id (of the record, or of the parent) and the members that the cells of a row hold.
fn read_cells(plan: &[Column], cells: &[String]) -> (Option<String>, Members) {
    let mut id = None;
    let mut members: Members = Vec::new();
    let mut labels: Members = Vec::new();
    let mut objects: Vec<(&'static str, Members)> = Vec::new();
    for (column, text) in plan.iter().zip(cells) {
        match column {
            Column::Id => _ = id.get_or_insert_with(|| text.trim().to_owned()),
            Column::Kind => {}
            Column::Field(field) => members.extend(cell::read(field.ty, text).map(|json| (Cow::Borrowed(field.name), json))),
            Column::Label(name) => {
                labels.extend(cell::read(Type::Text, text).map(|json| (Cow::Owned(name.clone()), json)));
            }
            Column::Other(name) => members.extend(cell::read(Type::Text, text).map(|json| (Cow::Owned(name.clone()), json))),
            Column::Inner(object, field) => {
                let Some(json) = cell::read(field.ty, text) else { continue };
                let at = objects.iter().position(|(name, _)| name == object).unwrap_or_else(|| {
                    objects.push((object, Vec::new()));
                    objects.len() - 1
                });
                objects[at].1.push((Cow::Borrowed(field.name), json));
            }
        }
    }
    members.extend(objects.into_iter().map(|(name, inner)| (Cow::Borrowed(name), Json::Object(inner))));
    if !labels.is_empty() {
        members.push((Cow::Borrowed("labels"), Json::Object(labels)));
    }
    (id, members)
}

/// The first row of a sheet, and what the sheet holds.
struct Head {
    holds: Holds,
    names: Vec<String>,
    /// Columns that no kind knows; they are reported once and not read.
    unknown: Vec<bool>,
}

impl Head {
    fn read(file: &str, first: Row) -> Result<(Self, Vec<Problem>), Problem> {
        let at = |problem: Problem| problem.at_line(file, first.line);
        let holds = holds(file).map_err(at)?;
        if let Some(problem) = first.problem {
            return Err(at(problem));
        }
        let names: Vec<String> = first.cells.iter().map(|cell| heading(cell)).collect();
        if let ([only], Some(other)) = (names.as_slice(), names.first().and_then(|name| name.find([';', '\t']))) {
            let found = format!("columns separated by {:?}", only[other..].chars().next().unwrap_or(';'));
            return Err(at(Problem::error(found, "commas").with_help("save the sheet as CSV with commas")));
        }
        if matches!(holds, Holds::Anything) && !names.iter().any(|name| name == "kind") {
            let help = "name the file after its kind, such as `findings.csv`, or add the column `kind`";
            return Err(at(Problem::error("a sheet of no known kind", "the name of a kind").with_help(help)));
        }
        let mut head = Self { holds, unknown: vec![false; names.len()], names };
        let problems = head.check().into_iter().map(at).collect();
        Ok((head, problems))
    }

    /// Unknown and repeated columns.
    fn check(&mut self) -> Vec<Problem> {
        let mut problems = Vec::new();
        let plans: Vec<Vec<Column>> = match self.holds {
            Holds::Records(kind) => vec![self.plan(kind)],
            Holds::Items(kind, field) => vec![self.plan_items(kind, field)],
            Holds::Anything => KINDS.iter().map(|kind| self.plan(kind)).collect(),
        };
        let mut seen = HashSet::new();
        let mut more = 0u64;
        for (at, name) in self.names.iter().enumerate() {
            let repeated = !seen.insert(name.as_str());
            if !repeated && !plans.iter().all(|plan| matches!(plan[at], Column::Other(_))) {
                continue;
            }
            self.unknown[at] = true;
            if problems.len() >= COLUMNS_TOLD {
                more += 1;
            } else if repeated {
                problems.push(Problem::error("a second column of this name", "each column once").at_field(name));
            } else {
                problems.push(self.unknown_column(name));
            }
        }
        if more > 0 {
            let found = format!("{more} more columns that are unknown or named twice");
            problems.push(Problem::error(found, "fields").with_help("is this the sheet that was meant?"));
        }
        if !self.names_ids() {
            let id = if let Holds::Items(kind, _) = self.holds { kind.name } else { "id" };
            let problem = Problem::error(format!("no column `{id}`"), "the id of each row's record").at_field(id);
            problems.push(problem.with_help("no row was read"));
        }
        problems
    }

    /// Whether a column holds the id of each row's record, or of its parent.
    fn names_ids(&self) -> bool {
        let id = |name: &String| match self.holds {
            Holds::Items(kind, _) => name == kind.name || name == "parent",
            _ => name == "id",
        };
        self.names.iter().any(id)
    }

    fn unknown_column(&self, name: &str) -> Problem {
        let problem = Problem::error(format!("unknown column `{}`", shorten(name)), "a field").at_field(name);
        let kind = match self.holds {
            Holds::Records(kind) => kind,
            Holds::Items(_, field) => {
                let near = nearest(name, inner(field).iter().map(|field| field.name));
                return match near {
                    Some(near) => problem.with_help(format!("did you mean `{near}`?")),
                    None => problem.with_help("the columns are the fields of the list"),
                };
            }
            Holds::Anything => return problem.with_help("no kind has a field of this name"),
        };
        if let Some(field) = kind.fields.iter().find(|field| field.name == name) {
            return problem.with_help(match field.ty {
                Type::Labels => "write one column for each label, such as `labels.region`".to_owned(),
                _ => format!("put it into a sheet of its own, `{}.{name}.csv`", kind.name),
            });
        }
        match nearest(name, columns_of(kind).iter().map(String::as_str)) {
            Some(near) => problem.with_help(format!("did you mean `{near}`?")),
            None => problem.with_help(format!("a column of your own is called `labels.{}`", shorten(name))),
        }
    }

    /// The columns as a kind of record sees them.
    fn plan(&self, kind: &'static Kind) -> Vec<Column> {
        self.columns(|name| match name {
            "id" => Some(Column::Id),
            "kind" => Some(Column::Kind),
            name => column_of(kind, name),
        })
    }

    /// The columns as an item of a list sees them.
    fn plan_items(&self, kind: &'static Kind, list: &'static Field) -> Vec<Column> {
        let own = |name: &str| inner(list).iter().find(|field| field.name == name).map(Column::Field);
        self.columns(|name| if name == kind.name || name == "parent" { Some(Column::Id) } else { own(name) })
    }

    fn columns(&self, known: impl Fn(&str) -> Option<Column>) -> Vec<Column> {
        let column = |name: &String| known(name).unwrap_or_else(|| Column::Other(name.clone()));
        self.names.iter().map(column).collect()
    }

    fn kind_of(&self, cells: &[String]) -> Result<&'static Kind, Problem> {
        let name = self.names.iter().position(|name| name == "kind").and_then(|at| cells.get(at));
        let name = name.map(|name| name.trim()).unwrap_or_default();
        if let (Holds::Records(kind), "") = (&self.holds, name) {
            return Ok(kind);
        }
        Kind::named(name).ok_or_else(|| {
            let problem = Problem::error(format!("unknown kind `{}`", shorten(name)), "the name of a kind").at_field("kind");
            match nearest(name, KINDS.iter().map(|kind| kind.name)) {
                Some(near) => problem.with_help(format!("did you mean `{near}`?")),
                None => problem,
            }
        })
    }

    /// The cells of a row as text; `None` where all are empty. Cells of unknown columns come out empty.
    fn cells(&self, row: Row) -> Result<Option<Vec<String>>, Problem> {
        if let Some(problem) = row.problem {
            return Err(problem);
        }
        if row.cells.len() != self.names.len() {
            let found = format!("{} cells", row.cells.len());
            return Err(Problem::error(found, format!("{}, one for each column", self.names.len())));
        }
        let mut texts = Vec::with_capacity(row.cells.len());
        for (at, cell) in row.cells.into_iter().enumerate() {
            let text = String::from_utf8(cell).map_err(|error| {
                let at_byte = error.utf8_error().valid_up_to() + 1;
                let problem = Problem::error(format!("byte {at_byte} of the cell is not UTF-8"), "UTF-8 text");
                problem.at_field(&self.names[at]).with_help("save the sheet as `CSV UTF-8`")
            })?;
            texts.push(if self.unknown[at] { String::new() } else { text });
        }
        Ok(texts.iter().any(|text| !text.trim().is_empty()).then_some(texts))
    }
}

fn column_of(kind: &'static Kind, name: &str) -> Option<Column> {
    if let Some(label) = name.strip_prefix("labels.") {
        return (!label.is_empty()).then(|| Column::Label(label.to_owned()));
    }
    if let Some((object, field)) = name.split_once('.') {
        let object = kind.fields.iter().find(|known| known.name == object && matches!(known.ty, Type::Object(_)))?;
        return Some(Column::Inner(object.name, inner(object).iter().find(|known| known.name == field)?));
    }
    let field = kind.fields.iter().find(|field| field.name == name)?;
    let flat = !matches!(field.ty, Type::Objects(_) | Type::Object(_) | Type::Labels);
    flat.then_some(Column::Field(field))
}

/// The columns that a sheet of this kind may have, labels left out.
fn columns_of(kind: &'static Kind) -> Vec<String> {
    let mut names = vec!["id".to_owned(), "kind".to_owned()];
    for field in kind.fields {
        match field.ty {
            Type::Objects(_) | Type::Labels => {}
            Type::Object(fields) => names.extend(fields.iter().map(|inner| format!("{}.{}", field.name, inner.name))),
            _ => names.push(field.name.to_owned()),
        }
    }
    names
}

fn inner(field: &Field) -> &'static [Field] {
    match field.ty {
        Type::Objects(fields) | Type::Object(fields) => fields,
        _ => &[],
    }
}

fn heading(cell: &[u8]) -> String {
    String::from_utf8_lossy(cell).trim().to_owned()
}

/// What the name of a sheet says it holds.
fn holds(name: &str) -> Result<Holds, Problem> {
    let name = name.rsplit(['/', '\\']).next().unwrap_or(name).to_lowercase();
    let stem = name.strip_suffix(".csv").unwrap_or(&name);
    let (first, rest) = stem.split_once('.').map_or((stem, None), |(first, rest)| (first, Some(rest)));
    let plural = |kind: &Kind| first.strip_suffix('s') == Some(kind.name);
    let Some(kind) = KINDS.iter().copied().find(|kind| kind.name == first || kind.table == first || plural(kind)) else {
        return Ok(Holds::Anything);
    };
    let Some(list) = rest else {
        return Ok(Holds::Records(kind));
    };
    let mut lists = kind.fields.iter().filter(|field| !inner(field).is_empty());
    if let Some(field) = lists.clone().find(|field| field.name == list) {
        return Ok(Holds::Items(kind, field));
    }
    let problem = Problem::error(format!("a sheet for `{list}` of {}", kind.name), "a nested list of that kind");
    Err(match nearest(list, lists.clone().map(|field| field.name)) {
        Some(near) => problem.with_help(format!("did you mean `{}.{near}.csv`?", kind.name)),
        None if lists.next().is_none() => problem.with_help(format!("{} has no nested lists", kind.name)),
        None => problem,
    })
}
