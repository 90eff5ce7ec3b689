//! Lists over the fact tables: filtered, searched, sorted, a slice at a time, with counts of what filters could choose.
//!
//! Runs on Arrow chunks directly and plans no query: a page of a million rows is a slice of an order that was worked
//! out once. It shows what is there at T and never decides what is good.

mod column;
mod derived;
mod desk;
mod each;
mod facets;
mod finding;
mod fold;
mod horizon;
mod lane;
mod lexicon;
mod listed;
mod nature;
mod order;
mod radix;
mod rank;
mod relation;
mod shelf;
mod sieve;
mod system;
mod text;

use tally_model::Instant;

use self::desk::Desk;
pub use self::facets::Facet;
pub use self::fold::fold;
pub(crate) use self::horizon::Horizon;
pub use self::listed::Listed;
pub(crate) use self::shelf::{Key, Made, Pantry, Shelf};
use crate::{Engine, MeasureError};

/// What a list should hold.
#[derive(Clone, Debug, PartialEq)]
pub struct ListAsk {
    /// The fact table, such as `findings`.
    pub table: String,
    /// What must hold of a row; all of them.
    pub filters: Vec<Filter>,
    /// Words that must all stand in one of the searched columns; case and accents do not matter.
    pub text: Option<String>,
    /// The text columns that are searched.
    pub searched: Vec<String>,
    /// By what it is sorted, the first counts most; rows alike in all stand by their ids. A sort by `id` or `title`
    /// makes those after it needless.
    pub sort: Vec<Sort>,
    /// T: what happens at or after it is not seen.
    pub at: Instant,
}

/// What must hold of a column.
#[derive(Clone, Debug, PartialEq)]
pub struct Filter {
    /// The column, the table's own or a worked-out one; `nested_table.column` for a list of the record.
    pub column: String,
    /// What must hold.
    pub test: Test,
}

/// A test of one cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Test {
    /// One of these; "" stands for no value, flags are `yes` and `no`.
    Is(Vec<String>),
    /// None of these.
    Not(Vec<String>),
    /// At this instant or later.
    Since(Instant),
    /// Before this instant.
    Until(Instant),
    /// This or more.
    AtLeast(f64),
    /// This or less.
    AtMost(f64),
    /// No value.
    Empty,
    /// Some value.
    Present,
    /// The list holds at least one of these.
    HasAny(Vec<String>),
}

/// One column to sort by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sort {
    /// The column.
    pub column: String,
    /// The greatest first.
    pub down: bool,
}

/// One cell of a list.
#[derive(Clone, Debug, PartialEq)]
pub enum ListCell {
    /// No value.
    Nothing,
    /// Yes or no.
    Flag(bool),
    /// A whole number.
    Whole(i64),
    /// A number.
    Number(f64),
    /// An amount of money.
    Money {
        /// Billionths.
        nanos: i128,
        /// Decimal places as written.
        decimals: u8,
    },
    /// An instant.
    At(Instant),
    /// A text.
    Text(String),
}

/// A record in which searched words were found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// The record's id.
    pub id: String,
    /// The text of the named column, where the table has it.
    pub title: String,
}

/// A technique that applies to a system, and whether an assessment of the last 12 months tried it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied {
    /// The system's id.
    pub system: String,
    /// The technique's id.
    pub technique: String,
    /// Whether it was tried.
    pub tested: bool,
}

impl Engine {
    /// Works out a list, or finds it as it was worked out before.
    ///
    /// # Errors
    /// Where the table or a column is not there.
    pub fn list(&self, ask: ListAsk) -> Result<Listed<'_>, MeasureError> {
        Listed::new(Desk::new(self, ask.at.micros()), ask)
    }

    /// Whether a list of this table can show a column.
    pub fn lists_column(&self, table: &str, column: &str) -> bool {
        let own = |table: &str, column: &str| {
            self.facts().table(table).is_some_and(|table| table.schema.field_with_name(column).is_ok())
        };
        match order::nested(column) {
            Some((nested, item)) => own(nested, item),
            None => derived::tables_of(table, column).is_some() || own(table, column),
        }
    }

    /// Names by id of a small table whose records have one, such as `systems`.
    ///
    /// # Errors
    /// Where the table has no names.
    pub fn names(&self, table: &str) -> Result<std::sync::Arc<std::collections::HashMap<String, String>>, MeasureError> {
        system::names(&Desk::new(self, 0), table)
    }

    /// Rows whose id or title holds every word of `text`: the first `limit` of them, and how many there are.
    /// Counting ends at `count_max`. Rows that came into being at or after T are not told apart here.
    ///
    /// # Errors
    /// Where the table or a column is not there.
    pub fn find_text(
        &self,
        table: &str,
        columns: &[&str],
        text: &str,
        limit: usize,
        count_max: usize,
    ) -> Result<(Vec<Hit>, usize), MeasureError> {
        let desk = Desk::new(self, 0);
        let rows = text::first(&desk, table, columns, &text::words(text), count_max)?;
        let title = columns.last().copied().unwrap_or("id");
        let chunks = desk.chunks(table)?;
        let hit = |(chunk, row): &(usize, usize)| {
            let cell = |name| desk::text_at(&chunks[*chunk], name, *row).unwrap_or_default();
            Hit { id: cell("id"), title: cell(title) }
        };
        Ok((rows.iter().take(limit).map(hit).collect(), rows.len()))
    }

    /// Every technique that applies to a system at T, by its own list or that of an assessment in the last 12 months.
    ///
    /// # Errors
    /// Where the facts cannot be read.
    pub fn applied_techniques(&self, at: Instant) -> Result<Vec<Applied>, MeasureError> {
        let desk = Desk::new(self, at.micros());
        let (care, _) = system::care(&desk)?;
        let ids = relation::index(&desk, "systems")?;
        let mut systems: Vec<(&String, &u32)> = ids.iter().collect();
        systems.sort_unstable();
        let applied = systems.into_iter().flat_map(|(system, row)| {
            let techniques = care.get(*row as usize).map(|care| care.techniques.as_slice()).unwrap_or_default();
            techniques.iter().map(|(technique, tested)| Applied {
                system: system.clone(),
                technique: technique.clone(),
                tested: *tested,
            })
        });
        Ok(applied.collect())
    }
}
