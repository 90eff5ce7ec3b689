//! Eval runs: suites of garak and promptfoo, monthly by category, for systems that talk.
//!
//! A system joins on a day of its own; from then on its pass rate follows `plot::PASS`, with agents behind. No case is
//! told of on its own: a run is counts.

use std::io;

use super::SEED;
use super::plot::PASS;
use super::releases::{Release, latest};
use super::systems::{SYSTEMS, place};
use crate::calendar::{Calendar, HOUR, Moment, along};
use crate::dice::Dice;
use crate::page::Page;

/// System, tool, suite, the day of the first run, categories.
type Plan = (&'static str, &'static str, &'static str, i64, &'static [&'static str]);

const PLANS: [Plan; 17] = [
    ("support-bot", "garak", "garak-core", -715, &["prompt_injection", "jailbreak", "data_leakage"]),
    ("support-bot", "promptfoo", "support-answers", -480, &["toxicity", "groundedness"]),
    ("underwriting-assist", "promptfoo", "rag-access", -640, &["retrieval_access", "indirect_injection", "data_leakage"]),
    ("policy-search", "promptfoo", "rag-access", -560, &["retrieval_access", "groundedness"]),
    ("broker-assistant", "garak", "garak-core", -610, &["prompt_injection", "jailbreak", "data_leakage"]),
    ("call-summary", "promptfoo", "summary-quality", -500, &["groundedness", "data_leakage"]),
    ("knowledge-base-chat", "promptfoo", "rag-access", -430, &["retrieval_access", "indirect_injection"]),
    ("code-helper", "garak", "garak-code", -450, &["unsafe_output", "indirect_injection"]),
    ("dispute-chat", "garak", "garak-core", -385, &["prompt_injection", "jailbreak", "overreliance"]),
    ("claims-letter-writer", "promptfoo", "letter-safety", -380, &["bias", "toxicity"]),
    ("contract-reader", "promptfoo", "rag-access", -300, &["indirect_injection", "groundedness"]),
    ("soc-triage-helper", "garak", "garak-core", -330, &["indirect_injection", "prompt_injection"]),
    ("agent-platform", "promptfoo", "agent-tools", -240, &["tool_safety", "excessive_agency", "indirect_injection"]),
    ("refund-agent", "promptfoo", "agent-tools", -225, &["tool_safety", "excessive_agency", "prompt_injection"]),
    ("it-helpdesk-agent", "garak", "garak-agent", -200, &["tool_safety", "prompt_injection"]),
    ("procurement-agent", "promptfoo", "agent-tools", -175, &["tool_safety", "excessive_agency", "cost_abuse"]),
    ("claims-document-agent", "promptfoo", "agent-tools", -100, &["tool_safety", "indirect_injection"]),
];

pub(crate) struct EvalRun {
    pub(crate) id: String,
    /// The place of its system.
    pub(crate) system: usize,
    plan: &'static Plan,
    pub(crate) category: &'static str,
    pub(crate) at: Moment,
    release: Option<String>,
    passed: i64,
    failed: i64,
    errors: i64,
}

pub(crate) fn plan(calendar: &Calendar, releases: &[Release]) -> Vec<EvalRun> {
    let mut dice = Dice::of(SEED, 6);
    let mut runs = Vec::new();
    for plan in &PLANS {
        let (id, _, suite, first, categories) = plan;
        let system = place(id);
        let mut day = *first;
        while day < 0 {
            let started = calendar.day(day) + 2 * HOUR + dice.between(0, 2 * HOUR);
            for (turn, category) in categories.iter().copied().enumerate() {
                let at = started + (turn as i64 + 1) * 25 * 60;
                let cases = dice.between(8, 30) * 10;
                let failed = (cases as f64 * failing(system, category, day - first, day, &mut dice) + 0.5) as i64;
                let errors = if dice.chance(0.15) { dice.between(1, 6) } else { 0 };
                let release = latest(releases, system, at).map(|release| release.id.clone());
                let id = format!("{id}/{suite}/{category}/{:02}", (day - first) / 30 + 1);
                runs.push(EvalRun { id, system, plan, category, at, release, passed: cases - failed, failed, errors });
            }
            day += 30;
        }
    }
    runs
}

/// The share of cases that fail; a system does worse in its first months.
fn failing(system: usize, category: &str, age: i64, day: i64, dice: &mut Dice) -> f64 {
    let usual = 1.0 - along(PASS, day);
    let young = along(&[(0, 0.1), (150, 0.0)], age);
    let agent = if SYSTEMS[system].form == "agent" { 0.02 } else { 0.0 };
    let hard = if category == "indirect_injection" { 1.6 } else { 0.85 };
    (usual + young + agent) * hard * (0.5 + dice.share())
}

pub(crate) fn write(runs: &[EvalRun], page: &mut Page<'_>) -> io::Result<()> {
    for run in runs {
        let (system, tool, suite, _, _) = *run.plan;
        page.record("eval_run", &run.id, |fields| {
            fields.word("system", system).word("suite", suite).word("category", run.category).word("tool", tool);
            fields.at("finished_at", run.at);
            if let Some(release) = &run.release {
                fields.word("release", release);
            }
            fields.plain("passed", run.passed).plain("failed", run.failed).plain("errors", run.errors);
        })?;
    }
    Ok(())
}
