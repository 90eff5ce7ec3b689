//! How far a long import is, on a terminal. Says nothing where standard error is none, and never writes to standard output.

use std::io::IsTerminal;
use std::time::{Duration, Instant};

use indicatif::{HumanCount, ProgressBar, ProgressDrawTarget, ProgressStyle};
use tally_app::import::{Progress, Watch};

/// An import that is done by then needs no bar.
const PATIENCE: Duration = Duration::from_millis(400);

/// A bar of one line, drawn once the import takes longer than a moment.
pub struct Bar {
    bar: Option<ProgressBar>,
}

impl Bar {
    /// A bar for people who look at a terminal.
    pub fn new(quiet: bool) -> Self {
        let wanted = !quiet && std::io::stderr().is_terminal();
        Self { bar: wanted.then(|| ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden())) }
    }

    /// What the import tells how far it is.
    pub fn watch(&self) -> Watch {
        let Some(bar) = self.bar.clone() else { return Watch::default() };
        let begun = Instant::now();
        Watch::new(move |progress| show(&bar, begun, progress))
    }

    /// Takes the bar away: what is said next begins on a clean line.
    pub fn clear(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

fn show(bar: &ProgressBar, begun: Instant, progress: Progress) {
    if begun.elapsed() < PATIENCE {
        return;
    }
    if bar.is_hidden() {
        if let Ok(style) = ProgressStyle::with_template(template(progress.total)) {
            bar.set_style(style.progress_chars("=> "));
        }
        bar.set_draw_target(ProgressDrawTarget::stderr());
    }
    if let Some(total) = progress.total {
        bar.set_length(total);
    }
    bar.set_message(format!("{} records", HumanCount(progress.records)));
    bar.set_position(progress.bytes);
}

const fn template(total: Option<u64>) -> &'static str {
    match total {
        Some(_) => "[{bar:30}] {bytes} of {total_bytes}, {msg}, {eta} to go",
        None => "{bytes} read, {msg}, {elapsed}",
    }
}
