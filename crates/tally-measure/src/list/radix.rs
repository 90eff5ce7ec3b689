//! Stable sorting of many rows by a 64-bit key, in passes over its digits. Knows nothing of tables.

/// Bits a digit: two counters' worth of the first cache.
const BITS: u32 = 11;
const SIZE: usize = 1 << BITS;
/// Fewer rows than this are sorted by comparing.
const FEW: usize = 4_096;

/// Sorts rows by key, ascending; rows of the same key keep their order.
pub(crate) fn sort(rows: &mut Vec<(u64, u32)>) {
    if rows.len() < FEW {
        rows.sort_by_key(|(key, _)| *key);
        return;
    }
    let least = rows.iter().map(|(key, _)| *key).min().unwrap_or(0);
    // `u64::MAX` stands for no value; it must not stretch the range.
    let most = rows.iter().map(|(key, _)| *key).filter(|key| *key != u64::MAX).max().unwrap_or(least);
    let range = most.saturating_sub(least);
    for (key, _) in rows.iter_mut() {
        *key = if *key == u64::MAX { range.saturating_add(1) } else { *key - least };
    }
    let bits = u64::BITS - range.saturating_add(1).leading_zeros();
    let mut other = vec![(0u64, 0u32); rows.len()];
    let mut shift = 0;
    while shift < bits {
        if pass(rows, &mut other, shift) {
            std::mem::swap(rows, &mut other);
        }
        shift += BITS;
    }
}

/// One digit; false where all rows have the same and nothing was moved.
fn pass(from: &[(u64, u32)], to: &mut [(u64, u32)], shift: u32) -> bool {
    let mut counts = [0usize; SIZE];
    for (key, _) in from {
        counts[digit(*key, shift)] += 1;
    }
    if counts.contains(&from.len()) {
        return false;
    }
    let mut next = 0;
    for count in &mut counts {
        next += std::mem::replace(count, next);
    }
    for row in from {
        let place = &mut counts[digit(row.0, shift)];
        to[*place] = *row;
        *place += 1;
    }
    true
}

fn digit(key: u64, shift: u32) -> usize {
    usize::try_from((key >> shift) & (SIZE as u64 - 1)).unwrap_or(0)
}
