//! Every route of this server: one table, which the walls of access are tested against.

use crate::route::Route;
use crate::{api, assets, oidc, pages};

/// All routes.
pub fn all() -> impl Iterator<Item = Route> {
    let tables: &[&[Route]] = &[
        assets::ROUTES,
        pages::session::ROUTES,
        pages::scorecard::ROUTES,
        pages::metric::ROUTES,
        pages::review::ROUTES,
        pages::rows::ROUTES,
        pages::finding::ROUTES,
        pages::system::ROUTES,
        pages::heatmap::ROUTES,
        pages::evals::ROUTES,
        pages::bulk::ROUTES,
        pages::journal::ROUTES,
        pages::search::ROUTES,
        pages::views::ROUTES,
        pages::import::ROUTES,
        pages::settings::ROUTES,
        pages::people::ROUTES,
        pages::account::ROUTES,
        pages::prove::ROUTES,
        pages::maturity::ROUTES,
        pages::duties::ROUTES,
        pages::duties_adopt::ROUTES,
        pages::duties_feed::ROUTES,
        pages::operating::ROUTES,
        pages::processes_board::ROUTES,
        pages::checklist::ROUTES,
        pages::checklist_review::ROUTES,
        pages::threats::ROUTES,
        pages::claims_board::ROUTES,
        oidc::ROUTES,
    ];
    let lists = pages::list::routes().into_iter().chain(pages::record::routes()).chain(pages::record_form::routes());
    tables
        .iter()
        .copied()
        .flatten()
        .copied()
        .chain(lists)
        .chain(api::routes())
        .chain(pages::first::ROUTES.iter().copied())
        .collect::<Vec<_>>()
        .into_iter()
}
