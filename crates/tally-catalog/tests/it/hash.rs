//! The definition hash: it stays while the meaning stays.

use tally_catalog::{Catalog, Metric};

use crate::sample::{METRIC, spoil};

fn metric(text: &str) -> Metric {
    let (catalog, findings) = Catalog::with([("metrics/sample.toml".to_owned(), text.to_owned())]);
    assert_eq!(findings, []);
    catalog.metric("sample").expect("the sample").clone()
}

#[test]
fn comments_layout_order_and_cases_do_not_matter() {
    let hash = metric(METRIC).hash();
    assert_eq!(hash.len(), 64);
    let same = [
        format!("# a comment\n\n{METRIC}"),
        spoil("title = \"Sample\"\n", "").replacen("id =", "title   =   'Sample' # moved\nid =", 1),
        spoil("at_least = 80", "at_least = 80.0"),
        spoil("where = { severity = \"critical\" }", "where.severity = \"critical\""),
        spoil("expect = { value = 100, n = 1 }", "expect = { value = 50, n = 2 }"),
        spoil("since =", "targets = [{ where = { severity = \"critical\" }, at_least = 80 }]\nsince =").replacen(
            "[[targets]]\nwhere = { severity = \"critical\" }\nat_least = 80\n",
            "",
            1,
        ),
    ];
    for text in same {
        assert_eq!(metric(&text).hash(), hash, "{text}");
    }
}

#[test]
fn sql_targets_and_words_matter() {
    let other = [
        ("true AS hit", "false AS hit"),
        ("at_least = 80", "at_least = 81"),
        ("at_least = 80", "at_most = 80"),
        ("\"critical\"", "\"high\""),
        ("12 months", "3 months"),
        ("[[targets]]\nwhere = { severity = \"critical\" }\nat_least = 80\n", ""),
        ("How many?", "How few?"),
    ];
    let mut hashes: Vec<String> = other.iter().map(|(from, to)| metric(&spoil(from, to)).hash()).collect();
    hashes.push(metric(METRIC).hash());
    hashes.sort();
    hashes.dedup();
    assert_eq!(hashes.len(), other.len() + 1);
}

#[test]
fn the_canonical_form_is_as_documented() {
    let text = spoil(
        "SELECT p.point, s.id AS key, true AS hit\nFROM points p JOIN systems s ON s.production_from < p.t\n",
        "SELECT 1",
    );
    insta::assert_snapshot!(metric(&text).canonical(), @r"
    tallystick metric 1
    {s6:betters6:highers7:caveats[]s9:companions18:technique-coverages11:data_sources15:system records.s8:decisions16:What to do next.s9:dimensions8:coverages6:extras{}s7:formulas16:Hits by members.s6:gamings12:Count twice.s2:ids6:samples9:indicators7:leadings4:modes4:rates5:owners8:red_teams10:population{s8:local_tos6:systems3:sqls8:SELECT 1}s8:questions9:How many?s8:quotient{}s5:sinces5:0.1.0s7:targets[{s8:at_leastn80;s5:where{s8:severitys8:critical}}]s5:titles6:Samples4:units7:percents6:windows9:12 months}
    ");
}
