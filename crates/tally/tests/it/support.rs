//! What the tests share: a data directory of their own, the program in a scrubbed environment, what it said.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::Value as Json;
use tempfile::TempDir;

/// The end of the made-up programme.
pub const END: &str = "2026-11-01T00:00:00Z";

/// Two records that most tests begin with: a team and the system `bot`.
pub const BASE: &str = r#"{"kind":"team","id":"red","name":"Red team","function":"red_team"}
{"kind":"system","id":"bot","name":"Bot","owner":"red","origin":"internal","type":"assistant","risk_tier":"high","production_from":"2026-01-01"}
"#;

/// A folder with a data directory in it.
pub struct Place {
    pub dir: TempDir,
}

/// What a run of the program gave.
#[derive(Debug, PartialEq, Eq)]
pub struct Ran {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Place {
    /// An empty folder.
    pub fn bare() -> Self {
        Self { dir: tempfile::tempdir().unwrap() }
    }

    /// A folder with a new data directory.
    pub fn new() -> Self {
        let place = Self::bare();
        place.tally(&["init"]).ok();
        place
    }

    /// A new data directory that knows `BASE`.
    pub fn base() -> Self {
        let place = Self::new();
        place.import(BASE).ok();
        place
    }

    /// A data directory with the made-up programme.
    pub fn demo() -> Self {
        let place = Self::new();
        place.file("demo.jsonl", demo().as_bytes());
        place.tally(&["import", "records", "demo.jsonl"]).ok();
        place
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Writes a file in the folder.
    pub fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, bytes).unwrap();
        path
    }

    /// Runs the program in the folder.
    pub fn tally(&self, words: &[&str]) -> Ran {
        ran(self.command(words).output().unwrap())
    }

    /// Runs it with this standard input.
    pub fn tally_with(&self, words: &[&str], input: &[u8]) -> Ran {
        let mut child =
            self.command(words).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut pipe = child.stdin.take().unwrap();
        // Where the program reads no more there is nobody to write to.
        let _ = pipe.write_all(input);
        drop(pipe);
        ran(child.wait_with_output().unwrap())
    }

    /// Imports these records from a file `in.jsonl`.
    pub fn import(&self, records: impl AsRef<[u8]>) -> Ran {
        self.file("in.jsonl", records);
        self.tally(&["import", "records", "in.jsonl"])
    }

    /// Starts the program and does not wait for it.
    pub fn start(&self, words: &[&str]) -> Child {
        self.command(words).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }

    /// The program in the folder, with nothing of the machine's own environment.
    pub fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tally"));
        command.args(words).current_dir(self.dir.path()).env_clear().stdin(Stdio::null());
        command.env("USER", "ada").env("COLUMNS", "200").env("TMPDIR", std::env::temp_dir());
        command
    }

    /// The number of entries in the journal.
    pub fn size(&self) -> u64 {
        self.tally(&["journal", "verify", "--format", "json"]).json()["entries"].as_u64().unwrap()
    }

    /// Scores all metrics at an instant.
    pub fn score(&self, as_of: &str, more: &[&str]) -> Json {
        let words = [&["score", "--all", "--as-of", as_of, "--format", "json"], more].concat();
        self.tally(&words).ok().json()
    }

    /// One number from a query.
    pub fn count(&self, query: &str) -> u64 {
        let rows = self.tally(&["sql", query, "--format", "json"]).ok().json();
        rows[0].as_object().unwrap().values().next().unwrap().as_u64().unwrap()
    }
}

impl Ran {
    /// It held; else shows what was said.
    #[track_caller]
    pub fn ok(self) -> Self {
        self.ended(0)
    }

    #[track_caller]
    pub fn ended(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "out: {}\nerr: {}", head(&self.out), head(&self.err));
        self
    }

    /// What it said on both channels, one after the other.
    pub fn said(&self) -> String {
        format!("{}{}", self.out, self.err)
    }

    #[track_caller]
    pub fn json(&self) -> Json {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {}\n{}", head(&self.out), head(&self.err)))
    }

    /// All of these words are in what it said.
    #[track_caller]
    pub fn says(self, words: &[&str]) -> Self {
        let said = self.said();
        for word in words {
            assert!(said.contains(word), "no `{word}` in: {}", head(&said));
        }
        self
    }
}

fn head(text: &str) -> &str {
    text.get(..4_000).unwrap_or(text)
}

/// What a finished process gave; a panic is never an answer.
pub fn ran(output: std::process::Output) -> Ran {
    let text = |bytes| String::from_utf8(bytes).expect("output is UTF-8");
    let ran = Ran { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) };
    assert!(!ran.err.contains("panicked"), "{}", head(&ran.err));
    ran
}

/// The records of the made-up programme.
pub fn demo() -> String {
    Place::bare().tally(&["demo", "--records", "--as-of", END]).ok().out
}

/// Copies a folder.
pub fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// All files below a folder, sorted.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}

/// A folder of the shared one beside the repository, where there is one.
pub fn shared(folder: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared").join(folder);
    path.is_dir().then_some(path)
}

/// A small report of the importers' own.
pub fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tally-import/tests/fixtures").join(name)
}

pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}
