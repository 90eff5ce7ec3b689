//! The plot: the days on which something turns, and what changes along the days. Days count back from the end.
//!
//! Nothing is drawn or written here; whoever wants another story starts in this file.

use crate::calendar::Curve;
use crate::remedy::Habits;

/// The first day that anything is told of in full; some of what came before is known.
pub(crate) const FIRST_DAY: i64 = -730;
/// The agent platform goes live, about eight months before the end.
pub(crate) const AGENTS_LIVE: i64 = -245;
/// The incident in a class that no finding had ever covered.
pub(crate) const INCIDENT: i64 = -152;
/// The first day on which somebody looks for that class.
pub(crate) const CLASS_KNOWN: i64 = -138;
/// The class of that incident (memory and context poisoning) and the techniques behind it.
pub(crate) const UNTESTED_CLASS: &str = "ASI06";
pub(crate) const UNTESTED_TECHNIQUES: [&str; 2] = ["AML.T0080.000", "AML.T0080.001"];

/// Share of production systems with an assessment in the last twelve months.
pub(crate) const COVERAGE: &Curve = &[(-1095, 0.33), (-730, 0.36), (-365, 0.62), (0, 0.86)];
/// Share of the applicable techniques that an assessment tests: breadth was bought with depth for a while.
pub(crate) const DEPTH: &Curve = &[(-1095, 0.76), (-600, 0.72), (-480, 0.5), (-280, 0.48), (-150, 0.8), (0, 0.92)];
/// Share of new systems and major updates that are tested before they go out.
pub(crate) const TESTED_FIRST: &Curve = &[(-1095, 0.1), (-730, 0.2), (-365, 0.5), (0, 0.85)];
/// Share of assessment hours that are automated.
pub(crate) const AUTOMATION: &Curve = &[(-1095, 0.15), (-365, 0.3), (0, 0.48)];
/// What the usual days of an assessment are multiplied by.
pub(crate) const QUEUE: &Curve = &[(-1095, 1.5), (-365, 1.1), (0, 0.75)];
/// Pass rate of an eval run of a system that is no agent.
pub(crate) const PASS: &Curve = &[(-730, 0.8), (-365, 0.9), (-90, 0.96), (0, 0.975)];
/// Share of indexed documents whose retrieval checks the asker's rights.
pub(crate) const AUTHORIZED: &Curve = &[(-730, 0.68), (-365, 0.86), (-60, 0.972), (0, 0.975)];
/// Share of the gate checks that are done before a release.
pub(crate) const GATES: &Curve = &[(-730, 0.4), (-300, 0.7), (-90, 0.93), (0, 0.97)];
/// Share of confirmed fixes that are guarded by a regression test.
pub(crate) const GUARDED: &Curve = &[(-730, 0.25), (0, 0.85)];
/// Share of activities that are completed.
pub(crate) const COMPLETED: &Curve = &[(-730, 0.78), (0, 0.97)];
/// Full-time-equivalent testers.
pub(crate) const TESTERS: &Curve = &[(-730, 2.5), (-365, 4.0), (0, 5.5)];
/// Hours from the start of an incident to its detection.
pub(crate) const BLIND_HOURS: &Curve = &[(-730, 96.0), (-365, 40.0), (0, 9.0)];

/// Fixes come ever faster; from nine to four months before the end they are rushed, and hold less often.
pub(crate) const REMEDY: Habits = Habits {
    slowness: &[(-730, 1.9), (-365, 1.2), (-270, 0.8), (-120, 0.66), (0, 0.68)],
    hold: &[(-730, 0.92), (-285, 0.92), (-270, 0.62), (-130, 0.62), (-110, 0.94), (0, 0.95)],
    check: &[(-730, 0.65), (0, 0.97)],
    trials: &[(-730, 0.0), (-480, 0.1), (-300, 0.5), (0, 0.92)],
};
