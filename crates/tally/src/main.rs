//! `tally`: the command line. Knows the terminal, the environment and exit codes; every verb is one of `tally-app`'s.

mod access;
mod act;
mod catalog;
mod cli;
mod exit;
mod import;
mod journal;
mod keep;
mod metric;
mod output;
mod progress;
mod remote;
mod review;
mod schema;
mod score;
mod serve;
mod sql;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    let cli = match cli::Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Asking for help or the version is no error; anything else is a usage error.
            let code = if error.use_stderr() { exit::ERROR } else { exit::HOLDS };
            let _ = error.print();
            return ExitCode::from(code);
        }
    };
    match cli.run() {
        Ok(code) => ExitCode::from(code),
        Err(error) => exit::report(&error),
    }
}
