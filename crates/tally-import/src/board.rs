//! Counting verdicts by target, probe and detector. Counts come from rows only, never from a tool's summary.

use std::collections::HashMap;

use tally_model::{Instant, Problem};

use crate::loose::digest;
use crate::run::{Group, Mapping, Outcome, Outcomes};

/// The detector of attempts that no detector judged.
pub(crate) const UNKNOWN: &str = "unknown";

/// Groups in the making.
#[derive(Default)]
pub(crate) struct Board {
    /// Places in `groups` by probe; few detectors share one.
    places: HashMap<Box<str>, Vec<usize>>,
    groups: Vec<Group>,
}

/// What the file itself says of a probe.
#[derive(Clone, Default)]
pub(crate) struct Notice {
    pub(crate) tags: Vec<String>,
    pub(crate) description: Option<String>,
    pub(crate) goal: Option<String>,
}

impl Board {
    /// The place of a group, made where it is new.
    pub(crate) fn place(&mut self, target: &str, probe: &str, detector: &str) -> usize {
        let same = |group: &Group| group.detector == detector && group.target == target;
        if let Some(known) = self.places.get(probe) {
            if let Some(place) = known.iter().copied().find(|place| same(&self.groups[*place])) {
                return place;
            }
        } else {
            self.places.insert(probe.into(), Vec::new());
        }
        let place = self.groups.len();
        self.groups.push(Group {
            target: target.to_owned(),
            probe: probe.to_owned(),
            detector: detector.to_owned(),
            ..Group::default()
        });
        if let Some(known) = self.places.get_mut(probe) {
            known.push(place);
        }
        place
    }

    /// One more attempt that this group judges.
    pub(crate) fn attempt(&mut self, place: usize) {
        self.groups[place].attempts += 1;
    }

    /// One more verdict.
    pub(crate) fn count(&mut self, place: usize, outcome: Outcome) {
        let group = &mut self.groups[place];
        match outcome {
            Outcome::Pass => group.passed += 1,
            Outcome::Fail => group.failed += 1,
            Outcome::Error(_) => group.errors += 1,
        }
    }

    /// Notes a severity that the tool itself gave; the worst of several stays.
    pub(crate) fn severity(&mut self, place: usize, severity: &'static str) {
        let group = &mut self.groups[place];
        let rank = |word: &str| SEVERITIES.iter().position(|known| *known == word).unwrap_or(SEVERITIES.len());
        if rank(severity) < rank(&group.base_severity) {
            severity.clone_into(&mut group.base_severity);
        }
    }

    /// The group of a probe and a detector, where there is one.
    pub(crate) fn find(&self, probe: &str, detector: &str) -> Option<&Group> {
        let places = self.places.get(probe)?;
        places.iter().map(|place| &self.groups[*place]).find(|group| group.detector == detector)
    }

    /// Whether a probe has been seen.
    pub(crate) fn has(&self, probe: &str) -> bool {
        self.places.contains_key(probe)
    }

    /// The groups in the words of the programme, and their sums.
    pub(crate) fn finish(self, mapping: &dyn Mapping, notice: impl Fn(&str) -> Notice) -> (Vec<Group>, Outcomes) {
        let mut groups = self.groups;
        let mut totals = Outcomes::default();
        for group in &mut groups {
            let notice = notice(&group.probe);
            let mapped = mapping.group(&group.probe, &notice.tags);
            if group.base_severity.is_empty() {
                group.base_severity = mapped.severity;
            }
            group.severity = mapping.severity(&group.base_severity, group.failed, group.passed);
            mapping.rule().clone_into(&mut group.rule);
            (group.category, group.class, group.techniques) = (mapped.category, mapped.class, mapped.techniques);
            (group.description, group.goal) = (notice.description, notice.goal);
            totals.passed += group.passed;
            totals.failed += group.failed;
            totals.errors += group.errors;
        }
        groups.sort_by(|a, b| (&a.target, &a.probe, &a.detector).cmp(&(&b.target, &b.probe, &b.detector)));
        (groups, totals)
    }
}

/// Severities, worst first.
pub(crate) const SEVERITIES: [&str; 5] = ["critical", "high", "medium", "low", "info"];

/// An id for a run whose tool gave none: the same for the same content.
pub(crate) fn unnamed(groups: &[Group], prompts: u128) -> String {
    let counts = groups.iter().map(|group| {
        let Group { target, probe, detector, passed, failed, errors, .. } = group;
        format!("{target}\u{0}{probe}\u{0}{detector}\u{0}{passed} {failed} {errors}")
    });
    let counts: Vec<String> = counts.collect();
    let print = digest(&[counts.join("\u{1}").as_bytes(), &prompts.to_be_bytes()]);
    format!("unnamed-{:016x}", (print >> 64) as u64)
}

/// The key of an attempt: the digest of its prompt, and which of several with the same prompt it is.
pub(crate) fn key(prompt: Option<u128>, occurrence: u32) -> String {
    match prompt {
        Some(prompt) => format!("{prompt:032x}#{occurrence}"),
        None => format!("no-prompt#{occurrence}"),
    }
}

/// A time as a tool wrote it, and whether an offset had to be assumed (UTC).
pub(crate) fn time(text: &str) -> Option<(Instant, bool)> {
    let known = Instant::parse(text).map(|instant| (instant, false));
    known.or_else(|| Instant::parse(&format!("{text}Z")).map(|instant| (instant, true)))
}

/// The note on times without an offset.
pub(crate) fn naive_times(tool: &str) -> Problem {
    Problem::note(format!("times without an offset ({tool} writes local time)"), "an offset; they were taken as UTC")
}
