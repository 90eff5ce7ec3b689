//! Tests of the importers: real files of the tools, hand-made ones, damaged ones. No network, no clock.

#![allow(clippy::expect_used, clippy::panic, reason = "a test says what it stumbled over")]

mod damaged;
mod detecting;
mod json;
mod runs;
mod samples;
mod sheets;
mod support;
