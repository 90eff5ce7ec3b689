//! Rules that several sorts of definition share: names that are known, ids that stand once, links that lead somewhere, and
//! functions around a subject. Each says the nearest known name where one is near; none repairs anything.

use std::collections::BTreeSet;

use tally_model::problem::{nearest, shorten};

use crate::duty::Raci;
use crate::words::{functions, row};
use crate::{Catalog, Finding, Level, Source};

/// More known names than this are not listed in a message.
const LISTED: usize = 16;

/// Where something stands in a file: its tables from the root, numbers for elements of lists.
pub type Path<'a> = &'a [&'a str];

/// What to do about a name that is not among the known ones.
pub fn help<'a>(found: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let mut known: Vec<&str> = known.into_iter().collect();
    known.dedup();
    match nearest(found, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None if known.is_empty() || known.len() > LISTED => "add it or name another".to_owned(),
        None => format!("choose {}", row(known)),
    }
}

/// What a file names and nobody has. Of a built-in file it is one warning: the programme took those names away with a file of its
/// own, and cannot change this one.
pub fn strangers(source: &Source, mut found: Vec<Finding>) -> Vec<Finding> {
    if source.built_in {
        let more = match found.len().saturating_sub(1) {
            0 => String::new(),
            more => format!("{more} more like it here; "),
        };
        found.truncate(1);
        for finding in &mut found {
            finding.level = Level::Warning;
            finding.message.push_str(&format!(" ({more}a file of your own with this id replaces this one)"));
        }
    }
    found
}

/// One finding an id that stood before. `list` is where the things stand, each with its `id`.
pub fn once<'a>(
    source: &Source,
    what: &str,
    list: Path<'_>,
    ids: impl IntoIterator<Item = &'a str>,
    findings: &mut Vec<Finding>,
) {
    let mut seen = BTreeSet::new();
    for (at, id) in ids.into_iter().enumerate() {
        if !seen.insert(id) {
            let at = at.to_string();
            findings.push(source.error("duplicate-id", &[list, &[at.as_str(), "id"]].concat(), twice(what, id)));
        }
    }
}

/// The message for an id that stands a second time.
pub fn twice(what: &str, id: &str) -> String {
    format!("found {what} `{}` a second time, expected each id once; rename one of them", shorten(id))
}

/// Every link names an item of a framework. `place` is the thing that has `links`.
pub fn links(catalog: &Catalog, source: &Source, place: Path<'_>, links: &[String], findings: &mut Vec<Finding>) {
    for (nth, link) in links.iter().enumerate().filter(|(_, link)| catalog.link(link).is_none()) {
        let nth = nth.to_string();
        let path = [place, &["links", nth.as_str()]].concat();
        let (expected, help) = advice(catalog, link);
        let message = format!("found link `{}`, expected {expected}; {help}", shorten(link));
        findings.push(source.error("unknown-link", &path, message));
    }
}

/// What was expected in place of a link that leads nowhere, and what to do.
fn advice(catalog: &Catalog, link: &str) -> (String, String) {
    let frameworks = || catalog.frameworks.keys().map(String::as_str);
    let Some((framework, id)) = link.split_once(':') else {
        return ("a framework and an id".to_owned(), "write it as `atlas:AML.T0051`".to_owned());
    };
    let Some(known) = catalog.framework(framework) else {
        return ("a link that begins with a framework".to_owned(), help(framework, frameworks()));
    };
    let help = match nearest(id, catalog.parts_of(framework).flat_map(|part| part.ids())) {
        Some(near) => format!("did you mean `{framework}:{near}`?"),
        None => format!("take one from `frameworks/{}.toml`", known.id),
    };
    (format!("an id of {}", known.title), help)
}

/// Exactly one function is accountable, one at least is responsible, and all of them are functions.
/// `place` is where the four lists stand.
pub fn raci(source: &Source, place: Path<'_>, raci: &Raci, findings: &mut Vec<Finding>) {
    let Raci { responsible, accountable, consulted, informed } = raci;
    let path = |key| [place, &[key]].concat();
    if accountable.len() != 1 {
        let found = if accountable.is_empty() { "nobody".to_owned() } else { format!("{} functions", accountable.len()) };
        let message = format!("found {found} accountable, expected exactly one function; name the one that answers for it");
        findings.push(source.error("accountable", &path("accountable"), message));
    }
    if responsible.is_empty() {
        let message = "found nobody responsible, expected one function at least; name who does it";
        findings.push(source.error("responsible", &path("responsible"), message));
    }
    let lists = [("responsible", responsible), ("accountable", accountable), ("consulted", consulted), ("informed", informed)];
    for (key, list) in lists {
        for (nth, function) in list.iter().enumerate().filter(|(_, function)| !functions().contains(&function.as_str())) {
            let help = help(function, functions().iter().copied());
            let message = format!("found function `{}`, expected a team function; {help}", shorten(function));
            let nth = nth.to_string();
            findings.push(source.error("unknown-function", &[place, &[key, nth.as_str()]].concat(), message));
        }
    }
}
