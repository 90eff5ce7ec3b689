//! What the verbs do, seen from outside.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, reason = "tests")]

mod access;
mod act;
mod keep;
mod lately;
mod list;
mod settings;
