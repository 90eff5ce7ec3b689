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
        optional("evidence", TEXTS, "ids of evidence, or where the proof is"),
        optional("note", Type::Text, "what else is to be said"),
        optional("round", Type::Ref("maturity_round"), "the round it belongs to"),
        optional("subject", Type::Text, "the team or system it is about; absent: the organisation"),
        optional("withdrawn_at", Type::Instant, "from then on the question is unanswered"),
        LABELS,
    ],
    orders: &[Order { first: "answered_at", then: "withdrawn_at" }],
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
        optional("next_action_done_at", Type::Instant, "when it was done"),
        optional("ticket", Type::Text, "where it is tracked"),
        optional("decision", Type::OneOf(&["keep", "retarget", "retire"]), "what becomes of the metric"),
        optional("reason", Type::Text, "why it is to have another target or to go"),
        LABELS,
    ],
    orders: &[],
};

/// The statuses of a scorecard as words of a record.
const STATUS: Type = Type::OneOf(&["holds", "misses", "too_few", "no_data", "trend_only"]);

pub(super) static PUBLISHED_VALUE: Kind = Kind {
    name: "published_value",
    table: "published_values",
    doc: "A metric's value as it was published for a period, and all that it takes to compute it again; never changed.",
    fields: &[
        required("scorecard", Type::Text, "the scorecard it was published on"),
        required("metric", Type::Text, "the metric's id"),
        required("period", Type::Month, "the month it stands for"),
        required("as_of", Type::Instant, "the instant T: the end of the period"),
        optional("value", Type::Number, "the value in the metric's unit; absent: no data"),
        optional("numerator", Type::Number, "its numerator, where it has one"),
        optional("denominator", Type::Number, "its denominator, where it has one"),
        required("n", Type::Count, "members of the population"),
        optional("interval_low", Type::Number, "lower end of the 95% interval in percent"),
        optional("interval_high", Type::Number, "upper end of the 95% interval in percent"),
        required("status", STATUS, "where it stood"),
        required("definition", Type::Text, "digest of the metric's definition"),
        required("entry", Type::Count, "number of journal entries it was computed from"),
        required("head", Type::Sha256, "hash of the last of these"),
        required("published_at", Type::Instant, "when it was published"),
        required("by", Type::Text, "who published it"),
        LABELS,
    ],
    orders: &[Order { first: "as_of", then: "published_at" }],
};

/// How far a claim may be used.
const READINESS: Type =
    Type::OneOf(&["public_claim_ready", "public_claim_with_caveat", "internal_or_teaser_only", "do_not_claim"]);

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
        optional("approved_at", Type::Instant, "when it was approved"),
        optional(
            "type",
            Type::OneOf(&["security", "privacy", "governance", "benchmark", "sponsorship", "trust_centre"]),
            "what sort of claim it is",
        ),
        optional("readiness", READINESS, "how far it may be used, as it was granted; what stands behind it can pull it down"),
        LABELS,
    ],
    orders: &[],
};
