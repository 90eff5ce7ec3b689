//! Claims: what is said in public of AI security, what each may be used for today, and why it is no more than that. What was
//! granted is a ceiling; what stands behind a claim can only pull it down.

mod board;
mod grant;

pub use board::{ClaimLine, Coming, SOON, board, coming, one, pulled_down};
pub use grant::{Grant, grant, readiness, revoke};
