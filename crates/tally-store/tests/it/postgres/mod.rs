//! The PostgreSQL driver: its place in the suite, and what only a server can do to it.

mod proxy;
mod server;

use std::sync::atomic::{AtomicU32, Ordering};

use tally_store::access::{Event, Outside, Role, Totp};
use tally_store::{Access, Address, EntryNo, Opening, Store, StoreError, connect, connect_access, open, open_access};

use crate::hand::{JOURNAL, commit, faults, lines, lines_at, put, record, signer, team};
use crate::suite::Place;
pub use server::Server;

/// A journal in a schema of its own.
pub struct Postgres {
    server: &'static Server,
    schema: String,
}

impl Postgres {
    pub fn new() -> Option<Self> {
        let place = Self::empty()?;
        place.open(&Opening::create(JOURNAL)).unwrap();
        Some(place)
    }

    /// A schema without anything in it.
    pub fn empty() -> Option<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let server = Server::shared()?;
        let schema = format!("t{}", COUNT.fetch_add(1, Ordering::Relaxed));
        client(&server.url("public")).batch_execute(&format!("CREATE SCHEMA {schema}")).unwrap();
        Some(Self { server, schema })
    }

    pub fn address(&self) -> Address {
        Address::parse(&self.server.url(&self.schema)).unwrap()
    }

    pub fn url(&self) -> String {
        self.server.url(&self.schema)
    }
}

impl Place for Postgres {
    fn open(&self, opening: &Opening) -> Result<Box<dyn Store>, StoreError> {
        connect(&self.address(), opening)
    }

    fn tamper(&self, sql: &str) {
        client(&self.url()).batch_execute(&translated(sql)).unwrap();
    }

    fn erases(&self) -> bool {
        false
    }
}

impl crate::access::Place for Postgres {
    fn open(&self) -> Box<dyn Access> {
        connect_access(&self.address()).unwrap()
    }
}

fn client(url: &str) -> postgres::Client {
    postgres::Client::connect(url, postgres::NoTls).unwrap()
}

/// The suite tampers in the words of SQLite.
fn translated(sql: &str) -> String {
    let mut sql = sql.to_owned();
    let words = [
        ("CAST(replace(CAST(", "convert_to(replace(convert_from("),
        ("CAST('{}'", "convert_to('{}'"),
        (" AS TEXT)", ", 'UTF8')"),
        (" AS BLOB)", ", 'UTF8')"),
        (" x'", " '\\x"),
        ("zeroblob(32)", "decode(repeat('00', 32), 'hex')"),
        ("zeroblob(31)", "decode(repeat('00', 31), 'hex')"),
        ("TABLE mine (x)", "TABLE mine (x int)"),
    ];
    for (from, to) in words {
        sql = sql.replace(from, to);
    }
    for table in ["journal", "commits", "records"] {
        for trigger in ["keeps_entries", "keeps_words", "stay", "keep_words", "keep_names"] {
            let drop = format!("DROP TRIGGER {table}_{trigger}");
            sql = sql.replace(&drop, &format!("{drop} ON {table}"));
        }
    }
    sql
}

#[test]
fn two_programmes_write_in_turn() {
    let Some(place) = Postgres::new() else { return };
    let write = |who: &str| {
        let mut store = place.write();
        for day in 0..20 {
            let new = [team(&format!("{who}-{day}"), "T"), team("both", &format!("{who} {day}"))];
            put(&mut *store, who, day, &new).unwrap();
        }
    };
    std::thread::scope(|scope| {
        for who in ["ada", "bob", "cyd"] {
            scope.spawn(move || write(who));
        }
    });
    let store = place.write();
    assert_eq!(store.head().unwrap().size, 120);
    assert_eq!(lines(&*store).len(), 61);
    assert_eq!(faults(&*store), [""; 0]);
}

#[test]
fn a_restart_between_reads_is_not_noticed() {
    let Some(server) = Server::start() else { return };
    let address = Address::parse(&server.url("public")).unwrap();
    let mut store = connect(&address, &Opening::create(JOURNAL)).unwrap();
    put(&mut *store, "ada", 1, &[team("a", "A")]).unwrap();
    server.restart();
    assert_eq!(lines(&*store).len(), 1);
    server.restart();
    put(&mut *store, "ada", 2, &[team("b", "B")]).unwrap();
    let mut seen = 0;
    let mut each = |_| {
        if seen == 0 {
            server.restart();
        }
        seen += 1;
        Ok(())
    };
    // A walk that has begun holds one state, which a new connection does not have.
    store.snapshot(&mut |store| store.records(None, &mut each).and_then(|()| store.head().map(drop))).unwrap_err();
    assert_eq!(lines(&*store).len(), 2);
    let mut batch = store.begin(commit("ada", 3)).unwrap();
    let new = team("c", "C");
    batch.append(&new, &new, None).unwrap();
    server.restart();
    let lost = batch.commit(&signer()).unwrap_err();
    assert!(matches!(lost, StoreError::Database { .. }), "nothing was sent, so nothing is uncertain: {lost}");
    assert_eq!(lines(&*store).len(), 2);
    assert_eq!(faults(&*store), [""; 0]);
}

/// A commit whose answer never comes may stand, and here it does: that is what the error says.
#[test]
fn a_commit_without_an_answer_is_uncertain() {
    let Some(place) = Postgres::new() else { return };
    let cut = proxy::Cut::new(place.server.socket());
    let url = format!("postgres://tally@/postgres?host={}&options=-csearch_path%3D{}", cut.dir().display(), place.schema);
    let mut store = connect(&Address::parse(&url).unwrap(), &Opening::write()).unwrap();
    put(&mut *store, "ada", 1, &[team("a", "A")]).unwrap();
    let mut batch = store.begin(commit("ada", 2)).unwrap();
    let new = team("b", "B");
    batch.append(&new, &new, None).unwrap();
    cut.at_next_commit();
    let lost = batch.commit(&signer()).unwrap_err();
    assert!(matches!(lost, StoreError::Uncertain { .. }), "{lost}");
    assert!(lost.to_string().contains("look at the last entries with `tally journal show`"), "{lost}");
    assert_eq!(place.write().begin(commit("bob", 3)).map(|batch| batch.appended()).unwrap(), 0, "the lock is free");
    assert_eq!(store.head().unwrap().size, 2, "on a new connection");
    assert_eq!(faults(&*store), [""; 0]);
}

#[test]
fn large_batches_keep_their_order() {
    let Some(place) = Postgres::new() else { return };
    let mut store = place.write();
    let first: Vec<_> = (0..9_000).map(|no| team(&format!("t{no}"), "first")).collect();
    put(&mut *store, "ada", 1, &first).unwrap();
    // Known ones in the journal's order, unknown ones between them, and some again in the same batch.
    let mut second = Vec::new();
    for no in 0..9_000 {
        second.push(team(&format!("t{no}"), "second"));
        if no % 3 == 0 {
            second.push(team(&format!("new{no}"), "second"));
            second.push(record(&format!(r#"{{"kind":"team","id":"t{}","name":"third"}}"#, no / 2)));
        }
    }
    put(&mut *store, "bob", 2, &second).unwrap();
    let now = lines(&*store);
    assert_eq!(now.len(), 12_000);
    assert!(now[0].contains("third") && now[8_999].contains("second"), "{} {}", now[0], now[8_999]);
    assert_eq!(
        lines_at(&*store, 9_000),
        first.iter().map(|one| String::from_utf8(one.canonical()).unwrap()).collect::<Vec<_>>()
    );
    assert_eq!(faults(&*store), [""; 0]);
    assert_eq!(put(&mut *store, "cyd", 3, &first[..0]).unwrap(), store.head().unwrap());
}

#[test]
fn there_and_back_has_the_same_head() {
    let Some(place) = Postgres::empty() else { return };
    let dir = tempfile::tempdir().unwrap();
    let mut first = open(&dir.path().join("first.db"), &Opening::create(JOURNAL)).unwrap();
    put(&mut *first, "ada", 1, &[team("a", "A"), team("b", "B")]).unwrap();
    put(&mut *first, "bob", 2, &[record(r#"{"kind":"team","id":"a","name":"AA"}"#)]).unwrap();
    let mut batch = first.begin(commit("cyd", 3)).unwrap();
    batch.note("team", "a", b"{}").unwrap();
    batch.append(&team("c", "C"), &team("c", "C"), None).unwrap();
    batch.commit(&signer()).unwrap();
    first.redact(EntryNo(1), "why", commit("dpo", 4), &signer()).unwrap();
    first.redact(EntryNo(4), "why", commit("dpo", 5), &signer()).unwrap();
    let keys = [signer().verifier().clone()];
    let mut second = place.open(&Opening::create(JOURNAL)).unwrap();
    let found = second.receive(&*first, &keys).unwrap();
    assert_eq!((found.head, found.redacted), (first.head().unwrap(), 2));
    let mut third = open(&dir.path().join("third.db"), &Opening::create(JOURNAL)).unwrap();
    third.receive(&*second, &keys).unwrap();
    for copy in [&second, &third] {
        assert_eq!(faults(&**copy), [""; 0]);
        assert_eq!(copy.signed_head().unwrap(), first.signed_head().unwrap());
        assert_eq!(copy.commits(None, 99).unwrap(), first.commits(None, 99).unwrap());
        assert_eq!(lines(&**copy), lines(&*first));
        assert_eq!(lines_at(&**copy, 2), lines_at(&*first, 2));
    }
    let refused = third.receive(&*second, &keys).unwrap_err();
    assert!(matches!(refused, StoreError::NotEmpty { size: 7 }), "{refused}");
    put(&mut *second, "ada", 9, &[team("b", "BB"), team("z", "Z")]).unwrap();
    assert_eq!(faults(&*second), [""; 0]);
}

#[test]
fn access_moves_whole() {
    use crate::access::{at, hash, person};
    let Some(place) = Postgres::empty() else { return };
    let dir = tempfile::tempdir().unwrap();
    let mut first = open_access(dir.path()).unwrap();
    let mut ada = person("ada", Role::Administrator);
    ada.outside = Some(Outside { issuer: "i".into(), subject: "s".into() });
    ada.totp = Some(Totp { secret: vec![0, 1, 255], confirmed: true, step: 7 });
    ada.teams = Some(["red".to_owned(), "blue".to_owned()].into());
    first.add_person(&ada, true).unwrap();
    first.put_recovery("ada", &[hash("code")]).unwrap();
    let event = Event { no: 0, at: at(1), person: "ada".into(), what: "in".into(), address: "::1".into() };
    for _ in 0..3 {
        first.log(&event).unwrap();
    }
    let whole = first.take_out().unwrap();
    assert_eq!(whole.rows(), 5);
    let mut second = connect_access(&place.address()).unwrap();
    second.put_in(&whole).unwrap();
    assert!(matches!(second.put_in(&whole), Err(StoreError::NotEmpty { size: 1 })));
    let other = tempfile::tempdir().unwrap();
    let mut third = open_access(other.path()).unwrap();
    third.put_in(&second.take_out().unwrap()).unwrap();
    for copy in [&mut second, &mut third] {
        assert_eq!(copy.people().unwrap(), [ada.clone()]);
        assert_eq!(copy.recovery_left("ada").unwrap(), 1);
        copy.log(&event).unwrap();
        let numbers: Vec<u64> = copy.events(None, None, 9).unwrap().iter().map(|event| event.no).collect();
        assert_eq!(numbers, [4, 3, 2, 1]);
    }
    // The journal goes into the same schema, and takes no offence.
    let store = connect(&place.address(), &Opening::create(JOURNAL)).unwrap();
    assert_eq!(faults(&*store), [""; 0]);
}

#[test]
fn a_damaged_journal_is_not_copied() {
    let Some(place) = Postgres::new() else { return };
    let mut store = place.write();
    put(&mut *store, "ada", 1, &[team("a", "A"), team("b", "B")]).unwrap();
    place.tamper("DROP TRIGGER commits_keep_words; UPDATE commits SET actor = 'mallory'");
    let dir = tempfile::tempdir().unwrap();
    let mut copy = open(&dir.path().join("copy.db"), &Opening::create(JOURNAL)).unwrap();
    let refused = copy.receive(&*store, &[]).unwrap_err();
    assert!(refused.to_string().contains("entry 1: altered header"), "{refused}");
    assert_eq!(copy.head().unwrap().size, 0);
}

#[test]
fn schemas_of_others_are_refused() {
    let Some(place) = Postgres::empty() else { return };
    let said = |opening: &Opening| {
        let text = place.open(opening).err().unwrap().to_string();
        text.replace(place.address().name(), "P")
    };
    assert_eq!(said(&Opening::write()), "no journal at P; run `tally init` to begin one");
    place.tamper("CREATE TABLE records (mine int)");
    let text = "P is no journal: its schema has tables of another program; check the path of the data directory";
    assert_eq!(said(&Opening::create(JOURNAL)), text);
    place.tamper("DROP TABLE records");
    place.open(&Opening::create(JOURNAL)).unwrap();
    assert!(said(&Opening::create(JOURNAL)).starts_with("P already holds a journal"));
    place.tamper("COMMENT ON TABLE journal_name IS 'tallystick journal, format 2'");
    assert!(said(&Opening::write()).starts_with("P has journal format 2, this program knows formats up to 1"));
    place.tamper("COMMENT ON TABLE journal_name IS 'mine'");
    assert!(said(&Opening::write()).starts_with("P is no journal"));
}

#[test]
fn passwords_stay_unsaid() {
    let address = Address::parse("postgres://ada:s3cret@localhost:1/tally?sslmode=disable").unwrap();
    assert_eq!(address.name(), "postgres://localhost:1/tally");
    assert_eq!(format!("{address:?}"), "Address(postgres://localhost:1/tally)");
    let refused = connect(&address, &Opening::read()).err().unwrap().to_string();
    assert!(refused.starts_with("cannot open postgres://localhost:1/tally: ") && !refused.contains("s3cret"), "{refused}");
    for wrong in ["postgres://ada:s3cret@h/d?sslmode=prefer", "postgres://ada:s3cret@h/d?s3cret=1", "mysql://ada:s3cret@h/d"] {
        let refused = Address::parse(wrong).unwrap_err().to_string();
        assert!(refused.starts_with("not the address of a database: ") && !refused.contains("s3cret@"), "{refused}");
    }
}
