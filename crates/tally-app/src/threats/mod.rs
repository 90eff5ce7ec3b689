//! Threat models: what could happen to a system, and what each threat led to. A threat that led to nothing is a gap, unless
//! somebody said why nothing is done about it. Never decides whether a system is safe.

mod change;
mod gap;
mod led;
mod page;

pub use change::{Added, Link, NewThreat, To, accept, add, link, unlink};
pub use gap::{Missing, ModelLine, ThreatGap, gaps, models};
pub use led::{Led, TELEMETRY, TESTS};
pub use page::{Covered, ModelPage, ThreatView, page};

use tally_model::{Kind, Record, Value};

use crate::{Error, records};

fn kind(name: &str) -> Result<&'static Kind, Error> {
    records::kind(name)
}

/// The texts of a list field.
fn texts(record: &Record, field: &str) -> Vec<String> {
    let items = record.get(field).map(Value::list).unwrap_or_default();
    items.iter().filter_map(Value::text).map(str::to_owned).collect()
}
