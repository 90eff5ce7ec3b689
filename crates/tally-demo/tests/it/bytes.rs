//! The same arguments give the same bytes; the bytes for one end are pinned by their number and their first lines.

use crate::programme::{END, instant, scale_bytes, story_bytes};

#[test]
fn the_story_is_always_told_the_same_way() {
    // Not assert_eq: it would print a megabyte.
    assert!(story_bytes(END) == story_bytes(END));
    assert!(story_bytes(END).0 != story_bytes("2026-12-01T00:00:00Z").0);
}

#[test]
fn the_story_is_pinned() {
    let (text, count) = story_bytes(END);
    assert_eq!(count, 4505);
    let first: Vec<&str> = text.lines().take(3).collect();
    assert_eq!(
        first,
        [
            r#"{"kind":"team","id":"appsec","name":"Application Security","function":"appsec"}"#,
            r#"{"kind":"team","id":"product-security","name":"Product Security","function":"product_security"}"#,
            r#"{"kind":"team","id":"red-team","name":"AI Red Team","function":"red_team"}"#,
        ]
    );
    // One drawn line as well: a change of the dice shows here.
    let finding = text.lines().find(|line| line.contains("\"id\":\"f-0001\"")).unwrap_or_default();
    let expect = concat!(
        r#"{"kind":"finding","id":"f-0001","system":"identity-check","#,
        r#""title":"Identity Check shows whether a person was in its training set","severity":"high","class":"AML.T0024.000","#,
        r#""reported_at":"2023-10-18T04:44:28Z","assessment":"as-0003","#,
    );
    assert!(finding.starts_with(expect), "{finding}");
}

#[test]
fn the_large_programme_depends_on_its_seed_and_size_alone() {
    assert!(scale_bytes(END, 60, 900, 7) == scale_bytes(END, 60, 900, 7));
    assert!(scale_bytes(END, 60, 900, 7).0 != scale_bytes(END, 60, 900, 8).0);
    let (text, count) = scale_bytes(END, 60, 900, 7);
    assert_eq!(count, 2294);
    let system = text.lines().nth(50).unwrap_or_default();
    assert!(
        system.starts_with(
            r#"{"kind":"system","id":"s-00000","name":"System 0","owner":"t-09","origin":"third_party","type":"rag""#
        ),
        "{system}"
    );
}

#[test]
fn what_cannot_be_is_refused() {
    let refuse = |as_of: &str, systems| {
        let size = tally_demo::Scale { systems, findings: 1, seed: 1 };
        tally_demo::scale(instant(as_of), size, &mut Vec::new()).unwrap_err().to_string()
    };
    assert_eq!(refuse(END, 0), "0 systems cannot hold 1 findings; expected at least 1 system");
    assert_eq!(refuse("1969-01-01T00:00:00Z", 1), "as_of is in the year 1969; expected a year from 2000 to 8999");
    assert!(tally_demo::story(instant("9500-01-01T00:00:00Z"), &mut Vec::new()).is_err());
}

#[test]
fn a_writer_that_fails_is_reported() {
    struct Full;
    impl std::io::Write for Full {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::Error::other("the disk is full"))
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    assert_eq!(tally_demo::story(instant(END), &mut Full).unwrap_err().to_string(), "the disk is full");
}
