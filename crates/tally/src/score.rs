//! `tally score`.

use clap::Args;
use tally_app::score::{Ask, Which};
use tally_app::{Error, Facts, Programme};
use tally_model::Instant;
use tally_report::{Score, human, sheet};

use crate::cli::{Common, Format, instant};
use crate::exit;
use crate::output::{json, json_text, out, width};
use crate::remote::{self, Query, Server, Written};

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
    match common.server()? {
        Some(server) => show_remote(&server, args),
        None => show(&common.programme()?, args),
    }
}

fn show_remote(server: &Server, args: &ScoreArgs) -> Result<u8, Error> {
    let path = if args.all { "/metrics".to_owned() } else { format!("/scorecards/{}", remote::encode(&args.scorecard)) };
    let query = asked(args.as_of, args.months, args.segment.as_deref(), args.at_entry, args.format)?;
    let written = remote::score(server, &path, &query)?;
    show_written(&written, args.format)?;
    Ok(match written.standing.as_str() {
        _ if !args.check => exit::HOLDS,
        "holds" => exit::HOLDS,
        "misses" => exit::FAILS,
        _ => exit::NO_DATA,
    })
}

/// What a server is asked for a score.
pub fn asked(
    as_of: Option<Instant>,
    months: u32,
    segment: Option<&str>,
    at_entry: Option<u64>,
    format: Format,
) -> Result<Query, Error> {
    if at_entry.is_some() {
        return Err(Error::Invalid("--at-entry replays the journal: it works on a data directory only".to_owned()));
    }
    let as_of = as_of.unwrap_or_else(tally_app::now);
    let mut query: Query = vec![("as_of", as_of.to_string()), ("months", months.to_string()), ("segments", "yes".to_owned())];
    query.extend(segment.map(|name| ("segment", name.to_owned())));
    match format {
        Format::Json => {}
        Format::Csv => query.push(("format", "csv".to_owned())),
        Format::Human => {
            query.push(("format", "text".to_owned()));
            query.extend(width().map(|width| ("width", width.clamp(40, 1_000).to_string())));
        }
    }
    Ok(query)
}

/// A score as a server wrote it.
pub fn show_written(written: &Written, format: Format) -> Result<(), Error> {
    if format != Format::Json {
        return out(&written.text);
    }
    json_text(&written.text)
}

/// Scores and shows; gives the exit code.
pub fn show(programme: &Programme, args: &ScoreArgs) -> Result<u8, Error> {
    let facts = Facts::open(programme, args.at_entry)?;
    let which = if args.all { Which::All } else { Which::Scorecard(args.scorecard.clone()) };
    let ask = Ask { as_of: args.as_of.unwrap_or_else(tally_app::now), months: args.months, which, segments: true };
    let mut score = tally_app::score::score(programme, &facts, &ask)?;
    if let Some(segment) = &args.segment {
        tally_app::score::keep_segment(&mut score, segment)?;
    }
    match args.format {
        Format::Json => json(&tally_report::json::score(&score))?,
        Format::Csv => out(&sheet::score(&score))?,
        Format::Human => out(&human::scorecard(&score, args.segment.as_deref(), width()))?,
    }
    Ok(if args.check { verdict(&score) } else { exit::HOLDS })
}

fn verdict(score: &Score) -> u8 {
    use tally_report::score::Standing;
    match Standing::of(score) {
        Standing::Misses => exit::FAILS,
        Standing::NoData => exit::NO_DATA,
        Standing::Holds => exit::HOLDS,
    }
}
