//! What a visitor does: points, types, presses keys, chooses. All of it goes through the browser's input, so it is the same
//! with scripts and without; an element that cannot be seen or is covered is not there.
//!
//! An element is named by a CSS selector, or by selector and words: `button >> Sign in`.

use serde_json::{Value as Json, json};

use super::page::{Page, text};

/// Finds an element by what `ask` says: the shown one whose words are these, else one that has them.
const FIND: &str = r"const find = ask => {
  const [css, ...rest] = ask.split(' >> ');
  const words = rest.join(' >> ');
  const all = [...document.querySelectorAll(css)];
  if (!words) return all.find(it => it.getClientRects().length) ?? all[0];
  const said = it => (it.getAttribute('aria-label') || it.innerText || it.value || '').trim().replace(/\s+/g, ' ');
  const shown = all.filter(it => it.getClientRects().length);
  return shown.find(it => said(it) === words) ?? shown.find(it => said(it).includes(words));
};";

impl Page {
    /// An expression over the element `it`.
    #[track_caller]
    pub fn of(&self, ask: &str, expression: &str) -> Json {
        let script =
            format!("(() => {{ {FIND} const it = find({}); if (!it) return '∅'; return {expression}; }})()", text(ask));
        let found = self.eval(&script);
        assert!(found != "∅", "nothing fits `{ask}` at {}:\n{}", self.address(), head(&self.shown()));
        found
    }

    /// Whether there is such an element and it is shown.
    #[track_caller]
    pub fn has(&self, ask: &str) -> bool {
        self.eval(&format!("(() => {{ {FIND} return !!find({})?.getClientRects().length }})()", text(ask))) == true
    }

    /// Points at an element and clicks, and waits for nothing.
    #[track_caller]
    pub fn click(&self, ask: &str) {
        let at = self.of(
            ask,
            "(() => {
              it.scrollIntoView({ block: 'center', inline: 'center', behavior: 'instant' });
              const box = [...it.getClientRects()].find(box => box.width > 0 && box.height > 0);
              if (!box) return { hidden: true };
              const x = box.left + box.width / 2, y = box.top + box.height / 2;
              const hit = document.elementFromPoint(x, y);
              const fits = hit && (it.contains(hit) || hit.contains(it) || (hit.closest('label')?.control ?? null) === it);
              return { x, y, covered: fits ? null : (hit?.outerHTML.slice(0, 200) ?? 'the edge of the screen') };
            })()",
        );
        assert!(at["hidden"] != true, "`{ask}` is not shown at {}", self.address());
        assert!(at["covered"].is_null(), "`{ask}` is covered at {} by {}", self.address(), at["covered"]);
        for (kind, buttons) in [("mouseMoved", 0), ("mousePressed", 1), ("mouseReleased", 0)] {
            let button = if kind == "mouseMoved" { "none" } else { "left" };
            let params = json!({
                "type": kind, "x": at["x"], "y": at["y"], "button": button, "buttons": buttons, "clickCount": 1,
            });
            self.call("Input.dispatchMouseEvent", params);
        }
    }

    /// Clicks what leads to another document and waits for it; gives the status of its answer.
    #[track_caller]
    pub fn go(&self, ask: &str) -> u16 {
        self.moved(|| self.click(ask))
    }

    /// The same, and the answer is a good one.
    #[track_caller]
    pub fn follow(&self, ask: &str) {
        let status = self.go(ask);
        assert!(status < 400, "`{ask}` led to {}, which answered {status}: {}", self.address(), head(&self.shown()));
    }

    /// Replaces what stands in a field by typing.
    #[track_caller]
    pub fn type_into(&self, ask: &str, words: &str) {
        let ready =
            self.of(ask, "(it.scrollIntoView({ block: 'center' }), it.focus(), it.select?.(), document.activeElement === it)");
        assert!(ready == true, "`{ask}` cannot be typed into at {}: it is not shown, or not to be changed", self.address());
        if words.is_empty() {
            self.press("Delete");
        } else {
            self.call("Input.insertText", json!({ "text": words }));
        }
        let typed = self.of(ask, "it.value ?? it.innerText");
        assert_eq!(typed, words, "typed into `{ask}` at {}", self.address());
    }

    /// Sets a field that is not typed into (a choice, a date) and tells the page, as its own picker would.
    #[track_caller]
    pub fn choose(&self, ask: &str, value: &str) {
        let set = format!(
            "(it.value = {}, it.dispatchEvent(new Event('input', {{ bubbles: true }})), it.dispatchEvent(new Event('change', {{ bubbles: true }})), it.value)",
            text(value)
        );
        assert_eq!(self.of(ask, &set), value, "`{ask}` at {} has no such choice", self.address());
    }

    /// Lays files into a field for them.
    #[track_caller]
    pub fn attach(&self, css: &str, files: &[&std::path::Path]) {
        let params = json!({ "expression": format!("document.querySelector({})", text(css)) });
        let object = self.call("Runtime.evaluate", params)["result"]["objectId"].take();
        assert!(object.is_string(), "nothing fits `{css}` at {}", self.address());
        self.call("DOM.setFileInputFiles", json!({ "files": files, "objectId": object }));
    }

    /// Presses a key: a letter, or `Enter`, `Tab`, `Escape`, `Delete`, `Space`, an arrow.
    #[track_caller]
    pub fn press(&self, key: &str) {
        let (name, code, typed) = match key {
            "Enter" => ("Enter", 13, "\r"),
            "Tab" => ("Tab", 9, ""),
            "Escape" => ("Escape", 27, ""),
            "Delete" => ("Delete", 46, ""),
            "Space" => (" ", 32, " "),
            "ArrowLeft" => (key, 37, ""),
            "ArrowUp" => (key, 38, ""),
            "ArrowRight" => (key, 39, ""),
            "ArrowDown" => (key, 40, ""),
            letter => (letter, letter.to_ascii_uppercase().bytes().next().map_or(0, u32::from), letter),
        };
        let down = if typed.is_empty() { "rawKeyDown" } else { "keyDown" };
        for kind in [down, "keyUp"] {
            let mut params = json!({ "type": kind, "key": name, "windowsVirtualKeyCode": code });
            if kind == "keyDown" {
                params["text"] = typed.into();
            }
            self.call("Input.dispatchKeyEvent", params);
        }
    }
}

fn head(shown: &str) -> &str {
    shown.get(..2_000).unwrap_or(shown)
}
