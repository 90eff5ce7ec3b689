//! RECORDS.md as a table of its own, and a checker for it: a second reading of the specification beside `tally-model`.
//!
//! It returns every problem, one line each.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value;

use crate::programme::{Programme, at, items, word};

/// Kind (or object, in brackets), then its fields: `*` required, `@kind` a reference, `[object]` a list of objects,
/// `{object}` one object, words joined by `|` an enumeration.
const RULES: &str = "
team name*:text function*:appsec|product_security|ai_platform|mlops|data_governance|privacy|legal|grc|soc|red_team|procurement|engineering|business|executive
system name*:text owner*:@team origin*:internal|third_party|open_source type*:assistant|rag|agent|classifier|generative_media|ml_model|coding_assistant|other risk_tier*:high|medium|low eu_ai_act:prohibited|high_risk|limited_risk|minimal_risk|gpai|gpai_systemic production_from:at retired_at:at input_vectors:[vector] techniques:atlas data_classes:texts
[vector] id*:text type*:user_prompt|file_upload|api_parameter|retrieved_document|tool_output|memory|other
release system*:@system version*:text change*:new_system|major_update|minor_update author*:text deployed_at:at artifacts:[artifact]
[artifact] kind*:model|prompt|tool|config|dataset|index|policy|provider_route|container name*:text digest:text
assessment system*:@system tier*:quick_scan|standard|comprehensive requested_at*:at planned_for:at started_at:at delivered_at:at release:@release authorization:text techniques_applicable:atlas techniques_tested:atlas vectors_tested:texts manual_hours:number automated_hours:number testers:texts
scan system*:@system tool*:text automated*:bool at*:at release:@release
finding system*:@system title*:text severity*:critical|high|medium|low|info class*:text reported_at*:at assessment:@assessment scan:@scan eval_run:@eval_run techniques:atlas vector:text disposition:reported|accepted|disputed|false_positive|duplicate disposition_at:at disposition_by:text impact_claimed:bool impact_demonstrated_at:at remediations:[remediation] regression_tests:[regression] risk_accepted:{risk} scope:text preconditions:text reproduction:text affected_assets:text control_failure:text severity_rationale:text business_impact:text remediation_advice:text
[remediation] claimed_at*:at by:text retested_at:at result:fixed|not_fixed retested_by:text retest_trials:count retest_hits:count
[regression] ref*:text added_at*:at
[risk] by*:text at*:at until*:at reason*:text
eval_run system*:@system suite*:text category*:prompt_injection|indirect_injection|data_leakage|retrieval_access|unsafe_output|excessive_agency|overreliance|cost_abuse|jailbreak|tool_safety|toxicity|bias|groundedness|extraction|inversion|membership_inference|poisoning|other tool*:text finished_at*:at release:@release passed*:count failed*:count errors:count
credential system*:@system workflow*:text scoped*:bool rotation_days:count issued_at*:at rotations:ats retired_at:at
key_compromise credential*:@credential detected_at*:at revoked_at:at
retrieval_index system*:@system retired_at:at
index_audit index*:@retrieval_index at*:at documents*:count authorized*:count
incident system:@system class*:text severity*:critical|high|medium|low|info started_at*:at detected_at*:at contained_at:at resolved_at:at
tabletop held_at*:at scenario*:text techniques:atlas actions:[action]
[action] id*:text due*:at closed_at:at verified_at:at
process topic*:text owner*:@team approved_by:text approved_at:at review_due:at evidence:text
activity activity*:training|threat_model|code_review topic*:text subject*:text assigned_at*:at due:at completed_at:at
gate_check release*:@release check*:text performed_by*:text performed_at*:at outcome*:pass|fail evidence:text
monitor system*:@system family*:inputs|outputs|access enabled_from*:at disabled_at:at baseline_at:at
capacity month*:month fte*:number
cost month*:month category*:people|tools|compute|external|other amount*:money
evidence name*:text sha256*:sha media_type*:text collected_at*:at supports:[support] expires_at:at
[support] kind*:text id*:text
maturity_round model*:text title*:text scope*:organisation|team|system subjects:texts started_at*:at due:at assessor*:text approver:text submitted_at:at approved_at:at approved_by:text previous:@maturity_round assignments:[assignment]
[assignment] domain*:text owner*:text due:at
maturity_answer model*:text question*:text score*:score answered_at*:at by*:text evidence:texts note:text round:@maturity_round subject:text
improvement model*:text question*:text subject:text target:score owner*:text created_at*:at due:at effort:small|medium|large ticket:text done_at:at note:text
duty title*:text duty:text cadence*:quarterly|monthly|per_release|ongoing owner*:@team starts_at*:at ends_at:at system:@system due_days:count note:text
duty_done duty*:@duty occurrence*:text done_at*:at by*:text evidence:texts note:text
responsibility about*:duty|metric|domain|process subject*:text responsible:texts accountable:texts consulted:texts informed:texts
metric_review metric*:text period*:month reviewed_at*:at by*:texts blockers:text next_action:text next_action_due:at ticket:text decision:keep|retarget|retire
claim text*:text where*:text scope*:text caveats:text evidence:proofs owner*:@team review_due*:at approved_by:text approved_at:at type:security|privacy|governance|benchmark|sponsorship|trust_centre readiness:public_claim_ready|public_claim_with_caveat|internal_or_teaser_only|do_not_claim
checklist_review checklist*:text system*:@system release:@release author:text reviewer*:text started_at*:at completed_at:at
checklist_answer review*:@checklist_review question*:text answer*:yes|partly|no|not_applicable by*:text answered_at*:at evidence:texts note:text
threat_model system*:@system title*:text method:text made_at*:at by*:text review_due:at
threat threat_model*:@threat_model title*:text techniques:atlas vector:text severity:critical|high|medium|low|info controls:texts tests:[support] telemetry:[support] incident_assumptions:texts accepted_reason:text
";

/// Of two instants in one object the first comes no later than the second.
const ORDERS: [(&str, &str, &str); 25] = [
    ("system", "production_from", "retired_at"),
    ("assessment", "requested_at", "planned_for"),
    ("assessment", "requested_at", "started_at"),
    ("assessment", "started_at", "delivered_at"),
    ("finding", "reported_at", "disposition_at"),
    ("finding", "reported_at", "impact_demonstrated_at"),
    ("[remediation]", "claimed_at", "retested_at"),
    ("[risk]", "at", "until"),
    ("credential", "issued_at", "retired_at"),
    ("key_compromise", "detected_at", "revoked_at"),
    ("incident", "started_at", "detected_at"),
    ("incident", "detected_at", "contained_at"),
    ("incident", "contained_at", "resolved_at"),
    ("[action]", "closed_at", "verified_at"),
    ("process", "approved_at", "review_due"),
    ("activity", "assigned_at", "due"),
    ("activity", "assigned_at", "completed_at"),
    ("monitor", "enabled_from", "disabled_at"),
    ("monitor", "enabled_from", "baseline_at"),
    ("monitor", "baseline_at", "disabled_at"),
    ("evidence", "collected_at", "expires_at"),
    ("metric_review", "reviewed_at", "next_action_due"),
    ("maturity_round", "started_at", "submitted_at"),
    ("maturity_round", "submitted_at", "approved_at"),
    ("improvement", "created_at", "done_at"),
];

/// What may lie after the end of the programme; everything else has happened.
const AHEAD: [&str; 7] = ["production_from", "planned_for", "due", "review_due", "until", "next_action_due", "expires_at"];

/// Techniques that the generator may name; all are in ATLAS 2026.07.
const ATLAS: &str = "T0010.001 T0010.003 T0015 T0020 T0024.000 T0024.002 T0029 T0034.000 T0034.002 T0043.001 T0051.000 \
    T0051.001 T0053 T0054 T0056 T0057 T0062 T0064 T0066 T0068 T0069.002 T0070 T0071 T0077 T0080.000 T0080.001 T0081 T0082 \
    T0083 T0085.000 T0086 T0098 T0101 T0102 T0110";

type Fields = Vec<(&'static str, bool, &'static str)>;

struct Checker<'p> {
    programme: &'p Programme,
    rules: BTreeMap<&'static str, Fields>,
    problems: Vec<String>,
}

/// Every problem of a programme.
pub fn problems(programme: &Programme) -> Vec<String> {
    let mut checker = Checker { programme, rules: rules(), problems: Vec::new() };
    for (kind, records) in &programme.kinds {
        for (id, record) in records {
            let place = format!("{kind} {id}");
            if id.is_empty() || id.len() > 200 || !id.chars().all(|c| c.is_ascii_alphanumeric() || "._:/@-".contains(c)) {
                checker.problems.push(format!("{place}: not an id"));
            }
            checker.object(&place, kind, record);
            checker.beyond_fields(&place, kind, record);
        }
    }
    checker.problems
}

fn rules() -> BTreeMap<&'static str, Fields> {
    let lines = RULES.lines().filter(|line| !line.is_empty());
    let field = |text: &'static str| {
        let (name, form) = text.split_once(':').unwrap();
        (name.trim_end_matches('*'), name.ends_with('*'), form)
    };
    lines.map(|line| line.split_once(' ').unwrap()).map(|(kind, rest)| (kind, rest.split(' ').map(field).collect())).collect()
}

impl Checker<'_> {
    fn object(&mut self, place: &str, kind: &str, object: &Value) {
        let Some(fields) = self.rules.get(kind).cloned() else {
            return self.problems.push(format!("{place}: unknown kind"));
        };
        for (name, value) in object.as_object().unwrap() {
            match fields.iter().find(|(known, _, _)| known == name) {
                Some((_, _, form)) if !self.holds(place, name, form, value) => {
                    self.problems.push(format!("{place}: {name} is {value}, expected {form}"));
                }
                None if kind.starts_with('[') || !["kind", "id", "labels"].contains(&name.as_str()) => {
                    self.problems.push(format!("{place}: unknown field {name}"));
                }
                _ => {}
            }
        }
        for (name, _, _) in fields.iter().filter(|(name, required, _)| *required && object[*name].is_null()) {
            self.problems.push(format!("{place}: no {name}"));
        }
        for (_, first, then) in ORDERS.iter().filter(|(of, _, _)| *of == kind) {
            if let (Some(one), Some(other)) = (at(object, first), at(object, then))
                && one > other
            {
                self.problems.push(format!("{place}: {first} {one} comes after {then} {other}"));
            }
        }
    }

    fn holds(&mut self, place: &str, name: &str, form: &str, value: &Value) -> bool {
        let text = value.as_str().unwrap_or_default();
        match form {
            "text" => !text.is_empty(),
            "bool" => value.is_boolean(),
            "count" => value.is_u64(),
            "score" => value.as_u64().is_some_and(|score| score <= 4),
            "number" => value.as_f64().is_some_and(|number| number >= 0.0),
            "money" => text.split_once('.').is_some_and(|(units, cents)| digits(units) && digits(cents) && cents.len() == 2),
            "month" => format!("{text}-01T00:00:00Z").parse::<Timestamp>().is_ok() && text.len() == 7,
            "sha" => text.len() == 64 && text.chars().all(|c| c.is_ascii_hexdigit()),
            "at" => self.happened(name, text),
            "ats" => items_of(value).all(|item| item.as_str().is_some_and(|text| self.happened(name, text))),
            "texts" => value.is_array() && items_of(value).all(|item| item.as_str().is_some_and(|text| !text.is_empty())),
            "atlas" => items_of(value).all(|item| item.as_str().is_some_and(in_atlas)),
            "proofs" => items_of(value).all(|item| self.programme.get("evidence", item.as_str().unwrap()).is_some()),
            _ if form.starts_with('@') => self.programme.get(&form[1..], text).is_some(),
            _ if form.starts_with('[') => {
                items_of(value).for_each(|item| self.object(place, form, item));
                value.is_array()
            }
            _ if form.starts_with('{') => {
                self.object(place, &form.replace('{', "[").replace('}', "]"), value);
                value.is_object()
            }
            _ => form.split('|').any(|word| word == text),
        }
    }

    fn happened(&self, name: &str, text: &str) -> bool {
        text.parse::<Timestamp>().is_ok_and(|at| at < self.programme.as_of || AHEAD.contains(&name))
    }

    /// Rules that look at more than one field or record.
    fn beyond_fields(&mut self, place: &str, kind: &str, record: &Value) {
        let mut say = |holds: bool, what: &str| {
            if !holds {
                self.problems.push(format!("{place}: {what}"));
            }
        };
        let programme = self.programme;
        let ways = |system: &str, way: &str| {
            programme.get("system", system).is_some_and(|system| items(system, "input_vectors").iter().any(|v| v["id"] == way))
        };
        let system = word(record, "system");
        match kind {
            "assessment" => {
                let tested = items(record, "vectors_tested");
                say(tested.iter().all(|way| ways(system, way.as_str().unwrap())), "a vector that its system has not");
                let release = programme.get("release", word(record, "release"));
                say(release.is_none_or(|release| release["system"] == record["system"]), "a release of another system");
            }
            "finding" => {
                say(record["vector"].is_null() || ways(system, word(record, "vector")), "a vector that its system has not");
                say(record["disposition"].is_null() == record["disposition_at"].is_null(), "disposition without its instant");
                let class = word(record, "class");
                let owasp = class.starts_with("LLM") && class.ends_with(":2025") || class.starts_with("ASI");
                say(owasp || class.starts_with("AML.T0"), "a class of no list");
                for cycle in items(record, "remediations") {
                    say(cycle["retested_at"].is_null() == cycle["result"].is_null(), "retest without its result");
                    say(cycle["retest_hits"].as_u64() <= cycle["retest_trials"].as_u64(), "more hits than trials");
                    say(at(cycle, "claimed_at") > at(record, "reported_at"), "claimed before it was reported");
                }
            }
            "activity" => {
                let subject = word(record, "subject");
                say(["team", "system", "release"].iter().any(|kind| programme.get(kind, subject).is_some()), "no such subject");
            }
            "evidence" => {
                for one in items(record, "supports") {
                    say(programme.get(word(one, "kind"), word(one, "id")).is_some(), "supports nothing that exists");
                }
            }
            "index_audit" => say(record["authorized"].as_u64() <= record["documents"].as_u64(), "more than all documents"),
            _ => {}
        }
    }
}

fn digits(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_digit())
}

fn items_of(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn in_atlas(id: &str) -> bool {
    id.strip_prefix("AML.").is_some_and(|id| ATLAS.split(' ').any(|known| known == id))
}
