//! Kinds that record running systems: credentials, indexes, incidents, exercises, monitors.

use super::words::{INSTANTS, LABELS, SEVERITY, TEXTS, optional, required};
use crate::kind::{Field, Kind, Order, Type};

pub(super) static CREDENTIAL: Kind = Kind {
    name: "credential",
    table: "credentials",
    doc: "A key or token that a workflow of a system uses.",
    fields: &[
        required("system", Type::Ref("system"), "the system"),
        required("workflow", Type::Text, "the workflow that uses it"),
        required("scoped", Type::Bool, "true where it can do no more than the workflow needs"),
        optional("rotation_days", Type::Count, "how often it has to be rotated"),
        required("issued_at", Type::Instant, "when it was issued"),
        optional("rotations", INSTANTS, "when it was rotated"),
        optional("retired_at", Type::Instant, "when it was withdrawn"),
        LABELS,
    ],
    orders: &[Order { first: "issued_at", then: "retired_at" }],
};

pub(super) static KEY_COMPROMISE: Kind = Kind {
    name: "key_compromise",
    table: "key_compromises",
    doc: "A credential that fell into wrong hands.",
    fields: &[
        required("credential", Type::Ref("credential"), "the credential"),
        required("detected_at", Type::Instant, "when it was noticed"),
        optional("revoked_at", Type::Instant, "when the credential was revoked"),
        LABELS,
    ],
    orders: &[Order { first: "detected_at", then: "revoked_at" }],
};

pub(super) static RETRIEVAL_INDEX: Kind = Kind {
    name: "retrieval_index",
    table: "retrieval_indexes",
    doc: "An index from which a system retrieves documents.",
    fields: &[
        required("system", Type::Ref("system"), "the system"),
        optional("retired_at", Type::Instant, "when it was taken out of use"),
        LABELS,
    ],
    orders: &[],
};

pub(super) static INDEX_AUDIT: Kind = Kind {
    name: "index_audit",
    table: "index_audits",
    doc: "A count of the documents of an index whose retrieval checks the asker's rights.",
    fields: &[
        required("index", Type::Ref("retrieval_index"), "the index"),
        required("at", Type::Instant, "when it was counted"),
        required("documents", Type::Count, "documents in the index"),
        required("authorized", Type::Count, "of these, documents whose retrieval checks the asker's rights"),
        LABELS,
    ],
    orders: &[],
};

pub(super) static INCIDENT: Kind = Kind {
    name: "incident",
    table: "incidents",
    doc: "A security incident.",
    fields: &[
        optional("system", Type::Ref("system"), "the system, where one is known"),
        required("class", Type::Text, "taxonomy id or a term of the programme's own"),
        required("severity", SEVERITY, "how bad it was"),
        required("started_at", Type::Instant, "when it began"),
        required("detected_at", Type::Instant, "when it was noticed"),
        optional("contained_at", Type::Instant, "when it could do no more harm"),
        optional("resolved_at", Type::Instant, "when it was over"),
        LABELS,
    ],
    orders: &[
        Order { first: "started_at", then: "detected_at" },
        Order { first: "detected_at", then: "contained_at" },
        Order { first: "detected_at", then: "resolved_at" },
    ],
};

const ACTION: &[Field] = &[
    required("id", Type::Key, "key within the exercise"),
    required("due", Type::Instant, "when it should be done"),
    optional("closed_at", Type::Instant, "when it was done"),
    optional("verified_at", Type::Instant, "when somebody saw that it is done"),
];

pub(super) static TABLETOP: Kind = Kind {
    name: "tabletop",
    table: "tabletops",
    doc: "An exercise on paper and what followed from it.",
    fields: &[
        required("held_at", Type::Instant, "when it was held"),
        required("scenario", Type::Text, "what was played"),
        optional("techniques", TEXTS, "ATLAS technique ids"),
        optional("actions", Type::Objects(ACTION), "what had to be done afterwards"),
        LABELS,
    ],
    orders: &[],
};

pub(super) static MONITOR: Kind = Kind {
    name: "monitor",
    table: "monitors",
    doc: "Monitoring of one family of signals of a system.",
    fields: &[
        required("system", Type::Ref("system"), "the system"),
        required("family", Type::OneOf(&["inputs", "outputs", "access"]), "what it watches"),
        required("enabled_from", Type::Instant, "since when it runs"),
        optional("disabled_at", Type::Instant, "when it was switched off"),
        optional("baseline_at", Type::Instant, "when its baseline was taken"),
        LABELS,
    ],
    orders: &[Order { first: "enabled_from", then: "disabled_at" }],
};
