//! Duties: recurring work of the programme, as its records say, and how each time of it stands. Which duties there could be
//! is the catalog's, which time is owed until when is `tally-judge`'s; here both meet the records.
//!
//! Never ranks persons: a duty belongs to a team.

mod adopt;
mod board;
mod calendar;
mod done;
mod known;

pub use adopt::{Adopt, Adopted, Offer, adopt, offers};
pub use board::{Board, Group, Occurring, board};
pub use calendar::{AHEAD, calendar};
pub use done::{Did, Done, done, standing};
pub(crate) use known::sees;
pub use known::{Duty, duties};
pub use tally_judge::recurrence::{Cadence, Day, State};
