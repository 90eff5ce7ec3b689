//! Where the records of each kind are: the paths of their pages and forms, as routes need them. Data, and two look-ups.

use tally_model::Kind;

use crate::failure::Failure;

/// The paths of a kind.
pub(super) struct Place {
    /// The kind.
    pub kind: &'static str,
    /// The list, to which a new record is posted.
    pub folder: &'static str,
    /// The list as CSV.
    pub csv: &'static str,
    /// A record.
    pub one: &'static str,
    /// Its form.
    pub edit: &'static str,
    /// An empty form.
    pub new: &'static str,
}

macro_rules! places {
    ($(($kind:literal, $folder:literal)),* $(,)?) => {
        &[$(Place {
            kind: $kind,
            folder: $folder,
            csv: concat!($folder, ".csv"),
            one: concat!($folder, "/{id}"),
            edit: concat!($folder, "/{id}/edit"),
            new: concat!($folder, "/new"),
        }),*]
    };
}

/// Every kind.
pub(super) const PLACES: &[Place] = places![
    ("team", "/teams"),
    ("system", "/systems"),
    ("release", "/releases"),
    ("assessment", "/assessments"),
    ("scan", "/scans"),
    ("finding", "/findings"),
    ("eval_run", "/evals"),
    ("credential", "/keys"),
    ("key_compromise", "/key-compromises"),
    ("retrieval_index", "/indexes"),
    ("index_audit", "/index-audits"),
    ("incident", "/incidents"),
    ("tabletop", "/tabletops"),
    ("process", "/processes"),
    ("activity", "/activities"),
    ("gate_check", "/gate-checks"),
    ("monitor", "/monitors"),
    ("capacity", "/capacity"),
    ("cost", "/costs"),
    ("evidence", "/evidence"),
    ("maturity_answer", "/maturity-answers"),
    ("metric_review", "/metric-reviews"),
    ("published_value", "/published"),
    ("claim", "/claims"),
    ("maturity_round", "/maturity-rounds"),
    ("improvement", "/improvements"),
    ("duty", "/duty-list"),
    ("duty_done", "/duties-done"),
    ("responsibility", "/responsibilities"),
    ("checklist_review", "/checklist-reviews"),
    ("checklist_answer", "/checklist-answers"),
    ("threat_model", "/threat-models"),
    ("threat", "/threats"),
];

/// The place of a kind.
pub(super) fn named(kind: &str) -> Option<&'static Place> {
    PLACES.iter().find(|place| place.kind == kind)
}

/// The place that a path lies in, and its kind.
pub(super) fn of(path: &str) -> Result<(&'static Place, &'static Kind), Failure> {
    let here = |place: &&Place| path.strip_prefix(place.folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    let found = PLACES.iter().find(here).and_then(|place| Some((place, Kind::named(place.kind)?)));
    found.ok_or_else(|| Failure::Missing("there is no page at this address".to_owned()))
}

/// Whether records of a kind are made and changed in forms: not what is a computation's or a file's, nor what has a page for it.
pub(super) fn has_form(kind: &str) -> bool {
    !matches!(
        kind,
        "published_value"
            | "evidence"
            | "maturity_answer"
            | "metric_review"
            | "maturity_round"
            | "duty_done"
            | "checklist_review"
            | "checklist_answer"
    )
}
