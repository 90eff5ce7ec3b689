//! The driver against pages whose faults are known: what it cannot see here it cannot see anywhere.

use super::page::from_base64;
use super::still::{Answer, Still};
use super::{Browser, DARK, LIGHT, NARROW};
use crate::axe::Axe;

const HTML: &str = "content-type: text/html; charset=utf-8\r\n";
const STRICT: &str = "content-type: text/html; charset=utf-8\r\ncontent-security-policy: default-src 'none'; script-src 'self'; \
                      style-src 'self'; img-src 'self' data:; form-action 'self'\r\n";
const SCRIPT: &str = "content-type: text/javascript\r\n";

fn html(title: &str, body: &str) -> String {
    format!(
        "<!doctype html><html lang=\"en\"><head><meta name=\"viewport\" content=\"width=device-width\"><title>{title}</title>\
         <link rel=\"icon\" href=\"data:,\"></head><body><main><h1>{title}</h1>{body}</main></body></html>"
    )
}

fn page(path: &'static str, body: &str) -> Answer {
    (path, 200, HTML, html("One", body))
}

const FORM: &str = "<form method=\"post\" action=\"/sent\"><label>Name <input id=\"name\" name=\"name\" value=\"old\"></label> \
                    <label>Size <select id=\"size\" name=\"size\"><option>s</option><option>m</option></select></label> \
                    <label><input type=\"checkbox\" name=\"sure\" id=\"sure\"> Sure</label> \
                    <button name=\"go\" value=\"no\">No</button> <button name=\"go\" value=\"yes\">Yes</button></form>\
                    <div id=\"far\"></div><noscript>no script here</noscript><script src=\"/own.js\"></script>";

fn jobs() -> Still {
    Still::serve(vec![
        page("/", "<p class=\"a\">first  <b>line</b></p><p class=\"a\">second</p><a href=\"/form\">To the form</a>"),
        page("/form", FORM),
        page("/sent", "<p id=\"sent\">{sent}</p>"),
        page("/keys", "<input id=\"key\"><output id=\"out\"></output><script src=\"/keys.js\"></script>"),
        page("/covered", "<button id=\"under\">Under</button><div style=\"position:fixed;inset:0\"></div>"),
        ("/own.js", 200, SCRIPT, "document.getElementById('far').textContent = 'a script ran';".to_owned()),
        (
            "/keys.js",
            200,
            SCRIPT,
            "addEventListener('keydown', event => { if (event.key === '/') { event.preventDefault(); document.getElementById('key').focus(); } \
             if (event.key === 'Escape') setTimeout(() => { document.getElementById('out').textContent = 'gone'; }, 50); });"
                .to_owned(),
        ),
        ("/none", 404, HTML, html("None", "no such page")),
    ])
}

#[test]
fn a_hand() {
    let Some(browser) = Browser::start() else { return };
    let still = jobs();
    let page = browser.page();
    page.open(&still.at("/"));
    assert_eq!(page.title(), "One");
    assert_eq!(page.texts("p.a"), ["first line", "second"]);
    page.follow("a >> To the form");
    assert_eq!(page.path(), "/form");
    page.shows(&["a script ran"]);
    page.type_into("#name", "Ada & <Co>");
    page.choose("#size", "m");
    page.click("#sure");
    page.follow("button >> Yes");
    assert_eq!(page.texts("#sent"), ["name=Ada+%26+%3CCo%3E&size=m&sure=on&go=yes"]);
    page.open(&still.at("/form"));
    page.type_into("#name", "x");
    page.moved(|| page.press("Enter"));
    assert_eq!(page.texts("#sent"), ["name=x&size=s&go=no"]);
    page.open(&still.at("/keys"));
    page.press("/");
    page.press("b");
    assert_eq!(page.eval("document.getElementById('key').value"), "b");
    page.press("Escape");
    page.until("document.getElementById('out').textContent === 'gone'");
    page.clean();
    assert_eq!(page.visit(&still.at("/none")), 404);
    page.clean();
    page.open(&still.at("/covered"));
    let said = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| page.click("#under"))).unwrap_err();
    assert!(said.downcast_ref::<String>().unwrap().contains("is covered"));
    // Another visitor has other cookies.
    page.eval("document.cookie = 'who=ada'");
    assert_eq!(page.cookies()[0]["value"], "ada");
    let other = browser.page();
    other.open(&still.at("/"));
    assert_eq!(other.cookies(), Vec::<serde_json::Value>::new());
}

#[test]
fn a_hand_without_scripts() {
    let Some(browser) = Browser::start() else { return };
    let still = jobs();
    let page = browser.page();
    page.scripts_off();
    page.open(&still.at("/form"));
    page.shows(&["no script here"]);
    assert!(!page.shown().contains("a script ran"));
    page.type_into("#name", "Ada");
    page.choose("#size", "m");
    page.click("label >> Sure");
    page.follow("button >> No");
    assert_eq!(page.texts("#sent"), ["name=Ada&size=m&sure=on&go=no"]);
    page.still();
    page.clean();
}

#[test]
fn troubles_are_seen() {
    let Some(browser) = Browser::start() else { return };
    let still = Still::serve(vec![
        ("/inline", 200, STRICT, html("Inline", "<p style=\"color:red\">red</p><script>alert(1)</script>")),
        page("/throws", "<script src=\"/throws.js\"></script>"),
        ("/throws.js", 200, SCRIPT, "setTimeout(() => { document.title = 'thrown'; throw new Error('from a timer'); }, 20);".to_owned()),
        page("/console", "<script>console.error('said', 7)</script>"),
        page("/missing", "<script src=\"/nowhere.js\"></script>"),
        page("/jumps", "<div id=\"top\"></div><p>text</p><script src=\"/jumps.js\"></script>"),
        (
            "/jumps.js",
            200,
            SCRIPT,
            "requestAnimationFrame(() => setTimeout(() => { document.getElementById('top').style.height = '300px'; document.title = 'late'; }, 100));"
                .to_owned(),
        ),
        page("/wide", "<div style=\"overflow-x:auto\"><div style=\"width:900px\">held</div></div><p id=\"w\" style=\"width:700px\">wide</p>"),
        page("/held", "<div style=\"overflow-x:auto\"><div style=\"width:900px\">held</div></div>"),
    ]);
    let seen = |path: &str, wait: Option<&str>, word: &str| {
        let page = browser.page();
        page.open(&still.at(path));
        if let Some(wait) = wait {
            page.until(wait);
        }
        page.settle();
        let troubles = page.troubles();
        assert!(troubles.iter().any(|trouble| trouble.contains(word)), "{path}: no `{word}` in {troubles:?}");
    };
    seen("/inline", None, "style-src");
    seen("/inline", None, "script-src");
    seen("/throws", Some("document.title === 'thrown'"), "from a timer");
    seen("/console", None, "said");
    seen("/missing", None, "404");
    let page = browser.page();
    page.open(&still.at("/jumps"));
    page.until("document.title === 'late'");
    let (sum, moved) = page.shift();
    assert!(sum > 0.0 && moved.iter().any(|it| it.starts_with("P ")), "{sum} {moved:?}");
    page.look(NARROW);
    page.open(&still.at("/wide"));
    let wide = page.too_wide();
    assert!(wide.len() == 2 && wide[1].contains("id=\"w\""), "{wide:?}");
    page.open(&still.at("/held"));
    assert_eq!(page.too_wide(), Vec::<String>::new());
    page.still();
}

#[test]
fn looks_and_weights() {
    let Some(browser) = Browser::start() else { return };
    let still = Still::serve(vec![
        page(
            "/",
            "<img alt=\"x\" src=\"/dot.svg\" width=\"9\" height=\"9\"><link rel=\"stylesheet\" href=\"/style.css\"><p style=\"height:2000px\">long</p>",
        ),
        ("/style.css", 200, "content-type: text/css\r\ncache-control: max-age=600\r\n", format!("/*{}*/", "x".repeat(5_000))),
        (
            "/dot.svg",
            200,
            "content-type: image/svg+xml\r\n",
            format!("<svg xmlns=\"http://www.w3.org/2000/svg\"><!--{}--></svg>", "y".repeat(3_000)),
        ),
    ]);
    let page = browser.page();
    for _ in 0..2 {
        page.forget_loaded();
        page.open(&still.at("/"));
        let weight = page.weight();
        assert!((5_000..6_500).contains(&weight.bytes) && (3_000..3_500).contains(&weight.pictures), "{weight:?}");
        assert_eq!(weight.requests, 3);
    }
    let folder = tempfile::tempdir().unwrap();
    for look in [LIGHT, DARK, NARROW] {
        page.look(look);
        assert_eq!(page.eval("matchMedia('(prefers-color-scheme: dark)').matches"), look.dark);
        assert_eq!(page.eval("innerWidth"), look.width);
        let file = folder.path().join(look.name).with_extension("png");
        page.screenshot(&file, true);
        let bytes = std::fs::read(file).unwrap();
        assert_eq!(bytes[..8], *b"\x89PNG\r\n\x1a\n");
        let side = |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap());
        assert_eq!(side(16), look.width);
        assert!(side(20) > 2_000, "{} high", side(20));
    }
    assert_eq!(from_base64("AP9hYg=="), [0, 255, b'a', b'b']);
    assert_eq!(from_base64("AP9hYmM="), [0, 255, b'a', b'b', b'c']);
}

#[test]
fn faults_of_accessibility_are_seen() {
    let Some(browser) = Browser::start() else { return };
    let Some(axe) = Axe::find() else { return };
    let body = "<img src=\"data:,\"><p style=\"color:#bbb\">pale</p><input>";
    let still =
        Still::serve(vec![page("/bad", body), ("/good", 200, STRICT, html("Good", "<p>text</p><label>Name <input></label>"))]);
    let page = browser.page();
    page.open(&still.at("/bad"));
    let faults = axe.faults(&page, false).join("\n");
    for rule in ["image-alt", "color-contrast", "label"] {
        assert!(faults.contains(rule), "{rule}: {faults}");
    }
    let faults = axe.faults(&page, true).join("\n");
    assert!(faults.contains("color-contrast") && !faults.contains("image-alt"), "{faults}");
    page.open(&still.at("/good"));
    axe.passes(&page);
    page.clean();
}
