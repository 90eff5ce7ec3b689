//! Links: from `framework:id` to a name and an address, in every built-in framework and in one's own.

use tally_catalog::Catalog;

use crate::model::{FRAMEWORK, catalog, screen_last, with};

#[test]
fn built_in_frameworks_are_linked() {
    let catalog = Catalog::built_in().expect("built-in catalog");
    let name = |text: &str| catalog.link(text).map(|link| format!("{}: {}", link.framework, link.name));
    insta::assert_snapshot!(name("atlas:AML.T0051").unwrap_or_default(), @"MITRE ATLAS: LLM Prompt Injection");
    insta::assert_snapshot!(name("atlas:AML.M0015").unwrap_or_default(), @"MITRE ATLAS mitigations: Predictive AI Adversarial Input Detection");
    insta::assert_snapshot!(name("owasp-llm:LLM01:2025").unwrap_or_default(), @"OWASP Top 10 for LLM Applications: Prompt Injection");
    insta::assert_snapshot!(name("owasp-asi:ASI01").unwrap_or_default(), @"OWASP Top 10 for Agentic Applications: Agent Goal Hijack");
    insta::assert_snapshot!(name("nist-ai-rmf:GOVERN 1.1").unwrap_or_default(), @"NIST AI Risk Management Framework: Legal and regulatory requirements");
    insta::assert_snapshot!(name("iso-42001:A.6.2.4").unwrap_or_default(), @"ISO/IEC 42001 AI management system: AI system verification and validation");
    insta::assert_snapshot!(name("eu-ai-act:Art. 9").unwrap_or_default(), @"EU AI Act: Risk management system");
    for nothing in
        ["", ":", "atlas", "atlas:", "atlas:AML.T9999", "atlas:AML.T0051.999", "owasp-llm:LLM01", "at:AML.T0051", "owasp:ASI01"]
    {
        assert_eq!(catalog.link(nothing), None, "{nothing}");
    }
    assert!(catalog.frameworks().all(|framework| framework.ids().next().is_some()));
}

#[test]
fn a_framework_of_ones_own_is_linked() {
    let url = |text: &str| {
        let catalog = catalog(&[("frameworks/house.toml", text)]);
        let link = catalog.link("house:R 1").expect("the link");
        assert_eq!((link.framework, link.id, link.name), ("House rules", "R 1", "Lock the door"));
        link.url
    };
    assert_eq!(url(FRAMEWORK).as_deref(), Some("https://example.org/rules#R%201"));
    assert_eq!(url(&with(FRAMEWORK, "#{id}", "")).as_deref(), Some("https://example.org/rules"));
    assert_eq!(url(&with(FRAMEWORK, "https://example.org/rules#{id}", "javascript:alert({id})")), None);
    assert_eq!(url(&with(FRAMEWORK, "url = \"https://example.org/rules#{id}\"\n", "")), None);
}

#[test]
fn frameworks_are_linted() {
    let screen = |from: &str, to: &str| screen_last(&[("frameworks/house.toml", &with(FRAMEWORK, from, to))]);
    assert_eq!(screen("House", "House"), "");
    insta::assert_snapshot!(screen("https://example", "file://example"), @"frameworks/house.toml:6:1: error[bad-address]: found address `file://example.org/rules#{id}`, expected one that begins with `https://`; correct it");
    insta::assert_snapshot!(screen("\"R 1\" = \"Lock the door\"\n\"R 2\" = \"Close the window\"\n", ""), @r#"frameworks/house.toml:8:2: error[empty-framework]: found a framework without items, expected one at least; add `[items]` with `"id" = "name"`"#);
    insta::assert_snapshot!(screen("\"R 2\"", "\"R 1\""), @"frameworks/house.toml:10:1: error[syntax]: found text that is not TOML: duplicate key; correct the line");
    insta::assert_snapshot!(screen("[items]", "[[tactics]]\nid = \"T1\"\nname = \"One\"\n[techniques.X]\nname = \"X\"\ntactics = [\"T1\", \"T2\"]\n[items]"), @"frameworks/house.toml:13:18: error[unknown-tactic]: found tactic `T2`, expected a tactic of this framework; did you mean `T1`?");
}
