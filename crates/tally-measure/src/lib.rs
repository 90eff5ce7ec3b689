//! Facts and populations: records become Arrow tables, a metric's SQL becomes rows, rows become counts.
//!
//! The only room that knows Arrow, DataFusion and Parquet; none of their types leaves it. It never decides what is
//! good (that is `tally-judge`), never reads the clock, and never changes a record.

mod engine;
mod error;
mod facts;
mod functions;
mod lake;
mod population;
mod sql;
mod table;

pub use engine::{Engine, Options};
pub use error::MeasureError;
pub use facts::{ColumnDoc, TableDoc, table_docs};
pub use lake::{Attempt, AttemptsFile, attempts_file};
pub use population::{Measured, Row, Rows, Segments, Wanted};
pub use sql::{Answer, Cell, Limits};
