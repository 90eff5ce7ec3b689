//! Tidiness: what a reader may rely on in every file. Rules about text alone; the compiler and clippy know the rest.

use std::path::Path;

use crate::lexer::blanked;
use crate::{Complaint, workspace};

/// Most lines of a source file; tests are left out.
pub const FILE_MOST: usize = 400;
/// Most lines of a function; tests are left out.
pub const FUNCTION_MOST: usize = 60;

/// Words that must not stand in a release: unfinished work, and ends of the program that tell a user nothing.
const FORBIDDEN: [&str; 5] = ["todo!(", "unimplemented!(", "dbg!(", ".unwrap()", ".expect("];

/// Folders and files that name one machine; written in halves, since this file is looked at too.
const MACHINES: [&str; 6] = [
    concat!("/wo", "rk/"),
    concat!("/ro", "ot/"),
    concat!("/tmp/", "bash"),
    concat!("/ho", "me/"),
    concat!("/Us", "ers/"),
    concat!("C:\\", "Users"),
];

/// Looks at every file of the repository.
///
/// # Errors
/// Where a file cannot be read.
pub fn check(root: &Path) -> Result<Vec<Complaint>, Vec<Complaint>> {
    let mut complaints = Vec::new();
    for path in workspace::files(root, "")? {
        let text = workspace::read(root, &path)?;
        complaints.extend(machine(&path, &text));
        if path.extension().is_some_and(|ending| ending == "rs") {
            complaints.extend(source(&path, &text));
        }
    }
    Ok(complaints)
}

/// What is wrong with one Rust file.
pub fn source(path: &Path, text: &str) -> Vec<Complaint> {
    let shown = path.display();
    let mut complaints = Vec::new();
    if !text.starts_with("//! ") {
        complaints.push(format!("{shown}: found no `//!` at its top, expected what the file is for and what it never does"));
    }
    if is_test(path) {
        return complaints;
    }
    let lines = text.lines().count();
    if lines > FILE_MOST {
        complaints.push(format!("{shown}: found {lines} lines, expected {FILE_MOST} at most; split it by noun"));
    }
    let code = without_tests(&blanked(text));
    for (name, line, length) in functions(&code).into_iter().filter(|(_, _, length)| *length > FUNCTION_MOST) {
        complaints.push(format!("{shown}:{line}: found {length} lines in `{name}`, expected {FUNCTION_MOST} at most"));
    }
    for (nth, line) in (1..).zip(code.lines()) {
        // A parser's own `expect` says what comes next and returns an error.
        let line = line.replace("self.expect(", "");
        for word in FORBIDDEN.iter().filter(|word| line.contains(**word)) {
            complaints.push(format!("{shown}:{nth}: found `{word}` outside of tests, expected an error with its source"));
        }
    }
    complaints
}

fn machine(path: &Path, text: &str) -> Vec<Complaint> {
    let found = |line: &str| MACHINES.iter().find(|machine| line.contains(**machine)).copied();
    let lines = (1..).zip(text.lines()).filter_map(|(nth, line)| found(line).map(|machine| (nth, machine)));
    lines.map(|(nth, machine)| format!("{}:{nth}: found `{machine}`, a path of one machine", path.display())).collect()
}

/// Tests and benches may be as long as they need to be.
fn is_test(path: &Path) -> bool {
    path.components().any(|part| ["tests", "benches", "examples", "fuzz"].iter().any(|folder| part.as_os_str() == *folder))
}

/// Leaves out what stands below `#[cfg(test)]`.
fn without_tests(code: &str) -> String {
    code.split("#[cfg(test)]").next().unwrap_or_default().to_owned()
}

/// Name, first line and length of each function that has a body.
fn functions(code: &str) -> Vec<(String, usize, usize)> {
    let lines: Vec<&str> = code.lines().collect();
    let mut found = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        if let Some(name) = function_name(line)
            && let Some(length) = body_length(&lines[at..])
        {
            found.push((name, at + 1, length));
        }
    }
    found
}

fn function_name(line: &str) -> Option<String> {
    let at = line.find("fn ")?;
    let before = line[..at].trim();
    let qualified =
        before.split_whitespace().all(|word| word.starts_with("pub") || QUALIFIERS.contains(&word) || word.ends_with(')'));
    let name: String = line[at + 3..].chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    (qualified && !name.is_empty()).then_some(name)
}

const QUALIFIERS: [&str; 6] = ["const", "async", "unsafe", "extern", "default", "crate)"];

/// Lines from a signature to the brace that closes its body; `None` where it has no body.
fn body_length(lines: &[&str]) -> Option<usize> {
    let mut depth = 0usize;
    let mut brackets = 0usize;
    for (nth, line) in (1..).zip(lines) {
        for c in line.chars() {
            match c {
                '(' | '[' => brackets += 1,
                ')' | ']' => brackets = brackets.saturating_sub(1),
                ';' if depth == 0 && brackets == 0 => return None,
                '{' => depth += 1,
                '}' => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        return Some(nth);
                    }
                }
                _ => {}
            }
        }
    }
    None
}
