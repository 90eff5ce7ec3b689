//! The evidence that answers can name: the newest pieces there are, with how each stands for a model. Lists no file.

use tally_measure::{ListAsk, Sort};

use super::cards::Proof;
use super::desk::Desk;
use super::proof::Proofs;
use super::round::Round;
use super::{kind, model};
use crate::Error;
use crate::scope::Scope;

/// At most `most` pieces of evidence, the newest first. Evidence names records of all systems: who sees some of them is offered
/// none, and names it by id.
///
/// # Errors
/// Where the facts or the journal cannot be read.
pub fn shelf(desk: &Desk<'_>, round: &Round, most: usize) -> Result<Vec<Proof>, Error> {
    if *desk.scope != Scope::All {
        return Ok(Vec::new());
    }
    let of = model(desk.programme.catalog(), &round.model)?;
    let at = desk.at(round);
    let ask = ListAsk {
        table: kind("evidence")?.table.to_owned(),
        filters: Vec::new(),
        text: None,
        searched: Vec::new(),
        sort: vec![Sort { column: "collected_at".to_owned(), down: true }],
        at,
    };
    let mut proofs = Proofs::new(*desk, of, at);
    desk.facts.engine().list(ask)?.ids(0, most)?.iter().map(|id| proofs.of(id, at)).collect()
}
