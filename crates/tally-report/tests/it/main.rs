//! Tests of the output formats: charts by hand. Formats of scores are tested where they are printed, in `tally`.
#![allow(missing_docs, clippy::unwrap_used, clippy::cast_possible_wrap, clippy::cast_possible_truncation, reason = "tests")]

mod chart;
mod ical;
mod radar;
