//! Tests of the catalog room: the built-in definitions, the lint with places, overriding, hashes, windows, mappings, maturity
//! models with checklists, duties and operating models, links.
//! They never touch the network, and read `../shared` only where it is there.

// A test that cannot go on should panic.
#![allow(clippy::expect_used, clippy::panic)]

mod built_in;
mod framework;
mod hash;
mod links;
mod lint;
mod lint_lists;
mod lint_maturity;
mod mapping;
mod maturity;
mod model;
mod overriding;
mod sample;
mod window;
