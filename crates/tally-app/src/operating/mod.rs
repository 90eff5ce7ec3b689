//! The operating model: who is responsible, accountable, consulted and informed, for every domain, metric, duty and process.
//! What holds are records; the catalog suggests. Names functions of the company, never persons.

mod adopt;
mod model;

pub use adopt::{Adopted, Which, adopt};
pub use model::{Lists, Model, Subject, gap_word, model};
pub use tally_catalog::operating::About;
pub use tally_judge::responsibility::Fault;

use tally_model::{Kind, Type};

/// The functions of a company, in the order in which they are shown.
pub fn functions() -> &'static [&'static str] {
    let team = Kind::named("team");
    let field = team.and_then(|team| team.fields.iter().find(|field| field.name == "function"));
    match field.map(|field| field.ty) {
        Some(Type::OneOf(words)) => words,
        _ => &[],
    }
}

/// The sorts of subjects, in the order in which they are shown.
pub const ABOUTS: [About; 4] = [About::Domain, About::Process, About::Duty, About::Metric];

/// The sort of this word.
pub fn about(word: &str) -> Option<About> {
    ABOUTS.into_iter().find(|about| about.as_str() == word)
}
