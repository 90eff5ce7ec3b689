//! Words and their codes, one list of words a column for all chunks and all copies of the facts. It only grows, so codes
//! that were given stay true and a changed chunk is all that has to be read again.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use datafusion::arrow::array::{Array, StringViewArray};

/// Words by code; code 0 is no word.
pub(crate) type Names = Arc<Wordlist>;

/// A list of words.
#[derive(Debug, Default)]
pub(crate) struct Wordlist {
    words: Vec<Arc<str>>,
    ranks: OnceLock<Vec<u32>>,
}

impl Wordlist {
    pub(crate) fn new(words: Vec<Arc<str>>) -> Self {
        Self { words, ranks: OnceLock::new() }
    }

    /// The place of each word in the alphabet.
    pub(crate) fn ranks(&self) -> &[u32] {
        self.ranks.get_or_init(|| {
            let words = self.words.iter().enumerate();
            let mut sorted: Vec<(String, &str, usize)> = words.map(|(at, word)| (word.to_lowercase(), &**word, at)).collect();
            sorted.sort_unstable();
            let mut ranks = vec![0; sorted.len()];
            for (rank, (_, _, at)) in (0..).zip(sorted) {
                ranks[at] = rank;
            }
            ranks
        })
    }
}

impl std::ops::Deref for Wordlist {
    type Target = [Arc<str>];

    fn deref(&self) -> &Self::Target {
        &self.words
    }
}

/// Words beyond what a table ever had rows; with more, most of them are gone from the facts.
const SPARE: usize = 65_536;

/// A hash that is quick on short words. A column of words that collide costs time only.
#[derive(Default)]
struct Quick(u64);

impl Hasher for Quick {
    fn write(&mut self, bytes: &[u8]) {
        for part in bytes.chunks(8) {
            let mut word = [0u8; 8];
            word[..part.len()].copy_from_slice(part);
            self.0 = (self.0.rotate_left(5) ^ u64::from_le_bytes(word)).wrapping_mul(0x517c_c1b7_2722_0a95);
        }
    }

    fn finish(&self) -> u64 {
        // The table takes its place from the low bits, which a product mixes least.
        self.0 ^ (self.0 >> 32)
    }
}

type Known<T> = HashMap<T, u32, BuildHasherDefault<Quick>>;

/// The words of one column.
pub(crate) struct Lexicon {
    /// Never the same for two lexicons: codes mean something under one of them only.
    pub(crate) id: u64,
    words: Mutex<Words>,
}

struct Words {
    known: Known<Arc<str>>,
    names: Vec<Arc<str>>,
    shown: Option<Names>,
    rows: usize,
}

impl Default for Lexicon {
    fn default() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        let words = Words { known: Known::default(), names: vec![Arc::from("")], shown: None, rows: 0 };
        Self { id: NEXT.fetch_add(1, Ordering::Relaxed), words: Mutex::new(words) }
    }
}

impl Lexicon {
    fn words(&self) -> MutexGuard<'_, Words> {
        self.words.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The code of a word, from 1.
    pub(crate) fn code(&self, word: &str) -> u32 {
        self.words().code(word)
    }

    /// A code for each text.
    pub(crate) fn codes(&self, texts: &StringViewArray) -> Vec<u32> {
        let (words, mut codes) = encode(texts);
        let mut all = self.words();
        let given: Vec<u32> = std::iter::once(0).chain(words.iter().map(|word| all.code(word))).collect();
        drop(all);
        codes.iter_mut().for_each(|code| *code = given[*code as usize]);
        codes
    }

    /// The words given so far, by code.
    pub(crate) fn names(&self) -> Names {
        let mut words = self.words();
        match &words.shown {
            Some(shown) if shown.len() == words.names.len() => Arc::clone(shown),
            _ => {
                let shown = Arc::new(Wordlist::new(words.names.clone()));
                words.shown = Some(Arc::clone(&shown));
                shown
            }
        }
    }
}

impl Words {
    fn code(&mut self, word: &str) -> u32 {
        if let Some(code) = self.known.get(word) {
            return *code;
        }
        let code = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
        let word: Arc<str> = Arc::from(word);
        self.names.push(Arc::clone(&word));
        self.known.insert(word, code);
        code
    }
}

/// Slots of the table from a view to its code; the same view within one array is the same text.
const NEAR: usize = 1_024;

/// The words of an array in the order in which they are met, and for each text the place of its word from 1; 0 is none.
/// Most texts are met again and again under the same view: those cost no hashing.
pub(crate) fn encode(texts: &StringViewArray) -> (Vec<&str>, Vec<u32>) {
    let mut near: Vec<(u128, u32)> = vec![(0, 0); NEAR];
    let mut known: Known<&str> = Known::default();
    let (mut words, mut codes) = (Vec::new(), Vec::with_capacity(texts.len()));
    for (row, view) in texts.views().iter().enumerate() {
        if texts.is_null(row) {
            codes.push(0);
            continue;
        }
        let folded = u64::try_from((*view ^ (*view >> 64)) & u128::from(u64::MAX)).unwrap_or(0);
        let slot = usize::try_from(folded.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 54).unwrap_or(0) % NEAR;
        let (met, code) = near[slot];
        let code = if code != 0 && met == *view {
            code
        } else {
            let word = texts.value(row);
            *known.entry(word).or_insert_with(|| {
                words.push(word);
                u32::try_from(words.len()).unwrap_or(u32::MAX)
            })
        };
        near[slot] = (*view, code);
        codes.push(code);
    }
    (words, codes)
}

/// The lexicons of all columns.
#[derive(Default)]
pub(crate) struct Lexicons {
    known: Mutex<HashMap<(String, String), Arc<Lexicon>>>,
}

impl Lexicons {
    /// The lexicon of a column of a table that has so many rows now.
    pub(crate) fn of(&self, table: &str, column: &str, rows: usize) -> Arc<Lexicon> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let lexicon = known.entry((table.to_owned(), column.to_owned())).or_default();
        let (given, most) = {
            let mut words = lexicon.words();
            words.rows = words.rows.max(rows);
            (words.names.len(), words.rows)
        };
        if given > most.saturating_mul(4).saturating_add(SPARE) {
            *lexicon = Arc::default();
        }
        Arc::clone(lexicon)
    }
}
