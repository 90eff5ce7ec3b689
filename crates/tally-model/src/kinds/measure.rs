//! Kinds that record the measuring itself: evidence, maturity answers, reviews, claims.

use super::words::{KIND_NAMES, LABELS, TEXTS, optional, required};
use crate::kind::{Field, Kind, Order, Type};

const SUPPORT: &[Field] = &[
    required("kind", KIND_NAMES, "kind of the record it supports"),
    required("id", Type::RefByKind, "id of the record it supports"),
];

pub(super) static EVIDENCE: Kind = Kind {
    name: "evidence",
    table: "evidence",
    doc: "A file that proves something, known by its digest.",
    fields: &[
        required("name", Type::Text, "what it is"),
        required("sha256", Type::Sha256, "its digest"),
        required("media_type", Type::Text, "its media type"),
        required("collected_at", Type::Instant, "when it was collected"),
        optional("supports", Type::Objects(SUPPORT), "the records it supports"),
        optional("expires_at", Type::Instant, "when it proves nothing any more"),
        LABELS,
    ],
    orders: &[Order { first: "collected_at", then: "expires_at" }],
};

pub(super) static MATURITY_ANSWER: Kind = Kind {
    name: "maturity_answer",
    table: "maturity_answers",
    doc: "An answer to a question of a maturity model.",
    fields: &[
        required("model", Type::Text, "the model"),
        required("question", Type::Text, "the question's id"),
        required("score", Type::Score, "0 to 4"),
        required("answered_at", Type::Instant, "when it was answered"),
        required("by", Type::Text, "who answered"),
        optional("evidence", TEXTS, "what supports the answer"),
        optional("note", Type::Text, "what else is to be said"),
        LABELS,
    ],
    orders: &[],
};

pub(super) static METRIC_REVIEW: Kind = Kind {
    name: "metric_review",
    table: "metric_reviews",
    doc: "What a review meeting said of a metric in a period.",
    fields: &[
        required("metric", Type::Text, "the metric's id"),
        required("period", Type::Month, "the month reviewed"),
        required("reviewed_at", Type::Instant, "when"),
        required("by", TEXTS, "who was there"),
        optional("blockers", Type::Text, "what stands in the way"),
        optional("next_action", Type::Text, "what happens next"),
        optional("next_action_due", Type::Instant, "until when"),
        optional("ticket", Type::Text, "where it is tracked"),
        optional("decision", Type::OneOf(&["keep", "retarget", "retire"]), "what becomes of the metric"),
        LABELS,
    ],
    orders: &[],
};

pub(super) static CLAIM: Kind = Kind {
    name: "claim",
    table: "claims",
    doc: "Something the organisation says in public about its AI security.",
    fields: &[
        required("text", Type::Text, "what is claimed"),
        required("where", Type::Text, "where it is claimed"),
        required("scope", Type::Text, "what it covers"),
        optional("caveats", Type::Text, "what it does not cover"),
        optional("evidence", TEXTS, "what supports it"),
        required("owner", Type::Text, "who answers for it"),
        required("review_due", Type::Instant, "when it has to be looked at again"),
        optional("approved_by", Type::Text, "who approved it"),
        LABELS,
    ],
    orders: &[],
};
