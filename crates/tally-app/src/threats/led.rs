//! The records that a threat led to, and how each stands: a link to a monitor that is switched off shows nothing.

use tally_model::record::Object;
use tally_model::{Instant, Record, Value};

use super::kind;
use crate::act::{State, state};
use crate::scope::Scope;
use crate::{Error, Programme, records};

/// Kinds of record that try a threat.
pub const TESTS: [&str; 5] = ["assessment", "eval_run", "finding", "gate_check", "scan"];
/// Kinds of record that would see it.
pub const TELEMETRY: [&str; 1] = ["monitor"];

/// A record that a threat led to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Led {
    /// Its kind.
    pub kind: String,
    /// Its id; empty where the viewer does not see it.
    pub id: String,
    /// How it stands, in words.
    pub state: String,
    /// Whether that is well: an open finding, a failing eval, a monitor that is disabled are not; `None`: neither.
    pub sound: Option<bool>,
}

/// The records of one field of a threat.
pub(super) fn led(programme: &Programme, threat: &Record, field: &str, scope: &Scope, at: Instant) -> Result<Vec<Led>, Error> {
    let links = threat.get(field).map(Value::objects).unwrap_or_default();
    links.iter().map(|link| one(programme, link, scope, at)).collect()
}

fn one(programme: &Programme, link: &Object, scope: &Scope, at: Instant) -> Result<Led, Error> {
    let (named, id) = (link.text("kind").unwrap_or_default(), link.text("id").unwrap_or_default());
    match records::one(programme, kind(named)?, id, scope) {
        Ok(found) => {
            let (state, sound) = standing(&found.record, at);
            Ok(Led { kind: named.to_owned(), id: id.to_owned(), state, sound })
        }
        Err(Error::Unknown { .. }) => {
            let seen = if *scope == Scope::All { id } else { "" };
            Ok(Led { kind: named.to_owned(), id: seen.to_owned(), state: "not there".to_owned(), sound: Some(false) })
        }
        Err(error) => Err(error),
    }
}

/// How a record stands at T.
fn standing(record: &Record, at: Instant) -> (String, Option<bool>) {
    let seen = |name: &str| record.instant(name).is_some_and(|when| when < at);
    let count = |name: &str| record.get(name).and_then(Value::count).unwrap_or(0);
    let say = |word: &str, sound| (word.to_owned(), sound);
    match record.kind().name {
        "finding" => {
            let found = state(record, at);
            let sound = match found {
                State::Verified => Some(true),
                State::FalsePositive | State::Duplicate(_) => None,
                _ => Some(false),
            };
            say(found.words(), sound)
        }
        "eval_run" => match (count("failed"), count("passed")) {
            (0, 0) => say("nothing judged", None),
            (0, passed) => (format!("withstood {passed} cases"), Some(true)),
            (failed, passed) => (format!("failing: {failed} of {} cases", failed + passed), Some(false)),
        },
        "monitor" if seen("disabled_at") => say("disabled", Some(false)),
        "monitor" if seen("baseline_at") => say("watching", Some(true)),
        "monitor" => say("enabled, no baseline yet", None),
        "assessment" if seen("delivered_at") => say("delivered", Some(true)),
        "assessment" if seen("started_at") => say("running", None),
        "assessment" => say("not started", None),
        "gate_check" if record.text("outcome") == Some("fail") => say("failed", Some(false)),
        "gate_check" => say("passed", Some(true)),
        "scan" => say("done", Some(true)),
        _ => say("recorded", None),
    }
}
