//! The words of the command line. One subcommand a verb; the same words as the API and the pages.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use tally_app::{Error, Programme};
use tally_model::Instant;

use crate::{catalog, exit, import, journal, metric, output, schema, score, sql};

/// Measures an AI security programme: facts from the tools a team runs, numbers that can be opened and recomputed.
///
/// Exit codes: 0 all holds, 1 a target or check fails, 2 error, 3 not enough data.
#[derive(Parser)]
#[command(name = "tally", version, max_term_width = 100)]
pub struct Cli {
    #[command(flatten)]
    pub common: Common,
    #[command(subcommand)]
    command: Command,
}

/// Options of every command.
#[derive(Args)]
pub struct Common {
    /// The data directory; else the nearest `.tally` upwards from here.
    #[arg(long, value_name = "DIR", env = "TALLY_DATA", global = true)]
    pub data: Option<PathBuf>,
    /// Who is doing this, for the journal.
    #[arg(long, value_name = "NAME", env = "TALLY_ACTOR", global = true)]
    pub actor: Option<String>,
}

#[derive(Subcommand)]
enum Command {
    /// Begin a programme: a data directory here, nothing else to install.
    Init(InitArgs),
    /// A made-up programme of two years, its scorecard on the screen.
    Demo(DemoArgs),
    /// Take in what tools and people wrote.
    Import(import::ImportArgs),
    /// The scorecard: every metric with value, interval, target, change, companion.
    Score(score::ScoreArgs),
    /// One metric: its definition, its value, the rows behind it.
    #[command(subcommand)]
    Metric(metric::MetricCommand),
    /// A query of your own over the fact tables, read-only.
    Sql(sql::SqlArgs),
    /// The fact tables, the kinds of record, the JSON Schema.
    Schema(schema::SchemaArgs),
    /// The journal: verify, show, the life of a record, the signed head, redaction.
    #[command(subcommand)]
    Journal(journal::JournalCommand),
    /// The definitions: check them, list them.
    #[command(subcommand)]
    Catalog(catalog::CatalogCommand),
    /// Completions for a shell, to standard output.
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
}

/// How output is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    Human,
    /// For programs.
    Json,
    /// For spreadsheets.
    Csv,
}

#[derive(Args)]
struct InitArgs {
    /// The folder that is to hold `.tally`; else the working directory, or what --data names.
    folder: Option<PathBuf>,
}

#[derive(Args)]
struct DemoArgs {
    /// The instant at which the made-up programme ends.
    #[arg(long, value_name = "INSTANT", value_parser = instant)]
    as_of: Option<Instant>,
    /// Only write its records to standard output, as JSON Lines.
    #[arg(long)]
    records: bool,
    /// With --records: a programme of this many findings, for trying out sizes.
    #[arg(long, value_name = "N", requires = "records")]
    findings: Option<u32>,
    /// With --findings: this many systems.
    #[arg(long, value_name = "N", requires = "findings", default_value_t = 10_000)]
    systems: u32,
    /// How output is written.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

impl Cli {
    /// Runs the command; gives the exit code.
    pub fn run(self) -> Result<u8, Error> {
        let common = &self.common;
        match self.command {
            Command::Init(args) => init(common, &args),
            Command::Demo(args) => demo(common, &args),
            Command::Import(args) => import::run(common, &args),
            Command::Score(args) => score::run(common, &args),
            Command::Metric(command) => metric::run(common, &command),
            Command::Sql(args) => sql::run(common, &args),
            Command::Schema(args) => schema::run(&args),
            Command::Journal(command) => journal::run(common, &command),
            Command::Catalog(command) => catalog::run(common, &command),
            Command::Completions { shell } => {
                use clap::CommandFactory;
                let mut text = Vec::new();
                clap_complete::generate(shell, &mut Self::command(), "tally", &mut text);
                output::out(&String::from_utf8_lossy(&text)).map(|()| exit::HOLDS)
            }
        }
    }
}

impl Common {
    /// Opens the programme.
    pub fn programme(&self) -> Result<Programme, Error> {
        Programme::open(&self.root()?)
    }

    /// The data directory that is meant.
    pub fn root(&self) -> Result<PathBuf, Error> {
        match &self.data {
            Some(root) => Ok(tally_app::named(root)),
            None => tally_app::find(&here()?),
        }
    }

    /// Who acts: as said, else the user's name at this machine.
    pub fn actor(&self) -> String {
        let user = || std::env::var("USER").or_else(|_| std::env::var("USERNAME")).ok();
        self.actor.clone().or_else(user).filter(|name| !name.is_empty()).unwrap_or_else(|| "unknown".to_owned())
    }
}

/// Reads an instant from the command line.
pub fn instant(text: &str) -> Result<Instant, String> {
    Instant::parse(text).ok_or_else(|| "expected an instant such as 2026-03-31T17:20:00Z, or a date".to_owned())
}

fn here() -> Result<PathBuf, Error> {
    std::env::current_dir().map_err(|source| Error::File { what: "finding", path: "the working directory".into(), source })
}

fn init(common: &Common, args: &InitArgs) -> Result<u8, Error> {
    let root = match (&args.folder, &common.data) {
        (Some(folder), _) => folder.join(".tally"),
        (None, Some(data)) => data.clone(),
        (None, None) => here()?.join(".tally"),
    };
    let programme = Programme::init(&root)?;
    output::err(&format!("began a programme in {}", programme.root().display()));
    output::err(&format!(
        "the journal's public key, to check its signed heads anywhere: {}",
        tally_app::journal::key(&programme)?
    ));
    output::err(
        "next: `tally import records program.jsonl`, then `tally score`; `tally schema` shows what a record looks like",
    );
    Ok(exit::HOLDS)
}

fn demo(common: &Common, args: &DemoArgs) -> Result<u8, Error> {
    let as_of = args.as_of.unwrap_or_else(|| tally_app::now().month().start());
    if args.records {
        let mut out = std::io::BufWriter::with_capacity(1 << 20, std::io::stdout().lock());
        let written = match args.findings {
            Some(findings) => tally_app::scale_records(as_of, args.systems, findings, 1, &mut out),
            None => tally_app::demo_records(as_of, &mut out),
        };
        return written.map(|_| exit::HOLDS);
    }
    let root = match &common.data {
        Some(root) => root.clone(),
        None => std::env::temp_dir().join(format!("tally-demo-{}", std::process::id())),
    };
    let (programme, import) = tally_app::demo(&root, as_of, "demo")?;
    output::err(&format!(
        "made up {} records in {}; it is an ordinary data directory:",
        import.created,
        programme.root().display()
    ));
    output::err(&format!("  tally --data {} metric show time-to-remediate\n", programme.root().display()));
    let ask = score::ScoreArgs::demo(as_of, args.format);
    score::show(&programme, &ask)?;
    // The made-up programme misses targets on purpose; that is no failure of the demo.
    Ok(exit::HOLDS)
}
