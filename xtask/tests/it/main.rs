//! The laws of the house. Each test names what is wrong, where, and what to do.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that fails may stop")]

mod builds;
mod laws;
mod lexer;
mod story;

/// Fails with every complaint, one a line.
fn none(complaints: &[String]) {
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}
