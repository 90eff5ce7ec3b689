//! A socket between driver and server that can be cut at the worst moment: after a commit went through, before its answer
//! comes back.

use std::io::{Read, Write};
use std::net::Shutdown;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use tempfile::TempDir;

pub struct Cut {
    dir: TempDir,
    armed: Arc<AtomicBool>,
}

impl Cut {
    pub fn new(server: PathBuf) -> Self {
        let cut = Self { dir: tempfile::tempdir().unwrap(), armed: Arc::default() };
        let listener = UnixListener::bind(cut.dir.path().join(".s.PGSQL.5432")).unwrap();
        let armed = Arc::clone(&cut.armed);
        // Ends with the test process.
        thread::spawn(move || {
            for driver in listener.incoming().map_while(Result::ok) {
                let (server, armed) = (UnixStream::connect(&server).unwrap(), Arc::clone(&armed));
                let (from_server, to_driver) = (server.try_clone().unwrap(), driver.try_clone().unwrap());
                let silent = Arc::new(AtomicBool::new(false));
                let mute = Arc::clone(&silent);
                thread::spawn(move || {
                    pass(driver, server, |bytes| {
                        let commits = bytes.windows(7).any(|word| word == b"COMMIT\0");
                        if commits && armed.swap(false, Ordering::SeqCst) {
                            mute.store(true, Ordering::SeqCst);
                        }
                        true
                    })
                });
                thread::spawn(move || pass(from_server, to_driver, |_| !silent.load(Ordering::SeqCst)));
            }
        });
        cut
    }

    pub fn dir(&self) -> &Path {
        self.dir.path()
    }

    /// The next commit gets through, and its answer does not.
    pub fn at_next_commit(&self) {
        self.armed.store(true, Ordering::SeqCst);
    }
}

/// Passes bytes on as long as `look` says so, then hangs up.
fn pass(mut from: UnixStream, mut to: UnixStream, look: impl Fn(&[u8]) -> bool) {
    let mut bytes = [0; 8192];
    while let Ok(count) = from.read(&mut bytes) {
        if count == 0 || !look(&bytes[..count]) || to.write_all(&bytes[..count]).is_err() {
            break;
        }
    }
    let _gone = (from.shutdown(Shutdown::Both), to.shutdown(Shutdown::Both));
}
