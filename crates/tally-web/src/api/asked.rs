//! What a request of the API asks: parameters that the operation declares and no others, a body of a declared type. What cannot
//! be used is refused by name; nothing is guessed.

use serde::de::DeserializeOwned;
use tally_model::problem::{nearest, printable, shorten};
use tally_model::{Instant, Month};

use super::operation::{Holds, Param};
use crate::failure::Failure;
use crate::visit::Visit;

/// The checked query of a visit.
pub(super) struct Asked<'v> {
    visit: &'v Visit,
}

impl<'v> Asked<'v> {
    /// Checks a query against what the operation declares.
    pub(super) fn of(visit: &'v Visit, params: &'static [Param]) -> Result<Self, Failure> {
        let unknown = visit.query.iter().find(|(name, _)| params.iter().all(|param| param.name != *name));
        if let Some((name, _)) = unknown {
            let known: Vec<&str> = params.iter().map(|param| param.name).collect();
            let help = match nearest(name, known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None if known.is_empty() => "this operation takes none".to_owned(),
                None => format!("it takes {}", known.join(", ")),
            };
            return Err(Failure::Wrong(format!("no parameter `{}`; {help}", printable(&shorten(name)))));
        }
        Self::open(visit, params)
    }

    /// The same where the operation reads further names itself.
    pub(super) fn open(visit: &'v Visit, params: &'static [Param]) -> Result<Self, Failure> {
        for param in params {
            let mut found = visit.query.all(param.name);
            let first = found.next();
            if first.is_none_or(str::is_empty) && param.required {
                return Err(Failure::Wrong(format!("the parameter `{}` is missing: {}", param.name, param.about)));
            }
            if !param.repeats && found.next().is_some() {
                return Err(Failure::Wrong(format!("the parameter `{}` stands twice; it is taken once", param.name)));
            }
            for value in visit.query.all(param.name) {
                check(param, value)?;
            }
        }
        Ok(Self { visit })
    }

    pub(super) fn text(&self, name: &str) -> Option<&'v str> {
        self.visit.query.get(name)
    }

    pub(super) fn all(&self, name: &'v str) -> impl Iterator<Item = &'v str> {
        self.visit.query.all(name)
    }

    pub(super) fn whole(&self, name: &str) -> Option<u64> {
        self.text(name)?.parse().ok()
    }

    pub(super) fn yes(&self, name: &str) -> bool {
        self.text(name) == Some("yes")
    }

    /// How many rows of a page.
    pub(super) fn limit(&self, usual: u64) -> usize {
        usize::try_from(self.whole("limit").unwrap_or(usual)).unwrap_or(1)
    }
}

fn check(param: &Param, value: &str) -> Result<(), Failure> {
    let expected = match param.holds {
        Holds::Text => None,
        Holds::Instant => Instant::parse(value)
            .is_none_or(|at| !scorable(at))
            .then(|| "a date such as 2026-03-31, or an instant with an offset, of the years 1900 to 2199".to_owned()),
        Holds::Whole(least, most) => {
            let plain = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
            let fits = plain && value.parse().is_ok_and(|number: u64| (least..=most).contains(&number));
            (!fits).then(|| format!("a whole number from {least} to {most}"))
        }
        Holds::YesNo => (!matches!(value, "yes" | "no")).then(|| "yes or no".to_owned()),
        Holds::OneOf(words) => (!words.contains(&value)).then(|| format!("one of {}", words.join(", "))),
    };
    match expected {
        Some(expected) => {
            Err(Failure::Wrong(format!("found `{}` for `{}`, expected {expected}", printable(&shorten(value)), param.name)))
        }
        None => Ok(()),
    }
}

/// The body as a type.
pub(super) fn body<T: DeserializeOwned>(visit: &Visit) -> Result<T, Failure> {
    let media = visit.headers.get("content-type").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let media = media.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if media != "application/json" {
        let found = if media.is_empty() {
            "a body of no media type".to_owned()
        } else {
            format!("a body of `{}`", printable(&shorten(&media)))
        };
        return Err(Failure::Wrong(format!("found {found}, expected application/json")));
    }
    serde_json::from_slice(&visit.body)
        .map_err(|error| Failure::Wrong(format!("the body cannot be used: {}", printable(&error.to_string()))))
}

/// The body as a type, or the usual where there is none.
pub(super) fn maybe<T: DeserializeOwned + Default>(visit: &Visit) -> Result<T, Failure> {
    if visit.body.is_empty() { Ok(T::default()) } else { body(visit) }
}

/// Whether the verbs count at this instant.
fn scorable(at: Instant) -> bool {
    let text = at.to_string();
    ("1900".."2200").contains(&text.get(..4).unwrap_or_default()) && !text.starts_with(['-', '+'])
}

/// A month of the path.
pub(super) fn month(visit: &Visit, name: &str) -> Result<Month, Failure> {
    let text = visit.param(name);
    Month::parse(text)
        .filter(|month| scorable(month.start()))
        .ok_or_else(|| Failure::Wrong(format!("`{}` is no month; expected one such as 2026-03", printable(&shorten(text)))))
}
