//! Which format a file has.

use tally_import::{Format, detect};

use crate::support::{fixture, sample, samples};

#[test]
fn every_fixture() {
    let of = |name: &str| detect(&fixture(name), name);
    assert_eq!(of("garak_0.9.report.jsonl"), Some(Format::GarakReport));
    assert_eq!(of("garak_0.17.report.jsonl"), Some(Format::GarakReport));
    assert_eq!(of("promptfoo_v2.json"), Some(Format::PromptfooExport));
    assert_eq!(of("promptfoo_v3.json"), Some(Format::PromptfooExport));
    assert_eq!(of("promptfoo_rows.jsonl"), Some(Format::PromptfooRows));
    // `config` first, and cut before anything telling.
    assert_eq!(of("promptfoo_http.json"), Some(Format::PromptfooExport));
}

#[test]
fn first_bytes() {
    let mut out = String::new();
    let cases: &[(&str, &[u8])] = &[
        ("a", b"\x1f\x8b\x08"),
        ("promptfoo.db", b"SQLite format 3\0..."),
        ("log.eval", b"PK\x03\x04...."),
        ("a.csv", b"\xff\xfei\0d\0"),
        ("a", b"\xef\xbb\xbf {\"kind\": \"team\", \"id\""),
        ("a.jsonl", b"{\"knd\": \"team\"}"),
        ("a.json", b"{\"hello\": \"team\"}"),
        ("a", b"[{\"kind\":"),
        ("a", b"[]"),
        ("a", b"[{\"role\":\"user\",\"conversation_id\":\"x\",\"converter_identifiers\":[]"),
        ("a", b"{\"version\":\"2.1.0\",\"runs\":[{\"tool\":"),
        ("a", b"{\"bomFormat\":\"CycloneDX\""),
        ("a", b"{\"eval\":{\"eval_id\":\"x\"},\"status\":\"success\"}"),
        ("a", b"{\"goal\":1,\"attempt_id\":\"x\",\"probe\":\"p\",\"detector\":\"d\"}"),
        ("a", b"id,name\nt1,x\n"),
        ("teams.csv", b"x"),
        ("teams.csv", b""),
        ("a", b"prompt,Status,Score\n"),
        ("a", b"evalId: x\n"),
        ("a", b"<testsuites>"),
        ("a", b"hello"),
        ("a", b""),
        ("a", b"{\"a\\"),
        ("a", b"{\"a"),
    ];
    for (name, bytes) in cases {
        let format = detect(bytes, name);
        let shown = format.map_or("-", Format::name);
        let text = String::from_utf8_lossy(bytes);
        out.push_str(&format!("{name} {text:?}: {shown}; {}\n", format.and_then(Format::refusal).unwrap_or_default()));
    }
    insta::assert_snapshot!(out, @r#"
        a "\u{1f}�\u{8}": gzip; 
        promptfoo.db "SQLite format 3\0...": SQLite database; looks like SQLite database, which is not read; export the run as JSON (promptfoo: `promptfoo export eval <id> -o run.json`)
        log.eval "PK\u{3}\u{4}....": zip archive; looks like zip archive, which is not read; unpack it; a spreadsheet is saved as CSV, an Inspect log (`.eval`) is not read yet
        a.csv "��i\0d\0": UTF-16 text; looks like UTF-16 text, which is not read; save it as UTF-8
        a "\u{feff} {\"kind\": \"team\", \"id\"": program records (JSON Lines); 
        a.jsonl "{\"knd\": \"team\"}": program records (JSON Lines); 
        a.json "{\"hello\": \"team\"}": -; 
        a "[{\"kind\":": program records (JSON array); 
        a "[]": program records (JSON array); 
        a "[{\"role\":\"user\",\"conversation_id\":\"x\",\"converter_identifiers\":[]": a PyRIT export; looks like a PyRIT export, which is not read; turn it into program records (`tally schema`) or ask for an importer
        a "{\"version\":\"2.1.0\",\"runs\":[{\"tool\":": a SARIF log; looks like a SARIF log, which is not read; turn it into program records (`tally schema`) or ask for an importer
        a "{\"bomFormat\":\"CycloneDX\"": a CycloneDX document; looks like a CycloneDX document, which is not read; turn it into program records (`tally schema`) or ask for an importer
        a "{\"eval\":{\"eval_id\":\"x\"},\"status\":\"success\"}": an Inspect AI log; looks like an Inspect AI log, which is not read; turn it into program records (`tally schema`) or ask for an importer
        a "{\"goal\":1,\"attempt_id\":\"x\",\"probe\":\"p\",\"detector\":\"d\"}": garak hitlog; looks like garak hitlog, which is not read; it holds hits only, so no rate can be made of it: import the `.report.jsonl` of the same run
        a "id,name\nt1,x\n": program records (CSV); 
        teams.csv "x": program records (CSV); 
        teams.csv "": program records (CSV); 
        a "prompt,Status,Score\n": a promptfoo export in another format than JSON; looks like a promptfoo export in another format than JSON, which is not read; export the run as JSON (`-o run.json`)
        a "evalId: x\n": a promptfoo export in another format than JSON; looks like a promptfoo export in another format than JSON, which is not read; export the run as JSON (`-o run.json`)
        a "<testsuites>": XML or HTML; looks like XML or HTML, which is not read; turn it into program records (`tally schema`) or ask for an importer
        a "hello": -; 
        a "": -; 
        a "{\"a\\": -; 
        a "{\"a": -;
        "#);
}

#[test]
fn every_sample() {
    let Some(folder) = samples() else { return };
    let mut out = String::new();
    for tool in ["deepteam", "garak", "giskard", "inspect", "modelscan", "promptfoo", "pyrit"] {
        let mut names: Vec<String> = std::fs::read_dir(folder.join(tool))
            .expect(tool)
            .filter_map(|entry| entry.expect(tool).file_name().into_string().ok())
            .filter(|name| name.contains('.') && !name.contains("public"))
            .collect();
        names.sort();
        for name in names {
            let bytes = sample(&format!("{tool}/{name}"));
            let first = &bytes[..bytes.len().min(64 << 10)];
            let format = detect(first, &name).map_or("-", Format::name);
            out.push_str(&format!("{tool}/{name}: {format}\n"));
        }
    }
    insta::assert_snapshot!(out, @r"
        deepteam/v1.0.10_owasp.json: a DeepTeam risk assessment
        deepteam/v1.0.10_vuln.json: a DeepTeam risk assessment
        garak/v0.10.3.1_repeat.hitlog.jsonl: garak hitlog
        garak/v0.10.3.1_repeat.report.jsonl: garak report
        garak/v0.12.0_repeat.hitlog.jsonl: garak hitlog
        garak/v0.12.0_repeat.report.jsonl: garak report
        garak/v0.13.3_repeat.hitlog.jsonl: garak hitlog
        garak/v0.13.3_repeat.report.jsonl: garak report
        garak/v0.15.1_repeat.hitlog.jsonl: garak hitlog
        garak/v0.15.1_repeat.report.jsonl: garak report
        garak/v0.17.1_blank_small.report.jsonl: garak report
        garak/v0.17.1_crashed_exception.report.jsonl.gz: garak report
        garak/v0.17.1_interrupted_sigint.hitlog.jsonl: garak hitlog
        garak/v0.17.1_interrupted_sigint.report.jsonl: garak report
        garak/v0.17.1_nones.report.jsonl: garak report
        garak/v0.17.1_regress_after.hitlog.jsonl: garak hitlog
        garak/v0.17.1_regress_after.report.jsonl: garak report
        garak/v0.17.1_regress_before.avid.jsonl: an AVID report
        garak/v0.17.1_regress_before.hitlog.jsonl: garak hitlog
        garak/v0.17.1_regress_before.report.jsonl: garak report
        garak/v0.17.1_repeat_full.hitlog.jsonl.gz: garak hitlog
        garak/v0.17.1_repeat_full.report.jsonl.gz: garak report
        garak/v0.17.1_rest_mixed_first4.9MB.report.jsonl: garak report
        garak/v0.17.1_truncated_lastline.report.jsonl: garak report
        garak/v0.9.0.16_repeat.hitlog.jsonl: garak hitlog
        garak/v0.9.0.16_repeat.report.jsonl: garak report
        giskard/giskard_avid.jsonl: an AVID report
        giskard/giskard_clean.csv: program records (CSV)
        giskard/giskard_clean.json: -
        giskard/giskard_clean.md: -
        giskard/giskard_clean_avid.jsonl: -
        giskard/giskard_scan.csv: program records (CSV)
        giskard/giskard_scan.json: -
        giskard/giskard_scan.md: -
        inspect/repo_2024-11-05T13-31-45-05-00_input-task_8zXjbRzCWrL9GXiXo2vus9.json: an Inspect AI log
        inspect/repo_2024-11-05T13-32-37-05-00_input-task_hxs4q9azL3ySGkjJirypKZ.eval: zip archive
        inspect/repo_2025-02-11T15-17-00-05-00_popularity_dPiJifoWeEQBrfWsAopzWr.eval: zip archive
        inspect/repo_2025-05-12T20-28-13-04-00_no-samples.json: an Inspect AI log
        inspect/repo_2025-05-12T20-28-26-04-00_security-guide.json: an Inspect AI log
        inspect/repo_log_formats.eval: zip archive
        inspect/repo_log_formats.json: an Inspect AI log
        inspect/repo_log_streaming.eval: zip archive
        inspect/v0.3.285_errors.eval: zip archive
        inspect/v0.3.285_errorsjson.json: an Inspect AI log
        inspect/v0.3.285_failhard.eval: zip archive
        inspect/v0.3.285_int.eval: zip archive
        inspect/v0.3.285_limit.json: an Inspect AI log
        inspect/v0.3.285_small.eval: zip archive
        inspect/v0.3.285_smalljson.json: an Inspect AI log
        modelscan/modelscan_v0.8.8_clean.json: a modelscan report
        modelscan/modelscan_v0.8.8_issues.json: a modelscan report
        modelscan/modelscan_v0.8.8_stdout_INVALID.txt: -
        modelscan/picklescan_clean_stdout.txt: -
        modelscan/picklescan_stdout.txt: -
        promptfoo/v0.121.20_bench1000_allpass.json: promptfoo JSON export
        promptfoo/v0.121.20_http500.json: promptfoo JSON export
        promptfoo/v0.121.20_interrupted_kill_export.json: promptfoo JSON export
        promptfoo/v0.121.20_interrupted_sigint_export.json: promptfoo JSON export
        promptfoo/v0.121.20_redteam_after.json: promptfoo JSON export
        promptfoo/v0.121.20_redteam_before.csv: a promptfoo export in another format than JSON
        promptfoo/v0.121.20_redteam_before.json: promptfoo JSON export
        promptfoo/v0.121.20_redteam_before.jsonl: promptfoo rows
        promptfoo/v0.121.20_redteam_generated_tests.yaml: -
        promptfoo/v0.121.20_small_mixed.csv: a promptfoo export in another format than JSON
        promptfoo/v0.121.20_small_mixed.json: promptfoo JSON export
        promptfoo/v0.121.20_small_mixed.jsonl: promptfoo rows
        promptfoo/v0.121.20_small_mixed.xml: XML or HTML
        promptfoo/v0.121.20_small_mixed.yaml: a promptfoo export in another format than JSON
        promptfoo/v0.80.3_redteam_v2.json: promptfoo JSON export
        promptfoo/v0.80.3_small_mixed_v2.json: promptfoo JSON export
        pyrit/v0.11.0_export_conversations.json: a PyRIT export
        pyrit/v0.9.0_export_conversations.csv: a PyRIT export
        pyrit/v0.9.0_export_conversations.json: a PyRIT export
        pyrit/v0.9.0_memory.duckdb: -
        pyrit/v1.1.0_after.db: SQLite database
        pyrit/v1.1.0_before.db: SQLite database
        pyrit/v1.1.0_small.db: SQLite database
        ");
}
