//! `tally metric`.

use clap::{Args, Subcommand};
use serde_json::json as object;
use tally_app::score::{Ask, MemberFilter, Row, Which, members, narrowed, score};
use tally_app::{Error, Facts};
use tally_model::Instant;
use tally_report::cell::table;
use tally_report::{human, number, sheet};

use crate::cli::{Common, Format, instant};
use crate::exit;
use crate::output::{json, out, width};
use crate::remote::{self, Query, Server};
use crate::score::{asked, show_written};

#[derive(Subcommand)]
pub enum MetricCommand {
    /// Every metric with its question.
    List {
        /// How output is written.
        #[arg(long, value_enum, default_value_t = Format::Human)]
        format: Format,
    },
    /// Definition, value, interval, segments, trend, target, companion.
    Show(ShowArgs),
    /// The rows behind it, and the shortest way to the target.
    Rows(RowsArgs),
}

/// Options of `tally metric show`.
#[derive(Args)]
pub struct ShowArgs {
    /// The metric's id.
    id: String,
    /// The instant to show it at; else now.
    #[arg(long, value_name = "INSTANT", value_parser = instant)]
    as_of: Option<Instant>,
    /// Monthly points.
    #[arg(long, value_name = "N", default_value_t = 12, value_parser = clap::value_parser!(u32).range(0..=120))]
    months: u32,
    /// Show this segment alone, whole.
    #[arg(long, value_name = "NAME")]
    segment: Option<String>,
    /// Compute from the journal as it stood after this entry.
    #[arg(long, value_name = "N")]
    at_entry: Option<u64>,
    /// Show the population's SQL too.
    #[arg(long)]
    sql: bool,
    /// How output is written.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

/// Options of `tally metric rows`.
#[derive(Args)]
pub struct RowsArgs {
    /// The metric's id.
    id: String,
    /// Only rows that are hits.
    #[arg(long, conflicts_with = "miss")]
    hit: bool,
    /// Only rows that are misses.
    #[arg(long)]
    miss: bool,
    /// Only rows of this segment value, such as severity=high.
    #[arg(long, value_name = "NAME=VALUE")]
    r#where: Vec<String>,
    /// The instant to show them at; else now.
    #[arg(long, value_name = "INSTANT", value_parser = instant)]
    as_of: Option<Instant>,
    /// Compute from the journal as it stood after this entry.
    #[arg(long, value_name = "N")]
    at_entry: Option<u64>,
    /// Most rows for people; json and csv have all.
    #[arg(long, value_name = "N", default_value_t = 50)]
    limit: usize,
    /// How output is written.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

pub fn run(common: &Common, command: &MetricCommand) -> Result<u8, Error> {
    match command {
        MetricCommand::List { format } => list(common, *format),
        MetricCommand::Show(args) => show(common, args),
        MetricCommand::Rows(args) => show_rows(common, args),
    }
}

fn list(common: &Common, format: Format) -> Result<u8, Error> {
    let catalog = crate::catalog::load(common)?.0;
    let head = ["id", "dimension", "mode", "window", "question"];
    let rows: Vec<Vec<String>> = catalog
        .metrics()
        .map(|metric| {
            let dimension = format!("{:?}", metric.dimension).to_lowercase();
            let mode = tally_report::json::mode_word(metric.mode).to_owned();
            vec![metric.id.clone(), dimension, mode, metric.window.clone().unwrap_or_default(), metric.question.clone()]
        })
        .collect();
    write_table(format, &head, &[], rows).map(|()| exit::HOLDS)
}

/// A table in any format.
pub fn write_table(format: Format, head: &[&str], right: &[usize], rows: Vec<Vec<String>>) -> Result<(), Error> {
    match format {
        Format::Human => out(&table(head, right, rows, width())),
        Format::Csv => {
            let head = head.iter().map(|name| (*name).to_owned()).collect();
            out(&sheet::write(&[vec![head], rows].concat()))
        }
        Format::Json => {
            let objects =
                rows.iter().map(|row| head.iter().zip(row).map(|(name, text)| ((*name).to_owned(), object!(text))).collect());
            json(&serde_json::Value::Array(objects.map(serde_json::Value::Object).collect()))
        }
    }
}

fn show(common: &Common, args: &ShowArgs) -> Result<u8, Error> {
    if let Some(server) = common.server()? {
        let mut query = asked(args.as_of, args.months, args.segment.as_deref(), args.at_entry, args.format)?;
        if args.sql && args.format == Format::Human {
            query.push(("sql", "yes".to_owned()));
        }
        let written = remote::score(&server, &format!("/metrics/{}", remote::encode(&args.id)), &query)?;
        return show_written(&written, args.format).map(|()| exit::HOLDS);
    }
    let programme = common.programme()?;
    tally_app::score::find_metric(programme.catalog(), &args.id)?;
    let facts = Facts::open(&programme, args.at_entry)?;
    let as_of = args.as_of.unwrap_or_else(tally_app::now);
    let ask = Ask { as_of, months: args.months, which: Which::One(args.id.clone()), segments: true };
    let mut scored = score(&programme, &facts, &ask)?;
    if let Some(name) = &args.segment {
        tally_app::score::keep_segment(&mut scored, name)?;
    }
    match args.format {
        Format::Json => json(&tally_report::json::score(&scored))?,
        Format::Csv => out(&sheet::score(&scored))?,
        Format::Human => {
            for metric in &scored.metrics {
                out(&human::metric_shown(metric, args.segment.as_deref(), width()))?;
                if args.sql {
                    out(&metric.metric.population.sql)?;
                }
            }
        }
    }
    Ok(exit::HOLDS)
}

fn show_rows(common: &Common, args: &RowsArgs) -> Result<u8, Error> {
    let most = if args.format == Format::Human { args.limit } else { usize::MAX };
    let found = match common.server()? {
        Some(server) => remote_rows(&server, args, most)?,
        None => local_rows(common, args, most)?,
    };
    let Found { metric, as_of, population, kept, rows, ways } = found;
    let head = ["key", "item", "hit", "value", "because", "segments"];
    if args.format == Format::Json {
        let list: Vec<serde_json::Value> = rows.iter().map(row_json).collect();
        json(&object!({"metric": metric, "as_of": as_of, "population": population, "rows": list}))?;
        return Ok(exit::HOLDS);
    }
    write_table(args.format, &head, &[3], rows.iter().map(cells).collect())?;
    if args.format == Format::Human {
        let shown = rows.len();
        let more = if kept > shown { format!(", {shown} shown (--limit)") } else { String::new() };
        out(&format!("\n{kept} of {population} rows{more}"))?;
        for line in ways {
            out(&line)?;
        }
    }
    Ok(exit::HOLDS)
}

/// Rows behind a metric, from wherever they came.
struct Found {
    metric: String,
    as_of: String,
    population: usize,
    kept: usize,
    rows: Vec<Row>,
    ways: Vec<String>,
}

fn local_rows(common: &Common, args: &RowsArgs, most: usize) -> Result<Found, Error> {
    let programme = common.programme()?;
    let metric = tally_app::score::find_metric(programme.catalog(), &args.id)?;
    let facts = Facts::open(&programme, args.at_entry)?;
    let as_of = args.as_of.unwrap_or_else(tally_app::now);
    let all = members(&facts, metric, as_of)?;
    let hit = (args.hit || args.miss).then_some(args.hit);
    let filter = narrowed(&all, hit, args.r#where.iter().map(String::as_str))?;
    let kept = all.count(&filter);
    let mut ways = Vec::new();
    if args.format == Format::Human {
        let ask = Ask { as_of, months: 0, which: Which::One(args.id.clone()), segments: true };
        ways.extend(score(&programme, &facts, &ask)?.metrics.iter().flat_map(human::ways));
    }
    Ok(Found {
        metric: metric.id.clone(),
        as_of: as_of.to_string(),
        population: all.count(&MemberFilter::default()),
        rows: all.page(&filter, 0, kept.min(most)),
        kept,
        ways,
    })
}

fn remote_rows(server: &Server, args: &RowsArgs, most: usize) -> Result<Found, Error> {
    if args.at_entry.is_some() {
        return Err(Error::Invalid("--at-entry replays the journal: it works on a data directory only".to_owned()));
    }
    let mut query: Query = vec![("as_of", args.as_of.unwrap_or_else(tally_app::now).to_string())];
    if args.hit || args.miss {
        query.push(("hit", if args.hit { "yes" } else { "no" }.to_owned()));
    }
    query.extend(args.r#where.iter().map(|condition| ("where", condition.clone())));
    let found = remote::rows(server, &args.id, &query, most)?;
    let whole = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
    Ok(Found {
        metric: found.metric,
        as_of: found.as_of,
        population: whole(found.population),
        kept: whole(found.total),
        rows: found.rows.into_iter().map(Row::from).collect(),
        ways: found.ways,
    })
}

fn cells(row: &Row) -> Vec<String> {
    let hit = match row.hit {
        Some(true) => "✓ hit",
        Some(false) => "✗ miss",
        None => "",
    };
    let ratio = row
        .numerator
        .zip(row.denominator)
        .map(|(top, bottom)| format!("{}/{}", number::grouped(top, 0), number::grouped(bottom, 0)));
    let value = row.value.map(|value| number::grouped(value, 2)).or(ratio).unwrap_or_default();
    let shown = ["severity", "risk_tier", "tier", "change", "category", "system", "team"];
    let segments = shown.iter().filter_map(|name| row.segments.get(*name)).cloned().collect::<Vec<_>>().join(" ");
    vec![
        row.key.clone(),
        row.item.clone().unwrap_or_default(),
        hit.to_owned(),
        value,
        row.because.clone().unwrap_or_default(),
        segments,
    ]
}

fn row_json(row: &Row) -> serde_json::Value {
    object!({
        "key": row.key, "item": row.item, "hit": row.hit, "value": row.value, "numerator": row.numerator,
        "denominator": row.denominator, "because": row.because, "segments": row.segments
    })
}
