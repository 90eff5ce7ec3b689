//! The README's story is run, line by line, in a data directory of its own.

use std::process::Command;

use xtask::{binary, workspace};

#[test]
fn readme_story_runs() {
    let readme = std::fs::read_to_string(workspace::root().join("README.md")).unwrap();
    let story = readme.split("<!-- story -->").nth(1).expect("README.md has its story between two `<!-- story -->`");
    let lines: Vec<&str> = story.lines().map(str::trim).filter(|line| line.starts_with("tally ")).collect();
    assert!(lines.len() > 8, "found {lines:?}");
    let folder = tempfile::tempdir().unwrap();
    for line in lines {
        run(line, &folder.path().join(".tally"));
    }
}

fn run(line: &str, data: &std::path::Path) {
    let words = words(line.split(" #").next().unwrap_or(line).trim_end());
    let (words, target) = match words.iter().position(|word| word == ">") {
        Some(at) => (&words[1..at], words.get(at + 1)),
        None => (&words[1..], None),
    };
    let mut command: Command = binary::command().unwrap();
    let output = command.args(words).env("TALLY_DATA", data).current_dir(workspace::root()).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "`{line}` failed:\n{text}{}", String::from_utf8_lossy(&output.stderr));
    assert!(target.is_some() || !text.trim().is_empty() || !output.stderr.is_empty(), "`{line}` says nothing");
}

/// Words of a line, double quotes honoured.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for c in line.chars() {
        match c {
            '"' => quoted = !quoted,
            ' ' if !quoted => words.push(String::new()),
            _ => words.iter_mut().last().unwrap().push(c),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[test]
fn guide_metric_passes_its_check() {
    let guide = std::fs::read_to_string(workspace::root().join("docs/guide/metrics.md")).unwrap();
    let metric = blocks(&guide, "toml").next().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join(".tally");
    run("tally init", &data);
    std::fs::create_dir_all(data.join("catalog/metrics")).unwrap();
    std::fs::write(data.join("catalog/metrics/stale-high-findings.toml"), metric).unwrap();
    run("tally catalog check", &data);
}

#[test]
fn guide_queries_run() {
    let guide = std::fs::read_to_string(workspace::root().join("docs/guide/sql.md")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join(".tally");
    run("tally init", &data);
    run("tally import records docs/examples/program.jsonl", &data);
    for query in blocks(&guide, "sql") {
        run(&format!("tally sql \"{}\"", query.replace('\n', " ")), &data);
    }
}

/// What stands in fences of a language.
fn blocks<'t>(text: &'t str, language: &str) -> impl Iterator<Item = &'t str> {
    let open = format!("```{language}\n");
    text.split(open.as_str()).skip(1).filter_map(|rest| rest.split("```").next()).collect::<Vec<_>>().into_iter()
}
