//! The server over a real socket: who may see what, what pages say, what they never say. Never opens a browser.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, reason = "tests")]

mod account;
mod api;
mod assurance;
mod duties;
mod import;
mod maturity;
mod maturity_api;
mod oidc;
mod reading;
mod records;
mod rows;
mod support;
mod tricks;
mod walls;
