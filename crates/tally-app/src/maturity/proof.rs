//! Evidence of answers: what it is, and whether it is fresh at T. The same rule as the query of `book`, record by record.

use std::collections::HashMap;

use tally_catalog::MaturityModel;
use tally_model::{Instant, Record};

use super::cards::{Proof, ProofState};
use super::desk::Desk;
use super::kind;
use crate::Error;
use crate::scope::Scope;

/// Evidence that was looked up.
pub(super) struct Proofs<'d> {
    desk: Desk<'d>,
    at: Instant,
    fresh_days: i64,
    known: HashMap<String, Option<Record>>,
}

impl<'d> Proofs<'d> {
    /// For answers of a model at T.
    pub(super) fn new(desk: Desk<'d>, model: &MaturityModel, at: Instant) -> Self {
        Self { desk, at, fresh_days: i64::from(model.fresh_days), known: HashMap::new() }
    }

    /// What an answer of `answered_at` names as evidence.
    pub(super) fn of(&mut self, named: &str, answered_at: Instant) -> Result<Proof, Error> {
        if !self.known.contains_key(named) {
            let found = self.desk.programme.store.record(kind("evidence")?, named)?;
            self.known.insert(named.to_owned(), found);
        }
        let record = self.known.get(named).and_then(Option::as_ref);
        let since = record.map_or(Some(answered_at), |record| record.instant("collected_at"));
        let own = record.and_then(|record| record.instant("expires_at"));
        let until = own.or_else(|| since.map(|since| since.days_before(-self.fresh_days)));
        let state = match (since, until) {
            (Some(since), _) if since >= self.at => ProofState::Ahead,
            (_, Some(until)) if until >= self.at => ProofState::Fresh,
            _ => ProofState::Expired,
        };
        // Evidence names records of all systems: who sees some of them is told that it is there and whether it holds.
        let seen = *self.desk.scope == Scope::All;
        let name = record.and_then(|record| record.text("name")).filter(|_| seen).map(str::to_owned);
        Ok(Proof { named: named.to_owned(), name, is_record: record.is_some(), since, until, state })
    }
}
