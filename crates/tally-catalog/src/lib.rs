//! Definitions: the syntax of every file of the catalog (metrics, scorecards, mappings, maturity models, checklists, duties,
//! operating models, frameworks), the built-in `catalog/`, and their lint.
//!
//! Never runs SQL and never opens a file: `tally-app` hands it the text of a programme's own definitions.

pub mod catalog;
pub mod checklist;
pub mod duty;
pub mod finding;
pub mod framework;
pub mod hash;
pub mod lint;
pub mod mapping;
pub mod maturity;
pub mod metric;
mod numbered;
pub mod operating;
mod read;
pub mod scorecard;
pub mod source;
pub mod trace;
pub mod window;
mod words;

pub use catalog::{Catalog, CatalogError, FOLDERS};
pub use checklist::Checklist;
pub use duty::DutyList;
pub use finding::{Finding, Level};
pub use framework::{Framework, Link};
pub use lint::{LintInput, lint};
pub use mapping::{Mapping, Severity};
pub use maturity::MaturityModel;
pub use metric::{Metric, Mode, Target};
pub use operating::OperatingModel;
pub use scorecard::Scorecard;
pub use source::Source;
pub use window::{Window, WindowError};
