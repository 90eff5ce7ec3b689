//! Rules about checklists: ids that stand once, groups that are known and not empty, types and tiers that systems can have.

use tally_model::problem::shorten;

use super::known::{help, links, once};
use crate::catalog::Entry;
use crate::checklist::Question;
use crate::words::{risk_tiers, system_types};
use crate::{Catalog, Checklist, Finding, Source};

pub fn check(catalog: &Catalog, entry: &Entry<Checklist>, findings: &mut Vec<Finding>) {
    let Entry { definition: list, source } = entry;
    findings.extend(super::scorecard::id(&list.id, source));
    once(source, "group", &["groups"], list.groups.iter().map(|group| group.id.as_str()), findings);
    once(source, "question", &["questions"], list.questions.iter().map(|question| question.id.as_str()), findings);
    for (at, group) in list.groups.iter().enumerate().filter(|(_, group)| list.questions_of(&group.id).next().is_none()) {
        let message = format!(
            "found group `{}` without questions, expected one at least; add one or remove the group",
            shorten(&group.id)
        );
        findings.push(source.error("empty-group", &["groups", &at.to_string(), "id"], message));
    }
    for (at, question) in list.questions.iter().enumerate() {
        let at = at.to_string();
        if list.group(&question.group).is_none() {
            let help = help(&question.group, list.groups.iter().map(|group| group.id.as_str()));
            let message = format!("found group `{}`, expected a group of this checklist; {help}", shorten(&question.group));
            findings.push(source.error("unknown-group", &["questions", &at, "group"], message));
        }
        systems(question, &at, source, findings);
        links(catalog, source, &["questions", &at], &question.links, findings);
    }
}

/// The systems that a question is asked of.
fn systems(question: &Question, at: &str, source: &Source, findings: &mut Vec<Finding>) {
    let lists = [
        ("applies", &question.applies, system_types(), "unknown-system-type", "system type", "a type of systems"),
        ("tiers", &question.tiers, risk_tiers(), "unknown-tier", "tier", "a risk tier"),
    ];
    for (key, list, known, rule, what, expected) in lists {
        for (nth, word) in list.iter().enumerate().filter(|(_, word)| !known.contains(&word.as_str())) {
            let help = help(word, known.iter().copied());
            let message = format!("found {what} `{}`, expected {expected}; {help}", shorten(word));
            findings.push(source.error(rule, &["questions", at, key, &nth.to_string()], message));
        }
    }
}
