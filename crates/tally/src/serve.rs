//! `tally serve`: the pages and the API over an open programme, until it is stopped.

use std::net::{IpAddr, SocketAddr};

use clap::Args;
use tally_app::access::{Desk, LINK_PATH};
use tally_app::{Error, Programme, Workbench};
use tally_web::{OidcSettings, Running, run as serve_until_stopped};

use crate::cli::Common;
use crate::{exit, output};

/// Most bytes of one upload, unless said otherwise: 2 GiB.
const UPLOAD_MAX: u64 = 2 << 30;

#[derive(Args)]
pub struct ServeArgs {
    /// The address to listen on. Other machines reach it only where this is not a loopback address.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1")]
    listen: IpAddr,
    /// The port; 0 for any that is free.
    #[arg(long, value_name = "PORT", default_value_t = 4517, env = "TALLY_PORT")]
    port: u16,
    /// The address under which people reach it, where something that speaks TLS stands before it.
    #[arg(long, value_name = "URL", env = "TALLY_PUBLIC_URL")]
    public_url: Option<String>,
    /// Most bytes of one upload.
    #[arg(long, value_name = "BYTES", default_value_t = UPLOAD_MAX)]
    upload_max: u64,
    /// Write a line for each request to standard error.
    #[arg(long)]
    log: bool,
}

impl ServeArgs {
    /// As `tally demo` serves: on loopback.
    pub fn demo(port: u16) -> Self {
        Self { listen: IpAddr::from([127, 0, 0, 1]), port, public_url: None, upload_max: UPLOAD_MAX, log: false }
    }
}

/// Serves the programme of the data directory.
pub fn run(common: &Common, args: &ServeArgs) -> Result<u8, Error> {
    serve(common.programme()?, args)
}

/// Serves an open programme.
pub fn serve(programme: Programme, args: &ServeArgs) -> Result<u8, Error> {
    let level =
        if args.log { tracing_subscriber::filter::LevelFilter::INFO } else { tracing_subscriber::filter::LevelFilter::WARN };
    tracing_subscriber::fmt().with_max_level(level).with_writer(std::io::stderr).with_ansi(false).init();
    let desk = Desk::of(&programme)?;
    let oidc = oidc(&programme)?;
    let bench = Workbench::open(programme)?;
    let root = bench.root().display().to_string();
    let listen = SocketAddr::new(args.listen, args.port);
    let running = Running { listen, public_url: args.public_url.clone(), upload_max: args.upload_max, oidc };
    let told = |desk: &Desk, address: &str| greet(desk, address, &root, args.listen.is_loopback()).map_err(Stop::App);
    match serve_until_stopped(bench, desk, running, told) {
        Ok(()) => Ok(exit::HOLDS),
        Err(Stop::App(error)) => Err(error),
        Err(Stop::Io(source)) => Err(Error::Invalid(format!(
            "cannot serve at {listen}: {source}; is something else there? choose another with --port, or --port 0 for any"
        ))),
    }
}

/// Sign-in at a provider, where the settings name one; its secret comes from where they say.
fn oidc(programme: &Programme) -> Result<Option<OidcSettings>, Error> {
    let Some(oidc) = &programme.settings().oidc else { return Ok(None) };
    let secret = oidc.secret(programme.root(), |name| std::env::var(name).ok())?;
    Ok(Some(OidcSettings::of(oidc, secret)))
}

/// Why serving ended.
enum Stop {
    App(Error),
    Io(std::io::Error),
}

impl From<std::io::Error> for Stop {
    fn from(error: std::io::Error) -> Self {
        Self::Io(error)
    }
}

fn greet(desk: &Desk, address: &str, root: &str, loopback: bool) -> Result<(), Error> {
    output::err(&format!("serving {root} at {address}; Ctrl-C stops it"));
    if let Some(link) = desk.first_link(tally_app::now())? {
        output::err("nobody has an account yet. This link makes the first administrator, once, within an hour:");
        output::err(&format!("  {address}{LINK_PATH}{link}"));
    }
    if !loopback && !address.starts_with("https://") {
        output::err("warning: passwords travel in clear to this address; put TLS before it and name it with --public-url");
    }
    Ok(())
}
