//! Findings: what is wrong with a definition file, at which line and column, and what to do.
//!
//! A finding is data; only the faces print it.

use std::fmt;

/// How much a finding weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Worth a look; the definition works.
    Warning,
    /// The definition cannot be used, or would mislead.
    Error,
}

/// One thing that is wrong with a definition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The rule that found it, kebab-case.
    pub rule: &'static str,
    /// How much it weighs.
    pub level: Level,
    /// The file, as it was handed in (`catalog/...` for the built-in ones).
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// One line, lowercase: what was found, what was expected, what to do.
    pub message: String,
}

impl fmt::Display for Level {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Warning => "warning",
            Self::Error => "error",
        })
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { rule, level, file, line, column, message } = self;
        write!(out, "{file}:{line}:{column}: {level}[{rule}]: {message}")
    }
}
