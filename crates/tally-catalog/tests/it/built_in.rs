//! The built-in catalog: it loads, it lints clean, and it is what METRICS.md says.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use tally_catalog::metric::Beside;
use tally_catalog::{Catalog, LintInput, Mode, lint};

/// A file of `../shared` beside the workspace, where there is one.
pub fn shared(path: &str) -> Option<String> {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared").join(path);
    fs::read_to_string(file).ok()
}

#[test]
fn it_loads_and_lints_clean() {
    let catalog = Catalog::built_in().expect("built-in catalog");
    let findings = lint(&catalog, &LintInput::default());
    assert_eq!(findings.iter().map(|finding| format!("{finding}\n")).collect::<String>(), "");
    assert_eq!(catalog.metrics().count(), 40);
    assert_eq!(catalog.scorecards().map(|card| card.id.as_str()).collect::<Vec<_>>(), ["default", "engineering"]);
    assert_eq!(catalog.mappings().map(|mapping| mapping.id.as_str()).collect::<Vec<_>>(), ["garak", "promptfoo"]);
    assert_eq!(catalog.maturity_models().map(|model| model.id.as_str()).collect::<Vec<_>>(), ["ai-security"]);
    assert_eq!(catalog.operating().map(|model| model.id.as_str()).collect::<Vec<_>>(), ["default"]);
    assert_eq!((catalog.duty_lists().count(), catalog.duties().count()), (1, 12));
    let frameworks: Vec<&str> = catalog.frameworks().map(|framework| framework.id.as_str()).collect();
    assert_eq!(frameworks, ["atlas", "atlas-mitigations", "eu-ai-act", "iso-42001", "nist-ai-rmf", "owasp-asi", "owasp-llm"]);
}

#[test]
fn the_production_review_has_a_hundred_questions_in_ten_groups() {
    let catalog = Catalog::built_in().expect("built-in catalog");
    let list = catalog.checklist("production-review").expect("the checklist");
    assert_eq!((list.groups.len(), list.questions.len()), (10, 100));
    assert!(
        list.questions.iter().any(|question| question.blocking) && list.questions.iter().any(|question| !question.blocking)
    );
}

#[test]
fn every_fact_of_the_frameworks_tables_can_be_linked() {
    let catalog = Catalog::built_in().expect("built-in catalog");
    let tables = [
        ("catalogs/atlas_techniques.tsv", "atlas"),
        ("catalogs/atlas_mitigations.tsv", "atlas"),
        ("catalogs/nist_ai_rmf.tsv", "nist-ai-rmf"),
        ("catalogs/iso42001_annex_a.tsv", "iso-42001"),
        ("catalogs/iso42001_clauses.tsv", "iso-42001"),
        ("catalogs/eu_ai_act_articles.tsv", "eu-ai-act"),
    ];
    for (path, framework) in tables {
        let Some(text) = shared(path) else { return };
        for line in text.lines().skip(1) {
            let cells: Vec<&str> = line.split('\t').collect();
            let link = catalog.link(&format!("{framework}:{}", cells[0])).unwrap_or_else(|| panic!("{path}: {line}"));
            assert!(path.contains("nist") || link.name == cells[1], "{path}: {line}");
        }
    }
}

#[test]
fn every_metric_of_the_specification_is_there() {
    let Some(text) = shared("spec/METRICS.md") else { return };
    let specified: BTreeSet<&str> =
        text.lines().filter_map(|line| line.strip_prefix("| `")?.split_once("` |").map(|(id, _)| id)).collect();
    let catalog = Catalog::built_in().expect("built-in catalog");
    let built_in: BTreeSet<&str> = catalog.metrics().map(|metric| metric.id.as_str()).collect();
    assert_eq!(built_in, specified);
}

#[test]
fn windows_and_targets_are_those_of_the_specification() {
    let Some(text) = shared("spec/METRICS.md") else { return };
    let catalog = Catalog::built_in().expect("built-in catalog");
    let mut section = "";
    for line in text.lines() {
        section = line.strip_prefix("## ").unwrap_or(section);
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let Some(metric) = cells.get(1).and_then(|id| catalog.metric(id.trim_matches('`'))) else { continue };
        // The effectiveness table states its window once, in its heading.
        let window = if section.starts_with("Effectiveness") { "12 months" } else { cells[4] };
        let expected = Some(window).filter(|window| !matches!(*window, "-" | "all time"));
        assert_eq!(metric.window.as_deref(), expected, "{}", metric.id);
        let trend = cells[cells.len() - 2].starts_with("trend");
        assert_eq!(metric.targets.is_empty(), trend, "{}", metric.id);
    }
}

#[test]
fn quotients_and_extras_stand_where_the_specification_has_them() {
    let catalog = Catalog::built_in().expect("built-in catalog");
    let sides = |id: &str| {
        let quotient = &catalog.metric(id).expect(id).quotient;
        (quotient.numerator.is_some(), quotient.denominator.is_some())
    };
    assert_eq!(sides("assessment-throughput"), (false, true));
    assert_eq!(sides("cost-per-assessment"), (true, false));
    assert_eq!(sides("cost-per-finding"), (true, false));
    assert_eq!(sides("vulnerability-density"), (false, true));
    assert_eq!(catalog.metrics().filter(|metric| metric.mode == Mode::Quotient).count(), 4);
    let extras = |id: &str| catalog.metric(id).expect(id).extras.clone();
    assert!(matches!(extras("technique-coverage").applicability_unknown, Some(Beside { .. })));
    assert_eq!(extras("time-to-remediate").survival.map(|survival| survival.by), Some("severity".to_owned()));
}
