//! The words of the command line. One subcommand a verb; the same words as the API and the pages.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use tally_app::{Database, Error, Programme};
use tally_model::Instant;

use crate::remote::Server;
use crate::{
    access, act, catalog, checklist, claim, duty, exit, import, journal, keep, maturity, metric, operating, output, review,
    schema, score, serve, sql, threats,
};

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
    /// The PostgreSQL database that the journal is in: postgres://USER@HOST/DATABASE. Its password belongs in
    /// TALLY_DATABASE or ~/.pgpass, not on the command line.
    #[arg(long, value_name = "URL", env = "TALLY_DATABASE", hide_env_values = true, global = true)]
    pub database: Option<String>,
    /// Work against a server instead of a data directory, as the owner of the token in TALLY_TOKEN.
    #[arg(long, value_name = "URL", env = "TALLY_SERVER", global = true)]
    pub server: Option<String>,
    /// Who is doing this, for the journal.
    #[arg(long, value_name = "NAME", env = "TALLY_ACTOR", global = true)]
    pub actor: Option<String>,
}

#[derive(Subcommand)]
enum Command {
    /// Begin a programme: a data directory here, nothing else to install.
    Init(InitArgs),
    /// A made-up programme of two years: its scorecard on the screen, then its pages in a browser.
    Demo(DemoArgs),
    /// Open the programme in a browser: pages, API, sign-in.
    Serve(serve::ServeArgs),
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
    /// A finding: its life, and the acts on it.
    #[command(subcommand)]
    Finding(act::FindingCommand),
    /// The monthly review: its sheet, minutes, publishing, what was published.
    #[command(subcommand)]
    Review(review::ReviewCommand),
    /// Duties: what is owed, taking them over from the catalog, saying that one was done, the calendar.
    #[command(subcommand)]
    Duty(duty::DutyCommand),
    /// The operating model: who answers for what, and the gaps.
    #[command(subcommand)]
    Operating(operating::OperatingCommand),
    /// Maturity rounds: answers with evidence, levels, gaps, the way to the next level.
    #[command(subcommand)]
    Maturity(maturity::MaturityCommand),
    /// Checklist reviews of systems and releases: answers with evidence, what came out, what is missing.
    #[command(subcommand)]
    Checklist(checklist::ChecklistCommand),
    /// Threat models: what each threat led to, and where one led to nothing.
    #[command(subcommand)]
    Threats(threats::ThreatsCommand),
    /// Public claims: what was granted, what holds today, and why it is no more.
    #[command(subcommand)]
    Claim(claim::ClaimCommand),
    /// Keep a verified copy of everything in a folder, also while others write.
    Backup(keep::BackupArgs),
    /// Make a data directory from a backup, after proving that it is what was kept.
    Restore(keep::RestoreArgs),
    /// Move the journal to a PostgreSQL database, or back.
    Migrate(keep::MigrateArgs),
    /// The people who may sign in.
    #[command(subcommand)]
    User(access::UserCommand),
    /// Tokens for the API.
    #[command(subcommand)]
    Token(access::TokenCommand),
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
    /// How output is written; all but `human` print and serve no pages.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// Only print the scorecard, serve no pages.
    #[arg(long)]
    print: bool,
    /// The port of the pages; 0 for any that is free.
    #[arg(long, value_name = "PORT", default_value_t = 4517)]
    port: u16,
}

impl Cli {
    /// Runs the command; gives the exit code.
    pub fn run(self) -> Result<u8, Error> {
        let common = &self.common;
        self.command.refuse_server(common)?;
        match self.command {
            Command::Init(args) => init(common, &args),
            Command::Demo(args) => demo(common, &args),
            Command::Serve(args) => serve::run(common, &args),
            Command::Import(args) => import::run(common, &args),
            Command::Score(args) => score::run(common, &args),
            Command::Metric(command) => metric::run(common, &command),
            Command::Sql(args) => sql::run(common, &args),
            Command::Schema(args) => schema::run(&args),
            Command::Journal(command) => journal::run(common, &command),
            Command::Catalog(command) => catalog::run(common, &command),
            Command::Finding(command) => act::run(common, command),
            Command::Review(command) => review::run(common, command),
            Command::Maturity(command) => maturity::run(common, command),
            Command::Duty(command) => duty::run(common, command),
            Command::Operating(command) => operating::run(common, command),
            Command::Checklist(command) => checklist::run(common, command),
            Command::Threats(command) => threats::run(common, command),
            Command::Claim(command) => claim::run(common, command),
            Command::Backup(args) => keep::backup(common, &args),
            Command::Restore(args) => keep::restore(common, &args),
            Command::Migrate(args) => keep::migrate(common, &args),
            Command::User(command) => access::user(common, command),
            Command::Token(command) => access::token(common, command),
            Command::Completions { shell } => {
                use clap::CommandFactory;
                let mut text = Vec::new();
                clap_complete::generate(shell, &mut Self::command(), "tally", &mut text);
                output::out(&String::from_utf8_lossy(&text)).map(|()| exit::HOLDS)
            }
        }
    }
}

impl Command {
    /// Refuses a server where the command works on a data directory alone.
    fn refuse_server(&self, common: &Common) -> Result<(), Error> {
        let name = match self {
            Self::Init(_) => "init",
            Self::Demo(_) => "demo",
            Self::Serve(_) => "serve",
            Self::Metric(metric::MetricCommand::List { .. }) => "metric list",
            Self::Journal(command) if !command.is_remote() => {
                "journal` with this word, unlike `tally journal head` and `verify"
            }
            Self::Catalog(_) => "catalog",
            Self::Review(_) => "review",
            Self::Maturity(_) => "maturity",
            Self::Backup(_) => "backup",
            Self::Restore(_) => "restore",
            Self::Migrate(_) => "migrate",
            Self::User(_) => "user",
            Self::Token(_) => "token",
            _ => return Ok(()),
        };
        match common.server.as_deref() {
            Some("") => Ok(()),
            Some(_) => Err(Error::Invalid(format!(
                "`tally {name}` works on a data directory only; leave --server and TALLY_SERVER out"
            ))),
            None => Ok(()),
        }
    }
}

impl Common {
    /// The server that is meant; none where the command works on a data directory.
    pub fn server(&self) -> Result<Option<Server>, Error> {
        let variable = |name: &str| std::env::var(name).ok();
        let address = self.server.as_deref().filter(|address| !address.is_empty());
        address.map(|address| Server::new(address, variable("TALLY_TOKEN"), variable("TALLY_SERVER_CA"))).transpose()
    }

    /// Opens the programme.
    pub fn programme(&self) -> Result<Programme, Error> {
        Programme::open_at(&self.root()?, self.database()?.as_ref())
    }

    /// The database that is meant; none where the journal is in the data directory.
    pub fn database(&self) -> Result<Option<Database>, Error> {
        self.database.as_deref().map(keep::database).transpose()
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
    let programme = Programme::init_at(&root, common.database()?.as_ref())?;
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
    if args.print || args.format != Format::Human {
        return Ok(exit::HOLDS);
    }
    serve::serve(programme, &serve::ServeArgs::demo(args.port))
}
