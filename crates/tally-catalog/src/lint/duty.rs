//! Rules about duties: ids that stand once in all lists, one accountable function, and domains and questions that some maturity
//! model has. When a duty is due is not looked at.

use std::collections::BTreeMap;

use tally_model::problem::shorten;

use super::known::{help, once, raci, strangers};
use crate::catalog::Entry;
use crate::duty::Duty;
use crate::{Catalog, DutyList, Finding, Source};

pub fn check(catalog: &Catalog, findings: &mut Vec<Finding>) {
    let mut homes: BTreeMap<&str, &str> = BTreeMap::new();
    // A programme's own list is the one to change where it takes an id of a built-in one.
    let mut lists: Vec<&Entry<DutyList>> = catalog.duties.values().collect();
    lists.sort_by_key(|entry| !entry.source.built_in);
    for Entry { definition: list, source } in lists {
        findings.extend(super::scorecard::id(&list.id, source));
        let mut unknown = Vec::new();
        once(source, "duty", &["duties"], list.duties.iter().map(|duty| duty.id.as_str()), findings);
        for (nth, duty) in list.duties.iter().enumerate() {
            let nth = nth.to_string();
            let home = *homes.entry(&duty.id).or_insert(&source.path);
            if home != source.path {
                let message = format!(
                    "found duty `{}` that `{home}` has already, expected an id of its own; rename one of them",
                    shorten(&duty.id)
                );
                findings.push(source.error("duplicate-id", &["duties", &nth, "id"], message));
            }
            serves(catalog, duty, &nth, source, &mut unknown);
            raci(source, &["duties", &nth, "raci"], &duty.raci, findings);
        }
        findings.extend(strangers(source, unknown));
    }
}

/// The domain and the questions that a duty names stand in a maturity model.
fn serves(catalog: &Catalog, duty: &Duty, nth: &str, source: &Source, findings: &mut Vec<Finding>) {
    let domains = || catalog.maturity_models().flat_map(|model| &model.domains).map(|domain| domain.id.as_str());
    if let Some(id) = duty.domain.as_deref().filter(|id| !domains().any(|known| known == *id)) {
        let help = help(id, domains());
        let message = format!("found domain `{}`, expected a domain of a maturity model; {help}", shorten(id));
        findings.push(source.error("unknown-domain", &["duties", nth, "domain"], message));
    }
    let questions = || catalog.maturity_models().flat_map(|model| &model.questions).map(|question| question.id.as_str());
    for (place, id) in duty.questions.iter().enumerate().filter(|(_, id)| !questions().any(|known| known == *id)) {
        let help = help(id, questions());
        let message = format!("found question `{}`, expected a question of a maturity model; {help}", shorten(id));
        findings.push(source.error("unknown-question", &["duties", nth, "questions", &place.to_string()], message));
    }
}
