//! Adding threats, linking them to what they led to, and accepting what is left. Never says that a link is enough.

use serde_json::json;
use tally_model::problem::{nearest, shorten};
use tally_model::record::Object;
use tally_model::{Instant, Problem, Record, Type, Value};

use super::kind;
use super::led::{TELEMETRY, TESTS};
use crate::act::{ActError, Actor, Deeds, Edited, Patch, write};
use crate::{Error, Programme, records};

/// Threats of one model that can be told apart.
const THREATS: usize = 5_000;

/// A threat that somebody thought of.
#[derive(Clone, Debug, Default)]
pub struct NewThreat {
    /// What could happen.
    pub title: String,
    /// How bad it would be.
    pub severity: Option<String>,
    /// ATLAS technique ids.
    pub techniques: Vec<String>,
    /// The input vector it would come through.
    pub vector: Option<String>,
    /// What stands against it.
    pub controls: Vec<String>,
    /// What the response to it takes for granted.
    pub assumptions: Vec<String>,
}

/// A threat that was added.
#[derive(Clone, Debug)]
pub struct Added {
    /// Its id.
    pub id: String,
    /// What was written.
    pub edited: Edited,
}

/// What a threat leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum To {
    /// Something that tries it.
    Test,
    /// Something that would see it.
    Telemetry,
}

impl To {
    /// What a record of this kind does for a threat; `None` for kinds that do neither.
    pub fn of(kind: &str) -> Option<Self> {
        match kind {
            kind if TESTS.contains(&kind) => Some(Self::Test),
            kind if TELEMETRY.contains(&kind) => Some(Self::Telemetry),
            _ => None,
        }
    }

    const fn field(self) -> &'static str {
        match self {
            Self::Test => "tests",
            Self::Telemetry => "telemetry",
        }
    }
}

/// A record that a threat leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Its kind.
    pub kind: String,
    /// Its id.
    pub id: String,
}

/// Adds a threat to a model.
///
/// # Errors
/// Where there is no such model, nothing is said of what could happen, or a technique is none.
pub fn add(programme: &mut Programme, model: &str, new: &NewThreat, by: &Actor, at: Instant) -> Result<Added, Error> {
    records::one(programme, kind("threat_model")?, model, &by.scope)?;
    let problems = objections(programme, new);
    if !problems.is_empty() {
        return Err(ActError::Problems(problems).into());
    }
    let kind = kind("threat")?;
    let mut id = String::new();
    for nth in 1..=THREATS {
        id = format!("{model}/t{nth}");
        if programme.store.record(kind, &id)?.is_none() {
            break;
        }
    }
    let mut record = Record::new(kind, id.as_str()).with("threat_model", model).with("title", new.title.trim());
    for (field, text) in [("severity", &new.severity), ("vector", &new.vector)] {
        if let Some(text) = text.as_deref().map(str::trim).filter(|text| !text.is_empty()) {
            record.set(field, text);
        }
    }
    let lists = [("techniques", &new.techniques), ("controls", &new.controls), ("incident_assumptions", &new.assumptions)];
    for (field, texts) in lists {
        let texts: Vec<Value> = texts.iter().map(|text| text.trim()).filter(|text| !text.is_empty()).map(Value::from).collect();
        if !texts.is_empty() {
            record.set(field, Value::List(texts));
        }
    }
    let patches = [Patch { record, expected: Some(0) }];
    let edited = write(programme, &patches, &Deeds { word: "threat-add", more: Vec::new() }, by, at)?.sound()?;
    Ok(Added { id, edited })
}

fn objections(programme: &Programme, new: &NewThreat) -> Vec<Problem> {
    let mut problems = Vec::new();
    if new.title.trim().is_empty() {
        problems.push(Problem::error("nothing", "what could happen, in a sentence").at_field("title"));
    }
    let Some(atlas) = programme.catalog().framework("atlas") else { return problems };
    for id in new.techniques.iter().map(|id| id.trim()).filter(|id| !id.is_empty()) {
        if atlas.technique(id).is_none() {
            let problem =
                Problem::error(format!("`{}`", shorten(id)), "an ATLAS technique such as AML.T0051").at_field("techniques");
            problems.push(match nearest(id, atlas.ids()) {
                Some(near) => problem.with_help(format!("did you mean `{near}`?")),
                None => problem,
            });
        }
    }
    problems
}

/// Links a threat to a record that tries it or would see it, by the record's kind.
///
/// # Errors
/// Where there is no such threat or record within reach, the kind does neither, or it is linked already.
pub fn link(programme: &mut Programme, threat: &str, to: &Link, by: &Actor, at: Instant) -> Result<Edited, Error> {
    let (record, place) = look(programme, threat, to, by)?;
    records::one(programme, kind(&to.kind)?, to.id.trim(), &by.scope)?;
    let mut links = record.get(place.field()).map(Value::objects).unwrap_or_default().to_vec();
    if links.iter().any(|known| is(known, to)) {
        return Err(shut(threat, format!("{} {} is linked already", to.kind, shorten(&to.id))));
    }
    let fields = record.kind().fields.iter().find(|field| field.name == place.field());
    if let Some(Type::Objects(fields)) = fields.map(|field| field.ty) {
        let mut link = Object::new(fields);
        link.set("kind", to.kind.as_str());
        link.set("id", to.id.trim());
        links.push(link);
    }
    change(programme, &record, (place.field(), Value::Objects(links)), "threat-link", by, at)
}

/// Takes a link of a threat away.
///
/// # Errors
/// Where there is no such threat, or no such link.
pub fn unlink(programme: &mut Programme, threat: &str, to: &Link, by: &Actor, at: Instant) -> Result<Edited, Error> {
    let (record, place) = look(programme, threat, to, by)?;
    let mut links = record.get(place.field()).map(Value::objects).unwrap_or_default().to_vec();
    let before = links.len();
    links.retain(|known| !is(known, to));
    if links.len() == before {
        return Err(shut(threat, format!("{} {} is not linked", to.kind, shorten(&to.id))));
    }
    let value = if links.is_empty() { Value::Null } else { Value::Objects(links) };
    change(programme, &record, (place.field(), value), "threat-unlink", by, at)
}

/// Says why nothing more is done about a threat; without a reason that is taken back.
///
/// # Errors
/// Where there is no such threat, or nothing to take back.
pub fn accept(programme: &mut Programme, threat: &str, reason: Option<&str>, by: &Actor, at: Instant) -> Result<Edited, Error> {
    let record = records::one(programme, kind("threat")?, threat, &by.scope)?.record;
    let reason = reason.map(str::trim).filter(|reason| !reason.is_empty());
    if reason.is_none() && record.text("accepted_reason").is_none() {
        return Err(shut(threat, "nobody accepted it; give a reason to accept it".to_owned()));
    }
    let value = reason.map_or(Value::Null, Value::from);
    change(programme, &record, ("accepted_reason", value), "threat-accept", by, at)
}

fn look(programme: &Programme, threat: &str, to: &Link, by: &Actor) -> Result<(Record, To), Error> {
    let record = records::one(programme, kind("threat")?, threat, &by.scope)?.record;
    let place = To::of(&to.kind).ok_or_else(|| {
        let problem = Problem::error(
            format!("a {}", shorten(&to.kind)),
            format!("one of {}, {}", TESTS.join(", "), TELEMETRY.join(", ")),
        );
        Error::from(ActError::Problems(vec![problem.at_field("kind")]))
    })?;
    Ok((record, place))
}

fn is(known: &Object, to: &Link) -> bool {
    known.text("kind") == Some(to.kind.as_str()) && known.text("id") == Some(to.id.trim())
}

fn change(
    programme: &mut Programme,
    threat: &Record,
    (field, value): (&str, Value),
    word: &'static str,
    by: &Actor,
    at: Instant,
) -> Result<Edited, Error> {
    let patches = [Patch { record: Record::new(threat.kind(), threat.id()).with(field, value), expected: None }];
    write(programme, &patches, &Deeds { word, more: vec![("threat", json!(threat.id()))] }, by, at)?.sound()
}

fn shut(threat: &str, why: String) -> Error {
    ActError::Shut { record: format!("threat {}", shorten(threat)), why }.into()
}
