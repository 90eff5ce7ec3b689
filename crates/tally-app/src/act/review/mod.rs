//! The monthly review: what would be published and what to look at first, the minutes, the published numbers, and what they
//! would be today. A published value is computed from all systems, is never changed, and can be computed again.

mod history;
mod minutes;
mod publish;
mod sheet;
mod ticket;

pub use history::{Cause, Restated, history};
pub use minutes::{Decision, Minutes, done, record};
pub use publish::{Published, publish, published};
pub use sheet::{Anomaly, LastReview, ReviewRow, ReviewSheet, open};
pub use ticket::{Ticket, ticket_text};

/// The kind of a published value.
const PUBLISHED: &str = "published_value";
/// The kind of a review.
const REVIEW: &str = "metric_review";
