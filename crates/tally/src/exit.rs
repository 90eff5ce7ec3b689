//! Exit codes, the same for every command, and how an error is shown.

use std::error::Error as _;
use std::process::ExitCode;

use tally_model::problem::printable;

use crate::output::err;

/// All that was asked holds.
pub const HOLDS: u8 = 0;
/// A gate, a target or a check does not hold.
pub const FAILS: u8 = 1;
/// The command could not do its work.
pub const ERROR: u8 = 2;
/// There is not enough data to say.
pub const NO_DATA: u8 = 3;

/// Shows an error with its causes and gives the exit code.
pub fn report(error: &tally_app::Error) -> ExitCode {
    if is_broken_pipe(error) {
        return ExitCode::from(HOLDS);
    }
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        let words = next.to_string();
        if !text.contains(&words) {
            text = format!("{text}: {words}");
        }
        cause = next.source();
    }
    let lines: Vec<String> = text.lines().map(printable).collect();
    err(&format!("error: {}", lines.join("\n  ")));
    ExitCode::from(ERROR)
}

/// Whoever reads the output has seen enough: that is success.
fn is_broken_pipe(error: &tally_app::Error) -> bool {
    matches!(error, tally_app::Error::File { source, .. } if source.kind() == std::io::ErrorKind::BrokenPipe)
}
