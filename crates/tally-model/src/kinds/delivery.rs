//! Kinds that follow a change from release through testing to a fixed finding.

use super::words::{LABELS, SEVERITY, TEXTS, optional, required};
use crate::kind::{Field, Kind, Order, Type};

const ARTIFACT: &[Field] = &[
    required(
        "kind",
        Type::OneOf(&["model", "prompt", "tool", "config", "dataset", "index", "policy", "provider_route", "container"]),
        "what sort of thing it is",
    ),
    required("name", Type::Text, "its name"),
    optional("digest", Type::Text, "its digest, such as sha256:..."),
];

pub(super) static RELEASE: Kind = Kind {
    name: "release",
    table: "releases",
    doc: "A change of a system, with all that can change its behaviour.",
    fields: &[
        required("system", Type::Ref("system"), "the system"),
        required("version", Type::Text, "its version"),
        required("change", Type::OneOf(&["new_system", "major_update", "minor_update"]), "how large the change is"),
        required("author", Type::Text, "who made it"),
        optional("deployed_at", Type::Instant, "when it went live; absent: planned"),
        optional("artifacts", Type::Objects(ARTIFACT), "models, prompts, tools and what else it is made of"),
        LABELS,
    ],
    orders: &[],
};

pub(super) static ASSESSMENT: Kind = Kind {
    name: "assessment",
    table: "assessments",
    doc: "A security assessment of a system, from request to report.",
    fields: &[
        required("system", Type::Ref("system"), "the system"),
        required("tier", Type::OneOf(&["quick_scan", "standard", "comprehensive"]), "how deep it goes"),
        required("requested_at", Type::Instant, "when it was asked for"),
        optional("planned_for", Type::Instant, "when it is planned"),
        optional("started_at", Type::Instant, "when testing began"),
        optional("delivered_at", Type::Instant, "when the report was delivered"),
        optional("release", Type::Ref("release"), "the release it looked at"),
        optional("authorization", Type::Text, "reference to the written permission to test"),
        optional("techniques_applicable", TEXTS, "ATLAS techniques that apply; absent: the system's"),
        optional("techniques_tested", TEXTS, "ATLAS techniques that were tried"),
        optional("vectors_tested", TEXTS, "ids of the system's input vectors that were tried"),
        optional("manual_hours", Type::Number, "hours of work by people"),
        optional("automated_hours", Type::Number, "hours of work by tools"),
        optional("testers", TEXTS, "who tested"),
        LABELS,
    ],
    orders: &[
        Order { first: "requested_at", then: "started_at" },
        Order { first: "requested_at", then: "delivered_at" },
        Order { first: "started_at", then: "delivered_at" },
    ],
};

pub(super) static SCAN: Kind = Kind {
    name: "scan",
    table: "scans",
    doc: "One run of a scanner against a system.",
    fields: &[
        required("system", Type::Ref("system"), "the system"),
        required("tool", Type::Text, "the scanner"),
        required("automated", Type::Bool, "whether it ran by itself"),
        required("at", Type::Instant, "when it ran"),
        optional("release", Type::Ref("release"), "the release it looked at"),
        LABELS,
    ],
    orders: &[],
};

const REMEDIATION: &[Field] = &[
    required("claimed_at", Type::Instant, "when a fix was claimed"),
    optional("by", Type::Text, "who claimed it"),
    optional("retested_at", Type::Instant, "when it was tried again"),
    optional("result", Type::OneOf(&["fixed", "not_fixed"]), "what the retest showed"),
    optional("retested_by", Type::Text, "who tried again"),
    optional("retest_trials", Type::Count, "how often the attack was tried again"),
    optional("retest_hits", Type::Count, "how often it still worked"),
];

const REGRESSION_TEST: &[Field] =
    &[required("ref", Type::Text, "where the test is"), required("added_at", Type::Instant, "since when it runs")];

const RISK_ACCEPTED: &[Field] = &[
    required("by", Type::Text, "who accepts the risk"),
    required("at", Type::Instant, "since when"),
    required("until", Type::Instant, "until when"),
    required("reason", Type::Text, "why"),
];

pub(super) static FINDING: Kind = Kind {
    name: "finding",
    table: "findings",
    doc: "A weakness that was reported, and its whole life since.",
    fields: &[
        required("system", Type::Ref("system"), "the system"),
        required("title", Type::Text, "what it is, one line"),
        required("severity", SEVERITY, "how bad it is"),
        required("class", Type::Text, "taxonomy id such as LLM01:2025, ASI02, an ATLAS id, or a term of the programme's own"),
        required("reported_at", Type::Instant, "when it was reported"),
        optional("assessment", Type::Ref("assessment"), "the assessment it came from"),
        optional("scan", Type::Ref("scan"), "the scan it came from"),
        optional("eval_run", Type::Ref("eval_run"), "the eval run it came from"),
        optional("techniques", TEXTS, "ATLAS technique ids"),
        optional("vector", Type::Text, "the input vector it came through"),
        optional(
            "disposition",
            Type::OneOf(&["reported", "accepted", "disputed", "false_positive", "duplicate"]),
            "what its owner says; absent: reported",
        ),
        optional("disposition_at", Type::Instant, "since when; required where the disposition is not reported"),
        optional("disposition_by", Type::Text, "who said so"),
        optional("disposition_reason", Type::Text, "why"),
        optional("duplicate_of", Type::Ref("finding"), "the finding that it repeats"),
        optional("impact_claimed", Type::Bool, "whether the report claims an impact"),
        optional("impact_demonstrated_at", Type::Instant, "when the impact was demonstrated"),
        optional("remediations", Type::Objects(REMEDIATION), "claims of a fix, each with its retest"),
        optional("regression_tests", Type::Objects(REGRESSION_TEST), "tests that keep it fixed"),
        optional("risk_accepted", Type::Object(RISK_ACCEPTED), "who lives with the risk, until when and why"),
        optional("scope", Type::Text, "what is affected"),
        optional("preconditions", Type::Text, "what an attacker needs"),
        optional("reproduction", Type::Text, "how to see it"),
        optional("affected_assets", Type::Text, "what is at stake"),
        optional("control_failure", Type::Text, "which control failed"),
        optional("severity_rationale", Type::Text, "why this severity"),
        optional("business_impact", Type::Text, "what it means for the business"),
        optional("remediation_advice", Type::Text, "how to fix it"),
        LABELS,
    ],
    orders: &[],
};

pub(super) static EVAL_RUN: Kind = Kind {
    name: "eval_run",
    table: "eval_runs",
    doc: "One category of one run of an evaluation suite: how many cases passed, failed and could not be judged.",
    fields: &[
        required("system", Type::Ref("system"), "the system"),
        required("suite", Type::Text, "the suite"),
        required(
            "category",
            Type::OneOf(&[
                "prompt_injection",
                "indirect_injection",
                "data_leakage",
                "retrieval_access",
                "unsafe_output",
                "excessive_agency",
                "overreliance",
                "cost_abuse",
                "jailbreak",
                "tool_safety",
                "toxicity",
                "bias",
                "groundedness",
                "extraction",
                "inversion",
                "membership_inference",
                "poisoning",
                "other",
            ]),
            "what the cases try",
        ),
        required("tool", Type::Text, "the tool that ran it"),
        required("finished_at", Type::Instant, "when it ended"),
        optional("release", Type::Ref("release"), "the release it looked at"),
        required("passed", Type::Count, "cases the system withstood"),
        required("failed", Type::Count, "cases in which the attack worked"),
        optional("errors", Type::Count, "cases that could not be judged"),
        LABELS,
    ],
    orders: &[],
};

pub(super) static GATE_CHECK: Kind = Kind {
    name: "gate_check",
    table: "gate_checks",
    doc: "One check of a release before it goes live.",
    fields: &[
        required("release", Type::Ref("release"), "the release"),
        required("check", Type::Known(&["prompt_review", "output_validation", "behavioral_test"]), "what was checked"),
        required("performed_by", Type::Text, "who did it"),
        required("performed_at", Type::Instant, "when"),
        required("outcome", Type::OneOf(&["pass", "fail"]), "what came out"),
        optional("evidence", Type::Text, "where the proof is"),
        LABELS,
    ],
    orders: &[],
};
