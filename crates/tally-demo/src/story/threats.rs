//! Threat models of the systems with high risk that talk, and what their threats led to; a few threats led to nothing.

use std::io;

use super::SEED;
use super::assessments::Assessment;
use super::evals::EvalRun;
use super::monitors::Monitor;
use super::people::TESTERS;
use super::systems::{SYSTEMS, System};
use crate::calendar::Calendar;
use crate::dice::Dice;
use crate::page::Page;

/// What could happen: title, techniques, severity, category of the evals that try it, a control, what the response relies on.
struct Threat {
    title: &'static str,
    techniques: &'static [&'static str],
    severity: &'static str,
    category: &'static str,
    control: &'static str,
    assumption: &'static str,
    /// The family of monitors that would see it.
    family: &'static str,
    /// The types of system that it is a threat to; none: all.
    forms: &'static [&'static str],
}

macro_rules! threats {
    ($($severity:literal $category:literal $family:literal $forms:expr, $techniques:expr, $title:literal: $control:literal; $assumption:literal;)*) => {
        [$(Threat {
            title: $title, techniques: $techniques, severity: $severity, category: $category, control: $control,
            assumption: $assumption, family: $family, forms: $forms,
        }),*]
    };
}

const THREATS: [Threat; 7] = threats! {
    "high" "prompt_injection" "inputs" &[], &["AML.T0051.000"],
        "A user talks the system out of its rules": "Rules hold in code, not in the prompt alone"; "Sessions can be ended within minutes";
    "critical" "indirect_injection" "inputs" &["rag", "agent"], &["AML.T0051.001", "AML.T0070"],
        "A planted document gives the orders": "Text from outside is marked and carries no rights"; "The source of a passage is known for ninety days";
    "high" "data_leakage" "outputs" &[], &["AML.T0057"],
        "Personal data of another customer is told": "Answers are checked for data of others"; "Answers are kept for thirty days";
    "medium" "jailbreak" "outputs" &["assistant"], &["AML.T0054"],
        "Harmful advice in the company's name": "A second model looks at each answer"; "Legal is told within a day";
    "critical" "tool_safety" "access" &["agent"], &["AML.T0053", "AML.T0086"],
        "The agent is led to use a tool against its user": "Each call asks for the user's own rights"; "Every call of a tool can be traced to a request";
    "medium" "excessive_agency" "access" &["agent"], &["AML.T0080.000"],
        "What was planted in memory steers later sessions": "Memory holds facts and no orders"; "A user's memory can be cleared alone";
    "low" "cost_abuse" "inputs" &[], &["AML.T0034.000"],
        "Requests that only cost": "A limit for each user and day"; "Finance sees the bill weekly";
};

/// What the parts of the programme offer as tests and telemetry.
pub(crate) struct Offers<'o> {
    pub(crate) assessments: &'o [Assessment],
    pub(crate) evals: &'o [EvalRun],
    pub(crate) monitors: &'o [Monitor],
}

pub(crate) fn write(calendar: &Calendar, offers: &Offers<'_>, page: &mut Page<'_>) -> io::Result<()> {
    let mut dice = Dice::of(SEED, 31);
    for (place, system) in SYSTEMS.iter().enumerate() {
        let live = system.live.filter(|live| *live < -20 && system.retired.is_none());
        let (Some(live), "high", "assistant" | "rag" | "agent") = (live, system.tier, system.form) else { continue };
        let day = (live - 30).max(dice.between(-420, -40));
        let id = format!("tm/{}", system.id);
        page.record("threat_model", &id, |fields| {
            fields.word("system", system.id).text("title", "Conversation, retrieval, tools").text("method", "ATLAS");
            fields.at("made_at", calendar.work(day, &mut dice)).text("by", dice.pick(&TESTERS));
            fields.at("review_due", calendar.day(day + 365));
        })?;
        let mine = THREATS.iter().filter(|threat| threat.forms.is_empty() || threat.forms.contains(&system.form));
        for (nth, threat) in mine.enumerate() {
            write_threat(&format!("{id}/t{}", nth + 1), &id, threat, (place, system), offers, &mut dice, page)?;
        }
    }
    Ok(())
}

fn write_threat(
    id: &str,
    model: &str,
    threat: &Threat,
    (place, system): (usize, &System),
    offers: &Offers<'_>,
    dice: &mut Dice,
    page: &mut Page<'_>,
) -> io::Result<()> {
    let run = offers.evals.iter().rfind(|run| run.system == place && run.category == threat.category);
    let tried = offers.assessments.iter().rfind(|assessment| assessment.system == place && assessment.delivered.is_some());
    let assessment = tried.filter(|_| dice.chance(0.6)).map(|assessment| ("assessment", assessment.id.as_str()));
    let tests: Vec<(&str, &str)> = run.map(|run| ("eval_run", run.id.as_str())).into_iter().chain(assessment).collect();
    let watch = offers.monitors.iter().find(|monitor| monitor.system == place && monitor.family == threat.family);
    let telemetry: Vec<(&str, &str)> =
        watch.filter(|_| dice.chance(0.85)).map(|it| ("monitor", it.id.as_str())).into_iter().collect();
    let (controlled, assumed) = (dice.chance(0.85), dice.chance(0.7));
    let accepted = threat.severity == "low" && dice.chance(0.6);
    page.record("threat", id, |fields| {
        fields.word("threat_model", model).text("title", threat.title).texts("techniques", threat.techniques);
        fields.word("severity", threat.severity);
        if let Some((vector, _)) = system.vectors().first() {
            fields.word("vector", vector);
        }
        if accepted {
            fields.text("accepted_reason", "The most that it costs is less than a week of work.");
            return;
        }
        if controlled {
            fields.texts("controls", &[threat.control]);
        }
        let link = |fields: &mut crate::page::Fields<'_>, (kind, id): &(&str, &str)| {
            fields.word("kind", kind).word("id", id);
        };
        fields.list("tests", &tests, link);
        fields.list("telemetry", &telemetry, link);
        if assumed {
            fields.texts("incident_assumptions", &[threat.assumption]);
        }
    })
}
