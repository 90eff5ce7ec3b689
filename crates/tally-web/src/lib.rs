//! Pages and API over the verbs of `tally-app`: HTTP and HTML, and nothing else.
//!
//! A request becomes a `Visit`; a route's function answers it with a `Reply`; `serve` is the only module that knows axum's
//! machinery. Pages are filled templates, every route stands in one table with what one must be allowed, and nothing here
//! touches the store or computes a number.

pub mod api;
mod assets;
mod draw;
mod failure;
mod guard;
mod headers;
mod house;
mod oidc;
mod pages;
mod pairs;
mod receive;
mod reply;
mod route;
mod routes;
mod run;
mod serve;
mod shell;
mod staging;
mod turns;
mod visit;
mod words;

pub use house::{House, Serving};
pub use oidc::Settings as OidcSettings;
pub use pages::links::record as record_path;
pub use route::{Method, Need, Route};
pub use routes::all as routes;
pub use run::{Running, run};
pub use serve::serve;
pub use shell::job_paths;
