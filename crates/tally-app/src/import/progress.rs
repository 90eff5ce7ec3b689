//! How far an import is. Whoever shows it brings a function; nothing here knows a terminal.

use std::fmt;
use std::sync::Arc;

/// How far an import is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Bytes read so far, as they are in the files; begins anew where the input is read again.
    pub bytes: u64,
    /// Bytes of all files; `None` where nobody can know, as of standard input.
    pub total: Option<u64>,
    /// Records taken so far, or attempts of a tool's report.
    pub records: u64,
}

/// Is told how far an import is every few hundred records; does nothing where nobody looks.
#[derive(Clone, Default)]
pub struct Watch(Option<Arc<dyn Fn(Progress) + Send + Sync>>);

impl Watch {
    /// Tells this function.
    pub fn new(look: impl Fn(Progress) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(look)))
    }

    pub(crate) fn tell(&self, progress: Progress) {
        if let Some(look) = &self.0 {
            look(progress);
        }
    }
}

impl fmt::Debug for Watch {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(if self.0.is_some() { "watched" } else { "not watched" })
    }
}
