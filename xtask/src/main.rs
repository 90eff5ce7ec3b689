//! `cargo xtask`: what a contributor runs. Knows the order of work; every rule it holds lives in the library beside it.

use std::io::Write;
use std::process::{Command, ExitCode};

use xtask::{Complaint, reference, screenshot, tidy, walls, workspace};

const HELP: &str = "\
cargo xtask <task>

  check         formatting, clippy without warnings, walls between rooms, tidiness
  test          cargo test --workspace
  gen           write docs/reference
  gen --check   compare docs/reference with what would be written
  screenshot    docs/images anew: what `tally demo` prints, and pages as a browser shows them
";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        ["check"] => check(),
        ["test"] => cargo(&["test", "--workspace"]),
        ["gen"] => reference::write(&workspace::root()),
        ["gen", "--check"] => reference::compare(&workspace::root()),
        ["screenshot"] => pictures(&workspace::root()),
        ["help" | "--help" | "-h"] | [] => {
            say(HELP.trim_end());
            return ExitCode::SUCCESS;
        }
        _ => Err(vec![format!("no such task; see\n\n{HELP}")]),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(complaints) => {
            complaints.iter().for_each(|complaint| say(complaint));
            ExitCode::FAILURE
        }
    }
}

fn pictures(root: &std::path::Path) -> Result<(), Vec<Complaint>> {
    screenshot::write(root)?;
    screenshot::forget(root)?;
    cargo(&["test", "--workspace", "--test", "it", "browser::walk::every_page"])?;
    screenshot::pages(root)
}

fn check() -> Result<(), Vec<Complaint>> {
    let root = workspace::root();
    cargo(&["fmt", "--all", "--check"])?;
    cargo(&["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"])?;
    let mut complaints = walls::check(&root)?;
    complaints.extend(tidy::check(&root)?);
    if complaints.is_empty() { Ok(()) } else { Err(complaints) }
}

fn cargo(words: &[&str]) -> Result<(), Vec<Complaint>> {
    let line = format!("cargo {}", words.join(" "));
    say(&format!("$ {line}"));
    match Command::new(workspace::cargo()).args(words).current_dir(workspace::root()).status() {
        Ok(status) if status.success() => Ok(()),
        Ok(_) => Err(vec![format!("`{line}` failed")]),
        Err(error) => Err(vec![format!("`{line}`: {error}")]),
    }
}

/// Standard error is for people, and nothing here writes data.
fn say(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}
