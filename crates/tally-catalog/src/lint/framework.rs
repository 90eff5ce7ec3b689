//! Rules about frameworks: something in them, techniques that serve known tactics, and an address of the web. Whether an id is
//! right is not known here.

use tally_model::problem::shorten;

use super::known::help;
use crate::catalog::Entry;
use crate::framework::is_web;
use crate::{Finding, Framework};

pub fn check(entry: &Entry<Framework>, findings: &mut Vec<Finding>) {
    let Entry { definition: framework, source } = entry;
    findings.extend(super::scorecard::id(&framework.id, source));
    if framework.ids().next().is_none() {
        let message = "found a framework without items, expected one at least; add `[items]` with `\"id\" = \"name\"`";
        findings.push(source.error("empty-framework", &["items"], message));
    }
    if let Some(url) = framework.url.as_deref().filter(|url| !is_web(url)) {
        let message = format!("found address `{}`, expected one that begins with `https://`; correct it", shorten(url));
        findings.push(source.error("bad-address", &["url"], message));
    }
    let tactics = || framework.tactics.iter().map(|tactic| tactic.id.as_str());
    for (id, technique) in &framework.techniques {
        for (nth, tactic) in technique.tactics.iter().enumerate().filter(|(_, id)| !tactics().any(|known| known == *id)) {
            let help = help(tactic, tactics());
            let message = format!("found tactic `{}`, expected a tactic of this framework; {help}", shorten(tactic));
            findings.push(source.error("unknown-tactic", &["techniques", id, "tactics", &nth.to_string()], message));
        }
    }
}
