//! From a record to its canonical bytes: RFC 8785, keys sorted, instants in UTC. These bytes are what is hashed.

use super::{Record, Value};
use crate::json::{write_number, write_text};
use crate::kind::Field;

impl Record {
    /// The canonical JSON line, without a newline.
    pub fn canonical(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(512);
        self.write(&mut out);
        out
    }

    /// Appends the canonical JSON line to `out`.
    pub fn write(&self, out: &mut Vec<u8>) {
        let mut keys: Vec<(&str, Option<&Value>)> = Vec::with_capacity(self.members.len() + 2);
        keys.push(("id", None));
        keys.push(("kind", None));
        keys.extend(self.members.iter().map(|(at, value)| (self.kind.fields[usize::from(*at)].name, Some(value))));
        keys.sort_unstable_by_key(|(name, _)| *name);
        out.push(b'{');
        for (nth, (name, value)) in keys.into_iter().enumerate() {
            write_key(out, nth, name);
            match value {
                Some(value) => write_value(out, value),
                None if name == "id" => write_text(out, &self.id),
                None => write_text(out, self.kind.name),
            }
        }
        out.push(b'}');
    }
}

fn write_key(out: &mut Vec<u8>, nth: usize, name: &str) {
    if nth > 0 {
        out.push(b',');
    }
    write_text(out, name);
    out.push(b':');
}

fn write_value(out: &mut Vec<u8>, value: &Value) {
    match value {
        Value::Null => out.extend_from_slice(b"null"),
        Value::Text(text) => write_text(out, text),
        Value::Bool(value) => out.extend_from_slice(if *value { b"true" } else { b"false" }),
        Value::Count(count) => out.extend_from_slice(count.to_string().as_bytes()),
        Value::Number(number) => write_number(out, *number),
        Value::Money(money) => write_text(out, &money.to_string()),
        Value::Instant(instant) => write_text(out, &instant.to_string()),
        Value::Month(month) => write_text(out, &month.to_string()),
        Value::List(items) => write_list(out, items, write_value),
        Value::Objects(objects) => write_list(out, objects, |out, object| write_object(out, object.fields, &object.members)),
        Value::Object(object) => write_object(out, object.fields, &object.members),
        Value::Labels(labels) => {
            out.push(b'{');
            for (nth, (name, text)) in labels.iter().enumerate() {
                write_key(out, nth, name);
                match text {
                    Some(text) => write_text(out, text),
                    None => out.extend_from_slice(b"null"),
                }
            }
            out.push(b'}');
        }
    }
}

fn write_list<T>(out: &mut Vec<u8>, items: &[T], mut write: impl FnMut(&mut Vec<u8>, &T)) {
    out.push(b'[');
    for (nth, item) in items.iter().enumerate() {
        if nth > 0 {
            out.push(b',');
        }
        write(out, item);
    }
    out.push(b']');
}

fn write_object(out: &mut Vec<u8>, fields: &[Field], members: &[(u8, Value)]) {
    let mut members: Vec<(&str, &Value)> = members.iter().map(|(at, value)| (fields[usize::from(*at)].name, value)).collect();
    members.sort_unstable_by_key(|(name, _)| *name);
    out.push(b'{');
    for (nth, (name, value)) in members.into_iter().enumerate() {
        write_key(out, nth, name);
        write_value(out, value);
    }
    out.push(b'}');
}

/// A value as people read it: text as it is, all else as JSON.
pub fn shown(value: &Value) -> String {
    match value {
        Value::Text(text) => text.to_string(),
        value => {
            let mut out = Vec::new();
            write_value(&mut out, value);
            String::from_utf8_lossy(&out).trim_matches('"').to_owned()
        }
    }
}
