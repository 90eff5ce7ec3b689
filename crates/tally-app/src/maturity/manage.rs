//! Who answers a round, and its way to being approved. Never opens one again: a new one is started instead.

use tally_model::kind::Type;
use tally_model::problem::{printable, shorten};
use tally_model::record::Object;
use tally_model::{Instant, Record, Value};
use tally_store::Op;

use super::answer::{is_any, open};
use super::desk::Hand;
use super::round::{Assignment, Round, RoundScope, RoundState, shut, writable};
use super::start::refuse_same;
use super::{ROUND, domain, kind, model};
use crate::act::{ActError, Deeds, Edited, Patch, write};
use crate::scope::Scope;
use crate::{Error, Programme};

/// Says who answers what, until when, and who is to approve; replaces what was said before. `approver`: as it is where not
/// given.
///
/// # Errors
/// Where the round is closed or a domain unknown, the approver is the assessor, or the actor does not lead the round.
pub fn assign(
    programme: &mut Programme,
    id: &str,
    assigned: &[Assignment],
    approver: Option<&str>,
    hand: Hand<'_>,
    at: Instant,
) -> Result<Edited, Error> {
    let round = whole(programme, id, hand)?;
    refuse_follower(&round, hand, "assigns its domains")?;
    let of = model(programme.catalog(), &round.model)?;
    for assignment in assigned {
        domain(of, &assignment.domain)?;
    }
    let mut record = Record::new(kind(ROUND)?, id).with("assignments", assignments(assigned)?.unwrap_or(Value::Null));
    if let Some(approver) = approver.map(str::trim).filter(|name| !name.is_empty()) {
        refuse_same(&round.assessor, Some(approver), id)?;
        record.set("approver", approver);
    }
    one(programme, record, "round-assign", hand, at)
}

/// Hands a round in: its assessor, or an administrator. Questions may be open: they count as not earned.
///
/// # Errors
/// Where it is handed in or approved already, or the actor does not lead it.
pub fn submit(programme: &mut Programme, id: &str, hand: Hand<'_>, at: Instant) -> Result<Edited, Error> {
    let round = whole(programme, id, hand)?;
    if let Some(submitted) = round.submitted_at {
        return Err(shut(id, format!("it was handed in on {submitted}; it waits for its approval")));
    }
    refuse_follower(&round, hand, "hands it in")?;
    one(programme, Record::new(kind(ROUND)?, id).with("submitted_at", at), "round-submit", hand, at)
}

/// Approves a round: from then on it stays as it is. Never its assessor, nor who handed it in; and the approver that it names,
/// where it names one.
///
/// # Errors
/// Where it is not handed in, or somebody else has to approve it.
pub fn approve(programme: &mut Programme, id: &str, hand: Hand<'_>, at: Instant) -> Result<Edited, Error> {
    let round = whole(programme, id, hand)?;
    if round.state != RoundState::Submitted {
        return Err(shut(id, format!("it is not handed in; {} does that first", round.assessor)));
    }
    let submitter = submitter(programme, &round)?;
    let own: Vec<&str> = submitter.iter().map(String::as_str).chain([round.assessor.as_str()]).collect();
    let by = hand.by.name.as_str();
    let why = if hand.by.is(&round.assessor) {
        Some(format!("{by} is its assessor, and who leads a round does not approve it; somebody else has to"))
    } else if is_any(by, &own) {
        Some(format!("{by} handed it in, and who hands a round in does not approve it; somebody else has to"))
    } else {
        let other = round.approver.as_deref().filter(|approver| !hand.by.is(approver));
        other.map(|other| format!("{other} is to approve it; its assessor can name another approver"))
    };
    if let Some(why) = why {
        return Err(refused(id, why));
    }
    let record = Record::new(kind(ROUND)?, id).with("approved_at", at).with("approved_by", by);
    one(programme, record, "round-approve", hand, at)
}

/// A round that can still be changed, all of whose subjects are within reach.
fn whole(programme: &Programme, id: &str, hand: Hand<'_>) -> Result<Round, Error> {
    let unknown = || Error::Unknown { what: "maturity round", name: printable(&shorten(id)), help: None };
    let round = writable(programme, id)?;
    if hand.by.scope != Scope::All {
        if round.scope == RoundScope::Organisation {
            return Err(unknown());
        }
        for subject in &round.subjects {
            if !hand.reaches(programme, round.scope, subject)? {
                return Err(unknown());
            }
        }
    }
    open(programme, id)
}

/// Who entered that the round was handed in.
fn submitter(programme: &Programme, round: &Round) -> Result<Option<String>, Error> {
    let log = programme.store.log(kind(ROUND)?, &round.id)?;
    let says = |entry: &&tally_store::Entry| {
        let json = entry.payload.as_deref().filter(|_| entry.op == Op::Patch);
        let json = json.and_then(|bytes| tally_model::json::Json::parse(bytes).ok());
        let patch = json.and_then(|json| Record::read(&json).ok());
        patch.is_some_and(|patch| patch.instant("submitted_at").is_some())
    };
    Ok(log.iter().rev().find(says).map(|entry| entry.actor.clone()))
}

fn refuse_follower(round: &Round, hand: Hand<'_>, what: &str) -> Result<(), Error> {
    if hand.leads(round) {
        return Ok(());
    }
    Err(refused(&round.id, format!("its assessor {} or an administrator {what}", round.assessor)))
}

fn refused(id: &str, why: String) -> Error {
    ActError::SeparateDuties { record: format!("round {}", shorten(id)), why }.into()
}

fn one(programme: &mut Programme, record: Record, word: &str, hand: Hand<'_>, at: Instant) -> Result<Edited, Error> {
    let more = vec![("round", record.id().into())];
    write(programme, &[Patch { record, expected: None }], &Deeds { word, more }, hand.by, at)?.sound()
}

/// Assignments as a record has them; `None` where there are none.
pub(super) fn assignments(assigned: &[Assignment]) -> Result<Option<Value>, Error> {
    let round = kind(ROUND)?;
    let field = round.fields.iter().find(|field| field.name == "assignments");
    let Some(Type::Objects(fields)) = field.map(|field| field.ty) else { return Ok(None) };
    let mut items = Vec::new();
    for assignment in assigned {
        if assignment.owner.trim().is_empty() {
            return Err(Error::Invalid(format!("domain {} is assigned to nobody; name who answers it", assignment.domain)));
        }
        let mut item = Object::new(fields);
        item.set("domain", assignment.domain.as_str());
        item.set("owner", assignment.owner.trim());
        if let Some(due) = assignment.due {
            item.set("due", due);
        }
        items.push(item);
    }
    Ok((!items.is_empty()).then_some(Value::Objects(items)))
}
