//! Tests of the catalog room: the built-in definitions, the lint with places, overriding, hashes, windows, mappings.
//! They never touch the network, and read `../shared` only where it is there.

// A test that cannot go on should panic.
#![allow(clippy::expect_used)]

mod built_in;
mod framework;
mod hash;
mod lint;
mod mapping;
mod overriding;
mod sample;
mod window;
