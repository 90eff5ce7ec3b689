//! The built-in frameworks: every technique serves tactics that are there.

use tally_catalog::{Framework, framework};

#[test]
fn every_technique_serves_known_tactics() {
    let atlas = framework::atlas().expect("ATLAS is built in");
    assert_eq!((atlas.tactics.len(), atlas.techniques.len()), (16, 208));
    for (id, technique) in &atlas.techniques {
        assert!(!technique.tactics.is_empty(), "{id} serves no tactic");
        for tactic in &technique.tactics {
            assert!(atlas.tactics.iter().any(|known| known.id == *tactic), "{id}: {tactic}");
        }
    }
}

#[test]
fn a_sub_technique_that_is_not_listed_counts_as_its_technique() {
    let atlas = framework::atlas().expect("ATLAS is built in");
    assert_eq!(atlas.technique("AML.T0057.999"), atlas.technique("AML.T0057"));
    assert!(atlas.technique("AML.T0057").is_some());
    assert_eq!(atlas.technique("AML.T9999"), None);
    assert_eq!(atlas.technique("AML"), None);
}

#[test]
fn a_broken_framework_says_where() {
    let error = Framework::read("id = \"x\"\ntitel = \"X\"\n").expect_err("a key is misspelt");
    assert!(error.contains("titel"), "{error}");
}
