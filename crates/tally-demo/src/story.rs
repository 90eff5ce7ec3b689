//! The story: a programme of two years with 40 systems, told in the order of its parts.
//!
//! What depends on time stands in `plot`; each other file writes one part. No part reads what another has written: a
//! plan is made once and handed on.

mod agents;
mod assessments;
mod checks;
mod classes;
mod credentials;
mod duties;
mod evals;
mod evidence;
mod findings;
mod functions;
mod governance;
mod incidents;
mod indexes;
mod maturity;
mod money;
mod monitors;
mod narrative;
mod people;
mod plot;
mod releases;
mod reviews;
mod scans;
mod systems;
mod teams;
mod threats;
mod training;

use std::io;

use crate::calendar::Calendar;
use crate::page::Page;

/// One seed for the whole story: it is always told the same way.
const SEED: u64 = 0x7A11_1571_C000_0001;

pub(crate) fn tell(as_of: jiff::Timestamp, out: &mut dyn io::Write) -> io::Result<u64> {
    let calendar = Calendar::ending(as_of)?;
    let releases = releases::plan(&calendar);
    let assessments = assessments::plan(&calendar, &releases);
    let scans = scans::plan(&calendar, &releases);
    let evals = evals::plan(&calendar, &releases);
    let monitors = monitors::plan(&calendar);

    let mut page = Page::new(out);
    teams::write(&mut page)?;
    systems::write(&calendar, &mut page)?;
    releases::write(&releases, &mut page)?;
    releases::write_gates(&calendar, &releases, &mut page)?;
    assessments::write(&assessments, &mut page)?;
    scans::write(&scans, &mut page)?;
    evals::write(&evals, &mut page)?;
    findings::write(&calendar, &findings::sources(&assessments, &scans, &evals), &mut page)?;
    credentials::write(&calendar, &mut page)?;
    indexes::write(&calendar, &mut page)?;
    monitors::write(&monitors, &mut page)?;
    incidents::write(&calendar, &mut page)?;
    governance::write(&calendar, &mut page)?;
    training::write(&calendar, &releases, &mut page)?;
    duties::write(&calendar, &releases, &mut page)?;
    functions::write(&mut page)?;
    money::write(&calendar, &mut page)?;
    reviews::write(&calendar, &mut page)?;
    evidence::write(&calendar, &assessments, &mut page)?;
    maturity::write(&calendar, &mut page)?;
    checks::write(&calendar, &releases, &mut page)?;
    let offers = threats::Offers { assessments: &assessments, evals: &evals, monitors: &monitors };
    threats::write(&calendar, &offers, &mut page)?;
    page.finish()
}
