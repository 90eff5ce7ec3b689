//! Which format a file has, from its first bytes and its name. Never reads more than it is given.

use std::borrow::Cow;

/// A format, read or only recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// garak's report, JSON Lines.
    GarakReport,
    /// garak's hitlog: hits only, not read.
    GarakHitlog,
    /// promptfoo's JSON export.
    PromptfooExport,
    /// promptfoo's rows, JSON Lines.
    PromptfooRows,
    /// Program records, JSON Lines.
    RecordLines,
    /// Program records in one JSON array.
    RecordArray,
    /// Program records as a sheet.
    RecordSheet,
    /// Compressed with gzip; look again at what is inside.
    Gzip,
    /// A SQLite database.
    Sqlite,
    /// A zip archive; `.eval` logs of Inspect AI and spreadsheets are such archives.
    Zip,
    /// Something known by name that is not read; with its name.
    Other(&'static str),
}

impl Format {
    /// What to call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::GarakReport => "garak report",
            Self::GarakHitlog => "garak hitlog",
            Self::PromptfooExport => "promptfoo JSON export",
            Self::PromptfooRows => "promptfoo rows",
            Self::RecordLines => "program records (JSON Lines)",
            Self::RecordArray => "program records (JSON array)",
            Self::RecordSheet => "program records (CSV)",
            Self::Gzip => "gzip",
            Self::Sqlite => "SQLite database",
            Self::Zip => "zip archive",
            Self::Other(name) => name,
        }
    }

    /// Why it is not read and what to do instead; `None` where it is read.
    pub fn refusal(self) -> Option<String> {
        let help = match self {
            Self::GarakHitlog => "it holds hits only, so no rate can be made of it: import the `.report.jsonl` of the same run",
            Self::Sqlite => "export the run as JSON (promptfoo: `promptfoo export eval <id> -o run.json`)",
            Self::Zip => "unpack it; a spreadsheet is saved as CSV, an Inspect log (`.eval`) is not read yet",
            Self::Other(PROMPTFOO_OTHER) => "export the run as JSON (`-o run.json`)",
            Self::Other(UTF16) => "save it as UTF-8",
            Self::Other(AVID) => "import the report that it was made of",
            Self::Other(_) => "turn it into program records (`tally schema`) or ask for an importer",
            _ => return None,
        };
        Some(format!("looks like {}, which is not read; {help}", self.name()))
    }
}

const PROMPTFOO_OTHER: &str = "a promptfoo export in another format than JSON";
const UTF16: &str = "UTF-16 text";
const AVID: &str = "an AVID report";

/// What starts with these bytes is this.
const MAGIC: &[(&[u8], Format)] = &[
    (b"\x1f\x8b", Format::Gzip),
    (b"SQLite format 3\0", Format::Sqlite),
    (b"PK\x03\x04", Format::Zip),
    (b"\x28\xb5\x2f\xfd", Format::Other("zstd data")),
    (b"BZh", Format::Other("bzip2 data")),
    (b"\xfd7zXZ\0", Format::Other("xz data")),
    (b"PAR1", Format::Other("a Parquet file")),
    (b"%PDF", Format::Other("a PDF")),
    (b"\xff\xfe", Format::Other(UTF16)),
    (b"\xfe\xff", Format::Other(UTF16)),
];

/// A JSON document that has all these keys near its start is this; the first that fits.
const SHAPES: &[(&[&str], Format)] = &[
    (&["entry_type"], Format::GarakReport),
    (&["attempt_id", "detector", "probe"], Format::GarakHitlog),
    (&["trigger", "detector", "probe"], Format::GarakHitlog),
    (&["evalId"], Format::PromptfooExport),
    (&["results", ".stats"], Format::PromptfooExport),
    (&["results", ".prompts"], Format::PromptfooExport),
    (&["results", ".timestamp"], Format::PromptfooExport),
    (&["promptIdx", "testIdx"], Format::PromptfooRows),
    (&["gradingResult", "namedScores"], Format::PromptfooRows),
    (&["bomFormat"], Format::Other("a CycloneDX document")),
    (&["spdxVersion"], Format::Other("an SPDX document")),
    (&["runs", "$schema"], Format::Other("a SARIF log")),
    (&["runs", "version"], Format::Other("a SARIF log")),
    (&["overview", "test_cases"], Format::Other("a DeepTeam risk assessment")),
    (&["overview", ".vulnerability_type_results"], Format::Other("a DeepTeam risk assessment")),
    (&["eval", "status", ".eval_id"], Format::Other("an Inspect AI log")),
    (&["eval", "status", ".task"], Format::Other("an Inspect AI log")),
    (&["conversation_id", "prompt_target_identifier"], Format::Other("a PyRIT export")),
    (&["conversation_id", "converter_identifiers"], Format::Other("a PyRIT export")),
    (&["summary", ".modelscan_version"], Format::Other("a modelscan report")),
    (&["data_type", "problemtype"], Format::Other(AVID)),
    (&["suite_name", "injection_task_id"], Format::Other("an AgentDojo run")),
    (&["resourceSpans"], Format::Other("OpenTelemetry traces")),
];

/// The format of a file that begins with `first` (64 KiB are plenty) and has this name.
pub fn detect(first: &[u8], name: &str) -> Option<Format> {
    if let Some((_, format)) = MAGIC.iter().find(|(magic, _)| first.starts_with(magic)) {
        return Some(*format);
    }
    let text = first.strip_prefix(b"\xef\xbb\xbf").unwrap_or(first).trim_ascii_start();
    let name = name.to_lowercase();
    match text.first() {
        Some(b'{') => {
            let keys = keys(text);
            of_keys(&keys).or_else(|| (keys.has("kind") || name.ends_with(".jsonl")).then_some(Format::RecordLines))
        }
        Some(b'[') => {
            let element = text[1..].trim_ascii_start();
            let known = if element.first() == Some(&b'{') { of_keys(&keys(element)) } else { None };
            // Elements of an array that some tool writes as lines are no file of that tool.
            match known {
                Some(Format::Other(_)) => known,
                _ => Some(Format::RecordArray),
            }
        }
        Some(b'<') => Some(Format::Other("XML or HTML")),
        Some(_) if text.starts_with(b"evalId:") => Some(Format::Other(PROMPTFOO_OTHER)),
        Some(_) => sheet(text, &name),
        None => name.ends_with(".csv").then_some(Format::RecordSheet),
    }
}

fn of_keys(keys: &Keys<'_>) -> Option<Format> {
    let fits = |shape: &[&str]| shape.iter().all(|key| keys.has(key));
    SHAPES.iter().find(|(shape, _)| fits(shape)).map(|(_, format)| *format)
}

fn sheet(text: &[u8], name: &str) -> Option<Format> {
    let line = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let line = String::from_utf8_lossy(line);
    let heads: Vec<&str> = line.trim_end().split(',').map(|head| head.trim().trim_matches('"')).collect();
    if heads.contains(&"Status") && heads.contains(&"Score") {
        return Some(Format::Other(PROMPTFOO_OTHER));
    }
    if heads.contains(&"conversation_id") {
        return Some(Format::Other("a PyRIT export"));
    }
    let own = heads.len() > 1 && heads.iter().any(|head| matches!(*head, "id" | "kind" | "parent"));
    (own || name.ends_with(".csv")).then_some(Format::RecordSheet)
}

/// Keys of the first object: those of the object itself, and, after a dot, those one level further in.
struct Keys<'a>(Vec<(u32, Cow<'a, str>)>);

impl Keys<'_> {
    fn has(&self, key: &str) -> bool {
        let (depth, key) = key.strip_prefix('.').map_or((1, key), |key| (2, key));
        self.0.iter().any(|(known, name)| *known == depth && name == key)
    }
}

/// Lists the keys of an object of which perhaps only the beginning is there.
fn keys(text: &[u8]) -> Keys<'_> {
    let mut keys = Vec::new();
    let (mut at, mut depth) = (0, 0u32);
    while let Some(&byte) = text.get(at) {
        at += 1;
        match byte {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    break;
                }
            }
            b'"' => {
                let end = text_end(text, at);
                let is_key = text[end..].iter().find(|byte| !byte.is_ascii_whitespace() && **byte != b'"') == Some(&b':');
                if depth <= 2 && is_key {
                    keys.push((depth, String::from_utf8_lossy(&text[at..end])));
                }
                at = end + 1;
            }
            _ => {}
        }
    }
    Keys(keys)
}

/// Where the text that begins at `at` ends: at its quote, or at the end of what is there.
fn text_end(text: &[u8], mut at: usize) -> usize {
    while let Some(&byte) = text.get(at) {
        match byte {
            b'"' => return at,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    text.len()
}
