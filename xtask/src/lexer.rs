//! Rust source with comments and texts blanked out, so that braces and words can be counted. Never parses further.

/// The same text, line for line, where comments, strings and characters are spaces.
pub fn blanked(source: &str) -> String {
    let bytes = source.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let end = skipped(source, at);
        if end > at {
            out.extend(bytes[at..end].iter().map(|byte| if *byte == b'\n' { b'\n' } else { b' ' }));
            at = end;
        } else {
            out.push(bytes[at]);
            at += 1;
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// Where the comment or text that begins at `at` ends; `at` itself where none begins there.
fn skipped(source: &str, at: usize) -> usize {
    let rest = &source.as_bytes()[at..];
    let starts = |text: &str| rest.starts_with(text.as_bytes());
    let before = at.checked_sub(1).map_or(b' ', |before| source.as_bytes()[before]);
    let in_word = before.is_ascii_alphanumeric() || before == b'_';
    if starts("//") {
        return find(rest, b"\n").map_or(source.len(), |end| at + end);
    }
    if starts("/*") {
        return find(rest, b"*/").map_or(source.len(), |end| at + end + 2);
    }
    if starts("\"") {
        return at + quoted(rest, 0);
    }
    if !in_word && (starts("r\"") || starts("r#\"") || starts("r##\"") || starts("br\"") || starts("br#\"")) {
        return at + raw(rest);
    }
    if starts("'") {
        return at + character(rest);
    }
    at
}

/// The length of a string with escapes that begins at `from`.
fn quoted(rest: &[u8], from: usize) -> usize {
    let mut at = from + 1;
    while let Some(byte) = rest.get(at) {
        match byte {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    rest.len()
}

/// The length of a raw string.
fn raw(rest: &[u8]) -> usize {
    let start = rest.iter().position(|byte| *byte == b'"').unwrap_or(0);
    let hashes = rest[..start].iter().filter(|byte| **byte == b'#').count();
    let mut close = vec![b'"'];
    close.resize(1 + hashes, b'#');
    find(&rest[start + 1..], &close).map_or(rest.len(), |end| start + 1 + end + close.len())
}

/// The length of a character; none for a lifetime.
fn character(rest: &[u8]) -> usize {
    if rest.get(1) == Some(&b'\\') {
        return find(&rest[3..], b"'").map_or(rest.len(), |end| 3 + end + 1);
    }
    // A character is one to four bytes long and then a quote; a lifetime has no second quote that near.
    let first = rest.get(1).copied().unwrap_or(b' ');
    let length = match first {
        0..=0x7f => 1,
        0xc0..=0xdf => 2,
        0xe0..=0xef => 3,
        _ => 4,
    };
    if rest.get(1 + length) == Some(&b'\'') { length + 2 } else { 0 }
}

fn find(rest: &[u8], what: &[u8]) -> Option<usize> {
    rest.windows(what.len()).position(|window| window == what)
}
