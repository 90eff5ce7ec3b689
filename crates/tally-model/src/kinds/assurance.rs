//! Kinds that record how a programme works and is assessed: maturity rounds, duties, who answers for what, checklist reviews,
//! threat models.

use super::words::{FUNCTION, KIND_NAMES, LABELS, SEVERITY, TEXTS, optional, required};
use crate::kind::{Field, Kind, Order, Type};

const FUNCTIONS: Type = Type::List(&FUNCTION);

const ASSIGNMENT: &[Field] = &[
    required("domain", Type::Key, "id of the model's domain"),
    required("owner", Type::Text, "who answers its questions"),
    optional("due", Type::Instant, "until when"),
];

pub(super) static MATURITY_ROUND: Kind = Kind {
    name: "maturity_round",
    table: "maturity_rounds",
    doc: "One assessment by a maturity model: of the organisation, of teams or of systems.",
    fields: &[
        required("model", Type::Text, "the model's id in the catalog"),
        required("title", Type::Text, "what people call the round"),
        required("scope", Type::OneOf(&["organisation", "team", "system"]), "what is assessed"),
        optional("subjects", TEXTS, "ids of the teams or systems; none for the organisation"),
        required("started_at", Type::Instant, "when it began"),
        optional("due", Type::Instant, "until when it is to be answered"),
        required("assessor", Type::Text, "who leads it"),
        optional("approver", Type::Text, "who is to approve it; never the assessor"),
        optional("submitted_at", Type::Instant, "when the assessor handed it in"),
        optional("approved_at", Type::Instant, "when it was approved; from then on it stays as it is"),
        optional("approved_by", Type::Text, "who approved it"),
        optional("definition", Type::Text, "digest of the model as it was"),
        optional("previous", Type::Ref("maturity_round"), "the round before, which this one was cloned from"),
        optional("assignments", Type::Objects(ASSIGNMENT), "who answers which domain"),
        LABELS,
    ],
    orders: &[
        Order { first: "started_at", then: "submitted_at" },
        Order { first: "submitted_at", then: "approved_at" },
        Order { first: "started_at", then: "approved_at" },
    ],
};

pub(super) static IMPROVEMENT: Kind = Kind {
    name: "improvement",
    table: "improvements",
    doc: "A step of the roadmap: a question of a maturity model that somebody is to lift.",
    fields: &[
        required("model", Type::Text, "the model's id in the catalog"),
        required("question", Type::Text, "the question's id"),
        optional("subject", Type::Text, "the team or system; absent: the organisation"),
        optional("target", Type::Score, "the answer it is to reach; absent: 3"),
        required("owner", Type::Text, "who does it"),
        required("created_at", Type::Instant, "when it was planned"),
        optional("due", Type::Instant, "until when"),
        optional("effort", Type::OneOf(&["small", "medium", "large"]), "how much work it is"),
        optional("ticket", Type::Text, "where it is tracked"),
        optional("done_at", Type::Instant, "when it was done"),
        optional("note", Type::Text, "what else is to be said"),
        LABELS,
    ],
    orders: &[Order { first: "created_at", then: "done_at" }],
};

pub(super) static DUTY: Kind = Kind {
    name: "duty",
    table: "duties",
    doc: "Work that comes back: each quarter, each month, with each release, or all the time.",
    fields: &[
        required("title", Type::Text, "what is done"),
        optional("duty", Type::Text, "id of the duty in the catalog; absent: the programme's own"),
        required(
            "cadence",
            Type::OneOf(&["quarterly", "monthly", "per_release", "ongoing"]),
            "how often; what is ongoing is looked at each month",
        ),
        required("owner", Type::Ref("team"), "the team that does it"),
        required("starts_at", Type::Instant, "since when it is due"),
        optional("ends_at", Type::Instant, "until when"),
        optional("system", Type::Ref("system"), "the only system it is about; absent: all"),
        optional("due_days", Type::Count, "days after the end of the period; absent: the catalog's, else 0"),
        optional("note", Type::Text, "what else is to be said"),
        LABELS,
    ],
    orders: &[Order { first: "starts_at", then: "ends_at" }],
};

pub(super) static DUTY_DONE: Kind = Kind {
    name: "duty_done",
    table: "duties_done",
    doc: "A duty that was done, once.",
    fields: &[
        required("duty", Type::Ref("duty"), "the duty"),
        required("occurrence", Type::Text, "which time: 2026-Q3, 2026-03, or the id of a release"),
        required("done_at", Type::Instant, "when"),
        required("by", Type::Text, "who did it"),
        optional("evidence", TEXTS, "ids of evidence, or where the proof is"),
        optional("note", Type::Text, "what came out"),
        LABELS,
    ],
    orders: &[],
};

pub(super) static RESPONSIBILITY: Kind = Kind {
    name: "responsibility",
    table: "responsibilities",
    doc: "Which functions are responsible, accountable, consulted and informed for a duty, a metric, a domain or a process.",
    fields: &[
        required("about", Type::OneOf(&["duty", "metric", "domain", "process"]), "what sort of thing it is about"),
        required("subject", Type::Text, "its id in the catalog; a process: its topic"),
        optional("responsible", FUNCTIONS, "functions that do it"),
        optional("accountable", FUNCTIONS, "the one function that answers for it"),
        optional("consulted", FUNCTIONS, "functions that are asked"),
        optional("informed", FUNCTIONS, "functions that are told"),
        LABELS,
    ],
    orders: &[],
};

pub(super) static CHECKLIST_REVIEW: Kind = Kind {
    name: "checklist_review",
    table: "checklist_reviews",
    doc: "A system, or one release of it, gone through with a checklist.",
    fields: &[
        required("checklist", Type::Text, "the checklist's id in the catalog"),
        required("system", Type::Ref("system"), "the system"),
        optional("release", Type::Ref("release"), "the release it is about"),
        optional("author", Type::Text, "who made the change; absent: the release's author"),
        required("reviewer", Type::Text, "who reviews; never the author"),
        required("started_at", Type::Instant, "when it began"),
        optional("completed_at", Type::Instant, "when it was closed; from then on it stays as it is"),
        optional("definition", Type::Text, "digest of the checklist as it was"),
        LABELS,
    ],
    orders: &[Order { first: "started_at", then: "completed_at" }],
};

pub(super) static CHECKLIST_ANSWER: Kind = Kind {
    name: "checklist_answer",
    table: "checklist_answers",
    doc: "An answer to a question of a checklist.",
    fields: &[
        required("review", Type::Ref("checklist_review"), "the review"),
        required("question", Type::Text, "the question's id"),
        required("answer", Type::OneOf(&["yes", "partly", "no", "not_applicable"]), "the answer"),
        required("by", Type::Text, "who answered"),
        required("answered_at", Type::Instant, "when"),
        optional("evidence", TEXTS, "ids of evidence, or where the proof is"),
        optional("note", Type::Text, "what else is to be said"),
        optional("withdrawn_at", Type::Instant, "from then on the question is unanswered"),
        LABELS,
    ],
    orders: &[Order { first: "answered_at", then: "withdrawn_at" }],
};

pub(super) static THREAT_MODEL: Kind = Kind {
    name: "threat_model",
    table: "threat_models",
    doc: "A threat model of a system.",
    fields: &[
        required("system", Type::Ref("system"), "the system"),
        required("title", Type::Text, "what it covers"),
        optional("method", Type::Text, "how it was made, such as ATLAS or STRIDE"),
        required("made_at", Type::Instant, "when"),
        required("by", Type::Text, "who made it"),
        optional("activity", Type::Ref("activity"), "the activity it fulfils"),
        optional("release", Type::Ref("release"), "the release it looked at"),
        optional("review_due", Type::Instant, "when it has to be looked at again"),
        LABELS,
    ],
    orders: &[],
};

const LED_TO: &[Field] =
    &[required("kind", KIND_NAMES, "kind of the record"), required("id", Type::RefByKind, "id of the record")];

pub(super) static THREAT: Kind = Kind {
    name: "threat",
    table: "threats",
    doc: "A threat of a threat model, and what it led to.",
    fields: &[
        required("threat_model", Type::Ref("threat_model"), "the threat model"),
        required("title", Type::Text, "what could happen"),
        optional("techniques", TEXTS, "ATLAS technique ids"),
        optional("vector", Type::Text, "the input vector it would come through"),
        optional("severity", SEVERITY, "how bad it would be"),
        optional("controls", TEXTS, "what stands against it"),
        optional("tests", Type::Objects(LED_TO), "assessments, eval runs, findings, scans and gate checks that try it"),
        optional("telemetry", Type::Objects(LED_TO), "monitors that would see it"),
        optional("incident_assumptions", TEXTS, "what the response to it takes for granted"),
        optional("accepted_reason", Type::Text, "why nothing is done about it, where that is so"),
        LABELS,
    ],
    orders: &[],
};
