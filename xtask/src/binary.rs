//! Asks the `tally` executable. Builds it first with the profile and features that the README's commands use.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use crate::{Complaint, workspace};

/// Where the executable is; built once a process.
///
/// # Errors
/// Where it does not build.
pub fn path() -> Result<PathBuf, Vec<Complaint>> {
    static BUILT: OnceLock<Result<PathBuf, Vec<Complaint>>> = OnceLock::new();
    BUILT.get_or_init(build).clone()
}

fn build() -> Result<PathBuf, Vec<Complaint>> {
    let words = ["build", "--quiet", "--bin", "tally", "--message-format=json-render-diagnostics"];
    let built = Command::new(workspace::cargo()).args(words).current_dir(workspace::root()).output();
    let output = built.map_err(|error| vec![format!("`cargo {}`: {error}", words.join(" "))])?;
    if !output.status.success() {
        return Err(vec![format!("`cargo build` failed:\n{}", String::from_utf8_lossy(&output.stderr))]);
    }
    let text = String::from_utf8_lossy(&output.stdout);
    let messages = text.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    let built = messages.filter_map(|message| message["executable"].as_str().map(PathBuf::from)).next_back();
    built.ok_or_else(|| vec!["`cargo build --bin tally` names no executable".to_owned()])
}

/// A command that runs it as nobody in particular: no terminal, no data directory, no colour.
///
/// # Errors
/// Where it does not build.
pub fn command() -> Result<Command, Vec<Complaint>> {
    let mut command = Command::new(path()?);
    command.stdin(Stdio::null()).env("COLUMNS", "100").env("NO_COLOR", "1");
    for name in ["TALLY_DATA", "TALLY_ACTOR", "CLICOLOR_FORCE"] {
        command.env_remove(name);
    }
    Ok(command)
}

/// What it prints.
///
/// # Errors
/// Where it does not build or fails.
pub fn output(words: &[&str]) -> Result<String, Vec<Complaint>> {
    let line = format!("tally {}", words.join(" "));
    let output = command()?.args(words).output().map_err(|error| vec![format!("`{line}`: {error}")])?;
    if !output.status.success() {
        return Err(vec![format!("`{line}` failed: {}", String::from_utf8_lossy(&output.stderr))]);
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
