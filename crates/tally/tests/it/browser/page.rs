//! One page: where it is, what it shows, how it looks. What a visitor does to it is in `hand`, what it gave away in `watch`.

use std::cell::{Cell, RefCell};
use std::path::Path;
use std::rc::Rc;

use serde_json::{Value as Json, json};

use super::wire::Wire;

/// A screen and a taste.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    pub name: &'static str,
    /// CSS pixels.
    pub width: u32,
    pub height: u32,
    pub dark: bool,
}

pub const LIGHT: Look = Look { name: "light", width: 1280, height: 900, dark: false };
pub const DARK: Look = Look { name: "dark", width: 1280, height: 900, dark: true };
pub const NARROW: Look = Look { name: "360", width: 360, height: 740, dark: false };

/// Pictures of longer pages are cut here, in CSS pixels.
const TALLEST: f64 = 4_000.0;

pub struct Page {
    pub(super) wire: Rc<Wire>,
    pub(super) session: String,
    frame: String,
    /// Where the events of the page that is shown begin.
    pub(super) opened: Cell<usize>,
    /// The document's own requests, whose bad answers a test may have asked for.
    pub(super) documents: RefCell<Vec<String>>,
    scripts: Cell<bool>,
}

impl Page {
    pub(super) fn new(wire: Rc<Wire>, session: &str) -> Self {
        let tree = wire.call(session, "Page.getFrameTree", json!({})).unwrap();
        let frame = tree["frameTree"]["frame"]["id"].as_str().unwrap().to_owned();
        let page = Self {
            wire,
            session: session.to_owned(),
            frame,
            opened: Cell::new(0),
            documents: RefCell::default(),
            scripts: Cell::new(true),
        };
        for domain in ["Page", "Runtime", "Network", "Log", "Audits", "DOM"] {
            page.call(&format!("{domain}.enable"), json!({}));
        }
        page.call("Page.setLifecycleEventsEnabled", json!({ "enabled": true }));
        page.call("PerformanceTimeline.enable", json!({ "eventTypes": ["layout-shift"] }));
        page.look(LIGHT);
        page
    }

    /// Opens an address, waits until all of it is loaded, and gives the status of its answer.
    #[track_caller]
    pub fn visit(&self, address: &str) -> u16 {
        self.moved(|| {
            let gone = self.call("Page.navigate", json!({ "url": address }));
            assert!(gone.get("errorText").is_none(), "{address}: {}", gone["errorText"]);
        })
    }

    /// Opens an address that answers well.
    #[track_caller]
    pub fn open(&self, address: &str) {
        let status = self.visit(address);
        assert!(status < 400, "{address}: answered {status}: {}", self.shown());
    }

    /// Does what leads to another document, waits until that is loaded, and gives the status of its answer.
    #[track_caller]
    pub fn moved(&self, act: impl FnOnce()) -> u16 {
        let mark = self.wire.mark();
        act();
        let ours = |event: &Json| event["sessionId"] == self.session.as_str();
        let loaded = self.wire.wait(mark, |event| {
            ours(event)
                && event["method"] == "Page.lifecycleEvent"
                && event["params"]["frameId"] == self.frame.as_str()
                && event["params"]["name"] == "load"
        });
        let loaded = loaded.unwrap_or_else(|error| panic!("no page was loaded: {error}; still at {}", self.address()));
        let loader = loaded["params"]["loaderId"].as_str().unwrap_or_default().to_owned();
        // A document's own request has the name of its loader.
        let answer = self.wire.wait(mark, |event| {
            ours(event) && event["method"] == "Network.responseReceived" && event["params"]["requestId"] == loader.as_str()
        });
        let answer = answer.unwrap_or_else(|error| panic!("the page has no answer: {error}"));
        self.opened.set(mark);
        self.documents.borrow_mut().push(loader);
        answer["params"]["response"]["status"].as_u64().and_then(|status| status.try_into().ok()).unwrap_or(0)
    }

    /// What an expression gives; of promises what they hold in the end.
    #[track_caller]
    pub fn eval(&self, script: &str) -> Json {
        self.tried(script).unwrap_or_else(|error| panic!("{error}\nat {}\nin {script}", self.address_or_nothing()))
    }

    pub(super) fn tried(&self, script: &str) -> Result<Json, String> {
        self.tried_in(script, None)
    }

    /// The same, in a world of its own that sees the page but none of its scripts, nor its policy.
    #[track_caller]
    pub fn eval_apart(&self, scripts: &[&str]) -> Json {
        let world = self.call("Page.createIsolatedWorld", json!({ "frameId": self.frame, "worldName": "apart" }));
        let world = world["executionContextId"].as_u64();
        let mut last = Json::Null;
        for script in scripts {
            last = self.tried_in(script, world).unwrap_or_else(|error| panic!("{error}"));
        }
        last
    }

    fn tried_in(&self, script: &str, world: Option<u64>) -> Result<Json, String> {
        let mut params = json!({
            "expression": script,
            "returnByValue": true,
            "awaitPromise": self.scripts.get(),
            "userGesture": true,
        });
        if let Some(world) = world {
            params["contextId"] = world.into();
        }
        let mut answer = self.wire.call(&self.session, "Runtime.evaluate", params)?;
        match answer.get("exceptionDetails") {
            Some(details) => Err(format!("{}: {}", details["text"], details["exception"]["description"])),
            None => Ok(answer["result"]["value"].take()),
        }
    }

    #[track_caller]
    pub fn address(&self) -> String {
        self.eval("location.href").as_str().unwrap_or_default().to_owned()
    }

    fn address_or_nothing(&self) -> String {
        self.tried("location.href").ok().and_then(|it| it.as_str().map(str::to_owned)).unwrap_or_default()
    }

    /// Path and query of the address.
    #[track_caller]
    pub fn path(&self) -> String {
        self.eval("location.pathname + location.search").as_str().unwrap_or_default().to_owned()
    }

    #[track_caller]
    pub fn title(&self) -> String {
        self.eval("document.title").as_str().unwrap_or_default().to_owned()
    }

    /// All text that is shown.
    #[track_caller]
    pub fn shown(&self) -> String {
        self.eval("document.body?.innerText ?? ''").as_str().unwrap_or_default().to_owned()
    }

    /// The page shows each of these words.
    #[track_caller]
    pub fn shows(&self, words: &[&str]) {
        let shown = self.shown();
        for word in words {
            assert!(shown.contains(word), "no `{word}` at {}:\n{}", self.address(), shown.get(..3_000).unwrap_or(&shown));
        }
    }

    /// The text of each element, blanks folded.
    #[track_caller]
    pub fn texts(&self, css: &str) -> Vec<String> {
        let script =
            format!("[...document.querySelectorAll({})].map(it => it.innerText.trim().replace(/\\s+/g, ' '))", text(css));
        let found = self.eval(&script);
        found.as_array().unwrap().iter().map(|it| it.as_str().unwrap_or_default().to_owned()).collect()
    }

    #[track_caller]
    pub fn count(&self, css: &str) -> usize {
        let found = self.eval(&format!("document.querySelectorAll({}).length", text(css)));
        found.as_u64().and_then(|count| count.try_into().ok()).unwrap_or(0)
    }

    /// Waits until an expression is true, over a change of documents too. Needs the page's scripts.
    #[track_caller]
    pub fn until(&self, condition: &str) {
        let script = format!(
            "new Promise(done => {{ const look = () => ({condition}) ? done(true) : requestAnimationFrame(look); look(); }})"
        );
        let until = std::time::Instant::now() + super::wire::PATIENCE;
        loop {
            match self.tried(&script) {
                Ok(_) => return,
                // The document went while it was looked at: the next one may hold it.
                Err(error) if gone(&error) && std::time::Instant::now() < until => {}
                Err(error) => panic!("never true: {condition}: {error}\nat {}", self.address_or_nothing()),
            }
        }
    }

    /// Two frames are painted: what a script or a late style does to the first one has happened.
    pub fn settle(&self) {
        if self.scripts.get() {
            self.eval("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))");
        } else {
            self.call("Page.captureScreenshot", json!({ "format": "jpeg", "quality": 1 }));
        }
    }

    /// Gives it this screen; what is shown is laid out again.
    pub fn look(&self, look: Look) {
        let params = json!({
            "width": look.width, "height": look.height, "deviceScaleFactor": 1, "mobile": look.width < 500,
        });
        self.call("Emulation.setDeviceMetricsOverride", params);
        let scheme = if look.dark { "dark" } else { "light" };
        // Motion is switched off, so that a picture is never taken in the middle of it.
        let features = json!([
            { "name": "prefers-color-scheme", "value": scheme },
            { "name": "prefers-reduced-motion", "value": "reduce" },
        ]);
        self.call("Emulation.setEmulatedMedia", json!({ "features": features }));
    }

    /// Scripts of the page run no more, from the next document on.
    pub fn scripts_off(&self) {
        self.call("Emulation.setScriptExecutionDisabled", json!({ "value": true }));
        self.scripts.set(false);
    }

    /// Writes a picture (PNG): of the whole page, down to a bound, or of what the screen shows.
    #[track_caller]
    pub fn screenshot(&self, file: &Path, whole: bool) {
        self.settle();
        let size = self.call("Page.getLayoutMetrics", json!({}));
        let length = |part: &str, side: &str| size[part][side].as_f64().unwrap_or(0.0);
        let (width, screen) = (length("cssVisualViewport", "clientWidth"), length("cssVisualViewport", "clientHeight"));
        let height = if whole { length("cssContentSize", "height").max(screen).min(TALLEST) } else { screen };
        let clip = json!({ "x": 0, "y": 0, "width": width, "height": height, "scale": 1 });
        let params = json!({ "format": "png", "captureBeyondViewport": whole, "clip": clip, "optimizeForSpeed": whole });
        let picture = self.call("Page.captureScreenshot", params);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, from_base64(picture["data"].as_str().unwrap())).unwrap();
    }

    /// The cookies that the page's address sees, those that scripts do not see too.
    pub fn cookies(&self) -> Vec<Json> {
        let mut found = self.call("Network.getCookies", json!({}));
        match found["cookies"].take() {
            Json::Array(cookies) => cookies,
            _ => Vec::new(),
        }
    }

    pub fn forget_cookies(&self) {
        self.call("Network.clearBrowserCookies", json!({}));
    }

    #[track_caller]
    pub(super) fn call(&self, method: &str, params: Json) -> Json {
        self.wire.call(&self.session, method, params).unwrap_or_else(|error| panic!("{error}"))
    }
}

/// A word as a literal of the page's language.
pub(super) fn text(word: &str) -> String {
    Json::from(word).to_string()
}

fn gone(error: &str) -> bool {
    ["navigated or closed", "context was destroyed", "Cannot find context"].iter().any(|words| error.contains(words))
}

/// Letters of the standard alphabet, four for three bytes.
pub(super) fn from_base64(letters: &str) -> Vec<u8> {
    let value = |letter: u8| match letter {
        b'A'..=b'Z' => letter - b'A',
        b'a'..=b'z' => letter - b'a' + 26,
        b'0'..=b'9' => letter - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        other => panic!("found byte {other}, expected base64"),
    };
    let mut bytes = Vec::with_capacity(letters.len() / 4 * 3);
    let (mut held, mut bits) = (0u32, 0);
    for letter in letters.bytes().filter(|letter| *letter != b'=') {
        held = (held << 6) | u32::from(value(letter));
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push((held >> bits & 0xff) as u8);
        }
    }
    bytes
}
