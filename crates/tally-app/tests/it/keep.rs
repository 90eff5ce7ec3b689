//! Backup, restore, moving between databases, password files.

#[allow(dead_code, reason = "shared with the store's tests, which use more of it")]
#[path = "../../../tally-store/tests/it/postgres/server.rs"]
mod server;

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use server::Server;
use tally_app::scope::Scope;
use tally_app::{Database, Error, Programme, Workbench, import, journal, keep, now};

fn team(id: &str) -> String {
    format!("{{\"kind\":\"team\",\"id\":\"{id}\",\"name\":\"Team {id}\",\"function\":\"appsec\"}}\n")
}

/// Adds teams to a programme.
fn add(programme: &mut Programme, ids: &[&str]) {
    let lines: String = ids.iter().map(|id| team(id)).collect();
    let options = import::Options { actor: "ada".to_owned(), at: now(), ..import::Options::default() };
    import::record_bytes(programme, "teams.jsonl", lines.as_bytes(), &options).unwrap();
}

fn head(programme: &Programme) -> String {
    let found = journal::verify(programme, None).unwrap();
    assert!(found.holds(), "{:?}", found.faults);
    journal::hex(&found.head.hash)
}

fn filled(root: &Path) -> Programme {
    let mut programme = Programme::init(root).unwrap();
    add(&mut programme, &["a", "b", "c"]);
    fs::create_dir_all(root.join("catalog/metrics")).unwrap();
    fs::write(root.join("settings.toml"), "[sla_days]\nhigh = 20\n").unwrap();
    fs::create_dir_all(root.join("evidence/incoming")).unwrap();
    fs::write(root.join("evidence/incoming/half"), "half").unwrap();
    drop(programme);
    Programme::open(root).unwrap()
}

#[test]
fn what_was_kept_comes_back() {
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(name);
    let programme = filled(&at("one"));
    let made = keep::backup(&programme, &at("kept"), true, now()).unwrap();
    assert_eq!((made.head.size, made.key, made.missing.len()), (3, true, 0));
    let mut names: Vec<_> = fs::read_dir(at("kept")).unwrap().flatten().map(|entry| entry.file_name()).collect();
    names.sort();
    assert_eq!(names, ["backup.json", "journal.db", "keys", "settings.toml"]);
    let mode = |path: &Path| {
        use std::os::unix::fs::PermissionsExt as _;
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    };
    assert_eq!((mode(&at("kept")), mode(&at("kept/keys/journal.key"))), (0o700, 0o600));
    let done = keep::restore(&at("kept"), &at("two")).unwrap();
    assert_eq!((done.head, done.key), (made.head, true));
    let mut again = Programme::open(&at("two")).unwrap();
    assert_eq!(head(&again), head(&programme));
    assert_eq!(again.settings().sla(), programme.settings().sla());
    assert_eq!(mode(&at("two/keys/journal.key")), 0o600);
    add(&mut again, &["d"]);
    assert!(journal::verify(&again, journal::head(&programme).unwrap().as_deref()).unwrap().holds());
    // Neither writes over what is there.
    for refused in [keep::restore(&at("kept"), &at("two")).err(), keep::backup(&programme, &at("kept"), true, now()).err()] {
        let text = refused.unwrap().to_string();
        assert!(text.ends_with("is there already, and is not an empty folder; nothing was changed"), "{text}");
    }
}

#[test]
fn without_its_key_it_can_be_read() {
    let dir = tempfile::tempdir().unwrap();
    let programme = filled(&dir.path().join("one"));
    let kept = dir.path().join("kept");
    assert!(!keep::backup(&programme, &kept, false, now()).unwrap().key);
    let holds_key = |text: &[u8]| text.windows(12).any(|window| window == b"PRIVATE+KEY+");
    assert!(!kept.join("keys/journal.key").exists() && !holds_key(&fs::read(kept.join("journal.db")).unwrap()));
    let two = dir.path().join("two");
    assert!(!keep::restore(&kept, &two).unwrap().key);
    assert_eq!(head(&Programme::open(&two).unwrap()), head(&programme));
}

#[test]
fn a_damaged_backup_is_refused_and_leaves_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let programme = filled(&dir.path().join("one"));
    let two = dir.path().join("two");
    let refused = |damage: &dyn Fn(&Path)| {
        let kept = dir.path().join("kept");
        let _absent = fs::remove_dir_all(&kept);
        keep::backup(&programme, &kept, true, now()).unwrap();
        damage(&kept);
        let text = keep::restore(&kept, &two).unwrap_err().to_string();
        let left: Vec<_> = fs::read_dir(dir.path()).unwrap().flatten().map(|entry| entry.file_name()).collect();
        assert_eq!(left.len(), 2, "{left:?}");
        text
    };
    let text = refused(&|kept| fs::remove_file(kept.join("settings.toml")).unwrap());
    assert!(text.contains("settings.toml is missing"), "{text}");
    let text = refused(&|kept| {
        let mut bytes = fs::read(kept.join("journal.db")).unwrap();
        let at = bytes.len() / 2;
        bytes[at] ^= 1;
        fs::write(kept.join("journal.db"), bytes).unwrap();
    });
    assert!(text.contains("journal.db is not what was put in"), "{text}");
    let edit = |kept: &Path, from: &str, to: &str| {
        let text = fs::read_to_string(kept.join("backup.json")).unwrap();
        assert!(text.contains(from), "{text}");
        fs::write(kept.join("backup.json"), text.replacen(from, to, 1)).unwrap();
    };
    let text = refused(&|kept| edit(kept, "\"entries\": 3", "\"entries\": 2"));
    assert!(text.contains("another head than the backup says"), "{text}");
    let text = refused(&|kept| edit(kept, "settings.toml", "../settings.toml"));
    assert!(text.contains("leads out of the backup"), "{text}");
    let text = refused(&|kept| edit(kept, "\"format\": 1", "\"format\": 2"));
    assert!(text.contains("its format is 2, this program knows 1"), "{text}");
    let text = refused(&|kept| fs::remove_file(kept.join("backup.json")).unwrap());
    assert!(text.contains("is no backup"), "{text}");
}

/// Every head that a backup is of was one that was signed, however many write meanwhile.
#[test]
fn kept_while_others_write() {
    let dir = tempfile::tempdir().unwrap();
    let one = dir.path().join("one");
    let programme = filled(&one);
    let enough = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut writer = Programme::open(&one).unwrap();
            for round in 0.. {
                if enough.load(Ordering::Relaxed) {
                    return;
                }
                add(&mut writer, &[&format!("w{round}-1"), &format!("w{round}-2")]);
            }
        });
        for no in 0..5 {
            let kept = dir.path().join(format!("kept{no}"));
            let made = keep::backup(&programme, &kept, true, now()).unwrap();
            assert_eq!(made.head.size % 2, 1, "half a commit was kept");
            let two = dir.path().join(format!("two{no}"));
            assert_eq!(keep::restore(&kept, &two).unwrap().head, made.head);
        }
        enough.store(true, Ordering::Relaxed);
    });
    // What was restored is a beginning of what is there now.
    let last = Programme::open(&dir.path().join("two4")).unwrap();
    let kept = journal::head(&last).unwrap();
    assert!(journal::verify(&programme, kept.as_deref()).unwrap().holds());
}

#[test]
fn there_and_back() {
    let Some(server) = Server::start() else { return };
    let database = keep::database(&server.url("public"), None, None).unwrap();
    let dir = tempfile::tempdir().unwrap();
    let one = dir.path().join("one");
    let programme = filled(&one);
    let before = head(&programme);
    let moved = keep::to_database(programme, &database, now()).unwrap();
    assert_eq!(journal::hex(&moved.head.hash), before);
    let text = Programme::open(&one).err().unwrap().to_string();
    assert!(text.starts_with("the journal of this programme is in postgres://"), "{text}");
    assert!(text.ends_with("name it with --database, or in TALLY_DATABASE"), "{text}");
    let mut programme = Programme::open_at(&one, Some(&database)).unwrap();
    assert_eq!(head(&programme), before);
    // Two programmes on one database write in turn.
    let mut other = programme.another().unwrap();
    add(&mut programme, &["d", "e"]);
    add(&mut other, &["f"]);
    add(&mut programme, &["e", "g"]);
    assert_eq!(journal::size(&other).unwrap(), 7);
    drop(other);
    let kept = dir.path().join("kept");
    let made = keep::backup(&programme, &kept, true, now()).unwrap();
    keep::restore(&kept, &dir.path().join("two")).unwrap();
    let restored = Programme::open(&dir.path().join("two")).unwrap();
    assert_eq!((head(&restored), made.head.size), (head(&programme), 7));
    let refused = keep::to_database(restored, &database, now()).unwrap_err();
    assert!(matches!(refused, Error::Store(tally_store_error) if tally_store_error.to_string().contains("not empty")));
    let before = head(&programme);
    keep::to_file(programme, now()).unwrap();
    let programme = Programme::open(&one).unwrap();
    assert_eq!(head(&programme), before);
    let text = Programme::open_at(&one, Some(&database)).err().unwrap().to_string();
    assert!(text.contains("has a journal of its own"), "{text}");
}

#[test]
fn begun_in_a_database() {
    let Some(server) = Server::start() else { return };
    let database = Database::parse(&server.url("public")).unwrap();
    let dir = tempfile::tempdir().unwrap();
    let (one, two) = (dir.path().join("one"), dir.path().join("two"));
    let mut programme = Programme::init_at(&one, Some(&database)).unwrap();
    assert!(!one.join("journal.db").exists());
    add(&mut programme, &["a"]);
    assert!(programme.access().unwrap().people().unwrap().is_empty());
    assert!(Programme::init_at(&two, Some(&database)).is_err(), "the database is taken");
    assert!(!two.join("keys/journal.key").exists());
    Programme::init(&two).unwrap();
    fs::remove_file(two.join("journal.db")).unwrap();
    let text = Programme::open_at(&two, Some(&database)).err().unwrap().to_string();
    assert!(text.contains("has the journal `tallystick/"), "{text}");
}

/// Many read and write at once, and the database goes away in between.
#[test]
fn many_at_one_database() {
    let Some(server) = Server::start() else { return };
    let database = Database::parse(&server.url("public")).unwrap();
    let dir = tempfile::tempdir().unwrap();
    let bench = Workbench::open(Programme::init_at(dir.path(), Some(&database)).unwrap()).unwrap();
    let write = |id: &str| {
        bench.write(|programme| {
            add(programme, &[id]);
            Ok(())
        })
    };
    std::thread::scope(|scope| {
        for who in 0..4 {
            let (write, bench) = (&write, &bench);
            scope.spawn(move || {
                for no in 0..5 {
                    write(&format!("t{who}-{no}")).unwrap();
                    assert!(bench.read(journal::size).unwrap() > no);
                }
            });
        }
    });
    assert_eq!(bench.read(journal::size).unwrap(), 20);
    server.restart();
    assert_eq!(bench.read(journal::size).unwrap(), 20);
    write("after").unwrap();
    assert_eq!(bench.facts(&Scope::All).unwrap().entries, 21);
    assert!(bench.read(|programme| journal::verify(programme, None)).unwrap().holds());
}

#[test]
fn password_files() {
    use std::os::unix::fs::PermissionsExt as _;
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("pgpass");
    fs::write(&path, "# mine\nother:*:*:*:wrong\nhost:5432:tally:ada:a\\:b\\\\c\n*:*:*:*:any\n").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    let read = |url: &str| keep::database(url, Some("ada"), Some(&path));
    let text = read("postgres://host/tally").unwrap_err().to_string();
    assert!(text.starts_with("others can read the password file"), "{text}");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    for (url, there) in
        [("postgres://host/tally", true), ("postgres://ada@elsewhere/x", true), ("postgres://bob:own@host/tally", true)]
    {
        assert_eq!(read(url).unwrap().has_password(), there, "{url}");
    }
    fs::write(&path, "host:5432:tally:ada:a\n").unwrap();
    assert!(!read("postgres://bob@host/tally").unwrap().has_password());
    assert!(!keep::database("postgres://host/tally", Some("ada"), Some(&dir.path().join("none"))).unwrap().has_password());
}
