//! `tally metric`.

use clap::{Args, Subcommand};
use serde_json::json as object;
use tally_app::query::Row;
use tally_app::score::{Ask, Which, rows, score};
use tally_app::{Error, Facts};
use tally_model::Instant;
use tally_report::cell::table;
use tally_report::{human, number, sheet};

use crate::cli::{Common, Format, instant};
use crate::exit;
use crate::output::{json, out, width};

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
    let programme = common.programme()?;
    tally_app::score::find_metric(programme.catalog(), &args.id)?;
    let facts = Facts::open(&programme, args.at_entry)?;
    let as_of = args.as_of.unwrap_or_else(tally_app::now);
    let ask = Ask { as_of, months: args.months, which: Which::One(args.id.clone()), segments: true };
    let mut scored = score(&programme, &facts, &ask)?;
    if let Some(name) = &args.segment {
        crate::score::keep_segment(&mut scored, name)?;
    }
    match args.format {
        Format::Json => json(&tally_report::json::score(&scored))?,
        Format::Csv => out(&sheet::score(&scored))?,
        Format::Human => {
            for metric in &scored.metrics {
                out(&human::metric(metric, args.segment.as_deref(), width()))?;
                if args.sql {
                    out(&metric.metric.population.sql)?;
                }
            }
        }
    }
    Ok(exit::HOLDS)
}

fn show_rows(common: &Common, args: &RowsArgs) -> Result<u8, Error> {
    let programme = common.programme()?;
    tally_app::score::find_metric(programme.catalog(), &args.id)?;
    let facts = Facts::open(&programme, args.at_entry)?;
    let as_of = args.as_of.unwrap_or_else(tally_app::now);
    let (metric, all) = rows(&programme, &facts, &args.id, as_of)?;
    let total = all.len();
    let conditions = conditions(&args.r#where, &all)?;
    let kept: Vec<&Row> = all.iter().filter(|row| wanted(row, args, &conditions)).collect();
    let shown = if args.format == Format::Human { kept.len().min(args.limit) } else { kept.len() };
    let head = ["key", "item", "hit", "value", "because", "segments"];
    let lines = kept[..shown].iter().map(|row| cells(row)).collect();
    if args.format == Format::Json {
        let list: Vec<serde_json::Value> = kept.iter().map(|row| row_json(row)).collect();
        json(&object!({"metric": metric.id, "as_of": as_of.to_string(), "population": total, "rows": list}))?;
        return Ok(exit::HOLDS);
    }
    write_table(args.format, &head, &[3], lines)?;
    if args.format == Format::Human {
        let more = if kept.len() > shown { format!(", {shown} shown (--limit)") } else { String::new() };
        out(&format!("\n{} of {total} rows{more}", kept.len()))?;
        let ask = Ask { as_of, months: 0, which: Which::One(args.id.clone()), segments: true };
        for metric in &score(&programme, &facts, &ask)?.metrics {
            for line in human::ways(metric) {
                out(&line)?;
            }
        }
    }
    Ok(exit::HOLDS)
}

/// `name=value` pairs; a name that no row has is an error.
fn conditions(words: &[String], rows: &[Row]) -> Result<Vec<(String, String)>, Error> {
    words
        .iter()
        .map(|word| {
            let (name, value) = word
                .split_once('=')
                .ok_or_else(|| Error::Invalid(format!("`{word}`, expected a condition such as severity=high")))?;
            if !rows.is_empty() && !rows.iter().any(|row| row.segments.contains_key(name)) {
                let known = rows[0].segments.keys().cloned().collect::<Vec<_>>().join(", ");
                return Err(Error::Unknown {
                    what: "segment",
                    name: name.to_owned(),
                    help: Some(format!("these rows have {known}")),
                });
            }
            Ok((name.to_owned(), value.to_owned()))
        })
        .collect()
}

fn wanted(row: &Row, args: &RowsArgs, conditions: &[(String, String)]) -> bool {
    let hit = row.hit.unwrap_or(true);
    (!args.hit || hit) && (!args.miss || !hit) && conditions.iter().all(|(name, value)| row.segments.get(name) == Some(value))
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
