//! A PostgreSQL server for the tests: on a socket in a directory of its own, gone with the test process, whatever
//! becomes of that. Never touches a server that is there already.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Mutex, OnceLock};

/// Says what it is to do where there is no PostgreSQL: fail, where this is `required`.
const SWITCH: &str = "TALLY_TEST_POSTGRES";

/// Serves until its input ends; each line in between restarts it. Nothing here has to survive a power cut, so `fsync` is
/// off: what is tested is that nobody acknowledges before the server does.
const SCRIPT: &str = r#"
set -e
dir=$(mktemp -d "${TMPDIR:-/tmp}/tally-postgres-XXXXXX")
trap 'pg_ctl -s -D "$dir/data" -m immediate stop || true; rm -rf "$dir"' EXIT
initdb -D "$dir/data" -A trust -U tally -E UTF8 --no-locale -N > "$dir/log" 2>&1
settings="-c listen_addresses='' -c unix_socket_directories=$dir -c fsync=off -c max_connections=200"
pg_ctl -s -w -D "$dir/data" -l "$dir/log" -o "$settings" start > /dev/null
echo "$dir"
while read -r again; do
    pg_ctl -s -w -D "$dir/data" -l "$dir/log" -o "$settings" -m fast restart > /dev/null
    echo "$again"
done
"#;

pub struct Server {
    dir: PathBuf,
    talk: Mutex<(ChildStdin, BufReader<ChildStdout>)>,
    // Waited for by nobody: it ends when its input does.
    _script: Child,
}

impl Server {
    /// The server that all tests of this process share; `None`, and said loudly, where there is no PostgreSQL.
    pub fn shared() -> Option<&'static Self> {
        static SHARED: OnceLock<Option<Server>> = OnceLock::new();
        SHARED.get_or_init(Self::start).as_ref()
    }

    /// A server of one's own.
    pub fn start() -> Option<Self> {
        let Some(programs) = programs() else {
            assert!(
                std::env::var(SWITCH).as_deref() != Ok("required"),
                "there is no PostgreSQL server here (initdb, pg_ctl), and {SWITCH}=required; install `postgresql`"
            );
            let said = "SKIPPED: no PostgreSQL server here (initdb, pg_ctl), so nothing of that driver was tested\n";
            // Past the test harness, which keeps what passing tests print to itself.
            std::io::stderr().write_all(said.as_bytes()).unwrap();
            return None;
        };
        let mut command = if is_root() {
            // The server refuses to run as root.
            let mut command = Command::new("setpriv");
            command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups", "sh", "-c", SCRIPT]);
            command
        } else {
            let mut command = Command::new("sh");
            command.args(["-c", SCRIPT]);
            command
        };
        let path = std::env::var("PATH").unwrap_or_default();
        let mut script = command
            .env("PATH", format!("{}:{path}", programs.display()))
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = BufReader::new(script.stdout.take().unwrap());
        let mut dir = String::new();
        said.read_line(&mut dir).unwrap();
        assert!(!dir.is_empty(), "the PostgreSQL server did not start");
        let talk = Mutex::new((script.stdin.take().unwrap(), said));
        Some(Self { dir: PathBuf::from(dir.trim()), talk, _script: script })
    }

    /// Stops the server and starts it again; all connections are gone then.
    pub fn restart(&self) {
        let mut talk = self.talk.lock().unwrap();
        talk.0.write_all(b"again\n").unwrap();
        let mut said = String::new();
        talk.1.read_line(&mut said).unwrap();
        assert_eq!(said, "again\n");
    }

    /// The socket that it listens on.
    pub fn socket(&self) -> PathBuf {
        self.dir.join(".s.PGSQL.5432")
    }

    /// A URL of the server, for one schema.
    pub fn url(&self, schema: &str) -> String {
        format!("postgres://tally@/postgres?host={}&options=-csearch_path%3D{schema}", self.dir.display())
    }
}

fn is_root() -> bool {
    let said = Command::new("id").arg("-u").output().unwrap().stdout;
    said == b"0\n"
}

/// The directory of the server's programs: Debian keeps them out of the way.
fn programs() -> Option<PathBuf> {
    let here = |dir: &Path| dir.join("pg_ctl").is_file() && dir.join("initdb").is_file();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut found: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let mut versions: Vec<PathBuf> =
        std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten().map(|one| one.path().join("bin")).collect();
    versions.sort();
    found.extend(versions.into_iter().rev());
    found.into_iter().find(|dir| here(dir))
}
