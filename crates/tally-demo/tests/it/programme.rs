//! A programme read back: records by kind and id, and the little arithmetic of time that the tests need.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value;

pub type Records = BTreeMap<String, Value>;

pub struct Programme {
    pub kinds: BTreeMap<String, Records>,
    pub as_of: Timestamp,
}

pub const END: &str = "2026-11-01T00:00:00Z";

pub fn instant(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub fn story_bytes(as_of: &str) -> (String, u64) {
    let mut out = Vec::new();
    let count = tally_demo::story(instant(as_of), &mut out).unwrap();
    (String::from_utf8(out).unwrap(), count)
}

pub fn scale_bytes(as_of: &str, systems: u32, findings: u32, seed: u64) -> (String, u64) {
    let mut out = Vec::new();
    let size = tally_demo::Scale { systems, findings, seed };
    let count = tally_demo::scale(instant(as_of), size, &mut out).unwrap();
    (String::from_utf8(out).unwrap(), count)
}

/// Reads lines; a line that is no JSON object or an id that comes twice within its kind fails the test.
pub fn read(text: &str, as_of: &str) -> Programme {
    let mut kinds: BTreeMap<String, Records> = BTreeMap::new();
    for line in text.lines() {
        let record: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        let (kind, id) = (word(&record, "kind").to_owned(), word(&record, "id").to_owned());
        let twice = kinds.entry(kind).or_default().insert(id, record);
        assert!(twice.is_none(), "an id comes twice: {line}");
    }
    Programme { kinds, as_of: instant(as_of) }
}

pub fn story() -> Programme {
    read(&story_bytes(END).0, END)
}

/// The text of a field; empty where there is none.
pub fn word<'r>(record: &'r Value, name: &str) -> &'r str {
    record[name].as_str().unwrap_or_default()
}

/// The instant of a field, where it has one.
pub fn at(record: &Value, name: &str) -> Option<Timestamp> {
    record[name].as_str().map(instant)
}

pub fn items<'r>(record: &'r Value, name: &str) -> &'r [Value] {
    record[name].as_array().map_or(&[], Vec::as_slice)
}

impl Programme {
    pub fn all(&self, kind: &str) -> impl Iterator<Item = &Value> {
        self.kinds.get(kind).into_iter().flat_map(BTreeMap::values)
    }

    pub fn get(&self, kind: &str, id: &str) -> Option<&Value> {
        self.kinds.get(kind)?.get(id)
    }

    pub fn count(&self, kind: &str) -> usize {
        self.kinds.get(kind).map_or(0, BTreeMap::len)
    }

    /// Days before the end.
    pub fn ago(&self, days: i64) -> Timestamp {
        Timestamp::from_second(self.as_of.as_second() - days * 86_400).unwrap()
    }
}
