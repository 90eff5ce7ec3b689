//! The laws of the house as code: walls between rooms, tidiness, the generated reference. Tests in `tests/it` hold them.
//!
//! Part of no release. Links no room but the model and the catalog; what else it has to know it asks the `tally`
//! executable, so that nothing heavy is linked twice.

pub mod binary;
pub mod lexer;
pub mod reference;
pub mod screenshot;
pub mod tidy;
pub mod walls;
pub mod workspace;

/// What is wrong, in one line: where, what was found, what was expected.
pub type Complaint = String;
