//! Comments and texts are blanked, all else stays.

use xtask::lexer::blanked;

fn check(source: &str, expect: &str) {
    assert_eq!(blanked(source), expect);
}

#[test]
fn texts_and_comments_become_spaces() {
    check("a(\"{\\\"\") // }\nb", "a(     )     \nb");
    check("r#\"{\"# + x", "       + x");
    check("/* {\n */ }", "    \n    }");
    check("'{' '\\'' '\\u{7f}' '—'", concat!("    ", "     ", "         ", "     "));
}

#[test]
fn lifetimes_and_words_stay() {
    check("fn a<'x>(b: &'x str) -> &'static str {}", "fn a<'x>(b: &'x str) -> &'static str {}");
    check("for r in bar {}", "for r in bar {}");
}
