//! API tokens: made by their owner, told once, never more than the owner at the time of use.

use std::collections::BTreeSet;

use serde_json::json;
use tally_model::Instant;
use tally_model::instant::DAY;
use tally_store::access::{Role, Token, TokenScope, random};
use tally_store::hex;

use super::note::{Told, teams};
use super::{Desk, MINUTE, Means, Permission, Refusal, Viewer, account, secret};
use crate::scope::Scope;
use crate::{Error, Programme};

/// The most days that a token lives.
const MOST_DAYS: u32 = 366;
/// How exactly it is known when a token was last used.
const USED: i64 = MINUTE;

/// A token to be made.
#[derive(Clone, Debug)]
pub struct NewToken {
    /// Account name of the owner: the maker's own, or any at the machine itself.
    pub owner: String,
    /// What the owner calls it.
    pub name: String,
    /// The most it may do; at most what the owner may.
    pub role: Role,
    /// What it is for.
    pub scope: TokenScope,
    /// The teams whose systems it sees; `None` for all that the owner sees.
    pub teams: Option<BTreeSet<String>>,
    /// Days that it lives, from 1 to 366.
    pub days: u32,
}

/// A token that was just made.
pub struct MadeToken {
    /// Its id, to revoke it.
    pub id: String,
    /// Its text; it is not kept anywhere.
    pub text: String,
    /// When it ends.
    pub expires: Instant,
}

impl Desk {
    /// Makes a token.
    ///
    /// # Errors
    /// Where `by` may not, or the token would be more than its owner.
    pub fn make_token(&self, programme: &mut Programme, by: &Viewer, new: &NewToken, now: Instant) -> Result<MadeToken, Error> {
        by.must_freshly(Permission::Account, now)?;
        let owner = account::folded(&new.owner);
        if owner != by.person && by.means != Means::Machine {
            return Err(Refusal::NotAllowed(Permission::Administer).into());
        }
        let person = self.person(&owner)?;
        let name = account::shown("name of a token", &new.name)?;
        if new.role > person.role {
            let (role, most) = (new.role.word(), person.role.word());
            return Err(Error::Invalid(format!("a token of {owner} cannot have role {role}; at most {most}, the owner's")));
        }
        if !(1..=MOST_DAYS).contains(&new.days) {
            return Err(Error::Invalid(format!("a token cannot live {} days; expected 1 to {MOST_DAYS}", new.days)));
        }
        if let (Some(wanted), Some(seen)) = (&new.teams, &person.teams)
            && let Some(team) = wanted.difference(seen).next()
        {
            return Err(Error::Invalid(format!("a token of {owner} cannot see team `{team}`, which its owner does not see")));
        }
        let text = format!("{}{}", secret::TOKEN, secret::fresh()?);
        let id = hex(random::<8>()?.as_slice());
        let expires = super::after(now, i64::from(new.days) * DAY);
        let token = Token {
            id: id.clone(),
            secret: secret::hashed(&text),
            person: owner,
            name,
            role: new.role,
            scope: new.scope,
            teams: new.teams.clone(),
            created: now,
            expires: Some(expires),
            used: None,
            revoked: None,
        };
        let more = json!({"token": id, "role": token.role.word(), "scope": token.scope.word(),
            "teams": teams(token.teams.as_ref()), "expires": expires.to_string()});
        let told = Told::new(by, &token.person, "token made", now).with(more);
        self.noted(programme, &told, |access| Ok(access.add_token(&token)?))?;
        Ok(MadeToken { id, text, expires })
    }

    /// Tokens, revoked and expired ones included: of oneself, of another or of all (`None`) for an administrator.
    ///
    /// # Errors
    /// Where `by` may not.
    pub fn tokens(&self, by: &Viewer, account: Option<&str>) -> Result<Vec<Token>, Error> {
        let account = match account {
            Some(account) => Some(self.own_or_administered(by, account)?),
            None => by.must(Permission::Administer).map(|()| None)?,
        };
        Ok(self.access().tokens(account.as_deref())?)
    }

    /// Revokes a token for good: one's own, or any for an administrator.
    ///
    /// # Errors
    /// Where `by` may not, or there is no such token that still opens anything.
    pub fn revoke_token(&self, programme: &mut Programme, by: &Viewer, id: &str, now: Instant) -> Result<(), Error> {
        by.must(Permission::Account)?;
        let mine = |token: &Token| token.person == by.person || by.may(Permission::Administer);
        let found =
            self.access().tokens(None)?.into_iter().find(|token| token.id == id && token.revoked.is_none() && mine(token));
        let unknown = || Error::Unknown { what: "token", name: tally_model::problem::printable(id), help: None };
        let token = found.ok_or_else(unknown)?;
        let told = Told::new(by, &token.person, "token revoked", now).with(json!({"token": id}));
        self.noted(programme, &told, |access| if access.revoke_token(id, now)? { Ok(()) } else { Err(unknown()) })
    }

    /// Whose calendar this is: a token that opens the calendar and nothing else, since its address is in the settings of other
    /// programs. `None` as with `token`, and for tokens that open more.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn calendar(&self, text: &str, now: Instant) -> Result<Option<Viewer>, Error> {
        let viewer = self.token(text, now)?;
        Ok(viewer.filter(|viewer| matches!(viewer.means, Means::Token(_, TokenScope::Calendar))))
    }

    /// Whose token this is; `None` where it is none, has expired, was revoked, or its owner is disabled.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn token(&self, text: &str, now: Instant) -> Result<Option<Viewer>, Error> {
        if !text.starts_with(secret::TOKEN) {
            return Ok(None);
        }
        let mut access = self.access();
        let Some(token) = access.token(&secret::hashed(text))? else { return Ok(None) };
        if token.revoked.is_some() || token.expires.is_some_and(|end| now >= end) {
            return Ok(None);
        }
        let Some(person) = access.person(&token.person)?.filter(|person| !person.disabled) else { return Ok(None) };
        if token.used.is_none_or(|used| now.micros().saturating_sub(used.micros()) >= USED) {
            access.touch_token(&token.id, now)?;
        }
        Ok(Some(Viewer {
            person: person.id,
            name: person.name,
            role: token.role.min(person.role),
            scope: Scope::from(person.teams).meet(&Scope::from(token.teams)),
            means: Means::Token(token.id, token.scope),
            proved: None,
        }))
    }
}
