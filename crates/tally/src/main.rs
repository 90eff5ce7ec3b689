//! `tally`: the command line. Knows the terminal, the environment and exit codes; every verb is one of `tally-app`'s.

mod access;
mod act;
mod catalog;
mod checklist;
mod checklist_show;
mod claim;
mod cli;
mod duty;
mod exit;
mod import;
mod journal;
mod keep;
mod maturity;
mod maturity_show;
mod maturity_words;
mod metric;
mod operating;
mod output;
mod progress;
mod remote;
mod review;
mod schema;
mod score;
mod serve;
mod sql;
mod threats;

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
