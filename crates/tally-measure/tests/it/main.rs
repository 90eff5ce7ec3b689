//! Tests of facts and populations: the catalog's own cases, and the conformance programmes where they are at hand.

mod cases;
mod conformance;
mod support;
