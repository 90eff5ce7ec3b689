//! The API under `/api/v1`: the same verbs as JSON. Each operation stands in one table, which the routes, the OpenAPI document
//! and the page at `/api` are made from. What crosses the border has types of its own in `v1`.

mod answer;
mod asked;
mod browse;
mod checklist;
mod claims;
mod cursor;
mod document;
mod duties;
mod finding;
mod import;
mod journal;
mod maturity;
mod maturity_more;
mod measure;
mod measure_more;
mod once;
mod operating;
mod operation;
mod record;
mod review;
mod threats;
pub mod v1;

use tally_app::access::Permission;

use crate::route::{Need, Route};
pub use cursor::Walks;
pub use document::document;
pub use operation::Operation;

/// What reading needs.
const READ: Need = Need::May(Permission::Read);

/// Every operation, in the order of the document.
pub fn operations() -> impl Iterator<Item = Operation> {
    let tables: &[&'static [Operation]] = &[
        measure::OPERATIONS,
        measure_more::OPERATIONS,
        record::OPERATIONS,
        finding::OPERATIONS,
        import::OPERATIONS,
        journal::OPERATIONS,
        review::OPERATIONS,
        maturity::OPERATIONS,
        maturity_more::OPERATIONS,
        duties::OPERATIONS,
        operating::OPERATIONS,
        checklist::OPERATIONS,
        threats::OPERATIONS,
        claims::OPERATIONS,
    ];
    tables.iter().copied().flatten().copied()
}

/// The routes of the API, its document and its page.
pub fn routes() -> Vec<Route> {
    operations().map(|operation| operation.route).chain(browse::ROUTES.iter().copied()).collect()
}
