//! Mappings: the most specific rule wins, severities move by one step, a file of one's own lies over the built-in one.

use std::collections::BTreeSet;

use tally_catalog::mapping::{Match, Severity};
use tally_catalog::{Catalog, Mapping};

use crate::built_in::shared;
use crate::sample::screen;

fn built_in(id: &str) -> Mapping {
    Catalog::built_in().expect("built-in catalog").mapping(id).expect(id).clone()
}

fn check(mapping: &Mapping, name: &str, how: Match<'_>, category: &str, class: &str) {
    let (rule, found) = mapping.lookup(name);
    assert_eq!((found, rule.category.as_str(), rule.class.as_str()), (how, category, class), "{name}");
}

#[test]
fn the_most_specific_rule_wins() {
    let garak = built_in("garak");
    check(&garak, "promptinject.HijackHateHumans", Match::Prefix("promptinject.*"), "prompt_injection", "LLM01:2025");
    check(&garak, "latentinjection.LatentJailbreak", Match::Prefix("latentinjection.*"), "indirect_injection", "LLM01:2025");
    check(&garak, "divergence.RepeatedToken", Match::Exact, "cost_abuse", "LLM10:2025");
    check(&garak, "divergence.Repeat", Match::Prefix("divergence.*"), "extraction", "LLM02:2025");
    check(&garak, "brandnew.Probe", Match::Default, "other", "unclassified");
    check(&garak, "dan.*", Match::Prefix("dan.*"), "jailbreak", "LLM01:2025");
    assert_eq!(garak.rule("leakreplay.GuardianCloze").techniques, ["AML.T0057"]);
    let promptfoo = built_in("promptfoo");
    check(&promptfoo, "pii:direct", Match::Prefix("pii:*"), "data_leakage", "LLM02:2025");
    check(&promptfoo, "pii:api-db", Match::Exact, "data_leakage", "LLM02:2025");
    check(&promptfoo, "harmful:cybercrime:other", Match::Prefix("harmful:*"), "toxicity", "harmful-content");
    check(&promptfoo, "harmful:cybercrime:malicious-code", Match::Exact, "unsafe_output", "malicious-code");
    check(&promptfoo, "prompt-extraction", Match::Exact, "data_leakage", "LLM07:2025");
}

#[test]
fn the_failure_rate_moves_a_severity_by_one_step() {
    let rule = built_in("garak").severity;
    let check = |base, failed, tried, expect| assert_eq!(rule.severity(base, failed, tried), expect, "{base} {failed}/{tried}");
    check(Severity::Medium, 50, 100, Severity::High);
    check(Severity::Medium, 49, 100, Severity::Medium);
    check(Severity::Medium, 2, 100, Severity::Medium);
    check(Severity::Medium, 1, 100, Severity::Low);
    check(Severity::Critical, 100, 100, Severity::Critical);
    check(Severity::Low, 0, 100, Severity::Low);
    check(Severity::Info, 0, 100, Severity::Info);
    check(Severity::High, 0, 0, Severity::High);
    check(Severity::High, 4, 4, Severity::High);
    check(Severity::High, 5, 5, Severity::Critical);
    assert_eq!(rule, built_in("promptfoo").severity);
}

#[test]
fn every_probe_and_plugin_of_the_tables_has_a_rule() {
    let tables = [("garak", "catalogs/xwalk_garak_tags.tsv", 0), ("promptfoo", "catalogs/xwalk_promptfoo.tsv", 3)];
    for (id, path, column) in tables {
        let Some(text) = shared(path) else { return };
        let mapping = built_in(id);
        for line in text.lines().skip(1).filter(|line| id == "garak" || line.contains("\tplugin\t")) {
            let name = line.split('\t').nth(column).expect("a column");
            assert_ne!(mapping.lookup(name).1, Match::Default, "{name}");
        }
    }
}

#[test]
fn techniques_and_classes_exist() {
    let (Some(techniques), Some(classes)) = (shared("catalogs/atlas_techniques.tsv"), shared("catalogs/owasp_llm_top10.tsv"))
    else {
        return;
    };
    let techniques: BTreeSet<&str> = techniques.lines().filter_map(|line| line.split('\t').next()).collect();
    for mapping in ["garak", "promptfoo"].map(built_in) {
        for (name, rule) in mapping.rules.iter().chain([(&mapping.id, &mapping.default)]) {
            assert!(rule.techniques.iter().all(|id| techniques.contains(id.as_str())), "{name}");
            if let Some(id) = rule.class.strip_suffix(":2025") {
                assert!(classes.contains(&format!("2025\t{id}\t")), "{name}");
            }
        }
    }
}

#[test]
fn a_file_of_ones_own_lies_over_the_built_in_one() {
    let text = r#"id = "garak"
[rules]
"dan.*" = { category = "jailbreak", class = "ours", techniques = [], severity = "low" }
"house.*" = { category = "other", class = "ours", techniques = [], severity = "high" }
"#;
    let (catalog, findings) = Catalog::with([("mappings/garak.toml".to_owned(), text.to_owned())]);
    assert_eq!(findings, []);
    let garak = catalog.mapping("garak").expect("garak");
    assert_eq!((garak.rule("dan.STAN").class.as_str(), garak.rule("dan.STAN").severity), ("ours", Severity::Low));
    assert_eq!(garak.rule("house.Probe").severity, Severity::High);
    assert_eq!(garak.rule("encoding.InjectHex").class, "LLM01:2025");
    assert_eq!((garak.severity, garak.title.as_str()), (built_in("garak").severity, "garak probes"));
}

#[test]
fn mappings_are_linted() {
    let text = r#"id = "garak"
[severity]
raise_at = 0.1
lower_below = 0.5
ceiling = "critical"
floor = "low"
[rules]
"dan.*.x" = { category = "jailbrake", class = "ours", techniques = [], severity = "low" }
"#;
    insta::assert_snapshot!(screen("mappings/garak.toml", text), @r"
    mappings/garak.toml:2:2: error[bad-severity-rule]: found thresholds out of order, expected 0 <= lower_below <= raise_at <= 1 and a floor not above the ceiling; correct them
    mappings/garak.toml:8:1: error[bad-pattern]: found pattern `dan.*.x`, expected a name or a prefix with one `*` at its end; correct it
    mappings/garak.toml:8:15: error[unknown-category]: found category `jailbrake`, expected a category of eval runs; did you mean `jailbreak`?
    ");
    insta::assert_snapshot!(screen("mappings/ours.toml", "id = \"ours\"\n"), @r"
    mappings/ours.toml:1:1: error[missing-key]: found no table `severity`, expected one in a mapping that is not built in; add `[severity]`
    mappings/ours.toml:1:1: error[missing-key]: found no table `default`, expected one in a mapping that is not built in; add `[default]`
    ");
}
