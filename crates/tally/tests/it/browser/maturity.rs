//! A whole maturity assessment by somebody who touches no mouse, and the same page without its script. Looks at what the pages
//! say afterwards, never at the program's files.

use super::Browser;
use super::page::{Page, from_base64};
use super::served::Served;
use super::walk::look_at;
use crate::axe::Axe;

/// Questions of the built-in model.
const QUESTIONS: usize = 78;

/// A round over the organisation, begun on the page; the path of its answers.
fn begun(page: &Page, served: &Served) -> String {
    page.open(&served.at("/maturity"));
    if !page.has("#ai-security details[open]") {
        page.click("#ai-security summary >> Start a round from nothing");
    }
    page.type_into("#ai-security-title", "From the keyboard");
    page.follow("#ai-security details button >> Start the round");
    page.shows(&["From the keyboard", "not answered"]);
    let path = page.path();
    format!("{}/answer", path.split('?').next().unwrap_or_default())
}

/// Every question that was answered says that it is saved.
fn saved(page: &Page, count: usize) {
    page.until(&format!(
        "[...document.querySelectorAll('[data-saved]')].filter(it => it.textContent.startsWith('✓')).length === {count}"
    ));
}

#[test]
fn all_questions_from_the_keyboard_alone() {
    let Some(browser) = Browser::start() else { return };
    let served = Served::own();
    let page = served.first(&browser);
    let path = begun(&page, &served);
    page.open(&served.at(&path));
    let mut answered = 0;
    for _ in 0..20 {
        let here = page.count("[data-question]");
        // What was said of the questions so far is part of this page's address.
        for nth in 0..here {
            page.press(&((answered + nth) % 5).to_string());
        }
        saved(&page, here);
        answered += here;
        assert_eq!(
            page.of("a[data-onward]", "document.activeElement === it"),
            true,
            "the way onward has no focus after {here} answers"
        );
        page.moved(|| page.press("Enter"));
        if !page.path().contains("/answer") {
            break;
        }
    }
    assert_eq!(answered, QUESTIONS);
    page.shows(&["78 of 78"]);
    // The answers are those that were pressed: 0 to 4 in turns.
    page.open(&served.at(&path));
    let scores =
        page.eval("[...document.querySelectorAll('[data-question] input:checked[type=radio]')].map(it => it.value).join('')");
    let scores = scores.as_str().unwrap_or_default().to_owned();
    assert!(scores.len() > 2 && "0123401234".starts_with(&scores[..scores.len().min(10)]), "{scores}");
    page.clean();
}

#[test]
fn keys_that_walk_clear_and_write() {
    let Some(browser) = Browser::start() else { return };
    let served = Served::own();
    let page = served.first(&browser);
    let path = begun(&page, &served);
    page.open(&served.at(&path));
    let at = |page: &Page| page.of(".question.on", "it.id").as_str().unwrap_or_default().to_owned();
    let first = at(&page);
    page.press("j");
    let second = at(&page);
    assert_ne!(first, second);
    page.press("3");
    page.press("k");
    assert_eq!(at(&page), second, "an answer goes to the next question, k back to the one that was answered");
    saved(&page, 1);
    // Letters and digits in a note are a note.
    page.press("n");
    for letter in ["4", " ", "j", "k"] {
        page.press(letter);
    }
    page.press("Escape");
    assert_eq!(at(&page), second);
    page.press("e");
    assert_eq!(page.eval("document.activeElement.id"), format!("evidence-{second}"));
    page.type_into(&format!("#evidence-{second}"), "wiki <i>page</i>");
    page.press("Enter");
    page.until(&format!("document.querySelector('#{second} [data-proofs] li')"));
    page.press("Escape");
    saved(&page, 1);
    page.open(&served.at(&path));
    assert_eq!(page.of(&format!("#note-{second}"), "it.value"), "4 jk");
    assert_eq!(page.texts(&format!("#{second} [data-proofs] label")), ["wiki <i>page</i>"]);
    assert_eq!(page.of(&format!("#{second} input:checked[type=radio]"), "it.value"), "3");
    // Cleared again: not answered, which is no 0.
    while at(&page) != second {
        page.press("j");
    }
    page.press("c");
    saved(&page, 1);
    page.open(&served.at(&path));
    assert_eq!(page.of(&format!("#{second} input:checked[type=radio]"), "it.value"), "");
    page.clean();
}

#[test]
fn a_domain_without_scripts() {
    let Some(browser) = Browser::start() else { return };
    let served = Served::own();
    let page = served.first_without_scripts(&browser);
    let path = begun(&page, &served);
    page.open(&served.at(&path));
    let ids: Vec<String> = page
        .eval("[...document.querySelectorAll('[data-question]')].map(it => it.id).join(' ')")
        .as_str()
        .unwrap_or_default()
        .split(' ')
        .map(str::to_owned)
        .collect();
    page.click(&format!("#{} input[value='2']", ids[0]));
    page.click(&format!("#{} input[value='4']", ids[1]));
    page.type_into(&format!("#note-{}", ids[1]), "seen in the wiki");
    page.follow("button >> Save the answers");
    page.shows(&["2 answers saved"]);
    page.open(&served.at(&path));
    assert_eq!(page.of(&format!("#{} input:checked[type=radio]", ids[0]), "it.value"), "2");
    assert_eq!(page.of(&format!("#note-{}", ids[1]), "it.value"), "seen in the wiki");
    // One is cleared, the others stay.
    page.click(&format!("#{} input[value='']", ids[0]));
    page.follow("button >> Save the answers");
    page.shows(&["1 answer cleared"]);
    page.open(&served.at(&path));
    assert_eq!(page.of(&format!("#{} input:checked[type=radio]", ids[0]), "it.value"), "");
    assert_eq!(page.of(&format!("#{} input:checked[type=radio]", ids[1]), "it.value"), "4");
    page.clean();
}

/// Sends a form as the page would, without waiting for what it leads to.
const POST: &str = r"(async (path, pairs) => {
  const answer = await fetch(path, { method: 'POST', body: new URLSearchParams(pairs), redirect: 'follow' });
  if (!answer.ok) throw new Error(path + ': ' + answer.status + ' ' + await answer.text());
  return new URL(answer.url).pathname;
})";

fn post(page: &Page, path: &str, pairs: &[(&str, &str)]) -> String {
    let pairs = serde_json::json!(pairs.iter().map(|(name, value)| [name, value]).collect::<Vec<_>>());
    page.eval(&format!("{POST}({}, {pairs})", serde_json::json!(path))).as_str().unwrap_or_default().to_owned()
}

/// The print view as a PDF: each domain begins a page, and what leads elsewhere is not on it.
fn assert_paper(page: &Page, address: &str) {
    page.open(address);
    page.call("Emulation.setEmulatedMedia", serde_json::json!({ "media": "print" }));
    for hidden in ["nav.jobs", "header.top", ".tabs", ".acts"] {
        assert!(!page.has(hidden), "{hidden} is printed");
    }
    page.call("Emulation.setEmulatedMedia", serde_json::json!({ "media": "" }));
    let made = page.call("Page.printToPDF", serde_json::json!({ "printBackground": true }));
    let bytes = from_base64(made["data"].as_str().unwrap());
    assert!(bytes.starts_with(b"%PDF-"));
    let text = String::from_utf8_lossy(&bytes);
    let pages = text.matches("/Type /Page").count() - text.matches("/Type /Pages").count();
    assert!((12..40).contains(&pages), "{pages} pages");
}

#[test]
fn every_part_of_a_round_is_looked_at() {
    let Some(browser) = Browser::start() else { return };
    let axe = Axe::find();
    let served = Served::own();
    let page = served.first(&browser);
    let mut faults = Vec::new();
    let mut look =
        |path: &str, name: &str| faults.extend(look_at(&page, axe.as_ref(), &served.at(path), &format!("maturity-{name}")));
    look("/maturity", "begin");
    page.open(&served.at("/maturity"));
    let start = |title: &str, scope: &str| {
        post(&page, "/maturity/start", &[("model", "ai-security"), ("title", title), ("scope", scope), ("approver", "bob")])
    };
    let earlier = start("Spring", "organisation");
    post(
        &page,
        &format!("{earlier}/answer"),
        &[("domain", "GRC"), ("score.GRC-01", "2"), ("score.GRC-02", "3"), ("score.GRC-03", "1")],
    );
    let round = start("Autumn, with a title that is longer than a narrow screen is wide", "organisation");
    look(&round, "nothing-answered");
    let grc = [
        ("domain", "GRC"),
        ("score.GRC-01", "3"),
        (
            "note.GRC-01",
            "Charter of March; see the wiki <script>alert(1)</script> averyveryverylongwordthatcannotbebrokenanywhere",
        ),
        ("evidence.GRC-01", "https://wiki.example/a/rather/long/address/of/a/page/that/proves/something"),
        ("score.GRC-02", "4"),
        ("score.GRC-03", "0"),
        ("score.GRC-04", "4"),
    ];
    post(&page, &format!("{round}/answer"), &grc);
    for domain in ["DEV", "DAT", "RTE"] {
        let names: Vec<String> = (1..=4).map(|nth| format!("score.{domain}-0{nth}")).collect();
        let mut form = vec![("domain", domain)];
        form.extend(names.iter().zip(["4", "3", "4", "2"]).map(|(name, score)| (name.as_str(), score)));
        post(&page, &format!("{round}/answer"), &form);
    }
    post(&page, &format!("{round}/assign"), &[("owner.GRC", "ada"), ("due.GRC", "2026-01-31"), ("owner.DEV", "bob")]);
    post(
        &page,
        &format!("{round}/roadmap"),
        &[("if", "GRC-03"), ("owner", "ada"), ("due", "2026-01-31"), ("ticket", "SEC-12")],
    );
    look("/maturity", "index");
    look(&round, "round");
    for part in ["answer", "gaps", "roadmap?if=GRC-03", "compare", "evidence", "print"] {
        look(&format!("{round}/{part}"), part.split('?').next().unwrap());
    }
    assert_paper(&page, &served.at(&format!("{round}/print")));
    let systems = start("Systems", "system");
    look(&systems, "systems");
    look(&format!("{systems}/gaps"), "systems-gaps");
    look(&format!("{systems}/answer"), "systems-answer");
    page.open(&served.at("/maturity"));
    let frozen = page.eval(
        "[...document.querySelectorAll('tbody tr')].find(row => row.innerText.includes('approved'))?.querySelector('a').getAttribute('href') ?? ''",
    );
    let frozen = frozen.as_str().unwrap_or_default();
    assert!(frozen.starts_with("/maturity/"), "the made-up programme has no approved round");
    look(&format!("{frozen}/answer"), "frozen-answer");
    assert!(!page.has("[data-question] input:enabled") && !page.has("button >> Save the answers"));
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}
