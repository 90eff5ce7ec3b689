//! Killed in the middle of writing: after opening again there is all of a commit or nothing of it.

use std::ffi::OsString;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use tally_store::{Address, Opening, Store, connect, open};

use crate::Sqlite;
use crate::hand::{commit, faults, lines, put, signer, team};
use crate::postgres::Postgres;
use crate::suite::Place;

/// Tells the test binary that it is the child, and where to write.
const CHILD: &str = "TALLY_STORE_KILL";
/// Records in one commit of the child's.
const SIZE: u64 = 500;

/// The child: commits without end, and says on standard output how far it is. Does nothing in an ordinary run.
#[test]
#[allow(clippy::print_stderr, reason = "the child's only voice")]
fn child() {
    let Some(path) = std::env::var_os(CHILD) else { return };
    let mut store: Box<dyn Store> = match path.to_str().filter(|path| path.starts_with("postgres://")) {
        Some(url) => connect(&Address::parse(url).unwrap(), &Opening::write()).unwrap(),
        None => open(Path::new(&path), &Opening::write()).unwrap(),
    };
    for round in 0.. {
        let mut batch = store.begin(commit("child", round)).unwrap();
        for no in 0..SIZE {
            let new = team(&format!("t{round}-{no}"), &"name ".repeat(50));
            batch.append(&new, &new, None).unwrap();
            if no % 50 == 0 {
                eprintln!("writing");
            }
        }
        batch.commit(&signer()).unwrap();
        eprintln!("done {round}");
    }
}

#[test]
fn killed_at_many_moments() {
    kill_at_many_moments(|| {
        let place = Sqlite::new();
        let path = place.path().into_os_string();
        Some((place, path))
    });
}

/// The server lives on; what the killed program had not committed is taken back.
#[test]
fn killed_at_many_moments_on_postgres() {
    kill_at_many_moments(|| {
        let place = Postgres::new()?;
        let url = place.url().into();
        Some((place, url))
    });
}

fn kill_at_many_moments<P: Place>(make: impl Fn() -> Option<(P, OsString)>) {
    // Each round kills after another number of lines, so at another place inside a commit or between two.
    for lines_seen in [1, 2, 5, 9, 11, 12, 14, 19, 27, 33, 40, 55] {
        let Some((place, path)) = make() else { return };
        let mut process = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "kill::child", "--nocapture", "--test-threads=1"])
            .env(CHILD, path)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut acknowledged = 0;
        let said = BufReader::new(process.stderr.take().unwrap());
        for line in said.lines().map_while(Result::ok).take(lines_seen) {
            if line.starts_with("done") {
                acknowledged += SIZE;
            }
        }
        process.kill().unwrap();
        process.wait().unwrap();
        let mut store = place.write();
        let head = store.head().unwrap();
        assert_eq!(head.size % SIZE, 0, "half a commit is there");
        assert!(head.size >= acknowledged, "{} entries, {acknowledged} were acknowledged", head.size);
        assert_eq!(lines(&*store).len() as u64, head.size);
        assert_eq!(faults(&*store), [""; 0]);
        put(&mut *store, "ada", 99, &[team("after", "A")]).unwrap();
        assert_eq!(faults(&*store), [""; 0]);
    }
}
