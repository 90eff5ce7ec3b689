//! Walks an export of promptfoo, row by row, in whatever order its keys come. Never holds more than one row.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use tally_model::Problem;
use tally_model::json::Json;

use super::fold::Fold;
use super::row::{Row, TableRow};
use super::{not_a_row, not_an_object};
use crate::loose::{Maybe, There, Whole, Word};
use crate::run::Attempts;
use crate::scan::{Fault, Scanner};

/// A document on its way into a fold.
pub(super) struct Document<'d, 'f, 's> {
    pub(super) scan: Scanner<'d>,
    pub(super) fold: &'d mut Fold<'f>,
    pub(super) attempts: &'d mut Attempts<'s>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Stats {
    successes: Whole,
    failures: Whole,
    errors: Whole,
    duration_ms: Whole,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Meta {
    promptfoo_version: Option<String>,
    exported_at: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Repeat {
    repeat: Whole,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct TableHead {
    prompts: Vec<There>,
}

impl Document<'_, '_, '_> {
    /// Walks the whole document.
    pub(super) fn walk(&mut self) -> Result<(), Fault> {
        self.scan.enter(b'{')?;
        let mut first = true;
        while let Some(key) = self.scan.key(&mut first)? {
            match key.as_str() {
                "evalId" => self.fold.about.eval_id = self.word()?,
                "results" => self.results()?,
                "config" => self.config()?,
                "metadata" => {
                    let meta: Meta = self.shape()?;
                    self.fold.about.version = meta.promptfoo_version;
                    self.fold.about.exported_at = meta.exported_at;
                }
                "runtimeOptions" => self.repeat()?,
                _ => self.scan.skip()?,
            }
        }
        Ok(())
    }

    fn results(&mut self) -> Result<(), Fault> {
        if !self.open(b'{')? {
            return Ok(());
        }
        let mut first = true;
        while let Some(key) = self.scan.key(&mut first)? {
            match key.as_str() {
                "timestamp" => self.fold.about.timestamp = self.word()?,
                "prompts" => self.fold.about.prompts = self.length()?,
                "results" => self.rows()?,
                "table" => self.table()?,
                "stats" => {
                    let stats: Stats = self.shape()?;
                    self.fold.about.duration = stats.duration_ms.0;
                    if let (Some(successes), Some(failures)) = (stats.successes.0, stats.failures.0) {
                        self.fold.about.stats = Some((successes, failures, stats.errors.0));
                    }
                }
                _ => self.scan.skip()?,
            }
        }
        Ok(())
    }

    fn rows(&mut self) -> Result<(), Fault> {
        if !self.open(b'[')? {
            return Ok(());
        }
        let mut first = true;
        while self.scan.element(&mut first)? {
            let taken = self.scan.take()?;
            if !taken.is_whole() {
                let problem = too_long(taken.length);
                self.fold.bad_row(problem, taken.line);
                continue;
            }
            match serde_json::from_slice::<Maybe<Row<'_>>>(taken.bytes) {
                Ok(Maybe(Some(row))) => self.fold.take(&row, self.attempts),
                Ok(Maybe(None)) => self.fold.bad_row(not_an_object(), taken.line),
                Err(error) => self.fold.bad_row(not_a_row(&error), taken.line),
            }
        }
        Ok(())
    }

    fn table(&mut self) -> Result<(), Fault> {
        if self.fold.has_rows() || !self.open(b'{')? {
            return if self.fold.has_rows() { self.scan.skip() } else { Ok(()) };
        }
        let mut first = true;
        while let Some(key) = self.scan.key(&mut first)? {
            match key.as_str() {
                "head" => {
                    let head: TableHead = self.shape()?;
                    self.fold.about.prompts = Some(head.prompts.len() as u64);
                }
                "body" => self.table_rows()?,
                _ => self.scan.skip()?,
            }
        }
        Ok(())
    }

    fn table_rows(&mut self) -> Result<(), Fault> {
        if !self.open(b'[')? {
            return Ok(());
        }
        let (mut first, mut test) = (true, 0);
        while self.scan.element(&mut first)? {
            let taken = self.scan.take()?;
            if taken.is_whole() {
                match serde_json::from_slice::<Maybe<TableRow<'_>>>(taken.bytes) {
                    Ok(Maybe(Some(row))) => self.fold.take_table_row(&row, test, self.attempts),
                    Ok(Maybe(None)) => self.fold.bad_row(not_an_object(), taken.line),
                    Err(error) => self.fold.bad_row(not_a_row(&error), taken.line),
                }
            } else {
                let problem = too_long(taken.length);
                self.fold.bad_row(problem, taken.line);
            }
            test += 1;
        }
        Ok(())
    }

    fn config(&mut self) -> Result<(), Fault> {
        if !self.open(b'{')? {
            return Ok(());
        }
        let mut first = true;
        while let Some(key) = self.scan.key(&mut first)? {
            match key.as_str() {
                "description" => self.fold.about.description = self.word()?,
                "tests" => self.fold.about.tests = self.length()?,
                "evaluateOptions" => self.repeat()?,
                "providers" | "redteam" | "env" | "defaultTest" => {
                    let taken = self.scan.take()?;
                    if let Ok(json) = Json::parse(taken.bytes) {
                        self.fold.about.secrets += secrets(&json);
                    }
                }
                _ => self.scan.skip()?,
            }
        }
        Ok(())
    }

    fn repeat(&mut self) -> Result<(), Fault> {
        let options: Repeat = self.shape()?;
        let repeat = &mut self.fold.about.repeat;
        *repeat = options.repeat.0.max(*repeat);
        Ok(())
    }

    /// Steps into what should stand there; steps over it where something else does.
    fn open(&mut self, bracket: u8) -> Result<bool, Fault> {
        if self.scan.peek()? == Some(bracket) {
            self.scan.enter(bracket)?;
            return Ok(true);
        }
        self.scan.skip()?;
        Ok(false)
    }

    /// The objects of an array; `None` where it is no array of objects.
    fn length(&mut self) -> Result<Option<u64>, Fault> {
        if !self.open(b'[')? {
            return Ok(None);
        }
        let (mut first, mut count, mut known) = (true, 0, true);
        while self.scan.element(&mut first)? {
            // A test may be a reference to a file, which holds nobody knows how many.
            known &= self.scan.peek()? == Some(b'{');
            count += 1;
            self.scan.skip()?;
        }
        Ok(known.then_some(count))
    }

    fn word(&mut self) -> Result<Option<String>, Fault> {
        let taken = self.scan.take()?;
        let word: Word<'_> = serde_json::from_slice(taken.bytes).unwrap_or_default();
        Ok(word.owned())
    }

    fn shape<T: DeserializeOwned + Default>(&mut self) -> Result<T, Fault> {
        Ok(serde_json::from_slice(self.scan.take()?.bytes).unwrap_or_default())
    }
}

fn too_long(length: u64) -> Problem {
    Problem::error(format!("a row of {length} bytes"), "a shorter one").with_help("it was left out")
}

/// How many keys and tokens stand in clear in a configuration.
fn secrets(json: &Json<'_>) -> u64 {
    match json {
        Json::Object(members) => members.iter().map(|(name, value)| u64::from(is_secret(name, value)) + secrets(value)).sum(),
        Json::List(items) => items.iter().map(secrets).sum(),
        _ => 0,
    }
}

fn is_secret(name: &str, value: &Json<'_>) -> bool {
    let name = name.to_lowercase().replace(['_', '-'], "");
    let telling = ["apikey", "token", "secret", "password", "authorization"].iter().any(|end| name.ends_with(end));
    let text = value.text().unwrap_or_default();
    telling && !text.is_empty() && !text.contains("REDACTED") && !text.contains("{{")
}
