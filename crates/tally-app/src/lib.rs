//! The verbs: one function each, called alike by the command line, the API and the pages.
//!
//! This room knows the clock, the disk and the order of work. It never prints and knows nothing of HTTP.

pub mod access;
pub mod act;
pub mod care;
pub mod check;
mod clock;
mod demo;
mod error;
pub mod evals;
mod facts;
pub mod import;
pub mod journal;
pub mod list;
mod judged;
pub mod keep;
mod programme;
pub mod records;
pub mod query;
pub mod scope;
pub mod score;
mod settings;
mod workbench;

pub use clock::now;
pub use demo::{demo, demo_records, scale_records};
pub use error::{Error, Kind};
pub use facts::Facts;
pub use programme::{Programme, find, named};
pub use settings::{Oidc, Settings};
pub use tally_store::Address as Database;
pub use workbench::Workbench;
