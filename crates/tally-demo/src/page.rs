//! Writes records as JSON Lines into one reused buffer.
//!
//! Fields stand in the order in which they are given: a map of a JSON library would sort them or not by a feature some
//! other crate asks for, and the bytes would change with it. It never checks a record: the tests do.

use std::fmt::{Display, Write as _};
use std::io::{self, Write};

use crate::calendar::{Moment, write_instant};

/// The buffer is handed on when it has grown to this many bytes.
const FULL: usize = 64 * 1024;

/// Where records are written.
pub(crate) struct Page<'o> {
    out: &'o mut dyn Write,
    text: String,
    records: u64,
}

impl<'o> Page<'o> {
    pub(crate) fn new(out: &'o mut dyn Write) -> Self {
        Self { out, text: String::with_capacity(FULL + 8 * 1024), records: 0 }
    }

    /// Writes one record: its kind and id, then what `fill` adds.
    pub(crate) fn record(&mut self, kind: &str, id: impl Display, fill: impl FnOnce(&mut Fields<'_>)) -> io::Result<()> {
        self.text.push('{');
        let mut fields = Fields { text: &mut self.text };
        fields.word("kind", kind);
        fields.key("id", id);
        fill(&mut fields);
        self.text.push_str("}\n");
        self.records += 1;
        if self.text.len() >= FULL { self.hand_on() } else { Ok(()) }
    }

    /// Hands on what is left; returns how many records there were.
    pub(crate) fn finish(mut self) -> io::Result<u64> {
        self.hand_on()?;
        self.out.flush()?;
        Ok(self.records)
    }

    fn hand_on(&mut self) -> io::Result<()> {
        self.out.write_all(self.text.as_bytes())?;
        self.text.clear();
        Ok(())
    }
}

/// The fields of one JSON object.
pub(crate) struct Fields<'t> {
    text: &'t mut String,
}

impl Fields<'_> {
    fn name(&mut self, name: &str) {
        self.comma();
        self.text.push('"');
        self.text.push_str(name);
        self.text.push_str("\":");
    }

    /// An object or list that has just been opened ends in its bracket; anything else needs a comma first.
    fn comma(&mut self) {
        if !self.text.ends_with(['{', '[']) {
            self.text.push(',');
        }
    }

    fn quote(&mut self, value: &str) {
        self.text.push('"');
        for part in value.chars() {
            match part {
                '"' => self.text.push_str("\\\""),
                '\\' => self.text.push_str("\\\\"),
                '\n' => self.text.push_str("\\n"),
                other => self.text.push(other),
            }
        }
        self.text.push('"');
    }

    /// Free text.
    pub(crate) fn text(&mut self, name: &str, value: &str) -> &mut Self {
        self.name(name);
        self.quote(value);
        self
    }

    /// A term of the record format: nothing in it needs an escape.
    pub(crate) fn word(&mut self, name: &str, value: &str) -> &mut Self {
        self.name(name);
        self.text.push('"');
        self.text.push_str(value);
        self.text.push('"');
        self
    }

    /// An id, made where it is written.
    pub(crate) fn key(&mut self, name: &str, value: impl Display) -> &mut Self {
        self.name(name);
        // Writing to a String cannot fail.
        let _ = write!(self.text, "\"{value}\"");
        self
    }

    /// A number or a truth.
    pub(crate) fn plain(&mut self, name: &str, value: impl Display) -> &mut Self {
        self.name(name);
        let _ = write!(self.text, "{value}");
        self
    }

    pub(crate) fn at(&mut self, name: &str, moment: impl Into<Option<Moment>>) -> &mut Self {
        if let Some(moment) = moment.into() {
            self.name(name);
            self.text.push('"');
            write_instant(self.text, moment);
            self.text.push('"');
        }
        self
    }

    /// A list of texts; nothing where it is empty.
    pub(crate) fn texts<T: AsRef<str>>(&mut self, name: &str, values: &[T]) -> &mut Self {
        if values.is_empty() {
            return self;
        }
        self.name(name);
        self.text.push('[');
        for value in values {
            self.comma();
            self.quote(value.as_ref());
        }
        self.text.push(']');
        self
    }

    /// A list of instants; nothing where it is empty.
    pub(crate) fn moments(&mut self, name: &str, moments: &[Moment]) -> &mut Self {
        if moments.is_empty() {
            return self;
        }
        self.name(name);
        self.text.push('[');
        for moment in moments {
            self.comma();
            self.text.push('"');
            write_instant(self.text, *moment);
            self.text.push('"');
        }
        self.text.push(']');
        self
    }

    /// A list of objects; nothing where it is empty.
    pub(crate) fn list<T>(&mut self, name: &str, items: &[T], mut fill: impl FnMut(&mut Fields<'_>, &T)) -> &mut Self {
        if items.is_empty() {
            return self;
        }
        self.name(name);
        self.text.push('[');
        for item in items {
            self.comma();
            self.text.push('{');
            fill(&mut Fields { text: self.text }, item);
            self.text.push('}');
        }
        self.text.push(']');
        self
    }

    /// One object.
    pub(crate) fn object(&mut self, name: &str, fill: impl FnOnce(&mut Fields<'_>)) -> &mut Self {
        self.name(name);
        self.text.push('{');
        fill(&mut Fields { text: self.text });
        self.text.push('}');
        self
    }
}
