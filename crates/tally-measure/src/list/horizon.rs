//! How long an answer that depends on the instant T stays true. Pure arithmetic on microseconds; asks no clock.
//!
//! What a list shows at T depends on which events lie before T. Between two events nothing changes, so an answer worked
//! out for one T holds for all T in (after, through]: a server need not work it out again each second.

use tally_model::instant::DAY;

/// The instants for which an answer holds: `after < T <= through`, microseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Horizon {
    at: i64,
    after: i64,
    through: i64,
}

impl Horizon {
    /// An answer at `at` that depends on no event yet.
    pub(crate) fn new(at: i64) -> Self {
        Self { at, after: i64::MIN, through: i64::MAX }
    }

    /// Whether the event lies before T; the answer then holds as long as this does not change.
    #[inline]
    pub(crate) fn passed(&mut self, event: i64) -> bool {
        let passed = event < self.at;
        if passed {
            self.after = self.after.max(event);
        } else {
            self.through = self.through.min(event);
        }
        passed
    }

    /// Whether the event lies in [since, T), where `since` follows T at a distance of `months` (0: no window).
    ///
    /// The distance in days varies with the calendar: the horizon is cut where the shortest one could end.
    pub(crate) fn within(&mut self, event: i64, since: i64, months: u32) -> bool {
        let seen = self.passed(event);
        if !seen || months == 0 {
            return seen;
        }
        self.after = self.after.max(self.at - 1);
        if event < since {
            return false;
        }
        let shortest = i64::from(months) * 28 * DAY;
        self.through = self.through.min(event.saturating_add(shortest).max(self.at));
        true
    }

    /// Both answers hold.
    pub(crate) fn meet(&mut self, other: Self) {
        self.after = self.after.max(other.after);
        self.through = self.through.min(other.through);
    }

    /// Whether the answer holds at `at`.
    pub(crate) fn holds(&self, at: i64) -> bool {
        self.after < at && at <= self.through
    }
}
