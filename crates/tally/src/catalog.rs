//! `tally catalog`.

use clap::Subcommand;
use tally_app::{Error, Facts, Programme};
use tally_catalog::{Catalog, Finding, Level};
use tally_model::Instant;

use crate::cli::{Common, Format, instant};
use crate::exit;
use crate::metric::write_table;
use crate::output::{err, json, out};

#[derive(Subcommand)]
pub enum CatalogCommand {
    /// Check every definition, run its worked cases, and say what is unreviewed or stale.
    Check {
        /// The instant to look at reviews and data from; else now.
        #[arg(long, value_name = "INSTANT", value_parser = instant)]
        as_of: Option<Instant>,
        /// How output is written.
        #[arg(long, value_enum, default_value_t = Format::Human)]
        format: Format,
    },
    /// Metrics, scorecards and mappings, and where each is defined.
    List {
        /// How output is written.
        #[arg(long, value_enum, default_value_t = Format::Human)]
        format: Format,
    },
}

pub fn run(common: &Common, command: &CatalogCommand) -> Result<u8, Error> {
    match command {
        CatalogCommand::Check { as_of, format } => check(common, as_of.unwrap_or_else(tally_app::now), *format),
        CatalogCommand::List { format } => list(common, *format),
    }
}

/// The catalog: a programme's where there is one, else the built-in.
pub fn load(common: &Common) -> Result<(Catalog, Vec<Finding>, Option<Programme>), Error> {
    match common.programme() {
        Ok(programme) => Ok((programme.catalog().clone(), programme.catalog_findings().to_vec(), Some(programme))),
        Err(Error::NoProgramme { .. }) => Ok((Catalog::built_in()?, Vec::new(), None)),
        Err(error) => Err(error),
    }
}

fn check(common: &Common, as_of: Instant, format: Format) -> Result<u8, Error> {
    let (catalog, loaded, programme) = load(common)?;
    let facts = programme.as_ref().map(|programme| Facts::open(programme, None)).transpose()?;
    let findings = tally_app::check::check(&catalog, &loaded, programme.as_ref().zip(facts.as_ref()), as_of)?;
    let errors = findings.iter().filter(|finding| finding.level == Level::Error).count();
    let code = if errors > 0 { exit::FAILS } else { exit::HOLDS };
    if format == Format::Json {
        let list = findings.iter().map(|finding| {
            serde_json::json!({
                "rule": finding.rule, "level": finding.level.to_string(), "file": finding.file,
                "line": finding.line, "column": finding.column, "message": finding.message
            })
        });
        return json(&list.collect()).map(|()| code);
    }
    for finding in &findings {
        out(&tally_model::problem::printable(&finding.to_string()))?;
    }
    err(&format!(
        "{} metrics, {} scorecards, {} mappings: {errors} errors, {} warnings",
        catalog.metrics().count(),
        catalog.scorecards().count(),
        catalog.mappings().count(),
        findings.len() - errors
    ));
    Ok(code)
}

fn list(common: &Common, format: Format) -> Result<u8, Error> {
    let (catalog, _, _) = load(common)?;
    let metrics = catalog.metrics().map(|metric| {
        let file = catalog.metric_source(&metric.id).map(|source| source.path.clone()).unwrap_or_default();
        vec!["metric".to_owned(), metric.id.clone(), metric.title.clone(), file]
    });
    let cards =
        catalog.scorecards().map(|card| vec!["scorecard".to_owned(), card.id.clone(), card.title.clone(), String::new()]);
    let mappings =
        catalog.mappings().map(|mapping| vec!["mapping".to_owned(), mapping.id.clone(), mapping.title.clone(), String::new()]);
    write_table(format, &["what", "id", "title", "file"], &[], metrics.chain(cards).chain(mappings).collect())?;
    Ok(exit::HOLDS)
}
