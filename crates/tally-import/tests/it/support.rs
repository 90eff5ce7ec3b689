//! What the tests share: a small mapping, readers that collect, where the samples are.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::PathBuf;

use tally_import::records::{Item, Sheets, is_nested, read_json};
use tally_import::{Attempt, Importer, Mapped, Mapping, Options, Outcome, ToolRun, detect, importer};

/// A mapping by prefix, with the rule of thumb "over half raises critical".
pub struct Small;

impl Mapping for Small {
    fn group(&self, probe: &str, tags: &[String]) -> Mapped {
        let (category, class) = match probe.split(['.', ':', '-']).next().unwrap_or_default() {
            "promptinject" | "latentinjection" | "encoding" => ("prompt_injection", "LLM01:2025"),
            "dan" => ("jailbreak", "LLM01:2025"),
            "pii" | "leakreplay" => ("data_leakage", "LLM02:2025"),
            _ => ("other", "other"),
        };
        let techniques = if tags.is_empty() { vec![] } else { vec!["AML.T0051".to_owned()] };
        Mapped { category: category.to_owned(), class: class.to_owned(), techniques, severity: "medium".to_owned() }
    }
    fn severity(&self, base: &str, failed: u64, passed: u64) -> String {
        if failed > passed { "critical".to_owned() } else { base.to_owned() }
    }
    fn rule(&self) -> &str {
        "more than half makes critical"
    }
}

/// An attempt that owns its words.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tried {
    pub target: String,
    pub probe: String,
    pub detector: String,
    pub key: String,
    pub seq: u64,
    pub generation: u32,
    /// `pass`, `fail` or the reason of the error.
    pub outcome: &'static str,
}

impl From<&Attempt<'_>> for Tried {
    fn from(attempt: &Attempt<'_>) -> Self {
        Self {
            target: attempt.target.to_owned(),
            probe: attempt.probe.to_owned(),
            detector: attempt.detector.to_owned(),
            key: attempt.key.to_owned(),
            seq: attempt.seq,
            generation: attempt.generation,
            outcome: word(attempt.outcome),
        }
    }
}

pub fn word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Pass => "pass",
        Outcome::Fail => "fail",
        Outcome::Error(reason) => reason,
    }
}

/// Reads a tool's file as whatever it looks like.
pub fn run(bytes: &[u8], name: &str) -> (ToolRun, Vec<Tried>) {
    let format = detect(bytes, name).expect("a known format");
    run_with(importer(format).expect("an importer"), bytes, name)
}

pub fn run_with(importer: &Importer, mut bytes: &[u8], name: &str) -> (ToolRun, Vec<Tried>) {
    let mut tried = Vec::new();
    let options = Options::default();
    let run = (importer.read)(&mut bytes, name, &options, &Small, &mut |attempt| tried.push(attempt.into()));
    (run.expect("bytes can be read"), tried)
}

/// All that reading records as JSON gives, as text: `line: record` or the problem.
pub fn lines(bytes: &[u8]) -> String {
    lines_up_to(bytes, 1 << 20)
}

pub fn lines_up_to(mut bytes: &[u8], longest: usize) -> String {
    let mut out = String::new();
    read_json(&mut bytes, "in.json", longest, &mut |item| show(&item, &mut out)).expect("bytes can be read");
    out
}

/// All that reading sheets gives, nested ones first.
pub fn sheets(files: &[(&str, &[u8])]) -> String {
    let mut out = String::new();
    let mut sheets = Sheets::new(1 << 20);
    for nested in [true, false] {
        for (name, bytes) in files.iter().filter(|(name, _)| is_nested(name) == nested) {
            let mut bytes = *bytes;
            sheets.read(&mut bytes, name, &mut |item| show(&item, &mut out)).expect("bytes can be read");
        }
    }
    sheets.finish(&mut |item| show(&item, &mut out));
    out
}

fn show(item: &Item<'_>, out: &mut String) {
    match item {
        Item::Record { file, line, record } => {
            let text = String::from_utf8(record.canonical()).expect("UTF-8");
            out.push_str(&format!("{file}:{line}: {text}\n"));
        }
        Item::Problem(problem) => out.push_str(&format!("{problem}\n")),
    }
}

pub fn fixture(name: &str) -> Vec<u8> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The folder of real samples beside the repository, where there is one.
pub fn samples() -> Option<PathBuf> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/formats/samples");
    path.join("EXPECTED.json").exists().then_some(path)
}

/// A sample's bytes, unpacked.
pub fn sample(name: &str) -> Vec<u8> {
    let bytes = std::fs::read(samples().expect("samples").join(name)).expect(name);
    if !name.ends_with(".gz") {
        return bytes;
    }
    let mut out = Vec::new();
    flate2::read::GzDecoder::new(&bytes[..]).read_to_end(&mut out).expect("gzip");
    out
}

/// Verdicts by `pass`, `fail`, `error`.
pub fn outcomes(tried: &[Tried]) -> BTreeMap<&'static str, u64> {
    let mut counts = BTreeMap::new();
    for tried in tried {
        let word = if matches!(tried.outcome, "pass" | "fail") { tried.outcome } else { "error" };
        *counts.entry(word).or_default() += 1;
    }
    counts
}

pub fn notes(run: &ToolRun) -> String {
    run.problems.iter().map(|problem| format!("{problem}\n")).collect()
}
