//! A programme that many use at once: one writer, a pool of readers, facts that are swapped and never changed in place.
//!
//! Nothing here knows who asks; a viewer's scope comes in as an argument, and every count is made under it.

use std::any::Any;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, TryLockError};

use tally_model::Instant;
use tally_report::Score;

use crate::list::{self, ListPage, ListState, View};
use crate::scope::Scope;
use crate::score::{Ask, Which, score};
use crate::{Error, Facts, Programme};

/// Scopes whose facts are kept.
const SCOPES: usize = 8;
/// Connections that are kept for the next reader.
const READERS: usize = 8;
/// Other answers that are kept.
const KEPT: usize = 1_024;
/// Entries that facts follow in the time of a page; for more, readers do not wait.
const LARGE: u64 = 2_000;
/// Scores that are kept: a few metrics for a few scopes.
const SCORES: usize = 512;

/// A programme in use.
pub struct Workbench {
    root: PathBuf,
    database: Option<crate::Database>,
    writer: Mutex<Programme>,
    readers: Mutex<Vec<Programme>>,
    facts: Mutex<Arc<Facts>>,
    following: Mutex<()>,
    scoped: Mutex<HashMap<Scope, (u64, Arc<Facts>)>>,
    scores: Mutex<HashMap<Question, Answered>>,
    kept: Mutex<HashMap<(Scope, String), Kept>>,
}

/// What was made of the facts, and how many entries they had.
type Kept = (u64, Arc<dyn Any + Send + Sync>);

/// What a score depends on.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Question {
    scope: Scope,
    entries: u64,
    as_of: i64,
    months: u32,
    which: String,
    segments: bool,
}

type Answered = Arc<OnceLock<Arc<Score>>>;

impl Workbench {
    /// Takes an open programme into use. Reads its facts.
    ///
    /// # Errors
    /// Where the journal cannot be read.
    pub fn open(programme: Programme) -> Result<Self, Error> {
        let facts = Arc::new(Facts::open(&programme, None)?);
        facts.prepare();
        Ok(Self {
            root: programme.root().to_owned(),
            database: programme.database().cloned(),
            writer: Mutex::new(programme),
            readers: Mutex::default(),
            facts: Mutex::new(facts),
            following: Mutex::default(),
            scoped: Mutex::default(),
            scores: Mutex::default(),
            kept: Mutex::default(),
        })
    }

    /// The data directory.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Runs a read on a connection of its own.
    ///
    /// # Errors
    /// What `read` returns, or where no connection can be made.
    pub fn read<T>(&self, read: impl FnOnce(&Programme) -> Result<T, Error>) -> Result<T, Error> {
        let kept = held(&self.readers).pop();
        let programme = match kept {
            Some(programme) => programme,
            // Not from the writer: a reader does not wait for a long write.
            None => Programme::open_at(&self.root, self.database.as_ref())?,
        };
        let answer = read(&programme);
        let mut readers = held(&self.readers);
        if readers.len() < READERS {
            readers.push(programme);
        }
        answer
    }

    /// Runs a write: one at a time. The facts follow before it returns, so that who writes sees what was written.
    ///
    /// # Errors
    /// What `write` returns, or where the facts cannot follow.
    pub fn write<T>(&self, write: impl FnOnce(&mut Programme) -> Result<T, Error>) -> Result<T, Error> {
        let answer = write(&mut held(&self.writer))?;
        self.all_facts(true)?;
        Ok(answer)
    }

    /// The facts at the journal's head, cut to a scope.
    ///
    /// # Errors
    /// Where the journal cannot be read.
    pub fn facts(&self, scope: &Scope) -> Result<Arc<Facts>, Error> {
        self.cut(scope, self.all_facts(false)?)
    }

    fn cut(&self, scope: &Scope, facts: Arc<Facts>) -> Result<Arc<Facts>, Error> {
        let Scope::Teams(teams) = scope else { return Ok(facts) };
        if let Some((entries, cut)) = held(&self.scoped).get(scope)
            && *entries == facts.entries
        {
            return Ok(Arc::clone(cut));
        }
        let cut = Arc::new(facts.of_teams(teams)?);
        let mut scoped = held(&self.scoped);
        if scoped.len() >= SCOPES && !scoped.contains_key(scope) {
            // A wide scope holds rows of its own: those of an older state go first, then whichever.
            scoped.retain(|_, (entries, _)| *entries == facts.entries);
            while scoped.len() >= SCOPES {
                let Some(any) = scoped.keys().next().cloned() else { break };
                scoped.remove(&any);
            }
        }
        scoped.insert(scope.clone(), (facts.entries, Arc::clone(&cut)));
        Ok(cut)
    }

    /// All facts at the journal's head, whoever wrote last: this process or another.
    ///
    /// While facts follow a large import, who only reads gets those of just before it and does not wait; pages say of which
    /// entry they are.
    fn all_facts(&self, at_head: bool) -> Result<Arc<Facts>, Error> {
        let head = self.read(|programme| Ok(programme.store.head()?.size))?;
        let known = Arc::clone(&held(&self.facts));
        if known.entries >= head {
            return Ok(known);
        }
        // One follows, the others wait for it and take what it found.
        let _turn = match self.following.try_lock() {
            Ok(turn) => turn,
            Err(TryLockError::Poisoned(left)) => left.into_inner(),
            Err(TryLockError::WouldBlock) if !at_head && head - known.entries > LARGE => return Ok(known),
            Err(TryLockError::WouldBlock) => held(&self.following),
        };
        let known = Arc::clone(&held(&self.facts));
        if known.entries >= head {
            return Ok(known);
        }
        let mut next = Facts::clone(&known);
        self.read(|programme| next.follow(programme))?;
        let next = Arc::new(next);
        *held(&self.facts) = Arc::clone(&next);
        Ok(next)
    }

    /// A score, kept until the journal grows.
    ///
    /// # Errors
    /// Where a name is unknown, or a population's query does not run.
    pub fn score(&self, scope: &Scope, ask: &Ask) -> Result<Arc<Score>, Error> {
        let facts = self.facts(scope)?;
        let question = Question {
            scope: scope.clone(),
            entries: facts.entries,
            as_of: ask.as_of.micros(),
            months: ask.months,
            which: match &ask.which {
                Which::Scorecard(id) => format!("scorecard/{id}"),
                Which::One(id) => format!("metric/{id}"),
                Which::All => "all".to_owned(),
            },
            segments: ask.segments,
        };
        let slot = self.slot(question);
        if let Some(known) = slot.get() {
            return Ok(Arc::clone(known));
        }
        let made = Arc::new(self.read(|programme| score(programme, &facts, ask))?);
        Ok(Arc::clone(slot.get_or_init(|| made)))
    }

    fn slot(&self, question: Question) -> Answered {
        let mut scores = held(&self.scores);
        if scores.len() >= SCORES && !scores.contains_key(&question) {
            let newest = question.entries;
            scores.retain(|known, _| known.entries == newest);
            if scores.len() >= SCORES {
                scores.clear();
            }
        }
        Arc::clone(scores.entry(question).or_default())
    }

    /// What `make` makes of the facts, kept under a name until the journal grows. The name holds all that it depends on
    /// beside the facts.
    ///
    /// # Errors
    /// What `make` returns, or where the journal cannot be read.
    pub fn kept<T: Any + Send + Sync, E: From<Error>>(
        &self,
        scope: &Scope,
        name: &str,
        make: impl FnOnce(&Facts) -> Result<T, E>,
    ) -> Result<Arc<T>, E> {
        self.moved(scope, name, |_| true, |facts, _| make(facts))
    }

    /// The same for what can follow the journal: `make` is given what was kept last, of an older state of the journal or no
    /// longer `good`, so that it need not begin anew.
    ///
    /// # Errors
    /// What `make` returns, or where the journal cannot be read.
    pub fn moved<T: Any + Send + Sync, E: From<Error>>(
        &self,
        scope: &Scope,
        name: &str,
        good: impl Fn(&T) -> bool,
        make: impl FnOnce(&Facts, Option<Arc<T>>) -> Result<T, E>,
    ) -> Result<Arc<T>, E> {
        let facts = self.facts(scope)?;
        let key = (scope.clone(), name.to_owned());
        let known = held(&self.kept).get(&key).map(|(entries, known)| (*entries, Arc::clone(known)));
        let known = known.and_then(|(entries, known)| Some((entries, known.downcast::<T>().ok()?)));
        if let Some((_, known)) = known.as_ref().filter(|(entries, known)| *entries == facts.entries && good(known)) {
            return Ok(Arc::clone(known));
        }
        let made = Arc::new(make(&facts, known.map(|(_, known)| known))?);
        let mut kept = held(&self.kept);
        if kept.len() >= KEPT {
            kept.retain(|_, (entries, _)| *entries == facts.entries);
            if kept.len() >= KEPT {
                kept.clear();
            }
        }
        kept.insert(key, (facts.entries, Arc::clone(&made) as Arc<dyn Any + Send + Sync>));
        Ok(made)
    }

    /// A page of a list, kept as [`Workbench::kept`] does.
    ///
    /// # Errors
    /// Where the facts cannot be read.
    pub fn list(&self, scope: &Scope, view: &'static View, state: &ListState) -> Result<Arc<ListPage>, Error> {
        self.kept(scope, &format!("list/{}/{state:?}", view.kind), |facts| list::page(facts, view, state))
    }

    /// Makes what most pages ask for at this instant, before somebody waits for it.
    ///
    /// # Errors
    /// Where the journal cannot be read, or a population's query does not run.
    pub fn warm(&self, now: Instant) -> Result<(), Error> {
        let as_of = Self::as_of(now);
        let card = Ask { as_of, months: 12, which: Which::Scorecard("default".to_owned()), segments: false };
        self.score(&Scope::All, &card)?;
        self.score(&Scope::All, &Ask { which: Which::All, ..card })?;
        for view in ["finding", "system"].into_iter().filter_map(list::view) {
            self.list(&Scope::All, view, &ListState { as_of: Some(as_of), ..ListState::default() })?;
        }
        Ok(())
    }

    /// The instant that pages count at where none is asked for: the end of the hour that `now` lies in, so that all that
    /// happened is in and a number stays the same while people look at it.
    pub fn as_of(now: Instant) -> Instant {
        const HOUR: i64 = 3_600_000_000;
        Instant::from_micros((now.micros().div_euclid(HOUR) + 1).saturating_mul(HOUR))
    }
}

/// The content of a lock; a thread that panicked with it left it whole, since every change is one assignment.
fn held<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}
