//! Tests of the made-up programmes: that every record obeys RECORDS.md, that the story tells what it should, and that the
//! same arguments give the same bytes. Metrics are computed naively here and nowhere near as they are in `tally-measure`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod bytes;
mod obey;
mod plot;
mod programme;
mod rules;
