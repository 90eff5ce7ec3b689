//! A kill in the middle, changed bytes, cut files: all or nothing, found or told, never a panic.

use std::fs;

use crate::support::{Place, copy};

/// Records of a larger programme.
fn large() -> String {
    let words = ["demo", "--records", "--findings", "20000", "--systems", "200", "--as-of", "2026-11-01"];
    Place::bare().tally(&words).ok().out
}

#[test]
fn killed_in_the_middle_of_an_import() {
    let records = large();
    let place = Place::base();
    place.file("large.jsonl", &records);
    let count = records.lines().count() as u64;
    let words = ["import", "records", "large.jsonl"];
    let clock = std::time::Instant::now();
    let whole = Place::base();
    whole.file("large.jsonl", &records);
    whole.tally(&words).ok();
    let takes = clock.elapsed();
    let mut half = 0;
    for round in 0..8u32 {
        let mut child = place.start(&words);
        // Moments spread over the time that a whole import takes.
        let until = std::time::Instant::now() + takes * (round * 2 + 1) / 18;
        while std::time::Instant::now() < until {
            std::thread::yield_now();
        }
        child.kill().unwrap();
        child.wait().unwrap();
        let said = place.tally(&["journal", "verify", "--format", "json"]).ok().json();
        let size = said["entries"].as_u64().unwrap();
        assert!(size == 2 || size == 2 + count, "{size} entries: a part of the import is there");
        if size == 2 {
            half += 1;
        } else {
            break;
        }
    }
    assert!(half > 0, "no kill came in the middle");
    place.tally(&words).ok();
    assert_eq!(place.size(), 2 + count);
    assert_eq!(
        place.score("2026-11-01", &["--months", "0"])["metrics"],
        whole.score("2026-11-01", &["--months", "0"])["metrics"]
    );
}

#[test]
fn a_changed_byte_of_an_entry_is_found() {
    let place = Place::demo();
    let path = place.path(".tally/journal.db");
    let whole = fs::read(&path).unwrap();
    // Words of payloads, of actors and of the signed head, wherever the file keeps them.
    for words in ["f-0100", "agent-platform", "demo.jsonl", "LLM01:2025", "tallystick/"] {
        let at = whole.windows(words.len()).position(|part| part == words.as_bytes()).unwrap();
        let mut bytes = whole.clone();
        bytes[at] ^= 1;
        fs::write(&path, bytes).unwrap();
        let said = place.tally(&["journal", "verify"]);
        assert!(matches!(said.code, Some(1 | 2)), "{words}: {said:?}");
        assert!(!said.said().contains("the journal holds"), "{words}: {said:?}");
    }
    fs::write(&path, &whole).unwrap();
    place.tally(&["journal", "verify"]).ok();
}

#[test]
fn any_changed_byte_ends_in_an_answer() {
    let place = Place::demo();
    let path = place.path(".tally/journal.db");
    let whole = fs::read(&path).unwrap();
    let good = place.tally(&["journal", "show", "--limit", "5000", "--format", "json"]).ok().out;
    for round in 0..24u64 {
        let at = (round.wrapping_mul(0x9e37_79b9_7f4a_7c15) % whole.len() as u64) as usize;
        let mut bytes = whole.clone();
        bytes[at] ^= 0x41;
        fs::write(&path, bytes).unwrap();
        let said = place.tally(&["journal", "verify"]);
        match said.code {
            // The byte was no part of any entry: then none reads otherwise.
            Some(0) => {
                let shown = place.tally(&["journal", "show", "--limit", "5000", "--format", "json"]).ok().out;
                assert!(shown == good, "byte {at} changed an entry and nobody saw");
            }
            Some(1) => assert!(said.out.contains("does NOT hold"), "{said:?}"),
            Some(2) => assert!(said.err.starts_with("error: "), "{said:?}"),
            _ => panic!("{said:?}"),
        }
        let score = place.tally(&["score", "--as-of", "2026-11-01", "--months", "0"]);
        assert!(matches!(score.code, Some(0 | 2)), "{score:?}");
    }
}

#[test]
fn a_page_of_nothing() {
    let place = Place::demo();
    let path = place.path(".tally/journal.db");
    let whole = fs::read(&path).unwrap();
    for page in [1, whole.len() / 4096 / 2, whole.len() / 4096 - 2] {
        let mut bytes = whole.clone();
        bytes[page * 4096..(page + 1) * 4096].fill(0);
        fs::write(&path, bytes).unwrap();
        let said = place.tally(&["journal", "verify"]);
        assert!(matches!(said.code, Some(1 | 2)), "page {page}: {said:?}");
    }
}

#[test]
fn cut_files() {
    let place = Place::demo();
    let path = place.path(".tally/journal.db");
    let whole = fs::read(&path).unwrap();
    for length in [0, 50, 4_096, whole.len() / 2, whole.len() - 1] {
        fs::write(&path, &whole[..length]).unwrap();
        for words in [&["journal", "verify"][..], &["score"], &["journal", "show"], &["import", "demo.jsonl"]] {
            let said = place.tally(words);
            // The last byte is the end of one page: what does not read that page does not see it.
            let unseen = length == whole.len() - 1 && words[1..] != ["verify"];
            assert!(matches!(said.code, Some(1 | 2)) || unseen, "{length} {words:?}: {said:?}");
        }
    }
    fs::remove_file(&path).unwrap();
    place.tally(&["score"]).ended(2).says(&["no data directory"]);
    place.tally(&["score", "--data", ".tally"]).ended(2).says(&["no journal at .tally/journal.db; run `tally init`"]);
}

#[test]
fn what_is_gone_or_strange_in_the_data_directory() {
    let place = Place::base();
    copy(&place.path(".tally"), &place.path("copy"));
    let data = ["--data", "copy"];
    let run = |words: &[&str]| place.tally(&[words, &data].concat());
    fs::remove_file(place.path("copy/keys/journal.key")).unwrap();
    run(&["score"]).ok();
    run(&["import", "records", "in.jsonl"]).ended(2).says(&["journal.key"]);
    fs::write(place.path("copy/settings.toml"), "sla_dys = 3\n").unwrap();
    run(&["score"]).ended(2).says(&["settings.toml", "sla_dys"]);
    fs::write(place.path("copy/settings.toml"), "[sla_days]\nhigh = 10\n").unwrap();
    run(&["score"]).ok();
    fs::write(place.path("copy/facts/made.json"), "{").unwrap();
    run(&["score"]).ok();
    place.tally(&["score", "--data", "in.jsonl"]).ended(2);
}
