//! Uploads that somebody looks at before they import them: files in a folder of their own, named by a random token, bound to
//! who sent them, gone after an hour. Looking and writing run on a thread of their own, so that a page can tell how far they
//! are. Decides nothing about content: that is the verbs' work.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tally_app::import::{Ask, Import, Options, Progress, ToolImports, Watch, records, tool_runs};
use tally_app::{Error, Programme};
use tally_model::Instant;

use crate::failure::Failure;
use crate::house::House;
use crate::visit::Sent;

/// How long an upload is kept, in microseconds.
const KEPT: i64 = 3_600_000_000;
/// Uploads of one person, and of all.
const OF_ONE: usize = 3;
const OF_ALL: usize = 16;
/// Bytes of a file's name.
const NAME_MAX: usize = 120;
/// How much more than an upload may be what its compressed files unfold to.
const UNFOLDS: u64 = 8;

/// What somebody said of their files.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// Whether they are tools' reports; else program records.
    pub reports: bool,
    /// The tool, where it was named.
    pub tool: Option<String>,
    /// The system that was tested.
    pub system: String,
    /// The suite, where it was named.
    pub suite: Option<String>,
    /// For this system too.
    pub also: bool,
}

/// What an import did, or would do.
pub enum Outcome {
    /// Of records.
    Records(Import),
    /// Of reports.
    Runs(ToolImports),
}

impl Outcome {
    /// What it did to the records.
    pub fn import(&self) -> &Import {
        match self {
            Self::Records(import) => import,
            Self::Runs(runs) => &runs.import,
        }
    }
}

/// Where an upload stands.
#[derive(Clone)]
pub enum State {
    /// A thread is at it: whether it writes, and how far it is.
    Working(bool, Option<Progress>),
    /// It was looked at; nothing is written.
    Looked(Arc<Outcome>),
    /// It is written, or was refused at the last moment.
    Written(Arc<Outcome>),
    /// It could not be read or written.
    Failed(String),
}

/// One upload.
pub struct Lot {
    /// Its name, which nobody can guess.
    pub token: String,
    /// What was said of it.
    pub asked: Asked,
    /// The files' names and sizes in bytes.
    pub files: Vec<(String, u64)>,
    owner: String,
    made: Instant,
    folder: PathBuf,
    paths: Vec<PathBuf>,
    state: Mutex<(State, bool)>,
    changed: Condvar,
}

/// All uploads that wait.
#[derive(Default)]
pub struct Staging(Mutex<HashMap<String, Arc<Lot>>>);

impl Staging {
    /// Takes files in. The oldest upload of the same person goes where they have too many.
    ///
    /// # Errors
    /// Where too many uploads of others wait, or a file cannot be moved.
    pub fn take(&self, folder: &Path, owner: &str, files: &[Sent], asked: Asked, now: Instant) -> Result<Arc<Lot>, Failure> {
        let token = tally_app::access::fresh()?;
        let mut lot = Lot {
            folder: folder.join(&token),
            owner: owner.to_owned(),
            made: now,
            asked,
            files: Vec::new(),
            paths: Vec::new(),
            state: Mutex::new((State::Working(false, None), false)),
            changed: Condvar::new(),
            token,
        };
        for (nth, file) in files.iter().enumerate() {
            lot.keep(nth, file).map_err(|error| {
                tracing::error!(%error, "an upload could not be kept");
                Failure::Broken
            })?;
        }
        let lot = Arc::new(lot);
        let mut lots = held(&self.0);
        lots.retain(|_, lot| lot.lasts(now));
        let mut own: Vec<_> =
            lots.values().filter(|lot| lot.owner == owner && !lot.works()).map(|lot| (lot.made, lot.token.clone())).collect();
        own.sort();
        for (_, token) in own.iter().take((own.len() + 1).saturating_sub(OF_ONE)) {
            lots.remove(token);
        }
        if lots.len() >= OF_ALL || lots.values().filter(|lot| lot.owner == owner).count() >= OF_ONE {
            return Err(Failure::TooOften(60));
        }
        lots.insert(lot.token.clone(), Arc::clone(&lot));
        Ok(lot)
    }

    /// An upload of this person.
    ///
    /// # Errors
    /// Where there is none: it was another's, or its hour is over.
    pub fn find(&self, token: &str, owner: &str, now: Instant) -> Result<Arc<Lot>, Failure> {
        let mut lots = held(&self.0);
        lots.retain(|_, lot| lot.lasts(now));
        let found = lots.get(token).filter(|lot| lot.owner == owner);
        found
            .cloned()
            .ok_or_else(|| Failure::Missing("this upload is gone: uploads are kept for an hour; send it again".to_owned()))
    }

    /// Waits until no upload is being looked at or written any more.
    pub fn settle(&self) {
        let lots: Vec<Arc<Lot>> = held(&self.0).values().map(Arc::clone).collect();
        for lot in lots.iter().filter(|lot| lot.works()) {
            let working = |state: &mut (State, bool)| matches!(state.0, State::Working(..));
            drop(lot.changed.wait_while(held(&lot.state), working));
        }
    }

    /// Lets go of an upload. One that is worked at stays.
    pub fn drop(&self, lot: &Lot) {
        if !lot.works() {
            held(&self.0).remove(&lot.token);
        }
    }
}

impl Lot {
    fn keep(&mut self, nth: usize, file: &Sent) -> std::io::Result<()> {
        let name = plain_name(&file.name);
        let folder = self.folder.join(nth.to_string());
        std::fs::create_dir_all(&folder)?;
        let path = folder.join(&name);
        std::fs::rename(&file.path, &path)?;
        self.files.push((name, std::fs::metadata(&path)?.len()));
        self.paths.push(path);
        Ok(())
    }

    /// Where its files lie.
    pub fn paths(&self) -> &[PathBuf] {
        &self.paths
    }

    /// Where it stands, and whether bad rows are left out.
    pub fn state(&self) -> (State, bool) {
        held(&self.state).clone()
    }

    /// Begins to look (again), or to write what was looked at; waits for up to two seconds.
    ///
    /// # Errors
    /// Where a thread is at it already, or there is nothing to write.
    pub fn begin(self: &Arc<Self>, house: &Arc<House>, writes: bool, skip_bad: bool) -> Result<(), Failure> {
        let before = {
            let mut state = held(&self.state);
            let fits = match (&state.0, writes) {
                (State::Working(_, Some(_)), _) | (State::Written(_), _) => false,
                (State::Working(_, None) | State::Failed(_) | State::Looked(_), false) | (State::Looked(_), true) => true,
                (_, true) => false,
            };
            if !fits {
                return Err(Failure::Conflict("this upload is being imported, or was; look at where it stands".to_owned()));
            }
            let zero = Progress { bytes: 0, total: None, records: 0 };
            std::mem::replace(&mut *state, (State::Working(writes, Some(zero)), skip_bad))
        };
        let (lot, house) = (Arc::clone(self), Arc::clone(house));
        let spawned =
            std::thread::Builder::new().name("tally-import".to_owned()).spawn(move || lot.work(&house, writes, skip_bad));
        if let Err(error) = spawned {
            tracing::error!(%error, "no thread for an import");
            *held(&self.state) = before;
            return Err(Failure::Broken);
        }
        let working = |state: &mut (State, bool)| matches!(state.0, State::Working(..));
        // Whether it is done or not, the page tells where it stands.
        drop(self.changed.wait_timeout_while(held(&self.state), Duration::from_secs(2), working));
        Ok(())
    }

    fn work(self: &Arc<Self>, house: &House, writes: bool, skip_bad: bool) {
        let lot = Arc::clone(self);
        let watch = Watch::new(move |progress| held(&lot.state).0 = State::Working(writes, Some(progress)));
        let options = Options {
            actor: self.owner.clone(),
            at: tally_app::now(),
            dry_run: !writes,
            skip_bad,
            unfolded_max: house.serving.upload_max.saturating_mul(UNFOLDS),
            watch,
            ..Options::default()
        };
        let done = catch_unwind(AssertUnwindSafe(|| house.bench.write(|programme| self.run(programme, &options))));
        let next = match done {
            Ok(Ok(outcome)) if writes => State::Written(Arc::new(outcome)),
            Ok(Ok(outcome)) => State::Looked(Arc::new(outcome)),
            Ok(Err(error)) => {
                tracing::warn!(%error, writes, "an upload could not be imported");
                State::Failed(Failure::from(error).detail())
            }
            Err(_) => State::Failed(Failure::Broken.to_string()),
        };
        let written = matches!(next, State::Written(_));
        held(&self.state).0 = next;
        self.changed.notify_all();
        if written {
            // Reports are kept as evidence; the copy here has done its work.
            drop(std::fs::remove_dir_all(&self.folder));
        }
    }

    fn run(&self, programme: &mut Programme, options: &Options) -> Result<Outcome, Error> {
        let asked = &self.asked;
        if !asked.reports {
            return records(programme, &self.paths, options).map(Outcome::Records);
        }
        let ask = Ask { tool: asked.tool.as_deref(), system: &asked.system, suite: asked.suite.as_deref(), also: asked.also };
        tool_runs(programme, &self.paths, &ask, options).map(Outcome::Runs)
    }

    fn works(&self) -> bool {
        matches!(held(&self.state).0, State::Working(_, Some(_)))
    }

    fn lasts(&self, now: Instant) -> bool {
        self.works() || now.micros().saturating_sub(self.made.micros()) < KEPT
    }
}

impl Drop for Lot {
    fn drop(&mut self) {
        // What is left over lies in a folder that is emptied at the next start.
        drop(std::fs::remove_dir_all(&self.folder));
    }
}

/// A name that is one part of a path on every system; its ending, which says what the file is, stays.
fn plain_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let allowed = |c: char| c.is_ascii_alphanumeric() || ".-_ ()+,=@".contains(c) || (c.is_alphanumeric() && !c.is_ascii());
    let plain: String = last.chars().map(|c| if allowed(c) { c } else { '_' }).collect();
    let plain = plain.trim().trim_start_matches('.');
    let from = plain.char_indices().map(|(at, _)| at).find(|at| plain.len() - at <= NAME_MAX).unwrap_or(plain.len());
    let plain = plain[from..].trim_start_matches('.').trim_end_matches(['.', ' ']);
    if plain.is_empty() { "upload".to_owned() } else { plain.to_owned() }
}

fn held<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}
