//! What is particular to agents: when the platform went live, what can be tried against them, and the days on which they
//! were assessed again after the incident.
//!
//! Before `plot::CLASS_KNOWN` nobody tries to poison their memory: that is why the incident was not foreseen.

use super::plot;

pub(crate) const LIVE: i64 = plot::AGENTS_LIVE;

/// The ATLAS techniques that apply to an agent; the memory techniques stand last.
pub(crate) const TECHNIQUES: &[&str] = &[
    "AML.T0051.000",
    "AML.T0051.001",
    "AML.T0053",
    "AML.T0081",
    "AML.T0083",
    "AML.T0086",
    "AML.T0098",
    "AML.T0101",
    "AML.T0110",
    "AML.T0034.002",
    plot::UNTESTED_TECHNIQUES[0],
    plot::UNTESTED_TECHNIQUES[1],
];

/// Assessments made because of the incident: the system and the day of delivery.
pub(crate) const AFTER_INCIDENT: [(&str, i64); 9] = [
    ("refund-agent", -128),
    ("agent-platform", -121),
    ("it-helpdesk-agent", -112),
    ("claims-document-agent", -104),
    ("procurement-agent", -96),
    ("scheduling-agent", -83),
    ("refund-agent", -62),
    ("agent-platform", -44),
    ("claims-document-agent", -23),
];

/// Whether a technique or class could have been tested on a day.
pub(crate) fn known(term: &str, day: i64) -> bool {
    day >= plot::CLASS_KNOWN || (term != plot::UNTESTED_CLASS && !plot::UNTESTED_TECHNIQUES.contains(&term))
}
