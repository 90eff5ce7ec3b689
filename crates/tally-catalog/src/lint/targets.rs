//! Rules about targets: one direction, one segment at most, and names and values that populations can have.
//! Whether a target is met is never asked here.

use tally_model::problem::{nearest, shorten};

use crate::catalog::Entry;
use crate::metric::{Metric, Target};
use crate::words::{LABEL, row, segment_values, segments};
use crate::{Finding, Source};

pub fn check(entry: &Entry<Metric>, findings: &mut Vec<Finding>) {
    let Entry { definition: metric, source } = entry;
    for (at, target) in metric.targets.iter().enumerate() {
        let at = at.to_string();
        findings.extend(direction(target, &at, source));
        if target.segment.len() > 1 {
            let found =
                format!("found a target for {} segments, expected one at most; write a target for each", target.segment.len());
            findings.push(source.error("target-segments", &["targets", &at, "where"], found));
        }
        for (name, value) in &target.segment {
            findings.extend(segment(name, value, &at, source));
        }
    }
}

fn direction(target: &Target, at: &str, source: &Source) -> Option<Finding> {
    let given = [target.at_least.is_some(), target.at_most.is_some(), target.band.is_some()];
    let error = |message: &str| Some(source.error("target-direction", &["targets", at], message));
    match given.into_iter().filter(|given| *given).count() {
        0 => error("found a target without a direction, expected one of `at_least`, `at_most` or `band`; add one"),
        1 => match target.band {
            Some([low, high]) if low > high => {
                error("found a band whose first number is the larger, expected the smaller one first; turn it round")
            }
            _ => None,
        },
        _ => error("found a target with several directions, expected one of `at_least`, `at_most` or `band`; keep one"),
    }
}

fn segment(name: &str, value: &str, at: &str, source: &Source) -> Option<Finding> {
    let path = ["targets", at, "where", name];
    if name.strip_prefix(LABEL).is_some_and(|label| !label.is_empty()) {
        return None;
    }
    if !segments().any(|known| known == name) {
        let help = match nearest(name, segments()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("choose {} or `{LABEL}<name>`", row(segments())),
        };
        let message = format!("found segment `{}`, expected a known one; {help}", shorten(name));
        return Some(source.error("unknown-segment", &path, message));
    }
    let values = segment_values(name)?;
    if values.contains(&value) {
        return None;
    }
    let message =
        format!("found `{}` for segment `{name}`, expected {}; correct it", shorten(value), row(values.iter().copied()));
    Some(source.error("unknown-segment-value", &path, message))
}
