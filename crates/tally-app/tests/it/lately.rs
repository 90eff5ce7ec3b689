//! What was imported lately: one row a commit, its first entry found by halving, acts by hand left out.

use tally_app::{Programme, import, now};

#[test]
fn imports_are_told_newest_first_with_their_entries() {
    let dir = tempfile::tempdir().unwrap();
    let mut programme = Programme::init(&dir.path().join(".tally")).unwrap();
    let mut expect = Vec::new();
    let mut first = 1;
    for (nth, count) in [1_u64, 2, 3, 7, 8, 9, 100].into_iter().enumerate() {
        let line = |id: u64| format!("{{\"kind\":\"team\",\"id\":\"t{nth}-{id}\",\"name\":\"T\",\"function\":\"appsec\"}}\n");
        let lines: String = (0..count).map(line).collect();
        let options = import::Options { actor: "ada".to_owned(), at: now(), ..import::Options::default() };
        let source = if nth == 3 { "page".to_owned() } else { format!("{nth}.jsonl") };
        let done = import::record_bytes(&mut programme, &source, lines.as_bytes(), &options).unwrap();
        if nth != 3 {
            expect.insert(0, (source, first, count));
        }
        assert_eq!(done.entries, count);
        first = done.size + 1;
    }
    let found = import::lately(&programme, 20).unwrap();
    let found: Vec<_> = found.into_iter().map(|one| (one.source, one.first, one.count)).collect();
    assert_eq!(found, expect);
    assert_eq!(import::lately(&programme, 2).unwrap().len(), 2);
}
