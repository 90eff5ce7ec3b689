//! Kinds that say who and what there is: teams, systems, processes, activities, capacity, cost.

use super::words::{FUNCTION, LABELS, TEXTS, optional, required};
use crate::kind::{Field, Kind, Order, Type};

pub(super) static TEAM: Kind = Kind {
    name: "team",
    table: "teams",
    doc: "A team that owns systems, processes or decisions.",
    fields: &[
        required("name", Type::Text, "what people call it"),
        required("function", FUNCTION, "its function in the organisation"),
        LABELS,
    ],
    orders: &[],
};

const VECTOR: &[Field] = &[
    required("id", Type::Key, "key within the system"),
    required(
        "type",
        Type::OneOf(&["user_prompt", "file_upload", "api_parameter", "retrieved_document", "tool_output", "memory", "other"]),
        "the channel through which data enters",
    ),
];

pub(super) static SYSTEM: Kind = Kind {
    name: "system",
    table: "systems",
    doc: "An AI system in the inventory, third-party services included.",
    fields: &[
        required("name", Type::Text, "what people call it"),
        required("owner", Type::Ref("team"), "the team that answers for it"),
        required("origin", Type::OneOf(&["internal", "third_party", "open_source"]), "where it comes from"),
        required(
            "type",
            Type::OneOf(&[
                "assistant",
                "rag",
                "agent",
                "classifier",
                "generative_media",
                "ml_model",
                "coding_assistant",
                "other",
            ]),
            "what sort of system it is",
        ),
        required("risk_tier", Type::OneOf(&["high", "medium", "low"]), "how much harm it could do"),
        optional(
            "eu_ai_act",
            Type::OneOf(&["prohibited", "high_risk", "limited_risk", "minimal_risk", "gpai", "gpai_systemic"]),
            "its class under the EU AI Act",
        ),
        optional("production_from", Type::Instant, "since when it serves users"),
        optional("retired_at", Type::Instant, "when it stopped"),
        optional("input_vectors", Type::Objects(VECTOR), "the channels through which data enters it"),
        optional("techniques", TEXTS, "ATLAS technique ids that apply to it"),
        optional("data_classes", TEXTS, "classes of data it handles"),
        LABELS,
    ],
    orders: &[Order { first: "production_from", then: "retired_at" }],
};

pub(super) static PROCESS: Kind = Kind {
    name: "process",
    table: "processes",
    doc: "A documented process with its approval.",
    fields: &[
        required(
            "topic",
            Type::Known(&["design_review", "production_approval", "adversarial_testing", "production_monitoring"]),
            "what it governs",
        ),
        required("owner", Type::Ref("team"), "the team that answers for it"),
        optional("approved_by", Type::Text, "who approved it"),
        optional("approved_at", Type::Instant, "when it was approved"),
        optional("review_due", Type::Instant, "when it has to be looked at again"),
        optional("evidence", Type::Text, "where the document is"),
        LABELS,
    ],
    orders: &[],
};

pub(super) static ACTIVITY: Kind = Kind {
    name: "activity",
    table: "activities",
    doc: "Training, a threat model or a code review that somebody was asked to do.",
    fields: &[
        required("activity", Type::OneOf(&["training", "threat_model", "code_review"]), "what sort of activity"),
        required(
            "topic",
            Type::Known(&[
                "prompt_injection",
                "data_poisoning",
                "model_theft",
                "training_pipeline",
                "inference_endpoint",
                "model_storage",
                "prompts",
                "guardrails",
                "output_validation",
            ]),
            "what it is about",
        ),
        required("subject", Type::RefAny(&["team", "system", "release"]), "the team, system or release it is for"),
        required("assigned_at", Type::Instant, "when it was asked for"),
        optional("due", Type::Instant, "when it should be done"),
        optional("completed_at", Type::Instant, "when it was done"),
        LABELS,
    ],
    orders: &[Order { first: "assigned_at", then: "completed_at" }],
};

pub(super) static CAPACITY: Kind = Kind {
    name: "capacity",
    table: "capacity",
    doc: "How many testers there were in a month.",
    fields: &[
        required("month", Type::Month, "the month"),
        required("fte", Type::Number, "full-time-equivalent testers"),
        LABELS,
    ],
    orders: &[],
};

pub(super) static COST: Kind = Kind {
    name: "cost",
    table: "costs",
    doc: "What the programme cost in a month.",
    fields: &[
        required("month", Type::Month, "the month"),
        required("category", Type::OneOf(&["people", "tools", "compute", "external", "other"]), "what it was spent on"),
        required("amount", Type::Money, "how much, in the programme's one currency"),
        LABELS,
    ],
    orders: &[],
};
