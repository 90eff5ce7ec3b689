//! The verbs that change things: edits of records, the life of a finding, many at once and taken back, the monthly review.
//!
//! Each is one commit that holds the patches and a note of what was done. Nothing here prints, asks the time or knows HTTP.

mod actor;
mod bulk;
mod deed;
mod duty;
mod edit;
mod error;
mod finding;
mod life;
mod page;
mod patch;
mod reach;
pub mod review;
mod state;
mod undo;
mod write;

pub(crate) use actor::same;
pub use actor::{Actor, Via};
pub use bulk::{BULK_MAX, Bulk, Refused, bulk, bulk_look};
pub use deed::Deed;
pub use edit::{Edit, edit};
pub use error::ActError;
pub use finding::{Act, NARRATIVE, carry_out};
pub use life::Step;
pub use page::{FindingPage, Possible, finding};
pub(crate) use reach::{find, reaches};
pub use state::{State, state};
pub use undo::{Left, Undone, undo};
pub use write::Edited;
pub(crate) use write::{Deeds, Patch, write};
