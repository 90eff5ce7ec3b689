//! Ways out to a sign-in service and back: what one began with is kept under a secret that the browser holds, can be taken
//! once, and is gone after ten minutes. Knows nothing of the service's protocol.

use tally_model::Instant;
use tally_store::access::Link;

use super::{Desk, MINUTE, Refusal, after, secret};
use crate::Error;

/// The word of such links; no page of one-time links knows it.
const PURPOSE: &str = "outward";
/// How long one may be away, in minutes.
const AWAY: i64 = 10;
/// Most bytes of what is kept.
const MOST: usize = 4 * 1024;

impl Desk {
    /// Keeps what somebody leaves with for a sign-in service, and gives the secret for their browser. Counted by address.
    ///
    /// # Errors
    /// `Refusal::TooSoon` where this address began too many; where `kept` is too long.
    pub fn begin_outward(&self, kept: &str, address: &str, now: Instant) -> Result<String, Error> {
        if kept.len() > MOST {
            return Err(Error::Invalid(format!("the page to come back to is longer than {MOST} bytes; sign in from another")));
        }
        self.knock_outward(address, now)?;
        let secret = secret::fresh()?;
        let link = Link {
            id: secret::hashed(&secret),
            purpose: PURPOSE.to_owned(),
            person: String::new(),
            payload: kept.to_owned(),
            expires: after(now, AWAY * MINUTE),
        };
        self.access().add_link(&link, false)?;
        Ok(secret)
    }

    /// What was kept under a secret; it is used up by that.
    ///
    /// # Errors
    /// `Refusal::LinkGone` where it was taken before, has expired, or never was.
    pub fn take_outward(&self, secret: &str, now: Instant) -> Result<String, Error> {
        let id = secret::hashed(secret);
        let mut access = self.access();
        access.link(&id, now)?.filter(|link| link.purpose == PURPOSE).ok_or(Refusal::LinkGone)?;
        let taken = access.take_link(&id, now)?.ok_or(Refusal::LinkGone)?;
        Ok(taken.payload)
    }
}
