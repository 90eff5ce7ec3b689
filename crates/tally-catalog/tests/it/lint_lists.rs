//! Every lint rule about checklists, duties and operating models once, as the screen shows it.

use tally_catalog::{Catalog, LintInput, lint};

use crate::model::{CHECKLIST, DUTIES, MODEL, OPERATING, catalog, checklist, duties, operating, screen_last, with};

#[test]
fn the_samples_have_no_findings() {
    assert_eq!(checklist("Short", "Short"), "");
    assert_eq!(duties("Chores", "Chores"), "");
    assert_eq!(operating("Ours", "Ours"), "");
}

#[test]
fn checklists() {
    insta::assert_snapshot!(checklist("id = \"OUT-01\"", "id = \"PRM-01\""), @"checklists/short.toml:23:1: error[duplicate-id]: found question `PRM-01` a second time, expected each id once; rename one of them");
    insta::assert_snapshot!(checklist("id = \"OUT\"", "id = \"PRM\""), @r"
    checklists/short.toml:12:1: error[duplicate-id]: found group `PRM` a second time, expected each id once; rename one of them
    checklists/short.toml:24:1: error[unknown-group]: found group `OUT`, expected a group of this checklist; choose `PRM`
    ");
    insta::assert_snapshot!(checklist("group = \"OUT\"", "group = \"OTU\""), @r"
    checklists/short.toml:12:1: error[empty-group]: found group `OUT` without questions, expected one at least; add one or remove the group
    checklists/short.toml:24:1: error[unknown-group]: found group `OTU`, expected a group of this checklist; did you mean `OUT`?
    ");
    insta::assert_snapshot!(checklist("id = \"short\"", "id = \"long\""), @"checklists/short.toml:1:1: error[id-mismatch]: found id `long` in a file named `short`, expected the same; rename one of them");
    insta::assert_snapshot!(checklist("[\"rag\", \"agent\"]", "[\"rag\", \"agnet\"]"), @"checklists/short.toml:26:19: error[unknown-system-type]: found system type `agnet`, expected a type of systems; did you mean `agent`?");
    insta::assert_snapshot!(checklist("[\"high\"]", "[\"severe\"]"), @"checklists/short.toml:27:10: error[unknown-tier]: found tier `severe`, expected a risk tier; choose `high`, `medium` or `low`");
    insta::assert_snapshot!(checklist("LLM01:2025", "LLM01:2024"), @"checklists/short.toml:20:10: error[unknown-link]: found link `owasp-llm:LLM01:2024`, expected an id of OWASP Top 10 for LLM Applications; did you mean `owasp-llm:LLM01:2025`?");
    insta::assert_snapshot!(checklist("blocking = true", "blocks = true"), @"checklists/short.toml:19:1: error[unknown-key]: found unknown key `blocks`, expected `id`, `group`, `ask`, `why`, `evidence`, `applies`, `tiers`, `blocking` or `links`; correct or remove it");
    insta::assert_snapshot!(checklist("version = \"1\"\n", ""), @"checklists/short.toml:1:1: error[missing-key]: found no key `version`, expected one; add it");
}

#[test]
fn lists_of_duties() {
    insta::assert_snapshot!(duties("per_release\"\ntitle", "per_relaese\"\ntitle"), @"duties/chores.toml:9:11: error[bad-value]: found `per_relaese`, expected a known one; did you mean `per_release`?");
    insta::assert_snapshot!(duties("[\"grc\"]", "[]"), @"duties/chores.toml:17:1: error[accountable]: found nobody accountable, expected exactly one function; name the one that answers for it");
    insta::assert_snapshot!(duties("[\"grc\"]", "[\"grc\", \"soc\"]"), @"duties/chores.toml:17:1: error[accountable]: found 2 functions accountable, expected exactly one function; name the one that answers for it");
    insta::assert_snapshot!(duties("[\"red_team\"]", "[]"), @"duties/chores.toml:16:1: error[responsible]: found nobody responsible, expected one function at least; name who does it");
    insta::assert_snapshot!(duties("\"soc\"", "\"sco\""), @"duties/chores.toml:18:23: error[unknown-function]: found function `sco`, expected a team function; did you mean `soc`?");
    insta::assert_snapshot!(duties("domain = \"A\"", "domain = \"AA\""), @"duties/chores.toml:12:1: error[unknown-domain]: found domain `AA`, expected a domain of a maturity model; did you mean `A`?");
    insta::assert_snapshot!(duties("[\"A-01\"]", "[\"A-01\", \"A-11\"]"), @"duties/chores.toml:13:22: error[unknown-question]: found question `A-11`, expected a question of a maturity model; did you mean `A-01`?");
    insta::assert_snapshot!(duties("[duties.raci]", "[[duties]]\nid = \"X-1\"\ncadence = \"monthly\"\ntitle = \"Again\"\ndoes = \"It.\"\n[duties.raci]"), @r"
    duties/chores.toml:7:1: error[accountable]: found nobody accountable, expected exactly one function; name the one that answers for it
    duties/chores.toml:7:1: error[responsible]: found nobody responsible, expected one function at least; name who does it
    duties/chores.toml:16:1: error[duplicate-id]: found duty `X-1` a second time, expected each id once; rename one of them
    ");
}

#[test]
fn operating_models() {
    insta::assert_snapshot!(operating("subject = \"A\"", "subject = \"AA\""), @"operating/ours.toml:9:1: error[unknown-domain]: found domain `AA`, expected a domain of a maturity model; did you mean `A`?");
    insta::assert_snapshot!(operating("about = \"domain\"\nsubject = \"A\"", "about = \"metric\"\nsubject = \"scan-cadance\""), @"operating/ours.toml:9:1: error[unknown-metric]: found metric `scan-cadance`, expected the id of a metric; did you mean `scan-cadence`?");
    insta::assert_snapshot!(operating("\"process\"\nsubject = \"design_review\"", "\"duty\"\nsubject = \"Q-9\""), @"operating/ours.toml:15:1: error[unknown-duty]: found duty `Q-9`, expected the id of a duty; did you mean `Q-1`?");
    insta::assert_snapshot!(operating("design_review", "design_revue"), @"operating/ours.toml:15:1: error[unknown-process]: found process `design_revue`, expected the topic of a process; did you mean `design_review`?");
    insta::assert_snapshot!(operating("\"appsec\"", "\"apsec\""), @"operating/ours.toml:10:16: error[unknown-function]: found function `apsec`, expected a team function; did you mean `appsec`?");
    insta::assert_snapshot!(operating("[\"grc\"]", "[\"grc\", \"legal\"]"), @"operating/ours.toml:11:1: error[accountable]: found 2 functions accountable, expected exactly one function; name the one that answers for it");
    insta::assert_snapshot!(operating("[\"grc\"]", "[]"), @"operating/ours.toml:11:1: error[accountable]: found nobody accountable, expected exactly one function; name the one that answers for it");
    insta::assert_snapshot!(operating("about = \"process\"\nsubject = \"design_review\"", "about = \"domain\"\nsubject = \"A\""), @"operating/ours.toml:15:1: error[repeated-subject]: found domain `A` in a second row, expected one row each; remove one");
    insta::assert_snapshot!(operating("about = \"process\"", "about = \"proces\""), @"operating/ours.toml:14:9: error[bad-value]: found `proces`, expected a known one; did you mean `process`?");
}

#[test]
fn a_group_without_questions() {
    let text = format!("{CHECKLIST}\n[[groups]]\nid = \"NEW\"\ntitle = \"New\"\n");
    insta::assert_snapshot!(screen_last(&[("checklists/short.toml", &text)]), @"checklists/short.toml:30:1: error[empty-group]: found group `NEW` without questions, expected one at least; add one or remove the group");
}

#[test]
fn two_lists_with_one_duty() {
    let other = with(DUTIES, "id = \"chores\"", "id = \"more\"");
    let files = [("maturity/own.toml", MODEL), ("duties/chores.toml", DUTIES), ("duties/more.toml", &other)];
    insta::assert_snapshot!(screen_last(&files), @"duties/more.toml:8:1: error[duplicate-id]: found duty `X-1` that `duties/chores.toml` has already, expected an id of its own; rename one of them");
}

#[test]
fn subjects_without_a_row() {
    let short = screen_last(&[("maturity/own.toml", MODEL), ("operating/ours.toml", OPERATING)]);
    let lines: Vec<&str> = short.lines().collect();
    assert_eq!(lines.len(), 2, "{short}");
    assert!(
        lines.iter().all(|line| line.starts_with("operating/ours.toml:7:3: warning[no-responsibility]: found no row for "))
    );
    assert!(short.contains("found no row for metric `activity-completion`, `assessment-throughput`, "), "{short}");
    // Of the sample's two domains one has a row; those of built-in models have none.
    let built_in = Catalog::built_in().expect("built-in catalog");
    let others = built_in.maturity_models().map(|model| model.domains.len()).sum::<usize>();
    let (_, row) = short.split_once("found no row for domain ").expect("domains without a row");
    let named = row.split(", expected").next().map_or(0, |names| names.matches('`').count() / 2);
    assert_eq!(named, (others + 1).min(5), "{short}");
    assert!(!row.contains("`A`") && (others < 5) == row.contains("`B`"), "{short}");
}

#[test]
fn a_built_in_operating_model_is_not_held_against_ones_own() {
    let catalog = catalog(&[("maturity/own.toml", MODEL)]);
    let findings = lint(&catalog, &LintInput::default());
    assert!(findings.iter().all(|finding| finding.rule != "no-responsibility"), "{findings:?}");
}
