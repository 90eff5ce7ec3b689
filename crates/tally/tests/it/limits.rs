//! Limits of the machine: a full disk, a write-protected directory, a bomb, two writers at once.

use std::process::Command;

use crate::support::{BASE, Place, fixture, gzip, ran};

/// A data directory on a file system of its own, where this machine lets us make one.
struct Small {
    place: Place,
}

impl Small {
    fn new(kilobytes: u32) -> Option<Self> {
        let place = Place::bare();
        std::fs::create_dir(place.path("disk")).unwrap();
        let size = format!("size={kilobytes}k");
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", &size, "tally-test"]).arg(place.path("disk")).output();
        mounted.is_ok_and(|mounted| mounted.status.success()).then_some(Self { place })
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.place.path("disk")).output();
    }
}

#[test]
fn a_full_disk() {
    let Some(small) = Small::new(600) else { return };
    let place = &small.place;
    place.tally(&["init", "disk"]).ok();
    place.file("base.jsonl", BASE);
    place.file("demo.jsonl", crate::support::demo());
    let run = |words: &[&str]| place.tally(&[words, &["--data", "disk/.tally"]].concat());
    run(&["import", "base.jsonl"]).ok();
    run(&["import", "demo.jsonl"]).ended(2).says(&["the disk is full", "nothing was written", "free some space"]);
    run(&["journal", "verify"]).ok().says(&["the journal holds: 2 entries"]);
    std::fs::write(place.path("disk/filler"), vec![7; 280 << 10]).unwrap();
    let _ = std::fs::write(place.path("disk/more"), vec![7; 400 << 10]);
    let said = run(&["import", fixture("promptfoo_v3.json").to_str().unwrap(), "--system", "bot"]).ended(2);
    let words = ["No space left", "disk is full"];
    assert!(words.iter().any(|words| said.err.contains(words)), "{}", said.err);
    for name in ["filler", "more"] {
        let _ = std::fs::remove_file(place.path("disk").join(name));
    }
    run(&["journal", "verify"]).ok().says(&["the journal holds: 2 entries"]);
    run(&["import", fixture("promptfoo_v3.json").to_str().unwrap(), "--system", "bot"]).ok();
}

/// The shell's own limit stands in for a full disk where nothing can be mounted.
#[cfg(unix)]
#[test]
fn a_file_that_may_not_grow() {
    let place = Place::base();
    place.file("demo.jsonl", crate::support::demo());
    let program = env!("CARGO_BIN_EXE_tally");
    let script = format!("trap '' XFSZ; ulimit -f 300; exec '{program}' import records demo.jsonl");
    let output = Command::new("sh").args(["-c", &script]).current_dir(place.dir.path()).env_clear().env("USER", "ada").output();
    let said = ran(output.unwrap());
    assert_eq!(said.code, Some(2), "{said:?}");
    place.tally(&["journal", "verify"]).ok().says(&["the journal holds: 2 entries"]);
    place.tally(&["import", "records", "demo.jsonl"]).ok();
}

/// Even to read, the journal needs a few bytes beside it.
#[cfg(unix)]
#[test]
fn no_room_to_open() {
    let place = Place::base();
    let program = env!("CARGO_BIN_EXE_tally");
    let script = format!("trap '' XFSZ; ulimit -f 0; exec '{program}' journal verify");
    let output = Command::new("sh").args(["-c", &script]).current_dir(place.dir.path()).env_clear().env("USER", "ada").output();
    let said = ran(output.unwrap()).ended(2);
    assert!(said.err.contains("cannot open ") && said.err.contains("journal.db: its disk is full"), "{said:?}");
    assert!(said.err.contains("free some space") && !said.err.contains("code") && !said.err.contains("I/O"), "{said:?}");
    place.tally(&["journal", "verify"]).ok().says(&["the journal holds: 2 entries"]);
}

#[cfg(unix)]
#[test]
fn a_write_protected_directory() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = Place::base();
    let protect = |mode: u32| {
        for name in [".tally", ".tally/journal.db"] {
            std::fs::set_permissions(place.path(name), std::fs::Permissions::from_mode(mode)).unwrap();
        }
    };
    protect(0o555);
    // Root may write everywhere; then there is nothing to see.
    let writable = std::fs::write(place.path(".tally/probe"), "").is_ok();
    if !writable {
        let said = place.import(r#"{"kind":"team","id":"t","name":"x","function":"soc"}"#).ended(2);
        said.says(&["write-protected"]);
    }
    protect(0o755);
    assert_eq!(place.size(), 2);
}

#[test]
fn a_bomb_is_stopped() {
    let place = Place::base();
    // A megabyte of blanks folds to a kilobyte.
    let mut bytes = vec![b' '; 1 << 20];
    bytes.extend(BASE.as_bytes());
    place.file("bomb.jsonl.gz", gzip(&bytes));
    let words = ["import", "records", "bomb.jsonl.gz", "--unfolded-max"];
    let said = place.tally(&[&words[..], &["100000"]].concat()).ended(2);
    said.says(&["bomb.jsonl.gz", "unfolds to more than is allowed", "unpack it yourself"]);
    place.tally(&[&words[..], &["2000000"]].concat()).ok();
    let report = std::fs::read(fixture("garak_0.17.report.jsonl")).unwrap();
    place.file("bomb.report.jsonl.gz", gzip(&report));
    let words = ["import", "bomb.report.jsonl.gz", "--system", "bot", "--unfolded-max", "1000"];
    place.tally(&words).ended(2).says(&["unfolds to more than is allowed"]);
    assert_eq!(place.size(), 2);
    let left: Vec<_> = crate::support::files(&place.path(".tally"));
    assert!(
        !left
            .iter()
            .any(|path| path.to_string_lossy().contains("incoming/")
                || path.extension().is_some_and(|ending| ending == "parquet")),
        "{left:?}"
    );
}

#[test]
fn two_importers_at_once() {
    let place = Place::base();
    let team = |who: &str| {
        (0..3_000)
            .map(|no| format!("{{\"kind\":\"team\",\"id\":\"{who}{no}\",\"name\":\"x\",\"function\":\"soc\"}}\n"))
            .collect::<String>()
    };
    for who in ["a", "b", "c"] {
        place.file(&format!("{who}.jsonl"), team(who));
    }
    let running: Vec<_> = ["a.jsonl", "b.jsonl", "c.jsonl"].map(|file| place.start(&["import", "records", file])).into();
    let mut done = 0;
    for child in running {
        let said = ran(child.wait_with_output().unwrap());
        match said.code {
            Some(0) => done += 1,
            _ => assert!(said.err.contains("another program is writing"), "{said:?}"),
        }
    }
    assert!(done >= 1);
    assert_eq!(place.size(), 2 + done * 3_000);
    for file in ["a.jsonl", "b.jsonl", "c.jsonl"] {
        place.tally(&["import", "records", file]).ok();
    }
    assert_eq!(place.size(), 2 + 9_000);
    place.tally(&["journal", "verify"]).ok();
}

/// Readers and a writer at the same time: a reader sees the state before or after, never between.
#[test]
fn reading_while_another_writes() {
    let place = Place::base();
    let lines: String =
        (0..5_000).map(|no| format!("{{\"kind\":\"team\",\"id\":\"x{no}\",\"name\":\"x\",\"function\":\"soc\"}}\n")).collect();
    place.file("many.jsonl", lines);
    let mut writer = place.start(&["import", "records", "many.jsonl"]);
    while writer.try_wait().unwrap().is_none() {
        let count = place.count("select count(*) from teams");
        assert!(count == 1 || count == 5_001, "{count}");
    }
    assert_eq!(place.count("select count(*) from teams"), 5_001);
}
