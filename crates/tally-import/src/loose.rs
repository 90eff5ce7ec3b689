//! Reading values of foreign JSON whose type may be anything: what is not of the hoped-for type is simply not there.
//!
//! One tool version writes a string where another writes an object or null; a row is not lost for that. Strings are
//! borrowed, digested on the spot, or not looked at. Never keeps what it was not asked for.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use sha2::{Digest as _, Sha256};

/// Implements the visits that find a value of another type: it is stepped over and nothing is there.
macro_rules! otherwise {
    (@ unit) => { fn visit_unit<E>(self) -> Result<Self::Value, E> { Ok(Default::default()) } };
    (@ bool) => { fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> { Ok(Default::default()) } };
    (@ number) => {
        fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> { Ok(Default::default()) }
        fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> { Ok(Default::default()) }
        fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> { Ok(Default::default()) }
    };
    (@ text) => { fn visit_str<E>(self, _: &str) -> Result<Self::Value, E> { Ok(Default::default()) } };
    (@ list) => {
        fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
            while items.next_element::<IgnoredAny>()?.is_some() {}
            Ok(Default::default())
        }
    };
    (@ map) => {
        fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
            while members.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
            Ok(Default::default())
        }
    };
    ($($what:ident),*) => {
        fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result { out.write_str("any value") }
        $(otherwise!(@ $what);)*
    };
}

/// Text that borrows where it holds no escapes.
#[derive(Debug, Default)]
pub(crate) struct Word<'a>(pub(crate) Option<Cow<'a, str>>);

impl Word<'_> {
    pub(crate) fn text(&self) -> Option<&str> {
        self.0.as_deref()
    }

    pub(crate) fn owned(&self) -> Option<String> {
        self.text().filter(|text| !text.is_empty()).map(str::to_owned)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Word<'a> {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        struct See;
        impl<'de> Visitor<'de> for See {
            type Value = Word<'de>;
            otherwise!(unit, bool, number, list, map);
            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Word(Some(Cow::Borrowed(text))))
            }
            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Word(Some(Cow::Owned(text.to_owned()))))
            }
        }
        input.deserialize_any(See)
    }
}

/// A whole number, not negative.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Whole(pub(crate) Option<u64>);

impl<'de> Deserialize<'de> for Whole {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        struct See;
        impl<'de> Visitor<'de> for See {
            type Value = Whole;
            otherwise!(unit, bool, text, list, map);
            fn visit_i64<E>(self, value: i64) -> Result<Whole, E> {
                Ok(Whole(u64::try_from(value).ok()))
            }
            fn visit_u64<E>(self, value: u64) -> Result<Whole, E> {
                Ok(Whole(Some(value)))
            }
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the range is checked first")]
            fn visit_f64<E>(self, value: f64) -> Result<Whole, E> {
                let whole = value.fract() == 0.0 && (0.0..9e15).contains(&value);
                Ok(Whole(whole.then_some(value as u64)))
            }
        }
        input.deserialize_any(See)
    }
}

/// True or false.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Flag(pub(crate) Option<bool>);

impl<'de> Deserialize<'de> for Flag {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        struct See;
        impl<'de> Visitor<'de> for See {
            type Value = Flag;
            otherwise!(unit, number, text, list, map);
            fn visit_bool<E>(self, value: bool) -> Result<Flag, E> {
                Ok(Flag(Some(value)))
            }
        }
        input.deserialize_any(See)
    }
}

/// A score: a number, nothing, or something that is no number (`NaN` comes as text, see `strict`).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) enum Score {
    #[default]
    Missing,
    Number(f64),
    NotANumber,
}

impl<'de> Deserialize<'de> for Score {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        struct See;
        #[expect(clippy::cast_precision_loss, reason = "a score lies near 0 to 1")]
        impl<'de> Visitor<'de> for See {
            type Value = Score;
            otherwise!(unit);
            fn visit_bool<E>(self, value: bool) -> Result<Score, E> {
                Ok(Score::Number(f64::from(u8::from(value))))
            }
            fn visit_i64<E>(self, value: i64) -> Result<Score, E> {
                Ok(Score::Number(value as f64))
            }
            fn visit_u64<E>(self, value: u64) -> Result<Score, E> {
                Ok(Score::Number(value as f64))
            }
            fn visit_f64<E>(self, value: f64) -> Result<Score, E> {
                Ok(if value.is_finite() { Score::Number(value) } else { Score::NotANumber })
            }
            fn visit_str<E>(self, _: &str) -> Result<Score, E> {
                Ok(Score::NotANumber)
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Score, A::Error> {
                while items.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Score::NotANumber)
            }
            fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Score, A::Error> {
                while members.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(Score::NotANumber)
            }
        }
        input.deserialize_any(See)
    }
}

/// An object of a known shape.
#[derive(Debug)]
pub(crate) struct Maybe<T>(pub(crate) Option<T>);

impl<T> Default for Maybe<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Maybe<T> {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        struct See<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for See<T> {
            type Value = Maybe<T>;
            otherwise!(unit, bool, number, text, list);
            fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Self::Value, A::Error> {
                T::deserialize(MapAccessDeserializer::new(members)).map(|value| Maybe(Some(value)))
            }
        }
        input.deserialize_any(See(PhantomData))
    }
}

/// A list.
#[derive(Debug)]
pub(crate) struct Many<T>(pub(crate) Vec<T>);

impl<T> Default for Many<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Many<T> {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        struct See<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for See<T> {
            type Value = Many<T>;
            otherwise!(unit, bool, number, text, map);
            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
                let mut list = Vec::new();
                while let Some(item) = items.next_element()? {
                    list.push(item);
                }
                Ok(Many(list))
            }
        }
        input.deserialize_any(See(PhantomData))
    }
}

/// An object read as a list of key and value.
#[derive(Debug)]
pub(crate) struct Pairs<'a, T>(pub(crate) Vec<(Cow<'a, str>, T)>);

impl<T> Default for Pairs<'_, T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de: 'a, 'a, T: Deserialize<'de>> Deserialize<'de> for Pairs<'a, T> {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        struct See<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for See<T> {
            type Value = Pairs<'de, T>;
            otherwise!(unit, bool, number, text, list);
            fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
                let mut pairs = Vec::new();
                while let Some((key, value)) = members.next_entry::<Word<'de>, T>()? {
                    pairs.push((key.0.unwrap_or_default(), value));
                }
                Ok(Pairs(pairs))
            }
        }
        input.deserialize_any(See(PhantomData))
    }
}

/// Whether anything but `null` stands there; strings are not even looked at.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct There(pub(crate) bool);

impl<'de> Deserialize<'de> for There {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        Option::<IgnoredAny>::deserialize(input).map(|value| Self(value.is_some()))
    }
}

/// The digest of a text; the text itself goes no further. An object with `text` counts as that text.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Print(pub(crate) Option<u128>);

impl<'de> Deserialize<'de> for Print {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        struct See;
        impl<'de> Visitor<'de> for See {
            type Value = Print;
            otherwise!(unit, bool, number, list);
            fn visit_str<E>(self, text: &str) -> Result<Print, E> {
                Ok(Print(Some(digest(&[text.as_bytes()]))))
            }
            fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Print, A::Error> {
                let mut print = Print(None);
                while let Some(key) = members.next_key::<Word<'de>>()? {
                    if key.text() == Some("text") {
                        print = members.next_value()?;
                    } else {
                        members.next_value::<IgnoredAny>()?;
                    }
                }
                Ok(print)
            }
        }
        input.deserialize_any(See)
    }
}

/// The first 128 bits of the SHA-256 of the parts, each ended by a byte that UTF-8 does not know.
pub(crate) fn digest(parts: &[&[u8]]) -> u128 {
    let mut hash = Sha256::new();
    for (nth, part) in parts.iter().enumerate() {
        if nth > 0 {
            hash.update([0xff]);
        }
        hash.update(part);
    }
    let bytes = hash.finalize();
    bytes.iter().take(16).fold(0, |sum, byte| sum << 8 | u128::from(*byte))
}

/// What the parser says. No value of the input is in it (rows accept every type, so no type is ever wrong): a row may
/// hold an attack or a secret.
pub(crate) fn complaint(error: &serde_json::Error) -> String {
    let message = error.to_string();
    let message = message.split(" at line ").next().unwrap_or_default();
    format!("{message} at column {}", error.column())
}

/// The same JSON with the bare words `NaN`, `Infinity` and `-Infinity` of Python as strings; `None` where there are none.
pub(crate) fn strict(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let (mut at, mut plain) = (0, 0);
    while let Some(&byte) = bytes.get(at) {
        if byte == b'"' {
            at = end_of_text(bytes, at + 1);
            continue;
        }
        let word = [&b"NaN"[..], b"Infinity", b"-Infinity"].into_iter().find(|word| bytes[at..].starts_with(word));
        let Some(word) = word else {
            at += 1;
            continue;
        };
        out.extend_from_slice(&bytes[plain..at]);
        out.extend_from_slice(b"\"NaN\"");
        at += word.len();
        plain = at;
    }
    if plain == 0 {
        return None;
    }
    out.extend_from_slice(&bytes[plain..]);
    Some(out)
}

fn end_of_text(bytes: &[u8], mut at: usize) -> usize {
    while let Some(found) = bytes.get(at..).and_then(|rest| memchr::memchr2(b'"', b'\\', rest)) {
        at += found + 1;
        if bytes[at - 1] == b'"' {
            return at;
        }
        at += 1;
    }
    bytes.len()
}
