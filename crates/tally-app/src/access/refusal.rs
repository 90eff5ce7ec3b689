//! Why somebody is not let in, or a change of access is not made. None says more than the asker may know: an account
//! name that does not exist and a wrong password sound the same.

use tally_model::Instant;

use super::Permission;
use crate::Kind;

/// A refusal.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Account name, password or code is wrong, or the account is disabled.
    #[error("the account name, the password or the code is wrong; check all of them and try again")]
    Wrong,
    /// Too many attempts.
    #[error("too many attempts; try again after {until}")]
    TooSoon {
        /// When the next attempt may be made.
        until: Instant,
    },
    /// The link was used, has expired, or never was.
    #[error("this link was used before, has expired, or never was one; ask for a new one")]
    LinkGone,
    /// The role, the scope or the token does not allow it.
    #[error("this account may not {}; ask for the role {}", .0.words(), .0.role().word())]
    NotAllowed(Permission),
    /// Who they are was proved too long ago.
    #[error("this needs a fresh proof of who you are; sign in again first")]
    ProveAgain,
    /// A sign-in service vouches for somebody whom nothing here lets in.
    #[error("the sign-in service knows you, but nothing here lets you in; ask an administrator to add you")]
    Stranger,
    /// The account name, or the identity at a sign-in service, is another's.
    #[error("the account name `{0}` is taken; choose another")]
    Taken(String),
    /// Somebody else changed the person meanwhile.
    #[error("somebody else changed `{0}` meanwhile; look again, then decide anew")]
    Changed(String),
    /// Nobody could let people in any more.
    #[error("this would leave no administrator; make another one first")]
    LastAdministrator,
    /// Somebody has taken the first account already.
    #[error("there is an administrator already; ask for an invitation")]
    NotFirst,
}

impl Refusal {
    /// What sort of error it is.
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Wrong | Self::TooSoon { .. } | Self::NotAllowed(_) | Self::ProveAgain | Self::Stranger => Kind::Denied,
            Self::LinkGone => Kind::NotFound,
            Self::Taken(_) | Self::Changed(_) | Self::LastAdministrator | Self::NotFirst => Kind::Conflict,
        }
    }
}
