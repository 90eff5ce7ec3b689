//! Closed word lists and short forms that the table of kinds shares. Holds no kind of its own.

use crate::kind::{Field, Type};

/// The last field of every kind.
pub const LABELS: Field =
    optional("labels", Type::Labels, "fields of the programme's own, text to text; each can be a segment");

/// A field that every record of the kind has.
pub const fn required(name: &'static str, ty: Type, doc: &'static str) -> Field {
    Field { name, ty, required: true, doc }
}

/// A field that a record may lack.
pub const fn optional(name: &'static str, ty: Type, doc: &'static str) -> Field {
    Field { name, ty, required: false, doc }
}

/// A list of any texts.
pub const TEXTS: Type = Type::List(&Type::Text);
/// A list of instants.
pub const INSTANTS: Type = Type::List(&Type::Instant);

/// How bad a finding or an incident is.
pub const SEVERITY: Type = Type::OneOf(&["critical", "high", "medium", "low", "info"]);

/// The functions of an organisation.
pub const FUNCTION: Type = Type::OneOf(&[
    "appsec",
    "product_security",
    "ai_platform",
    "mlops",
    "data_governance",
    "privacy",
    "legal",
    "grc",
    "soc",
    "red_team",
    "procurement",
    "engineering",
    "business",
    "executive",
]);

/// Names of all kinds, for references that name their kind.
pub const KIND_NAMES: Type = Type::OneOf(&[
    "team",
    "system",
    "release",
    "assessment",
    "scan",
    "finding",
    "eval_run",
    "credential",
    "key_compromise",
    "retrieval_index",
    "index_audit",
    "incident",
    "tabletop",
    "process",
    "activity",
    "gate_check",
    "monitor",
    "capacity",
    "cost",
    "evidence",
    "maturity_answer",
    "metric_review",
    "claim",
    "maturity_round",
    "improvement",
    "duty",
    "duty_done",
    "responsibility",
    "checklist_review",
    "checklist_answer",
    "threat_model",
    "threat",
    "published_value",
]);
