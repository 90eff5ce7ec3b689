//! What went wrong on the way to an answer, and what the asker is told: a page with a way out, or problem details
//! (RFC 9457). Never tells more of an inner failure than its one line.

use axum::http::StatusCode;
use tally_app::Kind;

/// What went wrong.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// A verb failed.
    #[error(transparent)]
    Verb(#[from] tally_app::Error),
    /// A template could not be filled.
    #[error("the page could not be drawn: {0}")]
    Drawing(#[from] askama::Error),
    /// Nobody is signed in.
    #[error("you are not signed in")]
    SignedOut,
    /// The asker's role does not allow it.
    #[error("your role does not allow this: {0}")]
    Forbidden(String),
    /// There is no such page or thing.
    #[error("{0}")]
    Missing(String),
    /// What was sent cannot be used.
    #[error("{0}")]
    Wrong(String),
    /// Too often.
    #[error("too many attempts; try again in {0} seconds")]
    TooOften(u64),
    /// What was sent is too large.
    #[error("{0}")]
    TooLarge(String),
    /// Another service that is needed does not answer as it should.
    #[error("{0}")]
    Elsewhere(String),
    /// Somebody else changed it meanwhile.
    #[error("{0}")]
    Conflict(String),
    /// The server failed in a way it did not foresee.
    #[error("the server failed; what it said is in its log")]
    Broken,
}

impl Failure {
    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Verb(error) => match error.kind() {
                Kind::NotFound => StatusCode::NOT_FOUND,
                Kind::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
                Kind::Conflict => StatusCode::CONFLICT,
                Kind::Denied => StatusCode::FORBIDDEN,
                Kind::Busy => StatusCode::SERVICE_UNAVAILABLE,
                Kind::Failed => StatusCode::INTERNAL_SERVER_ERROR,
            },
            Self::Drawing(_) | Self::Broken => StatusCode::INTERNAL_SERVER_ERROR,
            Self::SignedOut => StatusCode::UNAUTHORIZED,
            Self::Forbidden(_) => StatusCode::FORBIDDEN,
            Self::Missing(_) => StatusCode::NOT_FOUND,
            Self::Wrong(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::TooOften(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Elsewhere(_) => StatusCode::BAD_GATEWAY,
            Self::Conflict(_) => StatusCode::CONFLICT,
        }
    }

    /// Too often: when the next attempt may be made, as seconds from now.
    pub fn not_before(until: tally_model::Instant, now: tally_model::Instant) -> Self {
        Self::TooOften((until.micros() - now.micros()).div_euclid(1_000_000).max(0).unsigned_abs() + 1)
    }

    /// A title of one or two words for the status.
    pub fn title(&self) -> &'static str {
        match self.status() {
            StatusCode::UNAUTHORIZED => "Not signed in",
            StatusCode::FORBIDDEN => "Not allowed",
            StatusCode::NOT_FOUND => "Not found",
            StatusCode::UNPROCESSABLE_ENTITY => "Cannot be used",
            StatusCode::TOO_MANY_REQUESTS => "Too often",
            StatusCode::PAYLOAD_TOO_LARGE => "Too large",
            StatusCode::CONFLICT => "Changed meanwhile",
            StatusCode::SERVICE_UNAVAILABLE => "Busy",
            _ => "Server failure",
        }
    }

    /// What to do next.
    pub fn advice(&self) -> &'static str {
        match self.status() {
            StatusCode::UNAUTHORIZED => "Sign in and try again.",
            StatusCode::FORBIDDEN => "Ask an administrator for the role, or a colleague who has it to do this.",
            StatusCode::NOT_FOUND => "It may have another name. Search finds records, metrics and people by id or name.",
            StatusCode::UNPROCESSABLE_ENTITY => "Go back, correct what is named above, and send it again. Nothing was changed.",
            StatusCode::TOO_MANY_REQUESTS => "Wait, then try again.",
            StatusCode::PAYLOAD_TOO_LARGE => "Split the file, or import it on the server with `tally import`.",
            StatusCode::CONFLICT => "Load the page again, look at what changed, and decide anew. Nothing was changed.",
            StatusCode::SERVICE_UNAVAILABLE => "Somebody else is writing. Try again in a moment.",
            _ => "Try again. If it stays, look at the server's log with the request id below.",
        }
    }

    /// What is said of it: inner failures stay in the log.
    pub fn detail(&self) -> String {
        match self {
            Self::Verb(error) if error.kind() == Kind::Failed => "the server could not read or write its data".to_owned(),
            Self::Drawing(_) => "the page could not be drawn".to_owned(),
            other => other.to_string(),
        }
    }
}
