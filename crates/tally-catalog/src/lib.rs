//! Definitions: the syntax of metric, scorecard and mapping files, the built-in `catalog/`, and their lint.
//!
//! Never runs SQL and never opens a file: `tally-app` hands it the text of a programme's own definitions.

pub mod catalog;
pub mod finding;
pub mod framework;
pub mod hash;
pub mod lint;
pub mod mapping;
pub mod metric;
mod read;
pub mod scorecard;
pub mod source;
pub mod window;
mod words;

pub use catalog::{Catalog, CatalogError};
pub use finding::{Finding, Level};
pub use framework::Framework;
pub use lint::{LintInput, lint};
pub use mapping::{Mapping, Severity};
pub use metric::{Metric, Mode, Target};
pub use scorecard::Scorecard;
pub use source::Source;
pub use window::{Window, WindowError};
