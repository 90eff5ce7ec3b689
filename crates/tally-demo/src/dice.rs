//! Chance that can be repeated: SplitMix64 (Steele, Lea and Flood, 2014), a counter and a mixing function.
//!
//! It is small, quick, and good enough to make believable programmes. It is never used where an adversary could guess.
//! Only the four operations of arithmetic touch a float here: logarithms and powers may differ between machines, and
//! the bytes of a programme must not.

/// A source of numbers; the same seed gives the same numbers.
pub(crate) struct Dice(u64);

impl Dice {
    /// Dice for one part of a programme, so that a change in one part leaves the others as they are.
    pub(crate) fn of(seed: u64, part: u64) -> Self {
        let mut first = Self(seed ^ part.wrapping_mul(0xD6E8_FEB8_6659_FD93));
        Self(first.roll())
    }

    pub(crate) fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 up to, not including, `limit`; 0 where `limit` is 0.
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        let product = u128::from(self.roll()) * u128::from(limit);
        (product >> 64) as u64
    }

    /// A whole number from `low` to `high`, both included.
    pub(crate) fn between(&mut self, low: i64, high: i64) -> i64 {
        low + self.below((high - low).unsigned_abs() + 1) as i64
    }

    /// A fraction from 0 up to, not including, 1.
    pub(crate) fn share(&mut self) -> f64 {
        (self.roll() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// True with the probability `share`.
    pub(crate) fn chance(&mut self, share: f64) -> bool {
        self.share() < share
    }

    /// One of `items`, which are never empty.
    pub(crate) fn pick<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.below(items.len() as u64) as usize]
    }

    /// The place of one of `weights`, a heavier one more often.
    pub(crate) fn weigh(&mut self, weights: &[u64]) -> usize {
        let mut left = self.below(weights.iter().sum());
        for (place, weight) in weights.iter().enumerate() {
            if left < *weight {
                return place;
            }
            left -= weight;
        }
        0
    }

    /// `count` of `items`, in the order in which they stood.
    pub(crate) fn some_of<T: Copy>(&mut self, items: &[T], count: usize) -> Vec<T> {
        let mut wanted = count.min(items.len());
        let mut chosen = Vec::with_capacity(wanted);
        for (place, item) in items.iter().enumerate() {
            let left = (items.len() - place) as u64;
            if self.below(left) < wanted as u64 {
                chosen.push(*item);
                wanted -= 1;
            }
        }
        chosen
    }

    /// Digits of a made-up SHA-256, 64 of them.
    pub(crate) fn digest(&mut self) -> String {
        (0..4).map(|_| format!("{:016x}", self.roll())).collect()
    }
}
