//! Two servers over one PostgreSQL database: what either acknowledged, both show, and a server that is killed takes nothing
//! with it.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use crate::support::{BASE, Place, Ran, ran};

#[path = "../../../tally-store/tests/it/postgres/server.rs"]
#[allow(dead_code, reason = "the store's own tests use more of it")]
mod postgres;

/// Files that go to each server.
const FILES: usize = 8;

/// One programme in a database, and the folder that all servers share.
struct Shared {
    place: Place,
    database: String,
}

impl Shared {
    fn command(&self, words: &[&str]) -> Command {
        let mut command = self.place.command(words);
        command.env("TALLY_DATABASE", &self.database);
        command
    }

    #[track_caller]
    fn tally(&self, words: &[&str]) -> Ran {
        ran(self.command(words).output().unwrap()).ok()
    }

    fn serve(&self) -> (Child, String) {
        let mut command = self.command(&["serve", "--port", "0"]);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let said = lines.next().unwrap().unwrap();
        let address = said.split(" at ").nth(1).and_then(|rest| rest.split(';').next());
        let address = address.unwrap_or_else(|| panic!("{said}")).to_owned();
        std::thread::spawn(move || lines.for_each(drop));
        (child, address)
    }
}

/// A client that knows nothing but an address and a token.
struct Client {
    place: Place,
    address: String,
    token: String,
}

impl Client {
    fn new(address: &str, token: &str) -> Self {
        Self { place: Place::bare(), address: address.to_owned(), token: token.to_owned() }
    }

    fn tally(&self, words: &[&str]) -> Ran {
        let mut command = self.place.command(words);
        command.env("TALLY_SERVER", &self.address).env("TALLY_TOKEN", &self.token);
        ran(command.output().unwrap())
    }

    /// Imports one finding; whether it was acknowledged.
    fn report(&self, id: &str) -> bool {
        self.place.file(
            "one.jsonl",
            format!(
                "{{\"kind\":\"finding\",\"id\":\"{id}\",\"system\":\"bot\",\"title\":\"One\",\"severity\":\"high\",\
                 \"class\":\"LLM01:2025\",\"reported_at\":\"2026-02-01\"}}\n"
            ),
        );
        self.tally(&["import", "records", "one.jsonl"]).code == Some(0)
    }

    fn findings(&self) -> Vec<String> {
        let rows = self.tally(&["sql", "select id from findings order by id", "--format", "json"]).ok().json();
        rows.as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect()
    }
}

#[test]
fn what_one_acknowledged_the_other_shows_after_a_kill() {
    let Some(server) = postgres::Server::start() else { return };
    let shared = Shared { place: Place::bare(), database: server.url("public") };
    shared.tally(&["init"]);
    shared.place.file("base.jsonl", BASE);
    shared.tally(&["import", "records", "base.jsonl"]);
    shared.tally(&["user", "add", "ci", "--role", "contributor"]);
    let token = shared.tally(&["token", "create", "ci", "--name", "nightly", "--scope", "write"]).out.trim().to_owned();
    let ((mut one, first), (mut two, second)) = (shared.serve(), shared.serve());
    let (a, b) = (Client::new(&first, &token), Client::new(&second, &token));

    // Each sees at once what the other took in.
    assert!(a.report("a-0") && b.report("b-0"));
    assert_eq!(a.findings(), ["a-0", "b-0"]);
    assert_eq!(b.findings(), ["a-0", "b-0"]);

    // Both write at the same time, and one of them is killed in the middle of it.
    let ids = |name: &str| (1..=FILES).map(|no| format!("{name}-{no}")).collect::<Vec<_>>();
    let (mut said, more): (Vec<String>, Vec<String>) = std::thread::scope(|scope| {
        let (a, b) = (&a, &b);
        let at_a = scope.spawn(move || ids("a").into_iter().filter(|id| a.report(id)).collect::<Vec<_>>());
        let at_b = scope.spawn(move || ids("b").into_iter().filter(|id| b.report(id)).collect::<Vec<_>>());
        let started = || b.findings().iter().any(|id| id == "a-2");
        while !started() && !at_a.is_finished() {}
        one.kill().unwrap();
        one.wait().unwrap();
        (at_a.join().unwrap(), at_b.join().unwrap())
    });
    assert_eq!(more, ids("b"), "the server that lives took everything");
    said.extend(more);
    assert!(!a.report("a-late"), "nobody acknowledges for a server that is dead");
    let kept = b.findings();
    for id in &said {
        assert!(kept.contains(id), "{id} was acknowledged and is gone: {kept:?}");
    }
    // One more may be there: written by the killed server, which could not say so any more.
    assert!(kept.len() <= said.len() + 2 + 1, "{said:?} were acknowledged, {kept:?} are there");
    shared.tally(&["journal", "verify"]);

    // A new server takes the place of the killed one and goes on.
    let (mut again, third) = shared.serve();
    let c = Client::new(&third, &token);
    assert_eq!(c.findings(), kept);
    assert!(c.report("c-1"));
    assert!(b.findings().contains(&"c-1".to_owned()));
    for server in [&mut two, &mut again] {
        server.kill().unwrap();
        server.wait().unwrap();
    }
}
