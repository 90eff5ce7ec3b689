//! The acts on a finding: each checks that it makes sense now and that this actor may do it, and becomes a patch. Never closes a
//! finding without a retest, and never forgets a reason.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};
use tally_model::problem::{printable, shorten};
use tally_model::{Instant, Kind, Record};
use tally_store::Entry;

use super::deed::after;
use super::duty::{barred, doers, objection};
use super::reach::{find, reaches};
use super::write::{Deeds, Patch, write};
use super::{ActError, Actor, Deed, Edited, State, state};
use crate::{Error, Programme};

/// An act on a finding.
#[derive(Clone, Debug, PartialEq)]
pub enum Act {
    /// Its owner agrees; also takes back what was disputed, false positive or duplicate.
    Accept {
        /// Why, where there is something to say.
        reason: Option<String>,
    },
    /// Its owner says it is none.
    Dispute {
        /// Why.
        reason: String,
    },
    /// It was looked at and is none.
    FalsePositive {
        /// Why.
        reason: String,
    },
    /// It repeats another finding.
    Duplicate {
        /// The other one.
        of: String,
    },
    /// Its impact was shown.
    DemonstrateImpact,
    /// It is said to be fixed.
    ClaimFix {
        /// Who fixed it, where that is somebody else than who acts.
        by: Option<String>,
    },
    /// The attack was tried again.
    Retest {
        /// Whether the fix holds.
        fixed: bool,
        /// How often it was tried.
        trials: Option<u64>,
        /// How often it still worked.
        hits: Option<u64>,
    },
    /// A test keeps it fixed.
    RegressionTest {
        /// Where the test is.
        test: String,
    },
    /// Somebody lives with the risk.
    AcceptRisk {
        /// Until when.
        until: Instant,
        /// Why.
        reason: String,
        /// Who, where that is somebody else than who acts.
        by: Option<String>,
    },
    /// Nobody does any more.
    WithdrawRisk {
        /// Why, where there is something to say.
        reason: Option<String>,
    },
    /// It is worse, or less bad.
    Severity {
        /// The new severity.
        severity: String,
        /// Why.
        rationale: String,
    },
    /// Its text: fields of `NARRATIVE`; `None` clears one.
    Describe {
        /// Field and text.
        fields: BTreeMap<String, Option<String>>,
    },
}

/// The fields that hold what is told of a finding.
pub const NARRATIVE: [&str; 9] = [
    "title",
    "scope",
    "preconditions",
    "reproduction",
    "affected_assets",
    "control_failure",
    "severity_rationale",
    "business_impact",
    "remediation_advice",
];

/// A finding as it stands, its journal, and the last entry that was seen.
pub(super) struct Subject {
    pub record: Record,
    pub log: Vec<Entry>,
    pub last: u64,
}

impl Subject {
    /// The finding of this id, where the actor can reach it.
    pub(super) fn of(programme: &Programme, id: &str, by: Option<&Actor>) -> Result<Self, Error> {
        let unknown = || Error::Unknown { what: "finding", name: printable(&shorten(id)), help: None };
        let kind = Kind::named("finding").ok_or_else(unknown)?;
        // The journal first: what is written in between makes `last` too old, which a write then tells.
        let log = programme.store.log(kind, id)?;
        let record = programme.store.record(kind, id)?.ok_or_else(unknown)?;
        if let Some(by) = by
            && !reaches(&*programme.store, &by.scope, &record)?
        {
            return Err(unknown());
        }
        let last = log.last().map_or(0, |entry| entry.no.0);
        Ok(Self { record, log, last })
    }
}

/// Does one act on one finding. `expected` is the last entry of it that the actor saw, where one was.
///
/// # Errors
/// `NotNow` where it makes no sense in the finding's state, `Duty` where somebody else has to do it, `Conflict` where it was
/// changed meanwhile, `Problems` where the record would not hold what it must.
pub fn carry_out(
    programme: &mut Programme,
    id: &str,
    act: &Act,
    expected: Option<u64>,
    by: &Actor,
    at: Instant,
) -> Result<Edited, Error> {
    let subject = Subject::of(programme, id, Some(by))?;
    let (record, overridden) = prepared(programme, &subject, act, by, at)?;
    let patches = [Patch { record, expected: Some(expected.unwrap_or(subject.last)) }];
    write(programme, &patches, &act.deeds(overridden), by, at)?.sound()
}

/// The patch of an act that may be done, and whether separated duties were set aside for it.
pub(super) fn prepared(
    programme: &Programme,
    subject: &Subject,
    act: &Act,
    by: &Actor,
    at: Instant,
) -> Result<(Record, bool), Error> {
    let finding = &subject.record;
    let now = state(finding, after(at));
    let not_now = |why: &str| ActError::NotNow { id: shorten(finding.id()), state: now.sentence(), why: why.to_owned() };
    if let Some(why) = act.deed().refusal(finding, &now) {
        return Err(not_now(why).into());
    }
    let barred = barred(act.deed(), finding, &subject.log, after(at));
    let mut overridden = false;
    for name in doers(by, act.named()) {
        if let Some(why) = objection(act.deed(), &barred, name) {
            if !by.may_override {
                return Err(ActError::Duty { id: shorten(finding.id()), why }.into());
            }
            overridden = true;
        }
    }
    if let Act::Duplicate { of } = act {
        let why = no_original(programme, finding, of, by, at)?;
        if let Some(why) = why {
            return Err(not_now(&why).into());
        }
    }
    let patch =
        act.patch(finding, by, at).map_err(|problem| ActError::Problems(vec![problem.at_record("finding", finding.id())]))?;
    if finding.difference(&patch).is_none() {
        return Err(not_now("it says all of that already").into());
    }
    Ok((patch, overridden))
}

/// Why a finding cannot repeat that other one.
fn no_original(programme: &Programme, finding: &Record, of: &str, by: &Actor, at: Instant) -> Result<Option<String>, Error> {
    if of == finding.id() {
        return Ok(Some("it cannot repeat itself; name the other finding".to_owned()));
    }
    let other = match find(&*programme.store, "finding", of)? {
        Some(other) if reaches(&*programme.store, &by.scope, &other)? => other,
        _ => return Ok(Some(format!("there is no finding `{}` that it could repeat", printable(&shorten(of))))),
    };
    Ok(match state(&other, after(at)) {
        State::Duplicate(Some(first)) => Some(format!("`{of}` repeats `{first}`; name that one")),
        State::Duplicate(None) => Some(format!("`{of}` repeats another one; name that one")),
        _ => None,
    })
}

impl Act {
    /// What sort of act it is.
    pub fn deed(&self) -> Deed {
        match self {
            Self::Accept { .. } => Deed::Accept,
            Self::Dispute { .. } => Deed::Dispute,
            Self::FalsePositive { .. } => Deed::FalsePositive,
            Self::Duplicate { .. } => Deed::Duplicate,
            Self::DemonstrateImpact => Deed::DemonstrateImpact,
            Self::ClaimFix { .. } => Deed::ClaimFix,
            Self::Retest { .. } => Deed::Retest,
            Self::RegressionTest { .. } => Deed::RegressionTest,
            Self::AcceptRisk { .. } => Deed::AcceptRisk,
            Self::WithdrawRisk { .. } => Deed::WithdrawRisk,
            Self::Severity { .. } => Deed::Severity,
            Self::Describe { .. } => Deed::Describe,
        }
    }

    /// Who is named to accept the risk: for others than who acts, separated duties hold alike.
    fn named(&self) -> Option<&str> {
        match self {
            Self::AcceptRisk { by, .. } => by.as_deref(),
            _ => None,
        }
    }

    /// What the journal notes of it.
    pub(super) fn deeds(&self, overridden: bool) -> Deeds<'static> {
        let mut more: Vec<(&'static str, Json)> = Vec::new();
        if overridden {
            more.push(("duties_set_aside", json!(true)));
        }
        if let Self::WithdrawRisk { reason: Some(reason) } = self {
            more.push(("reason", json!(reason)));
        }
        Deeds { word: self.deed().word(), more }
    }
}
