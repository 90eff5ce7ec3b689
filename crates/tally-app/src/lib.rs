//! The verbs: one function each, called alike by the command line, the API and the pages.
//!
//! This room knows the clock, the disk and the order of work. It never prints and knows nothing of HTTP.

pub mod check;
mod clock;
mod demo;
mod error;
mod facts;
pub mod import;
pub mod journal;
mod programme;
pub mod query;
pub mod score;
mod settings;

pub use clock::now;
pub use demo::{demo, demo_records, scale_records};
pub use error::{Error, Kind};
pub use facts::Facts;
pub use programme::{Programme, find, named};
pub use settings::Settings;
