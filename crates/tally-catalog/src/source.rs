//! A definition file's text, and where in it a key stands. It holds text that was handed in and never opens a file.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::{Finding, Level};

/// A definition file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Its path as handed in; `catalog/...` for the built-in ones.
    pub path: String,
    /// Its text.
    pub text: String,
    /// Whether it is part of the program.
    pub built_in: bool,
}

impl Source {
    /// A file of the programme's own.
    pub fn own(path: impl Into<String>, text: impl Into<String>) -> Self {
        Self { path: path.into(), text: text.into(), built_in: false }
    }

    /// The file's name without folders and without `.toml`.
    pub fn stem(&self) -> &str {
        let name = self.path.rsplit(['/', '\\']).next().unwrap_or(&self.path);
        name.strip_suffix(".toml").unwrap_or(name)
    }

    /// Line and column, both from 1, of a byte offset.
    pub fn position(&self, offset: usize) -> (usize, usize) {
        let before = self.text.get(..offset).unwrap_or(&self.text);
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        (before.matches('\n').count() + 1, before[start..].chars().count() + 1)
    }

    /// An error at a key, or at the nearest table around it that is there.
    pub(crate) fn error(&self, rule: &'static str, path: &[&str], message: impl Into<String>) -> Finding {
        self.at(rule, Level::Error, self.key(path), message)
    }

    /// A warning at a key, or at the nearest table around it that is there.
    pub(crate) fn warning(&self, rule: &'static str, path: &[&str], message: impl Into<String>) -> Finding {
        self.at(rule, Level::Warning, self.key(path), message)
    }

    /// A finding at a byte offset.
    pub(crate) fn at(&self, rule: &'static str, level: Level, offset: usize, message: impl Into<String>) -> Finding {
        let (line, column) = self.position(offset);
        Finding { rule, level, file: self.path.clone(), line, column, message: message.into() }
    }

    /// Where the value at `path` is written, quotes included; a number in the path is an element of a list.
    pub(crate) fn value(&self, path: &[&str]) -> Option<Range<usize>> {
        let root = DeTable::parse(&self.text).ok()?;
        let (first, rest) = path.split_first()?;
        let value = rest.iter().try_fold(root.get_ref().get(*first)?, |value, step| Some(member(value, step)?.1))?;
        Some(value.span())
    }

    /// Where the key at `path` stands; a number in the path is an element of a list.
    fn key(&self, path: &[&str]) -> usize {
        let Ok(root) = DeTable::parse(&self.text) else { return 0 };
        let Some((first, rest)) = path.split_first() else { return 0 };
        let Some((key, value)) = root.get_ref().get_key_value(*first) else { return 0 };
        let mut best = key.span().start;
        let mut value = value;
        for step in rest {
            let Some((start, next)) = member(value, step) else { break };
            best = start;
            value = next;
        }
        best
    }
}

fn member<'a, 'i>(value: &'a Spanned<DeValue<'i>>, step: &str) -> Option<(usize, &'a Spanned<DeValue<'i>>)> {
    match value.get_ref() {
        DeValue::Table(table) => table.get_key_value(step).map(|(key, value)| (key.span().start, value)),
        DeValue::Array(values) => values.get(step.parse::<usize>().ok()?).map(|value| (value.span().start, value)),
        _ => None,
    }
}
