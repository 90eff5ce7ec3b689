//! The made-up programme: written as records and imported like anybody's.

use std::io::Write;
use std::path::Path;

use tally_model::Instant;

use crate::import::{Import, MadeUp, Options, made_up_runs};
use crate::{Error, Programme};

/// The system of the made-up programme that the reports are said to have tested.
const TESTED: &str = "support-bot";
/// Days before the programme's end at which the runs of the reports are said to have ended: two before, two after the
/// bot was hardened.
const RUN_DAYS: [i64; 4] = [37, 36, 9, 8];
const DAY: i64 = 86_400_000_000;

/// Begins a programme in `root` and fills it with the made-up one that ends at `as_of`, and with the reports of real
/// runs, so that there is evidence to look at. What is given back is the import of the records.
///
/// # Errors
/// Where the directory holds a programme already or cannot be written.
pub fn demo(root: &Path, as_of: Instant, actor: &str) -> Result<(Programme, Import), Error> {
    let mut programme = Programme::init(root)?;
    let mut lines = Vec::new();
    demo_records(as_of, &mut lines)?;
    let options = Options { actor: actor.to_owned(), at: as_of, ..Options::default() };
    let import = crate::import::record_bytes(&mut programme, "demo", &lines, &options)?;
    let reports: Vec<MadeUp> = tally_demo::REPORTS
        .iter()
        .zip(RUN_DAYS)
        .map(|(report, days)| MadeUp {
            name: report.name,
            bytes: report.bytes,
            ended: Instant::from_micros(as_of.micros() - days * DAY),
        })
        .collect();
    made_up_runs(&mut programme, &reports, TESTED, &options)?;
    Ok((programme, import))
}

/// Writes the records of the made-up programme.
///
/// # Errors
/// Where they cannot be written.
pub fn demo_records(as_of: Instant, out: &mut dyn Write) -> Result<u64, Error> {
    tally_demo::story(stamp(as_of)?, out).map_err(Error::file("writing", "demo records"))
}

/// Writes a made-up programme of any size, for benches.
///
/// # Errors
/// Where they cannot be written.
pub fn scale_records(as_of: Instant, systems: u32, findings: u32, seed: u64, out: &mut dyn Write) -> Result<u64, Error> {
    let size = tally_demo::Scale { systems, findings, seed };
    tally_demo::scale(stamp(as_of)?, size, out).map_err(Error::file("writing", "demo records"))
}

fn stamp(at: Instant) -> Result<jiff::Timestamp, Error> {
    jiff::Timestamp::from_microsecond(at.micros()).map_err(|error| Error::Invalid(error.to_string()))
}
