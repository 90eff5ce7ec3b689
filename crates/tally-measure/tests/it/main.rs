//! Tests of facts and populations: the catalog's own cases, and the conformance programmes where they are at hand.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "a test stops where it cannot go on"
)]

mod cases;
mod conformance;
mod delta;
mod list;
mod list_changes;
mod support;
