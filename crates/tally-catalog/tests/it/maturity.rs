//! Maturity models: what a file of one's own says, what can be looked up in it, how it overrides, its digest, its traces.

use tally_catalog::maturity::{Effort, MaturityModel};
use tally_catalog::{Catalog, Checklist, LintInput, Window, lint, trace};

use crate::built_in::shared;
use crate::model::{CHECKLIST, DUTIES, MODEL, catalog, with};

fn own(text: &str) -> MaturityModel {
    catalog(&[("maturity/own.toml", text)]).maturity_model("own").expect("the model").clone()
}

fn ids<'m>(questions: impl Iterator<Item = &'m tally_catalog::maturity::Question>) -> Vec<&'m str> {
    questions.map(|question| question.id.as_str()).collect()
}

#[test]
fn a_model_of_ones_own_is_read_as_it_is_written() {
    let model = own(MODEL);
    assert_eq!((model.lowest_level(), model.highest_level(), model.top_score()), (0, 2, 2));
    assert_eq!((model.earned_from, model.fresh_days), (1, 90));
    assert_eq!(model.level(1).map(|rung| rung.name.as_str()), Some("Basic"));
    assert_eq!(model.level(3), None);
    let second = model.domain("B").expect("domain B");
    assert_eq!(
        second.levels.iter().map(|(level, text)| (*level, text.as_str())).collect::<Vec<_>>(),
        [(0, "bare"), (1, "basic"), (2, "good")]
    );
    let question = model.question("A-02").expect("question A-02");
    assert_eq!(question.effort, Effort::Large);
    assert_eq!(question.evidence.get(&2).map(String::as_str), Some("two"));
    let [metric, sql] = question.computed.as_slice() else { panic!("two computed answers") };
    assert_eq!(metric.scores.iter().map(|(score, value)| (*score, *value)).collect::<Vec<_>>(), [(1, 25.0), (2, 90.5)]);
    assert_eq!(metric.window(), Ok(None));
    assert_eq!((sql.of.as_deref(), sql.window()), (Some("system"), Ok(Some(Window::Months(12)))));
    assert!(sql.sql.as_deref().is_some_and(|sql| sql.starts_with("SELECT p.point")));
    assert_eq!(model.question("B-01").map(|question| (question.seed, question.effort)), Some((Some(7), Effort::Medium)));
}

#[test]
fn questions_and_phases_are_looked_up() {
    let model = own(MODEL);
    assert_eq!(ids(model.questions_of("A")), ["A-01", "A-02"]);
    assert_eq!(ids(model.questions_of("C")), [""; 0]);
    assert_eq!(ids(model.questions_at(1)), ["A-01", "B-01"]);
    let phases = |id| model.phases_of(id).map(|phase| phase.id.clone()).collect::<Vec<_>>();
    assert_eq!(phases("B-01"), ["start"]);
    assert_eq!(phases("A-02"), ["go"]);
    assert_eq!(phases("A-09"), [""; 0]);
    assert_eq!(model.phase_at(1).map(|phase| phase.id.as_str()), Some("start"));
    assert_eq!(model.phase_at(2).map(|phase| phase.id.as_str()), Some("go"));
    assert_eq!(model.phase_at(3), None);
}

#[test]
fn a_file_of_ones_own_replaces_a_built_in_one_whole() {
    // The built-in frameworks stand in: every sort of file is put in its place by the same lines.
    let text = "id = \"owasp-asi\"\ntitle = \"Ours\"\nversion = \"1\"\nlicence = \"ours\"\nsources = []\n[items]\nASI99 = \"Ninety-nine\"\n";
    let catalog = catalog(&[("frameworks/owasp-asi.toml", text), ("maturity/own.toml", MODEL)]);
    assert_eq!(catalog.framework("owasp-asi").map(|framework| framework.items.len()), Some(1));
    assert!(catalog.link("owasp-asi:ASI01").is_none());
    assert_eq!(catalog.link("owasp-asi:ASI99").map(|link| link.name), Some("Ninety-nine"));
    assert_eq!(
        catalog.maturity_source("own").map(|source| (source.path.as_str(), source.built_in)),
        Some(("maturity/own.toml", false))
    );
    let built_in = Catalog::built_in().expect("built-in catalog");
    assert_eq!(catalog.maturity_models().count(), built_in.maturity_models().count() + 1);
}

#[test]
fn a_built_in_model_gives_way_to_ones_own() {
    let built_in = Catalog::built_in().expect("built-in catalog");
    let text = with(MODEL, "id = \"own\"", "id = \"ai-security\"");
    let catalog = catalog(&[("maturity/ai-security.toml", &text)]);
    assert_eq!(catalog.maturity_models().count(), built_in.maturity_models().count());
    assert_eq!(catalog.maturity_model("ai-security").map(|model| model.questions.len()), Some(3));
    // What built-in files say of its domains is a warning then, no error: the programme cannot change them.
    let findings = lint(&catalog, &LintInput::default());
    assert!(findings.iter().all(|finding| finding.level == tally_catalog::Level::Warning), "{findings:?}");
    let lines: String = findings.iter().map(|finding| format!("{finding}\n")).collect();
    assert_eq!(lines.lines().count(), 2, "one for the duties, one for the operating model: {lines}");
    assert!(lines.contains("catalog/operating/default.toml:13:1: warning[unknown-domain]: found domain `GRC`, "), "{lines}");
    assert!(lines.contains(" (10 more like it here; a file of your own with this id replaces this one)\n"), "{lines}");
}

#[test]
fn the_digest_stays_while_the_meaning_stays() {
    let digest = own(MODEL).hash();
    assert_eq!(digest.len(), 64);
    let same = [
        format!("# a comment\n{MODEL}"),
        with(MODEL, "title = \"Our own\"\nversion = \"3\"", "version   = '3' # moved\ntitle = \"Our own\""),
        with(
            MODEL,
            "levels = { 0 = \"bare\", 1 = \"basic\", 2 = \"good\" }",
            "[domains.levels]\n2 = \"good\"\n1 = \"basic\"\n0 = \"bare\"",
        ),
        with(MODEL, "{ 1 = 25, 2 = 90.5 }", "{ 1 = 25.0, 2 = 90.5 }"),
        with(
            MODEL,
            "ask = \"Is there a third thing?\"\n",
            "effort = \"medium\"\nask = \"Is there a third thing?\"\nlinks = []\n",
        ),
    ];
    for text in same {
        assert_eq!(own(&text).hash(), digest, "{text}");
    }
    let other = [
        ("earned_from = 1", "earned_from = 2"),
        ("\"two\"", "\"too\""),
        ("2 = 90.5", "2 = 90"),
        ("first thing?", "First thing?"),
        ("needs = [\"A-01\"]", "needs = []"),
        ("seed = 7", "seed = 8"),
        ("effort = \"large\"", "effort = \"small\""),
    ];
    let mut digests: Vec<String> = other.iter().map(|(from, to)| own(&with(MODEL, from, to)).hash()).collect();
    digests.push(digest);
    digests.sort();
    digests.dedup();
    assert_eq!(digests.len(), other.len() + 1);
}

#[test]
fn a_checklist_has_a_digest_and_knows_whom_it_asks() {
    let short = |text: &str| -> Checklist {
        catalog(&[("checklists/short.toml", text)]).checklist("short").expect("the checklist").clone()
    };
    let list = short(CHECKLIST);
    assert_eq!(short(&format!("{CHECKLIST}# a comment\n")).hash(), list.hash());
    assert_ne!(short(&with(CHECKLIST, "blocking = true", "blocking = false")).hash(), list.hash());
    assert!(list.canonical().starts_with("tallystick checklist 1\n{s6:groups[{s2:ids3:PRM"), "{}", list.canonical());
    let asked = |kind, tier| list.questions_for(kind, tier).map(|question| question.id.clone()).collect::<Vec<_>>();
    assert_eq!(asked("rag", "high"), ["PRM-01", "OUT-01"]);
    assert_eq!(asked("rag", "low"), ["PRM-01"]);
    assert_eq!(asked("classifier", "high"), ["PRM-01"]);
    assert_eq!(list.questions_of("OUT").count(), 1);
}

#[test]
fn traces_lead_from_the_seed_to_our_ids() {
    let catalog = catalog(&[("maturity/own.toml", MODEL), ("duties/chores.toml", DUTIES)]);
    let model = catalog.maturity_model("own").expect("the model");
    let list = catalog.duty_lists().find(|list| list.id == "chores").expect("the list");
    let rows: Vec<String> = trace::of_model(model)
        .into_iter()
        .chain(trace::of_duties(list))
        .map(|trace| format!("{} -> {} ({}): {}", trace.seed, trace.id, trace.place, trace.text))
        .collect();
    assert_eq!(
        rows,
        [
            "question 7 -> B-01 (B, level 1): Is there a third thing?",
            "phase 1, objective 1 -> P1-1 (Start): Get the basics.",
            "phase 2, objective 1 -> P2-1 (Go on): Do more.",
            "phase 2, guardrail 1 -> P2-G1 (Go on): Step by step.",
            "per release 1 -> X-1 (per_release): Look at it",
        ]
    );
    assert_eq!(catalog.duty("X-1").map(|duty| duty.cadence.as_str()), Some("per_release"));
}

#[test]
fn every_question_of_the_seed_is_there_at_its_level() {
    let catalog = Catalog::built_in().expect("built-in catalog");
    let model = catalog.maturity_model("ai-security").expect("the built-in model");
    assert_eq!((model.domains.len(), model.questions.len(), model.phases.len()), (11, 78, 4));
    let Some(seed) = shared("catalogs/seed_ai_ml_mm_questions.tsv") else { return };
    let expected: Vec<(u32, u8)> = seed
        .lines()
        .skip(1)
        .map(|line| {
            let cells: Vec<&str> = line.split('\t').collect();
            (cells[0].parse().expect("a number"), cells[2].parse().expect("a level"))
        })
        .collect();
    let mut found: Vec<(u32, u8)> =
        model.questions.iter().filter_map(|question| Some((question.seed?, question.level))).collect();
    found.sort_unstable();
    assert_eq!(found, expected);
}

#[test]
fn every_objective_and_duty_of_the_seed_is_traced() {
    let catalog = Catalog::built_in().expect("built-in catalog");
    let model = catalog.maturity_model("ai-security").expect("the built-in model");
    let traces = trace::of_model(model);
    let of = |start: &str| traces.iter().filter(|trace| trace.seed.starts_with(start)).count();
    assert_eq!((of("question "), of("phase 1, o"), of("phase 2, o"), of("phase 3, o"), of("phase 4, o")), (78, 5, 4, 3, 3));
    assert!(of("phase 4, guardrail") > 0);
    let list = catalog.duty_lists().find(|list| list.id == "ai-security").expect("the duties");
    let mut duties: Vec<String> = trace::of_duties(list).into_iter().map(|trace| trace.seed).collect();
    duties.sort();
    let counts = [("monthly", 3), ("ongoing", 2), ("per release", 2), ("quarterly", 5)];
    let expected: Vec<String> =
        counts.into_iter().flat_map(|(name, most)| (1..=most).map(move |nth| format!("{name} {nth}"))).collect();
    assert_eq!(duties, expected);
}
