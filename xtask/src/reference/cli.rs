//! The help of every command, as the executable prints it.

use super::page::Markdown;
use crate::{Complaint, binary};

const ABOUT: &str = "\
Data goes to standard output, everything else to standard error. `--format human|json` everywhere, `csv` where the answer is a
table. `NO_COLOR` is honoured. Exit codes: 0 all holds, 1 a target or a check fails, 2 error, 3 not enough data.";

/// `cli.md`.
pub(super) fn page() -> Result<String, Vec<Complaint>> {
    let mut page = Markdown::new("Command line", "`tally help`");
    page.add(ABOUT);
    add(&mut page, &[])?;
    Ok(page.finish())
}

fn add(page: &mut Markdown, command: &[&str]) -> Result<(), Vec<Complaint>> {
    let words: Vec<&str> = command.iter().copied().chain(["--help"]).collect();
    let help = binary::output(&words)?;
    let line: Vec<&str> = ["tally"].iter().chain(command).copied().collect();
    page.add(&format!("## {}", line.join(" "))).fence("text", &help);
    for name in subcommands(&help) {
        let below: Vec<&str> = command.iter().copied().chain([name]).collect();
        add(page, &below)?;
    }
    Ok(())
}

/// Names under `Commands:`; `help` repeats the others.
fn subcommands(help: &str) -> Vec<&str> {
    let listed = help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    let names = listed.filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    names.filter_map(|line| line.split_whitespace().next()).filter(|name| *name != "help").collect()
}
