//! Program records as sheets.

use crate::support::sheets;

fn one(name: &str, text: &str) -> String {
    sheets(&[(name, text.as_bytes())])
}

#[test]
fn cells_become_values() {
    let text = "\u{feff}id,name,owner,techniques,labels.region,production_from\r\n\
                s1,\"Bank, \"\"bot\"\"\r\nsecond line\",team-a, AML.T0051 ;AML.T0054;,EMEA,2026-03-01\r\n\
                \r\n\
                s2,null,team-b,,null,\r\n\
                ,,,,,\r\n";
    insta::assert_snapshot!(one("systems.csv", text), @r#"
        systems.csv:2: {"id":"s1","kind":"system","labels":{"region":"EMEA"},"name":"Bank, \"bot\"\r\nsecond line","owner":"team-a","production_from":"2026-03-01T00:00:00Z","techniques":["AML.T0051","AML.T0054"]}
        systems.csv:5: {"id":"s2","kind":"system","labels":{"region":null},"name":null,"owner":"team-b"}
        "#);
    insta::assert_snapshot!(one("out/credential.csv", "id,scoped,rotation_days\nc1,TRUE,90\nc2,false,12.0\nc3,ja,x\n"), @r#"
        out/credential.csv:2: {"id":"c1","kind":"credential","rotation_days":90,"scoped":true}
        out/credential.csv:3: {"id":"c2","kind":"credential","rotation_days":12,"scoped":false}
        out/credential.csv:4: credential c3: `scoped`: found `ja`, expected true or false
        out/credential.csv:4: credential c3: `rotation_days`: found `x`, expected a whole number, not negative
        "#);
    insta::assert_snapshot!(one("cost.csv", "id,month,amount\nc1,2026-03,1250.00\n"), @r#"cost.csv:2: {"amount":"1250.00","id":"c1","kind":"cost","month":"2026-03"}"#);
}

#[test]
fn a_kind_column() {
    let text = "kind,id,name,function,amount\nteam,t1,Red,red_team,\ncost,c1,,,10\nteem,t2,,,\nteam,t3,Red,,10\n";
    insta::assert_snapshot!(one("all.csv", text), @r#"
        all.csv:2: {"function":"red_team","id":"t1","kind":"team","name":"Red"}
        all.csv:3: {"amount":"10","id":"c1","kind":"cost"}
        all.csv:4: `kind`: found unknown kind `teem`, expected the name of a kind; did you mean `team`?
        all.csv:5: team t3: `amount`: found unknown field `amount`, expected a field of team; fields of your own go under `labels`
        "#);
}

#[test]
fn nested_lists() {
    let findings = "id,title,risk_accepted.by,risk_accepted.at,risk_accepted.until,risk_accepted.reason\n\
                    f1,One,,,,\nf2,Two,ciso,2026-01-01,2026-06-01,later\n";
    let remediations = "finding,claimed_at,retested_at,result,retest_trials\n\
                        f1,2026-01-01,2026-01-02,not_fixed,10\nf1,2026-02-01,,,\nf9,2026-03-01,,,\n\
                        f1,yesterday,,,\n,2026-03-01,,,\nf1,,,,3\n";
    let vectors = "parent,id,type\ns1,web,user_prompt\ns1,web,tool_output\n";
    let files: [(&str, &[u8]); 3] = [
        ("findings.csv", findings.as_bytes()),
        ("finding.remediations.csv", remediations.as_bytes()),
        ("systems.input_vectors.csv", vectors.as_bytes()),
    ];
    insta::assert_snapshot!(sheets(&files), @r#"
        finding.remediations.csv:5: finding f1: `claimed_at`: found `yesterday`, expected an instant such as `2026-03-31T17:20:00Z`, or a date
        finding.remediations.csv:6: finding ?: `id`: found no `id`, expected 1 to 200 characters of `A-Z a-z 0-9 . _ : / @ -`
        finding.remediations.csv:7: finding f1: `claimed_at`: found nothing, expected when a fix was claimed
        findings.csv:2: {"id":"f1","kind":"finding","remediations":[{"claimed_at":"2026-01-01T00:00:00Z","result":"not_fixed","retest_trials":10,"retested_at":"2026-01-02T00:00:00Z"},{"claimed_at":"2026-02-01T00:00:00Z"}],"title":"One"}
        findings.csv:3: {"id":"f2","kind":"finding","risk_accepted":{"at":"2026-01-01T00:00:00Z","by":"ciso","reason":"later","until":"2026-06-01T00:00:00Z"},"title":"Two"}
        systems.input_vectors.csv:2: system s1: `input_vectors[1].id`: found the id `web` a second time, expected each id once in the list
        finding.remediations.csv:4: {"id":"f9","kind":"finding","remediations":[{"claimed_at":"2026-03-01T00:00:00Z"}]}
        "#);
    let twice = "finding,by,at,until,reason\nf1,a,2026-01-01,2026-02-01,x\nf1,b,2026-01-01,2026-02-01,x\n";
    insta::assert_snapshot!(one("finding.risk_accepted.csv", twice), @r#"
        finding.risk_accepted.csv:3: finding f1: found a second `risk_accepted` of one finding, expected one row for each parent
        finding.risk_accepted.csv:2: {"id":"f1","kind":"finding","risk_accepted":{"at":"2026-01-01T00:00:00Z","by":"a","reason":"x","until":"2026-02-01T00:00:00Z"}}
        "#);
}

#[test]
fn columns_that_cannot_be() {
    let text = "id,titel,remediations,labels,labels.,id,risk_accepted.who\nf1,a,b,c,d,e,f\n";
    insta::assert_snapshot!(one("findings.csv", text), @r#"
        findings.csv:1: `titel`: found unknown column `titel`, expected a field; did you mean `title`?
        findings.csv:1: `remediations`: found unknown column `remediations`, expected a field; put it into a sheet of its own, `finding.remediations.csv`
        findings.csv:1: `labels`: found unknown column `labels`, expected a field; write one column for each label, such as `labels.region`
        findings.csv:1: `labels.`: found unknown column `labels.`, expected a field; a column of your own is called `labels.labels.`
        findings.csv:1: `id`: found a second column of this name, expected each column once
        findings.csv:1: `risk_accepted.who`: found unknown column `risk_accepted.who`, expected a field; did you mean `risk_accepted.by`?
        findings.csv:2: {"id":"f1","kind":"finding"}
        "#);
    insta::assert_snapshot!(one("finding.remediations.csv", "finding,claimed\nf1,2026-01-01\n"), @r"
        finding.remediations.csv:1: `claimed`: found unknown column `claimed`, expected a field; did you mean `claimed_at`?
        finding.remediations.csv:2: finding f1: `claimed_at`: found nothing, expected when a fix was claimed
        ");
    insta::assert_snapshot!(one("finding.remediation.csv", "finding\nf1\n"), @"finding.remediation.csv:1: found a sheet for `remediation` of finding, expected a nested list of that kind; did you mean `finding.remediations.csv`?");
    insta::assert_snapshot!(one("team.members.csv", "team\nf1\n"), @"team.members.csv:1: found a sheet for `members` of team, expected a nested list of that kind; team has no nested lists");
    insta::assert_snapshot!(one("stuff.csv", "id,name\nf1,x\n"), @"stuff.csv:1: found a sheet of no known kind, expected the name of a kind; name the file after its kind, such as `findings.csv`, or add the column `kind`");
    insta::assert_snapshot!(one("teams.csv", "id;name\nf1;x\n"), @"teams.csv:1: found columns separated by ';', expected commas; save the sheet as CSV with commas");
    insta::assert_snapshot!(one("teams.csv", "name\nx\n"), @"teams.csv:1: `id`: found no column `id`, expected the id of each row's record; no row was read");
    insta::assert_snapshot!(one("teams.csv", ""), @"");
}

#[test]
fn rows_that_cannot_be() {
    let text =
        "id,name,function\nt1,Red\nt2,\"Red\"x,red_team\nt3,5\" disk,red_team\nt 4,Red,red_team\nt5,\"Red,red_team\nt6,a,b\n";
    insta::assert_snapshot!(one("teams.csv", text), @r#"
        teams.csv:2: found 2 cells, expected 3, one for each column
        teams.csv:3: found text after a closing quote, expected a comma or the end of the row; write a quote inside a quoted cell twice (`""`)
        teams.csv:4: {"function":"red_team","id":"t3","kind":"team","name":"5\" disk"}
        teams.csv:5: team ?: `id`: found `t 4`, expected 1 to 200 characters of `A-Z a-z 0-9 . _ : / @ -`
        teams.csv:6: found the end of the file inside a quoted cell, expected a closing quote; was the file cut, or does a quote lack its end?
        "#);
    insta::assert_snapshot!(sheets(&[("teams.csv", b"id,name\nt1,a\xffb\nt2,x\n")]), @r#"
        teams.csv:2: `name`: found byte 2 of the cell is not UTF-8, expected UTF-8 text; save the sheet as `CSV UTF-8`
        teams.csv:3: {"id":"t2","kind":"team","name":"x"}
        "#);
    let long = format!("id,name\nt1,{}\nt2,x\n", "x".repeat(2 << 20));
    insta::assert_snapshot!(one("teams.csv", &long), @r#"
        teams.csv:2: found a row of more than 1048576 bytes, expected at most 1048576 bytes; does a quote lack its end?
        teams.csv:3: {"id":"t2","kind":"team","name":"x"}
        "#);
}

#[test]
fn very_many_unknown_columns() {
    let unknown: String = (0..60_000).map(|no| format!(",wrong{no}")).collect();
    let told = one("systems.csv", &format!("id,name{unknown},name\nbot,Bot{}\n", ",".repeat(60_001)));
    let lines: Vec<&str> = told.lines().collect();
    // Fifty of them, how many more there are, and the row, which is read all the same.
    assert_eq!(lines.len(), 52, "{told}");
    assert_eq!(
        lines[50],
        "systems.csv:1: found 59951 more columns that are unknown or named twice, expected fields; is this the sheet that was meant?"
    );
    assert_eq!(lines[51], r#"systems.csv:2: {"id":"bot","kind":"system","name":"Bot"}"#);
}
