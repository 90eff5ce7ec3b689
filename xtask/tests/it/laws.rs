//! Walls, tidiness, and the generated reference.

use tally_catalog::Catalog;
use xtask::{reference, tidy, walls, workspace};

use crate::none;

#[test]
fn rooms_import_what_their_row_says() {
    none(&walls::check(&workspace::root()).unwrap_or_else(|failed| failed));
}

#[test]
fn files_are_tidy() {
    none(&tidy::check(&workspace::root()).unwrap_or_else(|failed| failed));
}

#[test]
fn reference_is_what_the_code_says() {
    none(&reference::compare(&workspace::root()).err().unwrap_or_default());
}

#[test]
fn every_metric_has_its_reference_entry() {
    let page = std::fs::read_to_string(workspace::root().join("docs/reference/metrics.md")).unwrap();
    let catalog = Catalog::built_in().unwrap();
    let absent = catalog.metrics().filter(|metric| !page.contains(&format!("\n## {}\n", metric.id)));
    none(&absent.map(|metric| format!("docs/reference/metrics.md: no entry for {}", metric.id)).collect::<Vec<_>>());
}

#[test]
fn links_between_documents_lead_somewhere() {
    let root = workspace::root();
    let mut broken = Vec::new();
    for path in workspace::files(&root, "").unwrap().iter().filter(|path| path.extension().is_some_and(|ending| ending == "md"))
    {
        let text = prose(&workspace::read(&root, path).unwrap());
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let file = link.split('#').next().unwrap_or_default();
            let outside = file.is_empty() || file.contains("://") || file.starts_with("mailto:") || file.contains(' ');
            let target = root.join(path).parent().unwrap().join(file);
            if !outside && !target.exists() {
                broken.push(format!("{}: links to {link}, which is not there", path.display()));
            }
        }
    }
    none(&broken);
}

/// Markdown without code, in which brackets are no links.
fn prose(text: &str) -> String {
    let outside = text.split("```").step_by(2).collect::<Vec<_>>().concat();
    outside.split('`').step_by(2).collect::<Vec<_>>().concat()
}

#[test]
fn untidy_files_are_told() {
    let told = |text: &str| tidy::source(std::path::Path::new("src/x.rs"), text);
    assert_eq!(told("//! Says what it is.\nfn a() {}\n"), Vec::<String>::new());
    assert!(told("fn a() {}\n")[0].contains("found no `//!`"));
    let long = format!("//! Long.\npub fn a(x: [u8; 2]) {{\n{}}}\nfn b() {{}}\n", "    b();\n".repeat(59));
    assert_eq!(told(&long), ["src/x.rs:2: found 61 lines in `a`, expected 60 at most"]);
    assert!(told(&format!("//! Long.\n{}", "// more\n".repeat(400)))[0].contains("found 401 lines"));
    assert!(told("//! Stops.\nfn a() { b().unwrap() }\n")[0].contains("`.unwrap()` outside of tests"));
    assert_eq!(
        told("//! Says.\nfn a() { say(\".unwrap()\") } // .unwrap()\n#[cfg(test)]\nmod t { fn c() { d().unwrap() } }\n"),
        Vec::<String>::new()
    );
}
