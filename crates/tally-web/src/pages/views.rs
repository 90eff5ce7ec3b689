//! Saved views of lists: kept by person, shown to all where shared.

use tally_app::access::Permission;

use crate::failure::Failure;
use crate::pairs::Pairs;
use crate::reply::Reply;
use crate::route::{Need, Route};
use crate::visit::Visit;

/// The routes of this module.
pub const ROUTES: &[Route] = &[
    Route::post("/views", Need::May(Permission::Save), save),
    Route::post("/views/remove", Need::May(Permission::Save), remove),
];

fn save(visit: &Visit) -> Result<Reply, Failure> {
    let page = super::list::view_at(visit.field("page")?).map(|_| visit.field("page"))??;
    let query = Pairs::parse(visit.form.get("query").unwrap_or_default()).to_query();
    let shared = visit.form.get("shared") == Some("yes");
    let name = visit.field("name")?;
    visit.house.desk.save_view(visit.viewer()?, page, name, &query, shared, visit.now)?;
    Ok(visit.told(&format!("{page}?{query}"), &format!("The view “{name}” is saved.")))
}

fn remove(visit: &Visit) -> Result<Reply, Failure> {
    let (page, name) = (visit.field("page")?, visit.field("name")?);
    super::list::view_at(page)?;
    visit.house.desk.remove_view(visit.viewer()?, page, name)?;
    Ok(visit.told(page, &format!("The view “{name}” is removed.")))
}
