//! What the verbs do, seen from outside.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, reason = "tests")]

mod access;
mod act;
mod checklist;
mod claims;
mod duties;
mod keep;
mod lately;
mod list;
mod maturity;
mod operating;
mod settings;
mod threats;
