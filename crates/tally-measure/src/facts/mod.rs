//! The fact tables: what they hold, how records become rows, how one changed record changes only its rows.

mod columns;
mod cut;
mod derive;
mod difference;
mod index;
mod piece;
mod plan;
mod rows;
mod snapshot;
mod store;
mod table;
mod touch;

pub(crate) use cut::By;
pub(crate) use difference::Difference;
pub use plan::{ColumnDoc, TableDoc, table_docs};
pub use store::Facts;
pub(crate) use table::Table;
pub(crate) use touch::Touch;
