//! The program from outside, as a user runs it: arguments, files, output, exit codes. Never calls a crate of ours.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, reason = "tests")]

mod access;
mod acts;
mod assurance;
mod axe;
mod browser;
mod conformance;
mod damage;
mod duties;
mod first_minutes;
mod forms;
mod history;
mod imports;
mod journal;
mod limits;
mod maturity;
mod metrics;
mod raw;
mod regression;
mod remote;
mod skipping;
mod sql;
mod support;
mod tools;
mod two_servers;
mod wrong;
