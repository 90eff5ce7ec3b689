//! What a list of a kind is made of: its columns, what they hold, which filter, sort and search. Declared, not computed.

/// What a column holds, which says how it is shown and how it is filtered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// The record's own id, a link to its page.
    Id,
    /// The id of a record of this kind.
    Link(&'static str),
    /// Any text.
    Text,
    /// One of few words.
    Word,
    /// How bad it is.
    Severity,
    /// The state of the record at T.
    State,
    /// An instant.
    Instant,
    /// Yes or no.
    Flag,
    /// A number.
    Number,
    /// A percentage.
    Percent,
    /// An amount in the programme's currency.
    Money,
    /// Items of a list of the record: filters only, its count is a column of its own.
    List,
}

/// How a column is filtered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// By values: `name=a,b`, `name.not=a`; `(none)` stands for no value.
    Values,
    /// By instants or dates: `name.from=`, `name.to=`.
    Span,
    /// By numbers: `name.min=`, `name.max=`.
    Range,
}

/// One column of a view.
#[derive(Debug, PartialEq, Eq)]
pub struct ViewColumn {
    /// Its name in addresses.
    pub name: &'static str,
    /// Its name on pages and in files.
    pub label: &'static str,
    /// What it holds.
    pub holds: Holds,
    /// The column of the facts that it is read from.
    pub source: &'static str,
}

/// How the records of a kind are listed.
#[derive(Debug, PartialEq, Eq)]
pub struct View {
    /// The kind, such as `finding`.
    pub kind: &'static str,
    /// Its fact table.
    pub table: &'static str,
    /// What the list is called.
    pub title: &'static str,
    /// Every column that can be shown or filtered, in the order of the column chooser.
    pub columns: &'static [ViewColumn],
    /// Names of the columns shown unless others are asked for.
    pub shown: &'static [&'static str],
    /// The order unless another is asked for; `-` before a name: the greatest first.
    pub sort: &'static [&'static str],
    /// Columns whose values are offered with counts.
    pub facets: &'static [&'static str],
    /// Text columns that a search looks into; the last one is the record's title.
    pub searched: &'static [&'static str],
}

impl View {
    /// A column by name.
    pub fn column(&self, name: &str) -> Option<&'static ViewColumn> {
        self.columns.iter().find(|column| column.name == name)
    }
}

impl ViewColumn {
    /// How it is filtered.
    pub fn choice(&self) -> Choice {
        match self.holds {
            Holds::Instant => Choice::Span,
            Holds::Number | Holds::Percent | Holds::Money => Choice::Range,
            _ => Choice::Values,
        }
    }

    /// Whether it can be shown and sorted by.
    pub fn is_cell(&self) -> bool {
        self.holds != Holds::List
    }
}

/// The nearest of some names to what was written, where one is near.
pub(crate) fn nearest<'a>(written: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let near = names.map(|name| (strsim::osa_distance(written, name), name)).min()?;
    (near.0 <= 1 + written.chars().count() / 4).then_some(near.1)
}
