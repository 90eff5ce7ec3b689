//! Reports of garak and promptfoo through the command line: counts, groups, formats that are refused, twice the same.

use std::path::{Path, PathBuf};

use serde_json::Value as Json;

use crate::support::{Place, Ran, fixture, gzip, shared};

/// Imports a report and gives what was said as JSON.
pub fn import(place: &Place, path: &Path) -> Json {
    place.tally(&["import", path.to_str().unwrap(), "--system", "bot", "--format", "json"]).ok().json()
}

fn samples() -> Option<(PathBuf, serde_json::Map<String, Json>)> {
    let folder = shared("formats/samples")?;
    let text = std::fs::read(folder.join("EXPECTED.json")).unwrap();
    let Json::Object(expected) = serde_json::from_slice(&text).unwrap() else { panic!("no object") };
    Some((folder, expected))
}

#[test]
fn garak_samples_count_as_expected() {
    let Some((folder, expected)) = samples() else { return };
    let mut seen = 0;
    for (name, expect) in expected.iter().filter(|(name, _)| name.starts_with("garak/") && name.contains(".report.jsonl")) {
        if name.contains("public") {
            continue;
        }
        let place = Place::base();
        let said = import(&place, &folder.join(name));
        let run = &said["run"];
        assert_eq!(run["tool"], "garak");
        assert_eq!(run["complete"], expect["completed"], "{name}");
        assert_eq!(run["attempts"], expect["unique_attempts"], "{name}");
        assert_eq!(run["unevaluated"], expect["unevaluated_attempts"], "{name}");
        let mut sums = [0; 3];
        for (key, group) in expect["per_probe_detector_from_attempts"].as_object().unwrap() {
            let (probe, detector) = key.split_once('|').unwrap();
            let found = run["groups"].as_array().unwrap();
            let found = found.iter().find(|group| group["probe"] == probe && group["detector"] == detector);
            let found = found.unwrap_or_else(|| panic!("{name}: no group {key}"));
            let of = |key: &str| group[key].as_u64().unwrap_or_default();
            let wanted = [of("passed"), of("fails"), of("nones") + of("nan")];
            let counts = ["passed", "failed", "errors"].map(|word| found[word].as_u64().unwrap());
            assert_eq!(counts, wanted, "{name} {key}");
            sums = [sums[0] + wanted[0], sums[1] + wanted[1], sums[2] + wanted[2]];
        }
        assert_eq!((run["passed"].as_u64(), run["failed"].as_u64()), (Some(sums[0]), Some(sums[1])), "{name}");
        check_kept(&place, &said, name);
        seen += 1;
    }
    assert!(seen >= 18, "{seen}");
}

#[test]
fn promptfoo_samples_count_as_expected() {
    let Some((folder, expected)) = samples() else { return };
    let mut seen = 0;
    for (name, expect) in expected.iter().filter(|(name, _)| name.starts_with("promptfoo/")) {
        let Some(outcome) = expect["outcome"].as_object().filter(|_| name.contains(".json")) else { continue };
        let place = Place::base();
        let said = import(&place, &folder.join(name));
        let of = |key: &str| outcome.get(key).and_then(Json::as_u64).unwrap_or_default();
        let pages = expect["http_status_ge400_graded_pass"].as_u64().unwrap_or_default();
        let counts = ["passed", "failed", "errors"].map(|word| said["run"][word].as_u64().unwrap());
        assert_eq!(counts, [of("pass") - pages, of("fail"), of("error") + pages], "{name}");
        assert_eq!(said["run"]["attempts"], expect["rows"], "{name}");
        if pages > 0 {
            assert!(said["problems"].to_string().contains(&format!("{pages} HTTP error pages graded as a pass")), "{name}");
        }
        check_kept(&place, &said, name);
        seen += 1;
    }
    assert!(seen >= 11, "{seen}");
}

/// What was told is what is in the records and in the lake.
fn check_kept(place: &Place, said: &Json, name: &str) {
    let run = &said["run"];
    let sums = "select coalesce(sum(passed), 0) p, coalesce(sum(failed), 0) f, coalesce(sum(errors), 0) e from eval_runs";
    let sums = place.tally(&["sql", sums, "--format", "json"]).ok().json();
    assert_eq!([&sums[0]["p"], &sums[0]["f"], &sums[0]["e"]], [&run["passed"], &run["failed"], &run["errors"]], "{name}");
    let rows = "select count(*) filter (where outcome = 'pass') p, count(*) filter (where outcome = 'fail') f,
        count(*) filter (where outcome = 'error') e from attempts";
    let rows = place.tally(&["sql", rows, "--format", "json"]).ok().json();
    assert_eq!([&rows[0]["p"], &rows[0]["f"], &rows[0]["e"]], [&run["passed"], &run["failed"], &run["errors"]], "{name}");
    let failing = run["groups"].as_array().unwrap().iter().filter(|group| group["failed"].as_u64() > Some(0)).count();
    assert_eq!(place.count("select count(*) from findings"), failing as u64, "{name}");
}

#[test]
fn our_own_small_reports() {
    let mut out = String::new();
    for name in [
        "garak_0.9.report.jsonl",
        "garak_0.17.report.jsonl",
        "promptfoo_v3.json",
        "promptfoo_v2.json",
        "promptfoo_http.json",
        "promptfoo_rows.jsonl",
    ] {
        let place = Place::base();
        let said = import(&place, &fixture(name));
        let run = &said["run"];
        out.push_str(&format!(
            "{name}: {} {} passed {} failed {} errors, complete {}\n",
            run["tool"].as_str().unwrap(),
            run["passed"],
            run["failed"],
            run["errors"],
            run["complete"]
        ));
        check_kept(&place, &said, name);
    }
    insta::assert_snapshot!(out, @"
    garak_0.9.report.jsonl: garak 4 passed 4 failed 0 errors, complete true
    garak_0.17.report.jsonl: garak 2 passed 6 failed 2 errors, complete true
    promptfoo_v3.json: promptfoo 2 passed 2 failed 2 errors, complete true
    promptfoo_v2.json: promptfoo 1 passed 2 failed 0 errors, complete true
    promptfoo_http.json: promptfoo 1 passed 1 failed 3 errors, complete false
    promptfoo_rows.jsonl: promptfoo 2 passed 2 failed 2 errors, complete false
    ");
}

#[test]
fn twice_the_same_bytes() {
    let place = Place::base();
    let report = fixture("garak_0.17.report.jsonl");
    let bytes = std::fs::read(&report).unwrap();
    place.file("packed.report.jsonl.gz", gzip(&bytes));
    let first = import(&place, &report);
    let (size, head) = (place.size(), place.tally(&["journal", "head"]).ok().out);
    let said = place.tally(&["import", "garak", report.to_str().unwrap(), "--system", "bot"]).ok();
    assert!(said.out.contains("these very bytes were imported before (entry ") && said.out.ends_with("nothing was written\n"));
    let again = import(&place, &report);
    assert_eq!((&again["written"], &again["journal_size"]), (&false.into(), &size.into()));
    assert_eq!(again["sha256"], first["sha256"]);
    assert_eq!((place.size(), place.tally(&["journal", "head"]).ok().out), (size, head));
    // Compressed they are other bytes of the same run: its numbers and findings stay as they are.
    let packed = import(&place, &place.path("packed.report.jsonl.gz"));
    assert_eq!(packed["run"]["passed"], first["run"]["passed"]);
    assert_eq!(place.count("select sum(failed) from eval_runs"), first["run"]["failed"].as_u64().unwrap());
    assert_eq!(place.count("select count(*) from findings"), first["findings"].as_array().unwrap().len() as u64);
}

#[test]
fn a_run_of_another_system() {
    let place = Place::base();
    place.import(crate::support::BASE.replace("\"bot\"", "\"bat\"")).ok();
    let report = fixture("garak_0.17.report.jsonl");
    let path = report.to_str().unwrap();
    import(&place, &report);
    let size = place.size();
    let said = place.tally(&["import", path, "--system", "bat"]).ended(2);
    said.says(&["these very bytes were imported for system `bot` before (entry ", "nothing was written", "add --also"]);
    // The same run in other bytes is the same run.
    place.file("packed.report.jsonl.gz", gzip(&std::fs::read(&report).unwrap()));
    let said = place.tally(&["import", "packed.report.jsonl.gz", "--system", "bat"]).ended(2);
    said.says(&["this run was imported for system `bot` before (entry ", "add --also"]);
    assert_eq!(place.size(), size);
    assert_eq!(place.count("select count(distinct system) from attempts"), 1);
    // Said on purpose, each system has results of its own, and none of the first's is lost or changed.
    let sums = "select system, count(*) as runs, sum(failed) as failed from eval_runs group by system order by system";
    let before = place.tally(&["sql", sums, "--format", "csv"]).ok().out;
    place.tally(&["import", path, "--system", "bat", "--also"]).ok().says(&["new finding: garak:bat:"]);
    let after = place.tally(&["sql", sums, "--format", "csv"]).ok().out;
    assert_eq!(after.lines().filter(|line| line.starts_with("bot")).collect::<Vec<_>>(), [before.lines().nth(1).unwrap()]);
    assert_eq!(
        after.replace("bat,", "").replace("bot,", "").lines().skip(1).collect::<std::collections::BTreeSet<_>>().len(),
        1
    );
    assert_eq!(
        place.count("select count(*) from attempts"),
        2 * place.count("select count(*) from attempts where system = 'bat'")
    );
    let supports = "select count(*) from evidence_supports";
    assert_eq!(place.count(supports), place.count("select count(*) from eval_runs"));
    let size = place.size();
    let said = place.tally(&["import", path, "--system", "bat"]).ok();
    said.says(&["imported before (entry ", "for system `bat`", "add --also", "nothing was written"]);
    assert_eq!(place.size(), size);
    place.tally(&["journal", "verify"]).ok();
}

#[test]
fn a_report_without_its_system() {
    let place = Place::base();
    let report = fixture("garak_0.17.report.jsonl");
    let path = report.to_str().unwrap();
    let ask = |words: &[&str]| place.tally(&[&["import"], words].concat()).ended(2).err;
    insta::assert_snapshot!(ask(&[path, "--system", "bto"]), @"error: no system `bto`; did you mean `bot`?");
    insta::assert_snapshot!(ask(&["garak", path]), @"error: a tool's report does not say which system it tested; name it with --system");
    insta::assert_snapshot!(ask(&[path]), @"
    error: garak_0.17.report.jsonl: looks like a garak report; import it with `tally import garak FILE --system ID`, where ID is the system that was tested
    ");
    insta::assert_snapshot!(ask(&["records", path]), @"
    error: garak_0.17.report.jsonl: looks like a garak report; import it with `tally import garak FILE --system ID`, where ID is the system that was tested
    ");
    insta::assert_snapshot!(ask(&["promptfoo", path, "--system", "bot"]), @"
    error: garak_0.17.report.jsonl: looks like garak report, expected a promptfoo report; program records go through `tally import records`
    ");
    insta::assert_snapshot!(ask(&["garak", "in.jsonl", "--system", "bot"]), @"
    error: in.jsonl: looks like program records (JSON Lines), expected a garak report; program records go through `tally import records`
    ");
    insta::assert_snapshot!(ask(&["garak"]), @"error: `garak` names a format; name a file after it");
    assert_eq!(place.size(), 2);
    let empty = Place::new();
    let said: Ran = empty.tally(&["import", path, "--system", "bot"]).ended(2);
    said.says(&["no system `bot`; add it to the inventory first"]);
}

#[test]
fn what_is_no_report_says_what_to_do() {
    let place = Place::base();
    let hit = r#"{"goal":"g","prompt":"p","output":"o","trigger":null,"score":1.0,"run_id":"r","attempt_id":"a","attempt_seq":0,"attempt_idx":0,"generator":"rest x","probe":"p.P","detector":"d.D","generations_per_prompt":1}"#;
    place.file("a.hitlog.jsonl", hit);
    for words in [&["import", "a.hitlog.jsonl", "--system", "bot"][..], &["import", "a.hitlog.jsonl"]] {
        let said = place.tally(words).ended(2);
        insta::allow_duplicates! { insta::assert_snapshot!(said.err, @"
        error: a.hitlog.jsonl: looks like garak hitlog, which is not read; it holds hits only, so no rate can be made of it: import the `.report.jsonl` of the same run
        "); }
    }
    place.file("a.xml", "<?xml version=\"1.0\"?><a/>");
    place.tally(&["import", "a.xml", "--system", "bot"]).ended(2).says(&["XML or HTML, which is not read"]);
    place.file("a.jsonl", "");
    place.tally(&["import", "garak", "a.jsonl", "--system", "bot"]).ended(2).says(&["a.jsonl"]);
    let Some(folder) = shared("formats/samples") else { return };
    for name in [
        "garak/v0.17.1_regress_before.avid.jsonl",
        "promptfoo/v0.121.20_small_mixed.yaml",
        "promptfoo/v0.121.20_small_mixed.csv",
        "inspect/v0.3.285_small.eval",
        "pyrit/v1.1.0_small.db",
    ] {
        let path = folder.join(name);
        place.tally(&["import", path.to_str().unwrap(), "--system", "bot"]).ended(2).says(&["which is not read; "]);
    }
    assert_eq!(place.size(), 2);
}

#[test]
fn a_run_that_stopped_says_so() {
    let place = Place::base();
    let text = std::fs::read_to_string(fixture("garak_0.17.report.jsonl")).unwrap();
    let whole: Vec<&str> = text.lines().collect();
    let cut = whole.iter().rposition(|line| line.contains("\"entry_type\":\"eval\"")).unwrap();
    place.file("cut.report.jsonl", format!("{}\n{}", whole[..cut].join("\n"), &whole[cut][..whole[cut].len() / 2]));
    let said = place.tally(&["import", "garak", "cut.report.jsonl", "--system", "bot"]).ok();
    said.says(&["partial run: the file ends in the middle of a line", "the half line was left out"]);
    // The whole run takes the place of the part.
    let said = import(&place, &fixture("garak_0.17.report.jsonl"));
    assert_eq!(said["run"]["complete"], true);
    assert_eq!(place.count("select sum(failed) from eval_runs"), said["run"]["failed"].as_u64().unwrap());
}

#[test]
fn keys_in_a_report_go_nowhere() {
    let place = Place::base();
    let mut reports = vec![(fixture("promptfoo_v2.json"), "sk-")];
    if let Some(folder) = shared("formats/samples") {
        reports.extend(
            ["redteam_v2", "small_mixed_v2"].map(|name| (folder.join(format!("promptfoo/v0.80.3_{name}.json")), "sk-mock")),
        );
    }
    for (path, _) in &reports {
        let said = place.tally(&["import", path.to_str().unwrap(), "--system", "bot"]).ok().said();
        assert!(!said.contains("sk-"), "{said}");
    }
    place.tally(&["score"]).ok();
    let show = place.tally(&["journal", "show", "--limit", "1000", "--format", "json"]).ok().out;
    assert!(!show.contains("sk-mock"));
    for path in
        crate::support::files(&place.path(".tally")).iter().filter(|path| !path.to_string_lossy().contains("/evidence/"))
    {
        let bytes = std::fs::read(path).unwrap();
        assert!(!bytes.windows(7).any(|part| part == b"sk-mock"), "{}", path.display());
    }
}
