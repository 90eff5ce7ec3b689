//! The fact tables: what they hold, how records become rows, how one changed record changes only its rows.

mod columns;
mod derive;
mod plan;
mod rows;
mod snapshot;
mod store;

pub use plan::{ColumnDoc, TableDoc, table_docs};
pub use store::Facts;
pub(crate) use store::Table;
