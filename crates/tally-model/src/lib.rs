//! The words of the house: instants, records and their kinds, patches, readings, problems.
//!
//! Everything here is pure. This room never reads a file, a clock or a network, and knows no tool's format:
//! a tool's words become these words in `tally-import`.

pub mod instant;
pub mod json;
pub mod kind;
pub mod kinds;
pub mod money;
pub mod problem;
pub mod reading;
pub mod record;
pub mod schema;

pub use instant::{Instant, Month};
pub use kind::{Field, Kind, Order, Type};
pub use money::Money;
pub use problem::{Place, Problem, Weight};
pub use reading::{Amount, Reading, Tally};
pub use record::{Object, Record, Value};
