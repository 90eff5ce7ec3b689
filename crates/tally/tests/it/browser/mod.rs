//! A real browser at the end of two pipes: Chromium, driven by its own debugging protocol. Whatever is waited for is an event,
//! every wait has an end, and nothing sleeps.

mod checklist;
mod chromium;
mod hand;
mod jobs;
mod maturity;
mod own;
mod page;
mod served;
mod still;
mod walk;
mod watch;
mod wire;

pub use chromium::{Browser, aloud};
pub use page::{DARK, LIGHT, NARROW, Page};
