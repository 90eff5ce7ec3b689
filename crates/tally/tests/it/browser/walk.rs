//! Every page that a link leads to, in light, dark and on a narrow screen: audited, measured, pictured. Finds the pages by
//! itself and changes nothing.

use std::collections::{BTreeMap, BTreeSet};

use super::page::{DARK, LIGHT, NARROW, Page};
use super::served::{ADA, PASSWORD, Served, pictures, sign_in};
use super::{Browser, aloud};
use crate::axe::Axe;

/// The most that may come over the wire at a first visit, pictures left out.
const HEAVIEST: u64 = 100_000;

/// Pages that documents show as one sees them at first (`cargo xtask screenshot`).
const SHOWN: &[&str] = &["scorecard", "metrics-one", "findings"];

/// Kinds whose forms are looked at in full.
const FORMS: &[&str] = &["systems-", "assessments-", "findings-", "claims-"];

/// What the walk must come by, so that it cannot grow short in silence: paths, with the ids left out.
const MUST: &[&str] = &[
    "/",
    "/metrics",
    "/metrics/:",
    "/metrics/:/rows",
    "/review",
    "/systems",
    "/systems/:",
    "/findings",
    "/findings/:",
    "/assessments",
    "/evals",
    "/incidents",
    "/keys",
    "/indexes",
    "/tabletops",
    "/import",
    "/journal",
    "/settings",
    "/search",
    "/help",
    "/heatmap",
    "/account",
    "/duties",
    "/duties/:",
    "/duties/adopt",
    "/duties/calendar",
    "/operating",
    "/process-board",
    "/activity-board",
    "/maturity",
    "/maturity/:",
    "/maturity/:/answer",
    "/maturity/:/gaps",
    "/maturity/:/roadmap",
    "/maturity/:/compare",
    "/maturity/:/evidence",
    "/maturity/:/print",
    "/checklists",
    "/checklists/gaps",
    "/checklists/start",
    "/checklist-reviews/:",
    "/threat-models/board",
    "/threat-models/gaps",
    "/threat-models/:",
    "/claims/board",
];

/// Follows every link, one of each shape, and tells shape, path, status and media type of each.
const FOLLOW: &str = r"(async () => {
  const words = /^(new|adopt|board|start|calendar|compare|rows|head|ticket|people|tokens|roles|teams|catalog|targets|example|look|edit|answer|gaps|roadmap|evidence|print|schema\.json|.*\.csv)$/;
  const shape = path => { const parts = path.split('/'); return parts.map((part, at) => at < 2 || words.test(part) ? part : ':').join('/'); };
  const seen = new Map([['/', '/']]), queue = ['/', '/help', '/search?q=a'], found = [];
  seen.set('/help', '/help'); seen.set('/search', '/search?q=a');
  while (queue.length) {
    const path = queue.shift();
    const answer = await fetch(path, { headers: { accept: 'text/html' } });
    const type = answer.headers.get('content-type') ?? '', text = await answer.text();
    found.push([shape(new URL(path, location).pathname), path, answer.status, type.split(';')[0], answer.redirected ? new URL(answer.url).pathname : '']);
    if (!type.startsWith('text/html')) continue;
    const page = new DOMParser().parseFromString(text, 'text/html');
    for (const link of page.querySelectorAll('a[href]')) {
      const to = new URL(link.getAttribute('href'), new URL(path, location));
      if (to.origin !== location.origin) continue;
      const key = shape(to.pathname);
      if (seen.has(key)) continue;
      seen.set(key, path);
      queue.push(to.pathname + to.search);
    }
  }
  return found.map(it => [...it, seen.get(it[0])]);
})()";

#[test]
fn every_page() {
    let Some(browser) = Browser::start() else { return };
    let served = Served::demo();
    let page = served.first(&browser);
    let found = page.eval(FOLLOW);
    let mut pages = BTreeMap::new();
    let mut faults = Vec::new();
    for it in found.as_array().unwrap() {
        let word = |at: usize| it[at].as_str().unwrap_or_default().to_owned();
        if it[2] != 200 {
            faults.push(format!("{} (from {}): answered {}", word(1), word(5), it[2]));
        } else if word(3) == "text/html" && word(4).is_empty() {
            pages.insert(word(0), word(1));
        }
    }
    let known: BTreeSet<&str> = pages.keys().map(String::as_str).collect();
    faults.extend(MUST.iter().filter(|must| !known.contains(**must)).map(|must| format!("no link leads to a page {must}")));
    let pages: Vec<(String, String)> = pages.into_iter().collect();
    let axe = Axe::find();
    // Two browsers: one alone leaves half of a small machine idle.
    std::thread::scope(|scope| {
        let half = |nth: usize| {
            let (pages, axe, address) = (&pages, axe.as_ref(), served.address.as_str());
            move || {
                let browser = Browser::start().unwrap();
                let page = browser.page();
                assert_eq!(sign_in(&page, address, ADA, PASSWORD), 200);
                let mine = pages.iter().skip(nth).step_by(2);
                mine.flat_map(|(shape, path)| look_at(&page, axe, &format!("{address}{path}"), &name(shape)))
                    .collect::<Vec<_>>()
            }
        };
        let others = scope.spawn(half(1));
        faults.extend(half(0)());
        faults.extend(others.join().unwrap());
    });
    aloud(&format!("{} pages were walked", pages.len()));
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn pages_outside_and_empty_pages() {
    let Some(browser) = Browser::start() else { return };
    let served = Served::empty();
    let axe = Axe::find();
    let mut faults = Vec::new();
    let page = browser.page();
    let mut look = |page: &Page, path: &str, name: &str| faults.extend(look_at(page, axe.as_ref(), path, name));
    look(&page, &served.link, "link");
    look(&page, &served.at("/sign-in"), "sign-in");
    let page = served.first(&browser);
    look(&page, &served.at("/"), "first-steps");
    look(&page, &served.at("/findings"), "empty-findings");
    look(&page, &served.at("/metrics/time-to-remediate"), "empty-metric");
    look(&page, &served.at("/review"), "empty-review");
    look(&page, &served.at("/nowhere"), "nowhere");
    look(&page, &served.at("/findings/nobody"), "no-such-finding");
    look(&page, &served.at("/findings?severty=high&q=%3Cscript%3E"), "misspelt");
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

/// Looks at a page in three ways, and tells what is wrong with it.
pub fn look_at(page: &Page, axe: Option<&Axe>, address: &str, name: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let before = page.troubles().len();
    let mut wrong = |look: &str, what: String| faults.push(format!("{name} ({look}): {what}"));
    // The forms of all kinds are one template: where it is looked at in full for some, the rest is looked at for its width.
    let form = name.ends_with("-new") || name.ends_with("-edit");
    let looks = if form && !FORMS.iter().any(|kind| name.starts_with(kind)) { &[NARROW][..] } else { &[LIGHT, DARK, NARROW] };
    for look in looks.iter().copied() {
        page.look(look);
        // Colours are all that changes in the dark: no need to load it again.
        if look.dark {
            page.settle();
        } else {
            page.forget_loaded();
            page.visit(address);
            let (shift, moved) = page.shift();
            if shift > 0.0 {
                wrong(look.name, format!("its layout moved by {shift}: {}", moved.join("; ")));
            }
            let weight = page.weight();
            if weight.bytes > HEAVIEST {
                wrong(look.name, format!("{} bytes at the first visit, expected {HEAVIEST} at most", weight.bytes));
            }
        }
        for wide in page.too_wide() {
            wrong(look.name, format!("too wide: {wide}"));
        }
        for fault in axe.map(|axe| axe.faults(page, look.dark)).unwrap_or_default() {
            wrong(look.name, fault);
        }
        page.screenshot(&pictures().join(format!("{name}-{}.png", look.name)), true);
        if SHOWN.contains(&name) {
            page.screenshot(&pictures().join(format!("screen-{name}-{}.png", look.name)), false);
        }
    }
    for trouble in &page.troubles()[before..] {
        wrong("any", trouble.clone());
    }
    faults
}

/// A shape as the name of a file.
fn name(shape: &str) -> String {
    let name = shape.trim_matches('/').replace('/', "-").replace(':', "one");
    if name.is_empty() { "scorecard".to_owned() } else { name }
}
