//! Style, script and mark: built in, served for a year under a path that changes with their content.

use std::sync::OnceLock;

use rust_embed::RustEmbed;

use crate::failure::Failure;
use crate::reply::Reply;
use crate::route::{Need, Route};
use crate::visit::Visit;

#[derive(RustEmbed)]
#[folder = "assets/"]
struct Assets;

/// The routes of this module.
pub const ROUTES: &[Route] = &[Route::get("/assets/{stamp}/{name}", Need::Nothing, asset)];

/// Part of the path of all assets: new whenever one of them changed.
pub fn stamp() -> String {
    static STAMP: OnceLock<String> = OnceLock::new();
    STAMP
        .get_or_init(|| {
            let mut names: Vec<_> = Assets::iter().collect();
            names.sort();
            let mut mixed: u64 = 0;
            for file in names.iter().filter_map(|name| Assets::get(name)) {
                for byte in file.metadata.sha256_hash() {
                    mixed = mixed.rotate_left(7) ^ u64::from(byte);
                }
            }
            format!("{mixed:016x}")
        })
        .clone()
}

fn asset(visit: &Visit) -> Result<Reply, Failure> {
    let name = visit.param("name");
    let file = Assets::get(name).ok_or_else(|| Failure::Missing("no such file".to_owned()))?;
    let media = match name.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    };
    Ok(Reply::whole(media, file.data.into_owned()).with("cache-control", "public, max-age=31536000, immutable"))
}
