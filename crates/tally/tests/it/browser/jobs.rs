//! What each page is for, done by a visitor: once with the pages' own scripts and once without, on a programme of its own
//! each. Looks at what the page says afterwards, never at the program's files.

use std::time::Instant;

use serde_json::Value as Json;

use super::Browser;
use super::page::Page;
use super::served::{ADA, PASSWORD, Served, sign_in};
use super::wire::PATIENCE;

/// Does a job twice. Scripts are comfort: nothing may need them.
fn both(serve: fn() -> Served, job: impl Fn(&Page, &Served, bool)) {
    let Some(browser) = Browser::start() else { return };
    for scripts in [true, false] {
        let served = serve();
        let page = if scripts { served.first(&browser) } else { served.first_without_scripts(&browser) };
        job(&page, &served, scripts);
        page.clean();
    }
}

#[test]
fn from_nothing_to_the_first_scorecard() {
    both(Served::empty, |page, served, scripts| {
        page.shows(&["From nothing to the first scorecard", ADA]);
        page.follow("a >> Import records");
        // A wrong file first: all that is wrong is told, and nothing is written.
        let wrong = served.place.file("wrong.jsonl", "{\"kind\":\"system\",\"id\":\"x\",\"risk_tier\":\"huge\"}\n");
        page.attach("#file", &[&wrong]);
        page.follow("button >> Show what would change");
        looked(page, scripts);
        page.shows(&["wrong.jsonl", "huge"]);
        assert!(!page.has("form button.main"), "a file with problems can be imported");
        page.open(&served.at("/import"));
        let before = served.place.size();
        let good = served.place.file("small.jsonl", include_str!("../small.jsonl"));
        page.attach("#file", &[&good]);
        page.follow("button >> Show what would change");
        looked(page, scripts);
        page.shows(&["small.jsonl", "The first changes"]);
        assert_eq!(served.place.size(), before, "a look at a file wrote something");
        page.follow("form button.main");
        looked(page, scripts);
        page.shows(&["in the journal"]);
        page.open(&served.at("/"));
        assert!(page.count("main tbody tr") >= 8, "{}", page.shown());
        page.open(&served.at("/systems"));
        page.shows(&["A", "B"]);
    });
}

/// What takes longer is waited for on a page that says so.
fn looked(page: &Page, scripts: bool) {
    if scripts {
        page.until("document.readyState === 'complete' && !document.querySelector('[data-again]')");
        return;
    }
    let end = Instant::now() + PATIENCE;
    while page.has("[data-again]") {
        assert!(Instant::now() < end, "the import is never done: {}", page.shown());
        page.follow("a >> Look now");
    }
}

#[test]
fn coming_in_and_going_out() {
    both(Served::empty, |page, served, _| {
        assert!(page.cookies().iter().any(|it| it["httpOnly"] == true && it["sameSite"] == "Lax"), "{:?}", page.cookies());
        page.click(".who > summary");
        page.follow("button >> Sign out");
        assert!(page.path().starts_with("/sign-in"));
        assert_eq!(page.visit(&served.at("/findings")), 200);
        assert!(page.path().starts_with("/sign-in"), "{}", page.path());
        assert_eq!(sign_in(page, &served.address, ADA, "not this one"), 401);
        assert!(page.has("[role=alert]"));
        assert_eq!(sign_in(page, &served.address, "nobody", PASSWORD), 401);
        page.forget_cookies();
        // The link was for one use.
        assert!(page.visit(&served.link) >= 400);
        page.open(&served.at("/findings?severity=high"));
        page.type_into("#name", ADA);
        page.type_into("#password", PASSWORD);
        // One wrong password is no reason to wait; she comes out where she wanted to go.
        page.follow("button >> Sign in");
        assert_eq!(page.path(), "/findings?severity=high");
        page.visit(&served.at("/nowhere"));
        page.shows(&["404", "Search"]);
    });
}

#[test]
fn a_number_leads_to_its_rows() {
    both(Served::own, |page, _, _| {
        let rows = page.eval(
            "[...document.querySelectorAll('main table tbody tr')].slice(0, 8).map(row => { const links = [...row.querySelectorAll('td.num a')];
               return [row.querySelector('th a')?.pathname, links.at(-1)?.innerText, links.at(-1)?.getAttribute('href')]; }).filter(it => it[1])",
        );
        let text = |it: &Json| it.as_str().unwrap_or_default().to_owned();
        let rows: Vec<[String; 3]> =
            rows.as_array().unwrap().iter().map(|row| [text(&row[0]), text(&row[1]), text(&row[2])]).collect();
        assert!(rows.len() >= 6, "{rows:?}");
        let home = page.address();
        for [metric, n, path] in rows {
            page.open(&format!("{}{path}", home.trim_end_matches('/')));
            let count = page.texts("h1 .soft, .pager span").join(" ");
            assert!(count.split(' ').any(|word| word == n), "{metric}: n is {n}, its rows are {count}");
        }
    });
}

#[test]
fn a_metric_by_segment_and_by_date() {
    both(Served::own, |page, served, _| {
        page.open(&served.at("/"));
        page.follow("main tbody th a");
        page.shows(&["Trend", "Segments", "Definition", "How it is gamed"]);
        let tabs = page.count(".tabs a");
        if tabs > 1 {
            page.follow(".tabs li:last-child a");
            assert!(page.has(".tabs li:last-child a[aria-current]"));
        }
        page.choose("#as_of", "2026-06-30");
        page.follow("button >> As of");
        assert!(page.path().contains("as_of=2026-06-30"), "{}", page.path());
        page.shows(&["2026-06-30"]);
        page.click("summary >> The same as a table");
        assert!(page.count("details[open] tbody tr") >= 12);
        page.click("summary >> Population SQL");
        assert!(page.texts("details[open] pre").join("").to_lowercase().contains("select"));
    });
}

#[test]
fn a_month_is_reviewed_and_published() {
    both(Served::own, |page, served, _| {
        page.open(&served.at("/review"));
        let period = page.texts("h1").join("").replace("Review of ", "");
        let metric = page.of("main section.panel", "it.id").as_str().unwrap_or_default().to_owned();
        let id = |field: &str| format!("#{metric}-{field}");
        if !page.has(&id("blockers")) {
            page.click(&format!("#{metric} summary"));
        }
        page.type_into(&id("blockers"), "No staging key <b>yet</b>");
        page.type_into(&id("next"), "Ask platform for one");
        page.choose(&id("due"), "2027-01-15");
        page.choose(&id("decision"), "keep");
        page.follow(&format!("#{metric} button >> Save the minutes"));
        assert_eq!(page.of(&id("blockers"), "it.value"), "No staging key <b>yet</b>");
        assert_eq!(page.of(&id("due"), "it.value"), "2027-01-15");
        page.open(&served.at("/"));
        page.shows(&["Ask platform for one", "2027-01-15"]);
        page.open(&served.at("/review"));
        page.follow(&format!("button >> Publish {period}"));
        page.shows(&["Published by ada"]);
        assert!(!page.has("button >> Publish"));
        page.open(&served.at(&format!("/metrics/{metric}")));
        assert!(page.texts("#published ~ .wide tbody th").contains(&period), "{}", page.shown());
        page.shows(&["Ask platform for one"]);
    });
}

#[test]
fn findings_are_searched_sorted_kept_and_worked_on_at_once() {
    both(Served::own, |page, served, scripts| {
        page.open(&served.at("/findings"));
        page.type_into("#q", "zebra");
        page.follow("button >> Apply");
        assert_eq!(page.count("main tbody tr"), 12);
        page.click("details.drop summary >> Severity");
        let box_ = "details[open] input[value=high]";
        if scripts {
            page.click(box_);
            page.until("location.search.includes('severity=high') && document.querySelectorAll('main tbody tr').length === 6");
        } else {
            page.click(box_);
            page.follow("details[open] button >> Apply");
        }
        assert_eq!(page.count("main tbody tr"), 6);
        page.follow("thead a >> Title");
        let sorted = page.texts("main tbody tr");
        let address = page.address();
        assert!(address.contains("sort=") && address.contains("severity=high") && address.contains("zebra"), "{address}");
        // The address is all there is to a view: a fresh look shows the same.
        page.open(&served.at("/help"));
        page.open(&address);
        assert_eq!(page.texts("main tbody tr"), sorted);
        page.click("summary >> Save this view");
        page.type_into("#view", "High zebras");
        page.follow("button >> Save");
        page.open(&served.at("/findings"));
        page.follow("a >> High zebras");
        assert_eq!(page.count("main tbody tr"), 6);
        page.click("main tbody tr:nth-child(1) input[type=checkbox]");
        page.click("main tbody tr:nth-child(3) input[type=checkbox]");
        page.choose("#act", "false-positive");
        page.follow("button >> Look at what would change");
        page.shows(&["2 findings"]);
        page.type_into("#reason", "made up for a test");
        page.follow("button.main");
        page.shows(&["2 findings", "changed"]);
        page.follow("button >> Undo all of it");
        page.open(&served.at("/findings?q=zebra&state=false_positive"));
        assert_eq!(page.count("main tbody tr"), 0, "{}", page.shown());
        page.open(&served.at("/findings?q=zebra"));
        page.choose("#act", "accept");
        page.click("label >> all 12 that match");
        page.follow("button >> Look at what would change");
        page.follow("button >> Accept: 12 findings");
        page.shows(&["12 findings", "changed"]);
    });
}

#[test]
fn pages_of_a_list() {
    both(Served::own, |page, served, scripts| {
        page.open(&served.at("/findings?per=25"));
        let first = page.texts("main tbody th");
        assert_eq!(first.len(), 25);
        if scripts {
            page.moved(|| page.press("n"));
        } else {
            page.follow("a >> Next");
        }
        assert!(page.path().contains("page=2"), "{}", page.path());
        let second = page.texts("main tbody th");
        assert!(second.iter().all(|it| !first.contains(it)));
        page.follow("a >> Previous");
        assert_eq!(page.texts("main tbody th"), first);
        if scripts {
            page.press("j");
            page.press("j");
            page.moved(|| page.press("Enter"));
            assert!(page.path().starts_with("/findings/"), "{}", page.path());
            page.moved(|| page.press("?"));
            assert_eq!(page.path(), "/help");
        }
    });
}

#[test]
fn a_finding_lives() {
    let Some(browser) = Browser::start() else { return };
    for scripts in [true, false] {
        let served = Served::own();
        let page = if scripts { served.first(&browser) } else { served.first_without_scripts(&browser) };
        let act = |page: &Page, label: &str, fill: &dyn Fn()| {
            if !page.has(&format!("details[open] button >> {label}")) {
                page.click(&format!("aside summary >> {label}"));
            }
            fill();
            page.follow(&format!("details[open] button >> {label}"));
        };
        page.open(&served.at("/findings/own-02"));
        page.shows(&["Zebra 2", "Open", "Life"]);
        act(&page, "Change the severity", &|| {
            page.choose("#severity-severity", "critical");
            page.type_into("#severity-rationale", "It reaches =cmd|' /C calc'!A0 <img src=x onerror=alert(1)>");
        });
        page.shows(&["Critical", "<img src=x onerror=alert(1)>"]);
        act(&page, "Accept", &|| {});
        page.shows(&["In progress"]);
        act(&page, "Claim a fix", &|| {});
        page.shows(&["awaiting verification", "ada claimed the fix"]);
        assert!(!page.has("aside summary >> Record a retest"), "who claimed a fix may record its retest");
        // Somebody else does.
        let bob = invited(&browser, &served, &page, "bob", "reviewer", scripts);
        bob.open(&served.at("/findings/own-02"));
        act(&bob, "Record a retest", &|| {
            bob.type_into("#retest-trials", "59");
            bob.type_into("#retest-hits", "0");
        });
        bob.shows(&["Verified", "bob"]);
        page.clean();
        bob.clean();
    }
}

/// Another person, let in by the first one.
fn invited(browser: &Browser, served: &Served, by: &Page, name: &str, role: &str, scripts: bool) -> Page {
    by.open(&served.at("/settings/people"));
    by.type_into("#account", name);
    by.choose("#role", role);
    by.follow("button >> Make the invitation");
    let link = by.eval("document.querySelector('main').innerText.match(/https?:\\/\\/\\S+\\/link\\/\\S+/)?.[0] ?? ''");
    let page = browser.page();
    if !scripts {
        page.scripts_off();
    }
    page.open(link.as_str().unwrap_or_default());
    page.type_into("#password", PASSWORD);
    page.type_into("#again", PASSWORD);
    page.follow("button >> Set the password");
    page
}

#[test]
fn the_journal_is_searched_and_verified() {
    both(Served::own, |page, served, _| {
        page.open(&served.at("/journal"));
        page.choose("#kind", "finding");
        page.type_into("#id", "own-03");
        page.follow("button >> Show");
        assert_eq!(page.count("main tbody tr"), 1);
        page.shows(&["Zebra 3"]);
        page.follow("a >> Newest");
        page.follow("a >> Older");
        page.follow("button >> Verify all of it");
        assert!(page.has(".note.good"), "{}", page.shown());
    });
}

#[test]
fn everything_is_searched() {
    both(Served::own, |page, _, scripts| {
        if scripts {
            page.press("/");
            page.press("Z");
            page.press("e");
            page.type_into("#find", "Zebra 7");
        } else {
            page.type_into("#find", "Zebra 7");
        }
        page.moved(|| page.press("Enter"));
        page.follow("main a >> Zebra 7");
        assert_eq!(page.path(), "/findings/own-07");
    });
}

#[test]
fn the_theme_is_chosen() {
    both(Served::own, |page, _, _| {
        let ground = |page: &Page| page.eval("getComputedStyle(document.body).backgroundColor");
        let before = ground(page);
        page.click(".who > summary");
        page.follow("button >> Dark");
        assert_ne!(ground(page), before);
        assert_eq!(page.path(), "/");
    });
}

#[test]
fn a_record_is_made_and_changed() {
    both(Served::own, |page, served, _| {
        page.open(&served.at("/systems"));
        page.follow("a >> Add a system");
        page.type_into("#f-id", "hand-made");
        page.type_into("#f-name", "Hand-made <i>system</i>");
        page.type_into("#f-owner", "no-such-team");
        for (field, value) in [("origin", "internal"), ("type", "assistant"), ("risk_tier", "high")] {
            page.choose(&format!("#f-{field}"), value);
        }
        page.go("button >> Make it");
        page.shows(&["there is no such team"]);
        assert_eq!(page.of("#f-name", "it.value"), "Hand-made <i>system</i>", "what was typed is lost");
        page.type_into("#f-owner", "red");
        page.follow("button >> Make it");
        page.shows(&["It is there now", "Hand-made <i>system</i>", "High risk"]);
        page.follow("a >> Edit");
        page.choose("#f-risk_tier", "low");
        page.follow("button >> Save");
        page.shows(&["1 field changed", "Low risk"]);
        page.open(&served.at("/journal?kind=system&id=hand-made"));
        assert_eq!(page.count("main tbody tr"), 2);
    });
}

#[test]
fn two_runs_are_compared() {
    both(Served::own, |page, served, _| {
        page.open(&served.at("/evals/compare"));
        page.follow("main tbody th a");
        page.follow("main tbody th a");
        page.shows(&["By category", "Case by case", "Earlier", "Later"]);
        assert!(page.count("main tbody tr") >= 3);
    });
}

#[test]
fn a_cell_of_the_heat_map_leads_to_what_it_counts() {
    both(Served::own, |page, served, _| {
        page.open(&served.at("/systems"));
        page.follow("a >> Heat map");
        assert!(page.count("table.heat tbody tr") > 10);
        let cell = page.of("table.heat td a", "it.innerText").as_str().unwrap_or_default().to_owned();
        page.follow("table.heat td a");
        assert!(page.path().contains("tactic="), "{}", page.path());
        let apply = cell.split('/').nth(1).and_then(|count| count.trim().parse().ok());
        let listed = page.count("#techniques ~ .wide:nth-of-type(1) tbody tr, #techniques + .note + .wide tbody tr");
        assert_eq!(Some(listed), apply, "a cell says {cell}: {}", page.shown());
    });
}

#[test]
fn a_token_is_shown_once() {
    both(Served::own, |page, served, _| {
        page.open(&served.at("/account"));
        page.type_into("#token", "pipeline");
        page.follow("button >> Make the token");
        let secret = page.texts("main pre").join(" ");
        let secret = secret.split_whitespace().next().unwrap_or_default().to_owned();
        assert!(secret.len() > 30, "{}", page.shown());
        page.follow("a >> I have copied it");
        page.shows(&["pipeline"]);
        assert!(!page.eval("document.documentElement.outerHTML").as_str().unwrap_or_default().contains(&secret));
        page.follow("button >> Revoke");
        assert!(!page.has("button >> Revoke"));
    });
}

#[test]
fn a_viewer_reads_and_no_more() {
    let Some(browser) = Browser::start() else { return };
    let served = Served::own();
    let ada = served.first(&browser);
    let eve = invited(&browser, &served, &ada, "eve", "viewer", true);
    eve.open(&served.at("/findings/own-01"));
    assert!(!eve.has("main form button"), "a viewer is offered an act");
    eve.open(&served.at("/findings"));
    assert!(!eve.has("main input[name=id]") && !eve.has("a >> Report a finding"));
    for path in ["/settings/people", "/settings/tokens", "/systems/new"] {
        assert_eq!(eve.visit(&served.at(path)), 403, "{path}");
    }
    eve.clean();
}
