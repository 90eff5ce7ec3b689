//! API tokens in tables, one's own and everybody's. Their secrets are never here.

use tally_app::access::Token;
use tally_model::Instant;

use super::prove::led;
use crate::failure::Failure;
use crate::reply::Reply;
use crate::visit::Visit;
use crate::words::{State, minute};

/// A token as a row.
pub(super) struct TokenRow {
    pub(super) id: String,
    pub(super) owner: String,
    pub(super) name: String,
    pub(super) scope: &'static str,
    pub(super) role: &'static str,
    pub(super) teams: String,
    pub(super) created: String,
    pub(super) expires: String,
    pub(super) used: String,
    pub(super) state: State,
    pub(super) open: bool,
}

/// Tokens as rows, those that still open something first.
pub(super) fn rows(tokens: &[Token], now: Instant) -> Vec<TokenRow> {
    let mut rows: Vec<TokenRow> = tokens.iter().map(|token| row(token, now)).collect();
    rows.sort_by_key(|row| !row.open);
    rows
}

fn row(token: &Token, now: Instant) -> TokenRow {
    let over = token.expires.is_some_and(|end| now >= end);
    let state = match (token.revoked, over) {
        (Some(_), _) => State::new("✗", "revoked", "bad"),
        (None, true) => State::new("·", "expired", "none"),
        (None, false) => State::new("✓", "good", "good"),
    };
    TokenRow {
        id: token.id.clone(),
        owner: token.person.clone(),
        name: token.name.clone(),
        scope: token.scope.word(),
        role: token.role.word(),
        teams: token
            .teams
            .as_ref()
            .map_or_else(|| "as its owner".to_owned(), |teams| teams.iter().cloned().collect::<Vec<_>>().join(", ")),
        created: minute(token.created),
        expires: token.expires.map_or_else(|| "never".to_owned(), minute),
        used: token.used.map_or_else(|| "never".to_owned(), minute),
        open: token.revoked.is_none() && !over,
        state,
    }
}

/// Revokes the token that the form names, and goes back.
pub(super) fn revoke(visit: &Visit, back: &str) -> Result<Reply, Failure> {
    let (viewer, id) = (visit.viewer()?, visit.field("token")?);
    let revoked = visit.bench().write(|programme| visit.house.desk.revoke_token(programme, viewer, id, visit.now));
    led(back, revoked.map(|()| visit.told(back, "The token is revoked.")).map_err(Failure::from))
}
