//! Finding and starting Chromium with a profile of its own, and ending it. Never uses a profile, a port or a network of the
//! machine.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::rc::Rc;

use serde_json::json;
use tempfile::TempDir;

use super::page::Page;
use super::wire::Wire;

const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

const FLAGS: &str = "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking \
                     --disable-component-update --disable-sync --disable-extensions --disable-default-apps --hide-scrollbars \
                     --mute-audio --force-color-profile=srgb --disable-dev-shm-usage --remote-debugging-pipe";

/// A running browser. It ends with this value.
pub struct Browser {
    child: Child,
    wire: Rc<Wire>,
    _profile: TempDir,
}

impl Browser {
    /// Starts one. `None` where the machine has none: that is said aloud, and fails where `TALLY_TEST_BROWSER=required`.
    pub fn start() -> Option<Self> {
        let Some(program) = found() else {
            let required = std::env::var("TALLY_TEST_BROWSER").is_ok_and(|word| word == "required");
            assert!(!required, "TALLY_TEST_BROWSER=required and there is no {} on the path", NAMES.join(", "));
            aloud("no Chromium on the path: a test in a browser was SKIPPED; install chromium, or see .ci/run");
            return None;
        };
        let profile = tempfile::tempdir().unwrap();
        // The protocol wants its pipes at 3 and 4; a child's first three are all that the standard library gives. Copies
        // come before the originals are closed. Path and folder are arguments and never part of the shell's text.
        let script = format!("exec \"$0\" {FLAGS} --user-data-dir=\"$1\" 3<&0 4>&1 </dev/null >/dev/null 2>\"$1/said\"");
        let mut child = Command::new("sh")
            .args(["-c", &script])
            .args([&program, profile.path()])
            .env("HOME", profile.path())
            .env("LANG", "C.UTF-8")
            .env("TZ", "UTC")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let wire = Rc::new(Wire::new(child.stdin.take().unwrap(), child.stdout.take().unwrap()));
        let browser = Self { child, wire, _profile: profile };
        if let Err(error) = browser.wire.call("", "Browser.getVersion", json!({})) {
            let said = std::fs::read_to_string(browser._profile.path().join("said")).unwrap_or_default();
            panic!("{} did not start: {error}\n{said}", program.display());
        }
        Some(browser)
    }

    /// A page with cookies of its own, as another visitor would have.
    pub fn page(&self) -> Page {
        let asked = |method, params| self.wire.call("", method, params).unwrap();
        let context = asked("Target.createBrowserContext", json!({}));
        let params = json!({ "url": "about:blank", "browserContextId": context["browserContextId"] });
        let target = asked("Target.createTarget", params);
        let params = json!({ "targetId": target["targetId"], "flatten": true });
        let session = asked("Target.attachToTarget", params);
        Page::new(Rc::clone(&self.wire), session["sessionId"].as_str().unwrap())
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Asked to go it takes its helpers along; where it cannot be asked it is ended.
        if self.wire.call("", "Browser.close", json!({})).is_err() {
            let _ = self.child.kill();
        }
        let _ = self.child.wait();
    }
}

fn found() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os("TALLY_CHROMIUM") {
        return Some(named.into());
    }
    let path = std::env::var_os("PATH")?;
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    NAMES.iter().find_map(|name| folders.iter().map(|folder| folder.join(name)).find(|file| is_program(file)))
}

fn is_program(file: &Path) -> bool {
    file.is_file()
}

/// Says something that the test runner does not swallow.
pub fn aloud(text: &str) {
    use std::io::Write as _;
    let _ = writeln!(std::io::stderr(), "\n*** {text} ***");
}
