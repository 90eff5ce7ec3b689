//! Output formats: what was judged, as text for a terminal, JSON and CSV. Never computes a number.

pub mod cell;
pub mod chart;
pub mod human;
pub mod ical;
pub mod json;
pub mod number;
pub mod score;
pub mod sheet;

pub use score::{MetricScore, Review, Score};
