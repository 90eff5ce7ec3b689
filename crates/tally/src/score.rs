//! `tally score`.

use clap::Args;
use tally_app::score::{Ask, Which};
use tally_app::{Error, Facts, Programme};
use tally_model::Instant;
use tally_report::{Score, human, sheet};

use crate::cli::{Common, Format, instant};
use crate::exit;
use crate::output::{json, out, width};

/// The scorecard: every metric with value, interval, target, change, companion.
#[derive(Args)]
pub struct ScoreArgs {
    /// The instant to score at; else now. What happened at or after it is not seen.
    #[arg(long, value_name = "INSTANT", value_parser = instant)]
    pub as_of: Option<Instant>,
    /// Monthly points.
    #[arg(long, value_name = "N", default_value_t = 12, value_parser = clap::value_parser!(u32).range(0..=120))]
    pub months: u32,
    /// Every metric, not only the scorecard's.
    #[arg(long)]
    pub all: bool,
    /// The scorecard.
    #[arg(long, value_name = "ID", default_value = "default", conflicts_with = "all")]
    pub scorecard: String,
    /// Show the values of this segment, such as severity, risk_tier, team, or a label.
    #[arg(long, value_name = "NAME")]
    pub segment: Option<String>,
    /// Compute from the journal as it stood after this entry.
    #[arg(long, value_name = "N")]
    pub at_entry: Option<u64>,
    /// Exit with 1 where a target is missed, with 3 where there is no data.
    #[arg(long)]
    pub check: bool,
    /// How output is written.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
}

impl ScoreArgs {
    /// What the demo asks for.
    pub fn demo(as_of: Instant, format: Format) -> Self {
        let scorecard = "default".to_owned();
        Self { as_of: Some(as_of), months: 12, all: false, scorecard, segment: None, at_entry: None, check: false, format }
    }
}

pub fn run(common: &Common, args: &ScoreArgs) -> Result<u8, Error> {
    show(&common.programme()?, args)
}

/// Scores and shows; gives the exit code.
pub fn show(programme: &Programme, args: &ScoreArgs) -> Result<u8, Error> {
    let facts = Facts::open(programme, args.at_entry)?;
    let which = if args.all { Which::All } else { Which::Scorecard(args.scorecard.clone()) };
    let ask = Ask { as_of: args.as_of.unwrap_or_else(tally_app::now), months: args.months, which, segments: true };
    let mut score = tally_app::score::score(programme, &facts, &ask)?;
    if let Some(segment) = &args.segment {
        keep_segment(&mut score, segment)?;
    }
    match args.format {
        Format::Json => json(&tally_report::json::score(&score))?,
        Format::Csv => out(&sheet::score(&score))?,
        Format::Human => out(&people(&score, args.segment.as_deref()))?,
    }
    Ok(if args.check { verdict(&score) } else { exit::HOLDS })
}

fn people(score: &Score, segment: Option<&str>) -> String {
    let mut text = human::score(score, width());
    if segment.is_some() {
        for metric in &score.metrics {
            text.push('\n');
            text.push_str(&human::segments(metric, width()));
        }
    }
    text
}

/// Leaves only one segment; a name that no metric has is an error that names those there are.
pub fn keep_segment(score: &mut Score, name: &str) -> Result<(), Error> {
    let mut known: Vec<String> = score.metrics.iter().flat_map(|metric| metric.segments.keys().cloned()).collect();
    known.sort();
    known.dedup();
    if !known.iter().any(|segment| segment == name) {
        let help = Some(format!("these metrics have {}", known.join(", ")));
        return Err(Error::Unknown { what: "segment", name: tally_model::problem::printable(name), help });
    }
    for metric in &mut score.metrics {
        metric.segments.retain(|segment, _| segment == name);
    }
    Ok(())
}

fn verdict(score: &Score) -> u8 {
    use tally_report::score::Standing;
    match Standing::of(score) {
        Standing::Misses => exit::FAILS,
        Standing::NoData => exit::NO_DATA,
        Standing::Holds => exit::HOLDS,
    }
}
