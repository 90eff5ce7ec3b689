//! Rules about what questions need of each other: known questions, none of a higher level, and no circle, so that there is an
//! order in which they can be done.

use std::collections::BTreeMap;

use tally_model::problem::shorten;

use super::maturity::unknown_question;
use crate::catalog::Entry;
use crate::maturity::MaturityModel;
use crate::{Finding, Source};

/// More steps of a circle than this are not written out.
const SHOWN: usize = 6;

pub fn check(entry: &Entry<MaturityModel>, findings: &mut Vec<Finding>) {
    let Entry { definition: model, source } = entry;
    let places: BTreeMap<&str, usize> =
        model.questions.iter().enumerate().map(|(at, question)| (question.id.as_str(), at)).collect();
    let mut needs = vec![Vec::new(); model.questions.len()];
    for (at, question) in model.questions.iter().enumerate() {
        for (nth, id) in question.needs.iter().enumerate() {
            let path = ["questions", &at.to_string(), "needs", &nth.to_string()];
            let Some(needed) = places.get(id.as_str()) else {
                findings.push(source.error("unknown-need", &path, unknown_question(model, id)));
                continue;
            };
            needs[at].push(*needed);
            let level = model.questions[*needed].level;
            if level > question.level {
                let message = format!(
                    "found need `{}` of level {level} at a question of level {}, expected none of a higher level; remove it",
                    shorten(id),
                    question.level
                );
                findings.push(source.error("need-of-higher-level", &path, message));
            }
        }
    }
    for circle in circles(&needs) {
        findings.push(told(model, &circle, source));
    }
}

/// One finding a circle, at its first question in the order of the file.
fn told(model: &MaturityModel, circle: &[usize], source: &Source) -> Finding {
    let names: Vec<String> =
        circle.iter().chain(circle.first()).map(|at| format!("`{}`", shorten(&model.questions[*at].id))).collect();
    let shown = if circle.len() > SHOWN {
        format!("{} and {} more", names[..SHOWN].join(" needs "), circle.len() - SHOWN)
    } else {
        names.join(" needs ")
    };
    let first = circle.first().copied().unwrap_or(0).to_string();
    let message = format!("found needs that go in a circle, {shown}, expected an order; remove one of them");
    source.error("circular-needs", &["questions", &first, "needs"], message)
}

/// Circles of a graph, each beginning with its smallest number; enough of them that without one edge of each none is left.
fn circles(needs: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let mut left = vec![true; needs.len()];
    let mut found = Vec::new();
    loop {
        settle(needs, &mut left);
        // Whatever is left needs something that is left, so this walk comes back to where it was.
        let Some(start) = left.iter().position(|left| *left) else { return found };
        let mut path = vec![start];
        let mut place = vec![None; needs.len()];
        place[start] = Some(0);
        let mut circle = loop {
            let here = path[path.len() - 1];
            let Some(next) = needs[here].iter().copied().find(|next| left[*next]) else { return found };
            if let Some(from) = place[next] {
                break path.split_off(from);
            }
            place[next] = Some(path.len());
            path.push(next);
        };
        for at in &circle {
            left[*at] = false;
        }
        let smallest = circle.iter().enumerate().min_by_key(|(_, at)| **at).map_or(0, |(nth, _)| nth);
        circle.rotate_left(smallest);
        found.push(circle);
    }
}

/// Takes away all that needs nothing that is left.
fn settle(needs: &[Vec<usize>], left: &mut [bool]) {
    let mut waits: Vec<usize> = needs.iter().map(|needs| needs.iter().filter(|need| left[**need]).count()).collect();
    let mut needed_by = vec![Vec::new(); needs.len()];
    for (at, list) in needs.iter().enumerate() {
        for need in list {
            needed_by[*need].push(at);
        }
    }
    let mut free: Vec<usize> = (0..needs.len()).filter(|at| left[*at] && waits[*at] == 0).collect();
    while let Some(at) = free.pop() {
        left[at] = false;
        for user in &needed_by[at] {
            waits[*user] -= 1;
            if left[*user] && waits[*user] == 0 {
                free.push(*user);
            }
        }
    }
}
