//! Saved views, requests that may be sent twice, and the sweep of what time has passed over.

use tally_model::Instant;
use tally_model::instant::DAY;
use tally_store::access::{Reply, Reservation, Saved, digest};

use super::session::LONGEST;
use super::{Desk, MINUTE, Permission, Viewer, account, after};
use crate::Error;

/// How long a reply is kept.
const REPLY: i64 = DAY;
/// How long a request may take before another of the same key may act: its server died.
const CLAIM: i64 = 10 * MINUTE;
/// Days that the log of sign-ins goes back.
const LOG_DAYS: i64 = 180;
/// Most bytes of a query string that is saved.
const QUERY: usize = 8 * 1024;
/// Most views that a person keeps on all pages.
const VIEWS: usize = 500;

impl Desk {
    /// Keeps a view of a page, in the place of the one with that name.
    ///
    /// # Errors
    /// Where `by` may not, or something is too long.
    pub fn save_view(&self, by: &Viewer, page: &str, name: &str, query: &str, shared: bool, now: Instant) -> Result<(), Error> {
        by.must(Permission::Save)?;
        let name = account::shown("name of a view", name)?;
        if query.len() > QUERY || page.len() > 200 {
            return Err(Error::Invalid(format!("this view cannot be saved: it is longer than {QUERY} bytes; filter by less")));
        }
        let mut access = self.access();
        let own = access.views(&by.person, None)?.into_iter().filter(|view| view.owner == by.person).count();
        if own >= VIEWS {
            return Err(Error::Invalid(format!("there are {own} saved views already; remove some first")));
        }
        let (owner, page, query) = (by.person.clone(), page.to_owned(), query.to_owned());
        Ok(access.put_view(&Saved { owner, page, name, query, shared, saved: now })?)
    }

    /// The views that the viewer sees of a page, or of all pages: own and shared ones.
    ///
    /// # Errors
    /// Where `by` may not.
    pub fn views(&self, by: &Viewer, page: Option<&str>) -> Result<Vec<Saved>, Error> {
        by.must(Permission::Read)?;
        Ok(self.access().views(&by.person, page)?)
    }

    /// Removes an own view.
    ///
    /// # Errors
    /// Where `by` may not, or has no such view.
    pub fn remove_view(&self, by: &Viewer, page: &str, name: &str) -> Result<(), Error> {
        by.must(Permission::Save)?;
        if self.access().remove_view(&by.person, page, name)? {
            return Ok(());
        }
        Err(Error::Unknown { what: "saved view", name: tally_model::problem::printable(name), help: None })
    }

    /// Claims a request's key for a viewer: `request` is all that makes it this request (method, path, body).
    /// On `Reservation::New`, act, then call `answer`, or `release` where nothing was done.
    ///
    /// # Errors
    /// Where the key is empty or longer than 200 bytes.
    pub fn reserve(&self, by: &Viewer, key: &str, request: &[u8], now: Instant) -> Result<Reservation, Error> {
        if key.is_empty() || key.len() > 200 || key.contains(char::is_control) {
            return Err(Error::Invalid("this idempotency key cannot be used; expected 1 to 200 printable bytes".to_owned()));
        }
        Ok(self.access().reserve(&by.person, key, &digest(request), now, after(now, CLAIM))?)
    }

    /// Keeps what was answered for a day.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn answer(&self, by: &Viewer, key: &str, reply: &Reply, now: Instant) -> Result<(), Error> {
        Ok(self.access().answer(&by.person, key, reply, after(now, REPLY))?)
    }

    /// Gives a claimed key up.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn release(&self, by: &Viewer, key: &str) -> Result<(), Error> {
        Ok(self.access().release(&by.person, key)?)
    }

    /// Removes what time has passed over; a server calls it now and then. Gives how many rows went.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn sweep(&self, now: Instant) -> Result<u64, Error> {
        Ok(self.access().sweep(now, after(now, -LONGEST), now.days_before(LOG_DAYS))?)
    }
}
