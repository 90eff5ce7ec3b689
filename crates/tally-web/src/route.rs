//! What a route is: a method, a path, what one must be allowed, and the function that answers.

use tally_app::access::Permission;

use crate::failure::Failure;
use crate::reply::Reply;
use crate::visit::Visit;

/// A function that answers a visit.
pub type Answer = fn(&Visit) -> Result<Reply, Failure>;

/// What one must be allowed for a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// Nothing: the sign-in page, assets, health.
    Nothing,
    /// This.
    May(Permission),
}

/// How a request comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Method {
    /// Reads, changes nothing.
    Get,
    /// Changes something, or asks with a body.
    Post,
    /// Puts something in a place.
    Put,
    /// Takes something away.
    Delete,
}

impl Method {
    /// In capitals.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Delete => "DELETE",
        }
    }
}

/// What a body may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    /// A form or a small document, held in memory.
    Small,
    /// Files of any size, kept on disk while the visit lasts.
    Files,
}

/// A route.
#[derive(Clone, Copy)]
pub struct Route {
    /// The method.
    pub method: Method,
    /// The path, parameters in braces, such as `/findings/{id}`.
    pub path: &'static str,
    /// What one must be allowed.
    pub need: Need,
    /// What the body may be.
    pub takes: Takes,
    /// The function that answers.
    pub answer: Answer,
}

impl Route {
    /// A page or document to read.
    pub const fn get(path: &'static str, need: Need, answer: Answer) -> Self {
        Self { method: Method::Get, path, need, takes: Takes::Small, answer }
    }

    /// A form or an operation.
    pub const fn post(path: &'static str, need: Need, answer: Answer) -> Self {
        Self { method: Method::Post, path, need, takes: Takes::Small, answer }
    }

    /// Puts something in a place.
    pub const fn put(path: &'static str, need: Need, answer: Answer) -> Self {
        Self { method: Method::Put, path, need, takes: Takes::Small, answer }
    }

    /// Takes something away.
    pub const fn delete(path: &'static str, need: Need, answer: Answer) -> Self {
        Self { method: Method::Delete, path, need, takes: Takes::Small, answer }
    }

    /// The same, for files.
    #[must_use]
    pub const fn with_files(mut self) -> Self {
        self.takes = Takes::Files;
        self
    }
}
