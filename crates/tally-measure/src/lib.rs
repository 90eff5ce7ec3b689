//! Facts and populations: records become Arrow tables, a metric's SQL becomes rows, rows become counts.
//!
//! The only room that knows Arrow, DataFusion and Parquet; none of their types leaves it. It never decides what is
//! good (that is `tally-judge`), never reads the clock, and never changes a record.

mod engine;
mod error;
mod facts;
mod functions;
mod lake;
mod list;
mod plans;
mod population;
mod slot;
mod sql;
mod table;

pub use engine::{Engine, Options};
pub use error::MeasureError;
pub use facts::{ColumnDoc, TableDoc, table_docs};
pub use lake::{Attempt, AttemptsFile, attempts_file};
pub use list::{Applied, Facet, Filter, Hit, ListAsk, ListCell, Listed, Sort, Test, fold};
pub use population::{Held, Measured, MemberFilter, Members, Row, Rows, Segments, Values, Wanted};
pub use sql::{Answer, Cell, Limits};
