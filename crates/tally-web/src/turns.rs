//! Who reads takes a turn: a few answers are made at once, in the order in which they were asked for, so that of many readers
//! each waits a little and none waits long. A slow answer never holds up the others: after a while one goes without a turn.

use std::sync::LazyLock;
use std::thread::available_parallelism;
use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};

/// Nobody waits longer than this for a turn.
const PATIENCE: Duration = Duration::from_millis(200);
/// Answers that are made at once, for each processor: one may wait for the disk.
const EACH: usize = 2;

static TURNS: LazyLock<Semaphore> = LazyLock::new(|| Semaphore::new(EACH * available_parallelism().map_or(2, usize::from)));

/// A turn, given back when it is dropped; `None` where that would have taken too long.
pub(crate) async fn turn() -> Option<SemaphorePermit<'static>> {
    tokio::time::timeout(PATIENCE, TURNS.acquire()).await.ok()?.ok()
}
