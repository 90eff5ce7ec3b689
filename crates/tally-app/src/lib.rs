//! The verbs: one function each, called alike by the command line, the API and the pages.
//!
//! This room knows the clock, the disk and the order of work. It never prints and knows nothing of HTTP.

pub mod access;
pub mod act;
pub mod care;
pub mod check;
pub mod checklist;
pub mod claims;
mod clock;
mod demo;
pub mod duties;
mod error;
pub mod evals;
mod facts;
pub mod import;
pub mod journal;
mod judged;
pub mod keep;
pub mod list;
pub mod maturity;
pub mod operating;
pub mod practice;
mod programme;
pub mod query;
pub mod records;
pub mod scope;
pub mod score;
mod settings;
pub mod threats;
mod workbench;

pub use clock::now;
pub use demo::{demo, demo_records, scale_records};
pub use error::{Error, Kind};
pub use facts::Facts;
pub use programme::{Programme, find, named};
pub use settings::{Oidc, Settings};
pub use tally_store::Address as Database;
pub use workbench::Workbench;
