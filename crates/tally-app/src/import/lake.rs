//! The attempts of a run on their way into the lake. A file has its name only when all of it is on the disk.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use tally_measure::{Attempt, AttemptsFile, attempts_file};

use crate::{Error, Programme};

/// Drafts of this process so far: two imports at once must not share one.
static DRAFTS: AtomicU64 = AtomicU64::new(0);

/// The attempts of a run on their way into the lake.
pub(super) struct Lake {
    file: Option<AttemptsFile>,
    draft: PathBuf,
    failed: Option<tally_measure::MeasureError>,
}

/// A file of the lake that no commit names yet: it goes away with this, unless it is kept.
pub(super) struct Pending(Option<PathBuf>);

impl Pending {
    /// The file, where there is one.
    pub(super) fn path(&self) -> Option<&Path> {
        self.0.as_deref()
    }

    /// A commit names it now.
    pub(super) fn keep(mut self) {
        self.0 = None;
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        if let Some(path) = &self.0 {
            // What stays behind is a file that nothing names, and nothing reads.
            let _ = std::fs::remove_file(path);
        }
    }
}

impl Lake {
    pub(super) fn new(programme: &Programme, tool: &str) -> Result<Self, Error> {
        let no = DRAFTS.fetch_add(1, Ordering::Relaxed);
        let draft = programme.attempts_folder().join(format!("{tool}-{}-{no}.parquet", std::process::id()));
        Ok(Self { file: Some(attempts_file(&draft)?), draft, failed: None })
    }

    pub(super) fn push(&mut self, tool: &str, report: &str, system: &str, attempt: &tally_import::Attempt<'_>) {
        let Some(file) = &mut self.file else { return };
        let outcome = match attempt.outcome {
            tally_import::Outcome::Pass => "pass",
            tally_import::Outcome::Fail => "fail",
            tally_import::Outcome::Error(_) => "error",
        };
        let row = Attempt {
            tool,
            report,
            target: attempt.target,
            system,
            probe: attempt.probe,
            detector: attempt.detector,
            test: attempt.key,
            generation: i64::from(attempt.generation),
            outcome,
            score: attempt.score.filter(|score| score.is_finite()),
        };
        if let Err(error) = file.push(&row) {
            self.failed = Some(error);
            self.file = None;
        }
    }

    /// Whether all attempts so far could be written.
    pub(super) fn check(&mut self) -> Result<(), Error> {
        self.failed.take().map_or(Ok(()), |error| Err(error.into()))
    }

    /// Closes the file and gives it this name.
    pub(super) fn finish(self, programme: &Programme, name: &str) -> Result<Pending, Error> {
        let Some(file) = self.file else { return Ok(Pending(None)) };
        file.finish()?;
        let path = programme.attempts_folder().join(name);
        std::fs::rename(&self.draft, &path).map_err(Error::file("naming", &path))?;
        Ok(Pending(Some(path)))
    }
}
