//! A checklist answered from the keyboard, and the same page without its script. Looks at what the pages say afterwards.

use super::Browser;
use super::page::Page;
use super::served::Served;

/// A review of a system, begun on the page; ends on it.
fn begun(page: &Page, served: &Served) {
    page.open(&served.at("/checklists"));
    page.follow("a >> Start a review");
    page.choose("#system", "call-summary");
    page.follow("button >> Choose");
    page.follow("button >> Start the review");
    page.shows(&["Production review", "GOV-01", "0 of"]);
}

fn at(page: &Page) -> String {
    page.of(".question.on", "it.id").as_str().unwrap_or_default().to_owned()
}

fn saved(page: &Page, id: &str) {
    page.until(&format!("document.querySelector('#{id} [data-saved]').textContent.startsWith('✓')"));
}

#[test]
fn answers_from_the_keyboard() {
    let Some(browser) = Browser::start() else { return };
    let served = Served::own();
    let page = served.first(&browser);
    begun(&page, &served);
    page.press("j");
    assert_eq!(at(&page), "q-GOV-01");
    page.press("y");
    assert_eq!(at(&page), "q-GOV-02", "an answer leads to the next question");
    page.press("n");
    saved(&page, "q-GOV-01");
    saved(&page, "q-GOV-02");
    page.shows(&["Yes, claimed", "2 of"]);
    // Partly needs a note: the field comes, letters in it are a note, and Ctrl with Enter or Save sends it.
    page.press("p");
    assert_eq!(page.of("#note-GOV-03", "document.activeElement === it"), true);
    page.type_into("#note-GOV-03", "yes and no");
    page.click("#q-GOV-03 button >> Save");
    saved(&page, "q-GOV-03");
    assert_eq!(page.of("#q-GOV-03 [data-standing]", "it.textContent.includes('Partly')"), true);
    page.press("k");
    assert_eq!(at(&page), "q-GOV-02");
    page.shows(&["3 of"]);
    page.clean();
}

#[test]
fn the_same_without_a_script() {
    let Some(browser) = Browser::start() else { return };
    let served = Served::own();
    let page = served.first_without_scripts(&browser);
    begun(&page, &served);
    page.click("#q-GOV-01 input[value=yes]");
    page.type_into("#evidence-GOV-01", "release folder");
    page.follow("#q-GOV-01 button >> Save");
    page.shows(&["1 of", "release folder"]);
    page.click("#q-GOV-02 input[value=partly]");
    assert_eq!(page.go("#q-GOV-02 button >> Save"), 422);
    page.shows(&["without a note"]);
}
