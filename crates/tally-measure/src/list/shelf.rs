//! What was worked out for lists, kept within a bound of bytes. A cache: losing it costs time and nothing else.
//!
//! A key names the very chunks that an answer was made from, and the shelf holds on to those chunks: so an address
//! stays theirs, and engines that share chunks share answers. One reader works an answer out, others wait for it.

use std::any::Any;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use datafusion::arrow::array::ArrayRef;

use super::horizon::Horizon;
use super::lexicon::Lexicons;
use crate::MeasureError;

/// Most bytes on a shelf of answers.
const BYTES_MAX: usize = 64 << 20;
/// Most bytes of parts of columns, from which answers are made: about 100 a finding where all columns were asked for.
const PARTS_MAX: usize = 144 << 20;
/// Most bytes of folded texts, which are searched: about 100 a finding too.
const TEXTS_MAX: usize = 112 << 20;
/// Answers kept for one question, each for a stretch of time of its own.
const SPANS_MAX: usize = 4;

type Drawer = Arc<Mutex<Vec<Kept>>>;

/// One answer.
struct Kept {
    value: Arc<dyn Any + Send + Sync>,
    horizon: Horizon,
    bytes: usize,
    _pins: Vec<ArrayRef>,
}

#[derive(Default)]
struct Drawers {
    known: HashMap<u64, (Drawer, u64, usize)>,
    bytes: usize,
}

/// Answers by question.
pub(crate) struct Shelf {
    drawers: Mutex<Drawers>,
    uses: AtomicU64,
    bytes_max: usize,
}

impl Default for Shelf {
    fn default() -> Self {
        Self { drawers: Mutex::default(), uses: AtomicU64::new(0), bytes_max: BYTES_MAX }
    }
}

/// What all lists of an engine and its copies share: answers, and the parts of columns that answers are made from. They
/// lie apart, so that many answers do not push out what the next one needs.
pub(crate) struct Pantry {
    pub(crate) answers: Shelf,
    pub(crate) parts: Shelf,
    pub(crate) texts: Shelf,
    pub(crate) lexicons: Lexicons,
}

impl Default for Pantry {
    fn default() -> Self {
        let shelf = |bytes_max| Shelf { bytes_max, ..Shelf::default() };
        Self { answers: Shelf::default(), parts: shelf(PARTS_MAX), texts: shelf(TEXTS_MAX), lexicons: Lexicons::default() }
    }
}

/// What was made: the answer, how long it holds, and about how large it is.
pub(crate) struct Made<T> {
    pub(crate) value: T,
    pub(crate) horizon: Horizon,
    pub(crate) bytes: usize,
}

impl Shelf {
    /// The answer to `key` at `at`, from the shelf or made now.
    pub(crate) fn keep<T: Send + Sync + 'static>(
        &self,
        key: u64,
        at: i64,
        pins: impl FnOnce() -> Vec<ArrayRef>,
        make: impl FnOnce() -> Result<Made<T>, MeasureError>,
    ) -> Result<(Arc<T>, Horizon), MeasureError> {
        self.keep_fit(key, at, |_| true, |_| pins(), make)
    }

    /// The same where the key does not say all that an answer depends on: `fits` knows whether a kept one is still true.
    pub(crate) fn keep_fit<T: Send + Sync + 'static>(
        &self,
        key: u64,
        at: i64,
        fits: impl Fn(&T) -> bool,
        pins: impl FnOnce(&T) -> Vec<ArrayRef>,
        make: impl FnOnce() -> Result<Made<T>, MeasureError>,
    ) -> Result<(Arc<T>, Horizon), MeasureError> {
        let drawer = self.drawer(key);
        let mut kept = drawer.lock().unwrap_or_else(PoisonError::into_inner);
        let true_now = kept.iter().filter(|kept| kept.horizon.holds(at));
        let mut known = true_now.filter_map(|kept| Some((Arc::clone(&kept.value).downcast::<T>().ok()?, kept.horizon)));
        if let Some(answer) = known.find(|(value, _)| fits(value)) {
            return Ok(answer);
        }
        drop(known);
        let made = make()?;
        let value = Arc::new(made.value);
        let stored: Arc<dyn Any + Send + Sync> = Arc::<T>::clone(&value);
        if kept.len() >= SPANS_MAX {
            kept.remove(0);
        }
        kept.push(Kept { value: stored, horizon: made.horizon, bytes: made.bytes, _pins: pins(&value) });
        let bytes = kept.iter().map(|kept| kept.bytes).sum();
        drop(kept);
        self.settle(key, bytes);
        Ok((value, made.horizon))
    }

    /// Whether the answer is at hand.
    pub(crate) fn has(&self, key: u64, at: i64) -> bool {
        let drawers = self.drawers.lock().unwrap_or_else(PoisonError::into_inner);
        let drawer = drawers.known.get(&key).map(|(drawer, ..)| Arc::clone(drawer));
        drop(drawers);
        // Where somebody works it out just now, it will be.
        drawer.is_some_and(|drawer| drawer.try_lock().map_or(true, |kept| kept.iter().any(|kept| kept.horizon.holds(at))))
    }

    fn drawer(&self, key: u64) -> Drawer {
        let used = self.uses.fetch_add(1, Ordering::Relaxed);
        let mut drawers = self.drawers.lock().unwrap_or_else(PoisonError::into_inner);
        let (drawer, last, _) = drawers.known.entry(key).or_default();
        *last = used;
        Arc::clone(drawer)
    }

    /// Notes how large a drawer is now, and clears out those not used for longest while there is too much.
    fn settle(&self, key: u64, bytes: usize) {
        let mut drawers = self.drawers.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, _, before)) = drawers.known.get_mut(&key) {
            let before = std::mem::replace(before, bytes);
            drawers.bytes = (drawers.bytes + bytes).saturating_sub(before);
        }
        if drawers.bytes <= self.bytes_max {
            return;
        }
        let mut by_age: Vec<(u64, u64)> = drawers.known.iter().map(|(key, (_, last, _))| (*last, *key)).collect();
        by_age.sort_unstable();
        for (_, old) in by_age {
            if drawers.bytes <= self.bytes_max / 4 * 3 {
                break;
            }
            if old != key
                && let Some((_, _, bytes)) = drawers.known.remove(&old)
            {
                drawers.bytes = drawers.bytes.saturating_sub(bytes);
            }
        }
    }
}

/// A running hash for keys (FNV-1a); not for hostile input: what goes in are names, filters and addresses.
#[derive(Clone, Copy)]
pub(crate) struct Key(u64);

impl Key {
    /// A key that begins with `what`.
    pub(crate) fn new(what: &str) -> Self {
        Self(0xcbf2_9ce4_8422_2325).text(what)
    }

    /// With a text.
    pub(crate) fn text(self, text: &str) -> Self {
        text.bytes().fold(self, |key, byte| key.byte(byte)).byte(0xff)
    }

    /// With a number.
    pub(crate) fn number(self, number: u64) -> Self {
        number.to_le_bytes().into_iter().fold(self, Self::byte)
    }

    fn byte(self, byte: u8) -> Self {
        Self((self.0 ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3))
    }

    /// The key.
    pub(crate) fn value(self) -> u64 {
        self.0
    }
}
