//! The README's two commands share one build: every library has the same features in both, so none is built twice.

use std::collections::BTreeMap;
use std::process::Command;

use xtask::workspace;

use crate::none;

/// Features of every library in a build, as `cargo tree` sees it.
fn features(words: &[&str]) -> BTreeMap<String, String> {
    let tree = ["tree", "--offline", "--locked", "--prefix", "none", "--format", "{p}\t{f}"];
    // Colours, where the environment asks for them, would stand between the words.
    let cargo = Command::new(workspace::cargo())
        .args(tree)
        .args(words)
        .env("CARGO_TERM_COLOR", "never")
        .current_dir(workspace::root())
        .output();
    let output = cargo.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (library, features) in text.lines().filter_map(|line| line.trim_end_matches(" (*)").split_once('\t')) {
        let all = found.entry(library.to_owned()).or_default();
        if !all.iter().any(|known| known == features) {
            all.push(features.to_owned());
        }
    }
    found
        .into_iter()
        .map(|(library, mut all)| {
            all.sort();
            (library, all.join(" | "))
        })
        .collect()
}

#[test]
fn demo_and_tests_share_one_build() {
    let demo = features(&["--workspace", "--edges", "normal,build"]);
    let tests = features(&["--workspace", "--edges", "all"]);
    let differ = demo.iter().filter(|(library, features)| tests.get(*library).is_some_and(|tests| tests != *features));
    let complaints = differ.map(|(library, features)| {
        let tests = tests.get(library).map(String::as_str).unwrap_or_default();
        format!("Cargo.toml: {library} has features `{features}` in `cargo run` and `{tests}` in `cargo test --workspace`, so it and all above it is built twice; name the missing ones in [workspace.dependencies]")
    });
    none(&complaints.collect::<Vec<_>>());
}

#[test]
fn a_room_alone_shares_the_build_of_all() {
    let all = features(&["--workspace", "--edges", "all"]);
    let alone = features(&["--package", "tally-measure", "--edges", "all"]);
    let differ = alone.iter().filter(|(library, features)| {
        // A library that is built for build scripts too has two sets of features, of which a room alone may lack one.
        let all = all.get(*library).map(String::as_str).unwrap_or_default();
        !features.split(" | ").all(|own| all.split(" | ").any(|known| known == own))
    });
    let complaints = differ.map(|(library, features)| {
        format!("crates/tally-alike/Cargo.toml: {library} has features `{features}` in `cargo test -p tally-measure` and others in the whole, so DataFusion would be built twice; name them there")
    });
    none(&complaints.collect::<Vec<_>>());
}

#[test]
fn readme_says_what_ci_runs() {
    let read = |name: &str| std::fs::read_to_string(workspace::root().join(name)).unwrap();
    let (readme, ci) = (read("README.md"), read(".ci/run"));
    assert!(readme.contains("\n    cargo run -- demo\n"), "README.md: no `cargo run -- demo`");
    assert!(readme.contains("\n    cargo test --workspace\n"), "README.md: no `cargo test --workspace`");
    assert!(ci.trim_end().ends_with("\ncargo test --workspace"), ".ci/run: expected it to end with the README's test command");
}
