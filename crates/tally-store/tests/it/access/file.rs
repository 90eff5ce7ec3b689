//! The file of the SQLite driver: who can read it, and what is refused.

use super::{Place as _, Sqlite, at_once, person};
use tally_store::access::{Change, FILE, Role, files};
use tally_store::{Opening, open, open_access};

#[cfg(unix)]
#[test]
fn only_the_owner_reads_it() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = Sqlite::new();
    let mut access = place.open();
    access.add_person(&person("ada", Role::Administrator), true).unwrap();
    let there: Vec<_> = files(place.0.path()).into_iter().filter(|file| file.exists()).collect();
    assert_eq!(there.len(), 3, "the database, its log and its shared memory");
    for file in there {
        let mode = std::fs::metadata(&file).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{}", file.display());
    }
}

#[test]
fn many_may_make_it() {
    let place = Sqlite::new();
    let made =
        at_once(vec![(); 8], |(), no| place.open().add_person(&person(&format!("p{no}"), Role::Administrator), false).unwrap());
    assert_eq!(made, [Change::Done; 8]);
    assert_eq!(place.open().people().unwrap().len(), 8);
    let names: Vec<_> = std::fs::read_dir(place.0.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(names.iter().all(|name| name.to_string_lossy().len() <= "access.db-wal".len()), "no draft stays: {names:?}");
}

#[test]
fn other_files_are_refused() {
    let refused = |prepare: &dyn Fn(&std::path::Path)| {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join(FILE);
        prepare(&file);
        let before = std::fs::read(&file).unwrap();
        let error = open_access(dir.path()).err().expect("it is refused").to_string();
        assert_eq!(std::fs::read(&file).unwrap(), before, "nothing was changed");
        error
    };
    let journal = refused(&|file| drop(open(file, &Opening::create("0".repeat(32))).unwrap()));
    assert!(journal.contains("it is a database of another program"), "{journal}");
    let text = refused(&|file| std::fs::write(file, "not a database, but long enough to look like one".repeat(40)).unwrap());
    assert!(text.contains("not a database"), "{text}");
    let newer = refused(&|file| {
        drop(open_access(file.parent().unwrap()).unwrap());
        rusqlite::Connection::open(file).unwrap().pragma_update(None, "user_version", 2).unwrap();
    });
    assert!(newer.contains("it has access format 2"), "{newer}");
    assert!(open_access(std::path::Path::new("/nowhere/at/all")).is_err());
}
