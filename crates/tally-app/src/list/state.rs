//! The state of a list as its address holds it: whoever opens the address sees the same list. Reads and writes pairs of
//! a query; knows nothing of HTTP.

use tally_measure::{Filter, Sort, Test};
use tally_model::Instant;
use tally_model::instant::DAY;

use super::view::{Choice, View, ViewColumn, nearest};

/// Rows a page that can be chosen; the first is the usual one.
pub const PER: [usize; 3] = [25, 50, 100];
/// Most filters of one list, and values of one filter.
const PARTS_MAX: usize = 200;

/// What a list shows.
#[derive(Clone, Debug, PartialEq)]
pub struct ListState {
    /// The words searched for; empty: none.
    pub q: String,
    /// What is asked of columns, by the names of the view.
    pub filters: Vec<Filter>,
    /// The order asked for; empty: the view's own.
    pub sort: Vec<Sort>,
    /// The columns asked for; empty: the view's own.
    pub cols: Vec<String>,
    /// From 1.
    pub page: usize,
    /// Rows a page.
    pub per: usize,
    /// T; absent: now.
    pub as_of: Option<Instant>,
}

impl Default for ListState {
    fn default() -> Self {
        Self { q: String::new(), filters: Vec::new(), sort: Vec::new(), cols: Vec::new(), page: 1, per: PER[0], as_of: None }
    }
}

impl ListState {
    /// Reads the pairs of a query. What cannot be used is left out and named: one line a problem.
    pub fn parse<'p>(view: &View, pairs: impl IntoIterator<Item = (&'p str, &'p str)>) -> (Self, Vec<String>) {
        let mut state = Self::default();
        let mut problems = Vec::new();
        for (name, value) in pairs {
            // An empty field of a form asks for nothing.
            if value.is_empty() {
                continue;
            }
            if let Err(problem) = state.take(view, name, value) {
                problems.push(problem);
            }
        }
        (state, problems)
    }

    /// The pairs of a query that `parse` reads back; what is as usual is left out.
    pub fn to_query(&self, view: &View) -> Vec<(String, String)> {
        let mut pairs = Vec::new();
        let mut put = |name: &str, value: String| pairs.push((name.to_owned(), value));
        if !self.q.is_empty() {
            put("q", self.q.clone());
        }
        for filter in &self.filters {
            let (ending, value) = written(&filter.test);
            put(&format!("{}{ending}", filter.column), value);
        }
        if !self.sort.is_empty() && sorts(&self.sort) != view.sort.join(",") {
            put("sort", sorts(&self.sort));
        }
        if !self.cols.is_empty() && self.cols != view.shown {
            put("cols", self.cols.join(","));
        }
        if self.page > 1 {
            put("page", self.page.to_string());
        }
        if self.per != PER[0] {
            put("per", self.per.to_string());
        }
        if let Some(as_of) = self.as_of {
            put("as_of", as_of.to_string());
        }
        pairs
    }

    /// The order: the one asked for, else the view's.
    pub fn order(&self, view: &View) -> Vec<Sort> {
        let usual = || view.sort.iter().map(|text| sort(text)).collect::<Vec<_>>();
        if self.sort.is_empty() {
            return usual();
        }
        // Rows alike in what was asked for stand as usual.
        let mut order = self.sort.clone();
        order.extend(usual().into_iter().filter(|usual| self.sort.iter().all(|sort| sort.column != usual.column)));
        order
    }

    /// The columns shown: those asked for, else the view's.
    pub fn columns(&self, view: &View) -> Vec<&'static ViewColumn> {
        let asked: Vec<_> = self.cols.iter().filter_map(|name| view.column(name)).collect();
        if asked.is_empty() { view.shown.iter().filter_map(|name| view.column(name)).collect() } else { asked }
    }

    /// Whether anything narrows the list.
    pub fn is_narrowed(&self) -> bool {
        !self.q.is_empty() || !self.filters.is_empty()
    }

    fn take(&mut self, view: &View, name: &str, value: &str) -> Result<(), String> {
        match name {
            "q" => value.trim().clone_into(&mut self.q),
            "sort" => self.sort = value.split(',').map(|text| known_sort(view, text)).collect::<Result<_, _>>()?,
            "cols" => {
                let known = |name: &str| match view.column(name).filter(|column| column.is_cell()) {
                    Some(column) => Ok(column.name.to_owned()),
                    None => Err(unknown(view, "column", name)),
                };
                let mut cols: Vec<String> = value.split(',').map(known).collect::<Result<_, _>>()?;
                let mut seen = std::collections::BTreeSet::new();
                cols.retain(|name| seen.insert(name.clone()));
                self.cols = cols;
            }
            "page" => {
                let page = value.parse().ok().filter(|page| *page > 0);
                self.page = page.ok_or_else(|| format!("found page `{}`, expected a number from 1", shorten(value)))?;
            }
            "per" => {
                let per = value.parse().ok().filter(|per| PER.contains(per));
                self.per = per.ok_or_else(|| format!("found `{}` rows a page, expected 25, 50 or 100", shorten(value)))?;
            }
            "as_of" => {
                let at = Instant::parse(value);
                self.as_of = Some(at.ok_or_else(|| not_an_instant("as_of", value))?);
            }
            _ => self.take_filter(view, name, value)?,
        }
        Ok(())
    }

    fn take_filter(&mut self, view: &View, name: &str, value: &str) -> Result<(), String> {
        let (column, ending) = name.split_once('.').unwrap_or((name, ""));
        let column = view.column(column).ok_or_else(|| unknown(view, "filter", column))?;
        let test = test(column, ending, value)?;
        if self.filters.len() >= PARTS_MAX {
            return Err(format!("found more than {PARTS_MAX} filters; the rest is left out"));
        }
        // A name that comes again adds values, as the boxes of a form do.
        let same = self.filters.iter_mut().find(|known| known.column == column.name && alike(&known.test, &test));
        match (same.map(|known| &mut known.test), test) {
            (Some(Test::Is(known) | Test::Not(known)), Test::Is(more) | Test::Not(more)) => {
                let fresh: Vec<String> = more.into_iter().filter(|value| !known.contains(value)).collect();
                known.extend(fresh);
            }
            (Some(known), test) => *known = test,
            (None, test) => self.filters.push(Filter { column: column.name.to_owned(), test }),
        }
        Ok(())
    }
}

fn alike(one: &Test, other: &Test) -> bool {
    std::mem::discriminant(one) == std::mem::discriminant(other)
}

fn test(column: &ViewColumn, ending: &str, value: &str) -> Result<Test, String> {
    let number = || -> Result<f64, String> {
        let number = value.parse().ok().filter(|number: &f64| number.is_finite());
        number.ok_or_else(|| format!("found `{}` for `{}.{ending}`, expected a number", shorten(value), column.name))
    };
    let at = |end| -> Result<Instant, String> {
        bound(value, end).ok_or_else(|| not_an_instant(&format!("{}.{ending}", column.name), value))
    };
    Ok(match (column.choice(), ending, value) {
        (_, "is", "empty") => Test::Empty,
        (_, "is", "present") => Test::Present,
        (Choice::Values, "" | "not", _) if values(value).is_empty() => {
            return Err(format!("found no value for `{}`, expected one or more parted by commas", column.name));
        }
        (Choice::Values, "", _) => Test::Is(values(value)),
        (Choice::Values, "not", _) => Test::Not(values(value)),
        (Choice::Span, "from", _) => Test::Since(at(false)?),
        (Choice::Span, "to", _) => Test::Until(at(true)?),
        (Choice::Range, "min", _) => Test::AtLeast(number()?),
        (Choice::Range, "max", _) => Test::AtMost(number()?),
        (choice, _, _) => {
            let expected = match choice {
                Choice::Values => format!("`{0}` or `{0}.not`", column.name),
                Choice::Span => format!("`{0}.from` or `{0}.to`", column.name),
                Choice::Range => format!("`{0}.min` or `{0}.max`", column.name),
            };
            let dot = if ending.is_empty() { "" } else { "." };
            return Err(format!("found filter `{}{dot}{}`, expected {expected}", column.name, shorten(ending)));
        }
    })
}

/// A day as its first instant, or as the first instant after it where it ends a span; an instant as it is.
fn bound(text: &str, end: bool) -> Option<Instant> {
    let at = Instant::parse(text)?;
    let day = text.len() == 10 && end;
    Some(if day { Instant::from_micros(at.micros().saturating_add(DAY)) } else { at })
}

fn written(test: &Test) -> (&'static str, String) {
    match test {
        Test::Is(values) | Test::HasAny(values) => ("", joined(values)),
        Test::Not(values) => (".not", joined(values)),
        Test::Since(at) => (".from", day(*at, 0)),
        Test::Until(at) => (".to", day(*at, DAY)),
        Test::AtLeast(number) => (".min", number.to_string()),
        Test::AtMost(number) => (".max", number.to_string()),
        Test::Empty => (".is", "empty".to_owned()),
        Test::Present => (".is", "present".to_owned()),
    }
}

fn day(at: Instant, back: i64) -> String {
    let text = Instant::from_micros(at.micros() - back).to_string();
    match text.strip_suffix("T00:00:00Z") {
        Some(day) if day.len() == 10 => day.to_owned(),
        _ => at.to_string(),
    }
}

/// How no value is written.
const NONE: &str = "(none)";

/// Values parted by commas; a backslash takes the next letter as it is.
fn values(text: &str) -> Vec<String> {
    let mut values = vec![String::new()];
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match letter {
            ',' => values.push(String::new()),
            '\\' => values.last_mut().into_iter().for_each(|value| value.extend(letters.next())),
            _ => values.last_mut().into_iter().for_each(|value| value.push(letter)),
        }
    }
    let mut seen = std::collections::BTreeSet::new();
    values.retain(|value| !value.is_empty() && seen.insert(value.clone()));
    values.truncate(PARTS_MAX);
    values.into_iter().map(|value| if value == NONE { String::new() } else { value }).collect()
}

fn joined(values: &[String]) -> String {
    let escaped = values.iter().map(|value| match value.as_str() {
        "" => NONE.to_owned(),
        value => value.replace('\\', "\\\\").replace(',', "\\,"),
    });
    escaped.collect::<Vec<_>>().join(",")
}

fn sort(text: &str) -> Sort {
    let column = text.strip_prefix('-');
    Sort { column: column.unwrap_or(text).to_owned(), down: column.is_some() }
}

fn sorts(sorts: &[Sort]) -> String {
    let texts = sorts.iter().map(|sort| format!("{}{}", if sort.down { "-" } else { "" }, sort.column));
    texts.collect::<Vec<_>>().join(",")
}

fn known_sort(view: &View, text: &str) -> Result<Sort, String> {
    let sort = sort(text);
    let known = view.column(&sort.column).filter(|column| column.is_cell());
    known.map(|_| sort.clone()).ok_or_else(|| unknown(view, "column", &sort.column))
}

fn unknown(view: &View, what: &str, name: &str) -> String {
    let names = view.columns.iter().map(|column| column.name);
    if what == "column" && view.column(name).is_some() {
        return format!("found `{name}` where a column is expected; it filters and is not shown");
    }
    match nearest(name, names) {
        Some(near) => format!("no {what} `{}` in this list; did you mean `{near}`?", shorten(name)),
        None => format!("no {what} `{}` in this list; it is left out", shorten(name)),
    }
}

fn not_an_instant(name: &str, value: &str) -> String {
    format!("found `{}` for `{name}`, expected a date such as 2026-03-31 or an instant with an offset", shorten(value))
}

/// What somebody wrote, printable and short.
fn shorten(text: &str) -> String {
    let printable = text.chars().map(|letter| if letter.is_control() { ' ' } else { letter });
    printable.take(40).collect()
}
