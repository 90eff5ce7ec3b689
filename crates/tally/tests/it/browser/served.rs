//! The program serving a programme of its own, and a visitor who came in through its one-time link. Speaks to it only as a
//! user does: words on a command line, the link it prints, a browser.

use std::io::{BufRead as _, BufReader, Read};
use std::path::PathBuf;
use std::process::{Child, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, Weak};

use tempfile::TempDir;

use super::Browser;
use super::page::Page;
use super::wire::PATIENCE;
use crate::support::{BASE, Place, copy};

/// The first administrator.
pub const ADA: &str = "ada";
/// Her password.
pub const PASSWORD: &str = "a stick split in two";

/// A serving program. It ends with this value.
pub struct Served {
    child: Child,
    said: Receiver<String>,
    pub address: String,
    /// The one-time link for the first administrator.
    pub link: String,
    pub place: Place,
}

impl Served {
    /// Serves the made-up programme, of a copy that nobody else writes to.
    pub fn demo() -> Self {
        let place = Place::bare();
        copy(filled().path(), place.dir.path());
        Self::start(place)
    }

    /// The same with a team, a system and findings that the jobs know by name.
    pub fn own() -> Self {
        let place = Place::bare();
        copy(filled().path(), place.dir.path());
        place.import(format!("{BASE}{}", own())).ok();
        Self::start(place)
    }

    /// Serves a programme without a record.
    pub fn empty() -> Self {
        Self::start(Place::new())
    }

    pub fn start(place: Place) -> Self {
        let mut command = place.command(&["serve", "--port", "0"]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (send, said) = channel();
        lines(child.stdout.take().unwrap(), send.clone());
        lines(child.stderr.take().unwrap(), send);
        let mut told = Vec::new();
        let link = loop {
            match said.recv_timeout(PATIENCE) {
                Ok(line) => {
                    let link = line.split_whitespace().find(|word| word.starts_with("http://") && word.contains("/link/"));
                    if let Some(link) = link {
                        break link.to_owned();
                    }
                    told.push(line);
                }
                Err(error) => {
                    let _ = child.kill();
                    panic!("`tally serve` gave no one-time link: {error}:\n{}", told.join("\n"));
                }
            }
        };
        let address = link.split("/link/").next().unwrap_or_default().to_owned();
        Self { child, said, address, link, place }
    }

    pub fn at(&self, path: &str) -> String {
        format!("{}{path}", self.address)
    }

    /// A visitor who is the first administrator.
    #[track_caller]
    pub fn first(&self, browser: &Browser) -> Page {
        let page = browser.page();
        self.come_in(&page);
        page
    }

    /// The same without scripts.
    #[track_caller]
    pub fn first_without_scripts(&self, browser: &Browser) -> Page {
        let page = browser.page();
        page.scripts_off();
        self.come_in(&page);
        page
    }

    #[track_caller]
    fn come_in(&self, page: &Page) {
        page.open(&self.link);
        page.type_into("#name", ADA);
        page.type_into("#password", PASSWORD);
        page.type_into("#again", PASSWORD);
        page.follow("button >> Set the password");
        assert_eq!(page.path(), "/");
    }
}

/// Signs in with name and password; gives the status of the answer.
#[track_caller]
pub fn sign_in(page: &Page, address: &str, name: &str, password: &str) -> u16 {
    page.open(&format!("{address}/sign-in"));
    page.type_into("#name", name);
    page.type_into("#password", password);
    page.go("button >> Sign in")
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        // The pipes end with the program.
        let said: Vec<String> = self.said.iter().collect();
        let said = said.join("\n");
        if std::thread::panicking() {
            super::aloud(&format!("the server said:\n{said}"));
        } else {
            assert!(!said.contains("panicked"), "the server panicked:\n{said}");
        }
    }
}

/// Passes lines on, so that a full pipe never holds the program up.
fn lines(pipe: impl Read + Send + 'static, to: Sender<String>) {
    std::thread::spawn(move || {
        for line in BufReader::new(pipe).lines().map_while(Result::ok) {
            if to.send(line).is_err() {
                break;
            }
        }
    });
}

/// The made-up programme up to now, made once while anybody uses it.
fn filled() -> Arc<TempDir> {
    static MADE: Mutex<Weak<TempDir>> = Mutex::new(Weak::new());
    let mut made = MADE.lock().unwrap_or_else(|broken| broken.into_inner());
    if let Some(made) = made.upgrade() {
        return made;
    }
    let place = Place::new();
    let records = place.tally(&["demo", "--records"]).ok().out;
    place.file("demo.jsonl", records);
    place.tally(&["import", "records", "demo.jsonl"]).ok();
    // The fact tables are made here, and not again by each server.
    place.tally(&["score"]);
    let dir = Arc::new(place.dir);
    *made = Arc::downgrade(&dir);
    dir
}

/// Findings that the jobs work on, twelve of the system `bot`.
fn own() -> String {
    let line = |nth: u32| {
        format!(
            "{{\"kind\":\"finding\",\"id\":\"own-{nth:02}\",\"system\":\"bot\",\"title\":\"Zebra {nth}\",\"severity\":\"{}\",\
             \"class\":\"LLM01:2025\",\"reported_at\":\"2026-02-{nth:02}\"}}\n",
            if nth.is_multiple_of(2) { "high" } else { "low" }
        )
    };
    (1..=12).map(line).collect()
}

/// Where pictures go.
pub fn pictures() -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("../screenshots")
}
