//! What the tests share: a server over a programme of its own, people and tokens of every role, a small HTTP client.
//!
//! `Server::demo()` is for tests that write; `Server::shared()` is one for all tests that only read.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::thread::JoinHandle;

use tally_app::access::{Desk, Hashing, Invite, NewToken, Role, SignIn, SignedIn, TokenScope, Viewer};
use tally_app::import::{Options, record_bytes};
use tally_app::{Programme, Workbench, now};
use tally_web::{House, OidcSettings, Serving};
use tokio::sync::oneshot;

pub use super::reading::{crawl, encode, links, sheet};

pub const PASSWORD: &str = "correct horse battery staple";
/// The team whose systems alone `Who::Scoped` sees.
pub const TEAM: &str = "customer-care";

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    Nobody,
    Viewer,
    Contributor,
    Reviewer,
    Administrator,
    /// A viewer who sees the systems of `TEAM` alone.
    Scoped,
    ReadToken,
    ImportToken,
    WriteToken,
}

impl Who {
    pub const ALL: [Self; 9] = [
        Self::Nobody,
        Self::Viewer,
        Self::Scoped,
        Self::Contributor,
        Self::Reviewer,
        Self::Administrator,
        Self::ReadToken,
        Self::ImportToken,
        Self::WriteToken,
    ];

    pub const fn word(self) -> &'static str {
        match self {
            Self::Nobody => "nobody",
            Self::Viewer => "viewer",
            Self::Contributor => "contributor",
            Self::Reviewer => "reviewer",
            Self::Administrator => "administrator",
            Self::Scoped => "team viewer",
            Self::ReadToken => "read token",
            Self::ImportToken => "import token",
            Self::WriteToken => "write token",
        }
    }
}

/// An answer.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error} in {}", self.text()))
    }

    /// The answer, which has to have this status.
    #[track_caller]
    pub fn is(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{:?}\n{}", self.headers, self.text());
        self
    }
}

/// A server; it stops when it is dropped, and its folder goes with it.
pub struct Server {
    pub address: SocketAddr,
    pub house: Arc<House>,
    /// Credentials, made when somebody first asks.
    known: Mutex<Vec<(Who, (&'static str, String))>>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
    _folder: Folder,
}

impl Server {
    /// Over the made-up programme, which ends now.
    pub fn demo() -> Self {
        let folder = Folder::new();
        copy(&template(), &folder.0);
        Self::over(folder)
    }

    /// The same for all tests; nobody may write through it.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Server> = OnceLock::new();
        SHARED.get_or_init(Self::demo)
    }

    /// Over a programme of these records (JSON Lines) alone.
    pub fn with(records: &str) -> Self {
        let folder = Folder::new();
        let mut programme = Programme::init(&folder.0).unwrap();
        let options = Options { actor: "test".to_owned(), at: now(), ..Options::default() };
        let import = record_bytes(&mut programme, "test", records.as_bytes(), &options).unwrap();
        assert!(import.problems.is_empty(), "{:#?}", import.problems);
        drop(programme);
        Self::over(folder)
    }

    /// Over the made-up programme, with a sign-in service.
    pub fn demo_with(oidc: OidcSettings) -> Self {
        let folder = Folder::new();
        copy(&template(), &folder.0);
        Self::serving(folder, Some(oidc))
    }

    fn over(folder: Folder) -> Self {
        Self::serving(folder, None)
    }

    fn serving(folder: Folder, oidc: Option<OidcSettings>) -> Self {
        let mut programme = Programme::open(&folder.0).unwrap();
        let desk = Desk::with_hashing(programme.access().unwrap(), Hashing::weakest());
        people(&mut programme, &desk);
        let bench = Workbench::open(programme).unwrap();
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        let serving = Serving { address: format!("http://{address}"), upload_max: 64 << 20, oidc };
        let house = Arc::new(House::new(bench, desk, serving));
        let (stop, stopped) = oneshot::channel();
        let served = Arc::clone(&house);
        let thread = std::thread::spawn(move || {
            let stopped = async move { drop(stopped.await) };
            runtime.block_on(tally_web::serve(served, listener, stopped)).unwrap();
        });
        Self { address, house, known: Mutex::default(), stop: Some(stop), thread: Some(thread), _folder: folder }
    }

    /// The header that says who asks.
    pub fn credential(&self, who: Who) -> Option<(&'static str, String)> {
        if who == Who::Nobody {
            return None;
        }
        let mut known = self.known.lock().unwrap();
        if let Some((_, header)) = known.iter().find(|(known, _)| *known == who) {
            return Some(header.clone());
        }
        let made = match who {
            Who::ReadToken => self.token(TokenScope::Read),
            Who::ImportToken => self.token(TokenScope::Import),
            Who::WriteToken => self.token(TokenScope::Write),
            person => self.session(account(person)),
        };
        known.push((who, made.clone()));
        Some(made)
    }

    /// A session of somebody.
    pub fn session(&self, account: &str) -> (&'static str, String) {
        let asked = SignIn { account, password: PASSWORD, code: "", address: "127.0.0.1", agent: "test" };
        let SignedIn::Open(opened) = self.house.desk.sign_in(&asked, now()).unwrap() else { panic!("{account} needs a code") };
        ("cookie", format!("tally_session={}", opened.secret))
    }

    /// A token of the administrator, so that only its own scope binds it.
    fn token(&self, scope: TokenScope) -> (&'static str, String) {
        let new = NewToken {
            owner: account(Who::Administrator).to_owned(),
            name: scope.word().to_owned(),
            role: Role::Administrator,
            scope,
            teams: None,
            days: 1,
        };
        let machine = Viewer::at_machine("test");
        let made = self.house.bench.write(|programme| self.house.desk.make_token(programme, &machine, &new, now())).unwrap();
        ("authorization", format!("Bearer {}", made.text))
    }

    /// A page or a document.
    pub fn get(&self, who: Who, path: &str) -> Answer {
        self.send(who, "GET", path, &[], b"")
    }

    /// A form, as a browser posts it from a page of ours.
    pub fn post(&self, who: Who, path: &str, form: &[(&str, &str)]) -> Answer {
        let pairs: Vec<String> = form.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
        let headers = [("content-type", "application/x-www-form-urlencoded"), ("sec-fetch-site", "same-origin")];
        self.send(who, "POST", path, &headers, pairs.join("&").as_bytes())
    }

    /// A document with some method.
    pub fn json(&self, who: Who, method: &str, path: &str, body: &serde_json::Value) -> Answer {
        self.send(who, method, path, &[("content-type", "application/json")], body.to_string().as_bytes())
    }

    /// Any request. `host` among the headers takes the place of the server's own.
    pub fn send(&self, who: Who, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        let mut head = format!("{method} {path} HTTP/1.1\r\nconnection: close\r\ncontent-length: {}\r\n", body.len());
        if !headers.iter().any(|(name, _)| *name == "host") {
            head += &format!("host: {}\r\n", self.address);
        }
        if let Some((name, value)) = self.credential(who) {
            head += &format!("{name}: {value}\r\n");
        }
        for (name, value) in headers {
            head += &format!("{name}: {value}\r\n");
        }
        head += "\r\n";
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream.write_all(head.as_bytes()).unwrap();
        // A server that refuses early may close before it has read everything.
        let _ = stream.write_all(body);
        let mut bytes = Vec::new();
        let read = stream.read_to_end(&mut bytes);
        assert!(read.is_ok() || !bytes.is_empty(), "{method} {path}: {read:?}");
        parse(&bytes)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.stop.take().map(|stop| stop.send(()));
        drop(self.thread.take().map(JoinHandle::join));
    }
}

/// The account name of somebody with a session.
pub const fn account(who: Who) -> &'static str {
    match who {
        Who::Viewer => "vera",
        Who::Contributor => "carl",
        Who::Reviewer => "rita",
        Who::Scoped => "sven",
        _ => "ada",
    }
}

fn people(programme: &mut Programme, desk: &Desk) {
    let first = desk.first_link(now()).unwrap().unwrap();
    desk.accept_link(programme, &first, account(Who::Administrator), PASSWORD, now()).unwrap();
    let others = [
        (Who::Viewer, Role::Viewer),
        (Who::Contributor, Role::Contributor),
        (Who::Reviewer, Role::Reviewer),
        (Who::Scoped, Role::Viewer),
    ];
    for (who, role) in others {
        let teams = (who == Who::Scoped).then(|| [TEAM.to_owned()].into_iter().collect());
        let name = account(who).to_owned();
        let invite = Invite { account: name.clone(), name: name.clone(), email: None, role, teams };
        let link = desk.invite(programme, &Viewer::at_machine("test"), &invite, now()).unwrap();
        desk.accept_link(programme, &link, "", PASSWORD, now()).unwrap();
    }
}

/// The made-up programme, imported once.
fn template() -> PathBuf {
    static TEMPLATE: OnceLock<Folder> = OnceLock::new();
    let made = TEMPLATE.get_or_init(|| {
        let folder = Folder::new();
        drop(tally_app::demo(&folder.0, now(), "demo").unwrap());
        folder
    });
    made.0.clone()
}

/// A folder that goes when it is dropped.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("tally-web-it-{}-{number}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), &target).unwrap();
        }
    }
}

fn parse(bytes: &[u8]) -> Answer {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").unwrap_or_else(|| panic!("no HTTP: {bytes:?}"));
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let mut lines = head.split("\r\n");
    let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    let headers: Vec<(String, String)> = lines
        .map(|line| line.split_once(':').unwrap_or_else(|| panic!("a broken header {line:?}")))
        .map(|(name, value)| (name.to_lowercase(), value.trim().to_owned()))
        .collect();
    let body = &bytes[end + 4..];
    let chunked = headers.iter().any(|(name, value)| name == "transfer-encoding" && value == "chunked");
    Answer { status, headers, body: if chunked { unchunk(body) } else { body.to_vec() } }
}

fn unchunk(mut body: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    loop {
        let end = body.windows(2).position(|two| two == b"\r\n").expect("a chunk's length");
        let size = usize::from_str_radix(std::str::from_utf8(&body[..end]).unwrap().trim(), 16).unwrap();
        if size == 0 {
            return out;
        }
        out.extend_from_slice(&body[end + 2..end + 2 + size]);
        body = &body[end + 2 + size + 2..];
    }
}
