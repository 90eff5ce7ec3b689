//! The same work on many parts, on as many threads as the engine may use. Keeps the order of the answers; owns no thread
//! beyond one call.

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::MeasureError;

/// What `work` makes of each number below `count`, in order.
pub(crate) fn each<T: Send>(
    threads: usize,
    count: usize,
    work: impl Fn(usize) -> Result<T, MeasureError> + Sync,
) -> Result<Vec<T>, MeasureError> {
    if threads < 2 || count < 2 {
        return (0..count).map(work).collect();
    }
    let next = AtomicUsize::new(0);
    let run = || -> Result<Vec<(usize, T)>, MeasureError> {
        let mut made = Vec::with_capacity(count);
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            if at >= count {
                return Ok(made);
            }
            made.push((at, work(at)?));
        }
    };
    let mut made = std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads).filter_map(|_| std::thread::Builder::new().spawn_scoped(scope, run).ok()).collect();
        let mut made = run()?;
        for other in others {
            made.extend(other.join().map_err(|_| MeasureError::facts("a thread that worked out a list ended early"))??);
        }
        Ok::<_, MeasureError>(made)
    })?;
    made.sort_unstable_by_key(|(at, _)| *at);
    Ok(made.into_iter().map(|(_, value)| value).collect())
}
