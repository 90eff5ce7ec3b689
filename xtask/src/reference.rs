//! `docs/reference/`: written from the code, compared by a test. Never edited by hand.

mod cli;
mod maturity;
mod metrics;
mod page;
mod records;
mod tables;

use std::path::Path;

use crate::{Complaint, binary};

const FOLDER: &str = "docs/reference";

/// One generated file.
#[derive(Debug)]
pub struct Page {
    /// Its name in `docs/reference`.
    pub name: &'static str,
    /// Its text.
    pub text: String,
}

/// Every generated file.
///
/// # Errors
/// Where the executable does not build, or the catalog cannot be read.
pub fn pages() -> Result<Vec<Page>, Vec<Complaint>> {
    Ok(vec![
        Page { name: "cli.md", text: cli::page()? },
        Page { name: "maturity.md", text: maturity::page()? },
        Page { name: "metrics.md", text: metrics::page()? },
        Page { name: "openapi.json", text: binary::output(&["schema", "--openapi"])? },
        Page { name: "records.md", text: records::page() },
        Page { name: "records.schema.json", text: records::schema()? },
        Page { name: "tables.md", text: tables::page()? },
    ])
}

/// Writes every file.
///
/// # Errors
/// Where one cannot be made or written.
pub fn write(root: &Path) -> Result<(), Vec<Complaint>> {
    let folder = root.join(FOLDER);
    std::fs::create_dir_all(&folder).map_err(|error| vec![format!("{FOLDER}: {error}")])?;
    for page in pages()? {
        std::fs::write(folder.join(page.name), page.text).map_err(|error| vec![format!("{FOLDER}/{}: {error}", page.name)])?;
    }
    Ok(())
}

/// Compares every file with what would be written.
///
/// # Errors
/// Where one differs; with the first line that does.
pub fn compare(root: &Path) -> Result<(), Vec<Complaint>> {
    let complaints: Vec<Complaint> = pages()?.iter().filter_map(|page| differs(root, page)).collect();
    if complaints.is_empty() { Ok(()) } else { Err(complaints) }
}

fn differs(root: &Path, page: &Page) -> Option<Complaint> {
    let name = format!("{FOLDER}/{}", page.name);
    let Ok(found) = std::fs::read_to_string(root.join(&name)) else {
        return Some(format!("{name}: found no such file; run `cargo xtask gen`"));
    };
    let found = found.replace("\r\n", "\n");
    if found == page.text {
        return None;
    }
    let same = found.lines().zip(page.text.lines()).take_while(|(found, expected)| found == expected).count();
    let line = |text: &str| text.lines().nth(same).unwrap_or("(the end)").to_owned();
    let (found, expected) = (line(&found), line(&page.text));
    Some(format!("{name}:{}: found `{found}`, expected `{expected}`; run `cargo xtask gen`", same + 1))
}
