//! The command line against a server: the same words, answered by the API. Holds no rule and no number; what comes back is
//! shown by the same code as a data directory's.

mod import;
mod server;

pub use import::import;
pub use server::{Server, encode};

use std::collections::BTreeMap;

use serde_json::Value;
use tally_app::Error;
use tally_app::act::Act;
use tally_web::api::v1;

/// A query, name by name.
pub type Query = Vec<(&'static str, String)>;

/// A score as the server writes it.
pub struct Written {
    /// JSON, CSV or words for a terminal.
    pub text: String,
    /// `holds`, `misses` or `no-data`.
    pub standing: String,
}

/// The score of a scorecard (`/scorecards/default`), of a metric (`/metrics/ID`) or of all (`/metrics`).
pub fn score(server: &Server, path: &str, query: &Query) -> Result<Written, Error> {
    let answer = server.get(path, query)?;
    let standing = answer.header("tally-standing").unwrap_or_default().to_owned();
    Ok(Written { text: answer.text()?, standing })
}

/// All rows behind a metric that a query lets through, up to `most`.
pub fn rows(server: &Server, id: &str, query: &Query, most: usize) -> Result<v1::Rows, Error> {
    let path = format!("/metrics/{}/rows", encode(id));
    let mut query = query.clone();
    query.push(("limit", most.clamp(1, 500).to_string()));
    let mut all: v1::Rows = server.get(&path, &query)?.json()?;
    while let Some(cursor) = all.next.take().filter(|_| all.rows.len() < most) {
        let mut more = query.clone();
        more.push(("cursor", cursor));
        let page: v1::Rows = server.get(&path, &more)?.json()?;
        all.rows.extend(page.rows);
        all.next = page.next;
    }
    all.rows.truncate(most);
    Ok(all)
}

/// A finding as it stands at an instant.
pub fn finding(server: &Server, id: &str, as_of: &str) -> Result<v1::Finding, Error> {
    server.get(&format!("/findings/{}", encode(id)), &vec![("as_of", as_of.to_owned())])?.json()
}

/// Does an act on one finding.
pub fn carry_out(server: &Server, id: &str, act: &Act, expected: Option<u64>) -> Result<v1::Edited, Error> {
    let path = format!("/findings/{}/{}", encode(id), act.deed().word());
    let query = expected.map(|entry| ("expected", entry.to_string())).into_iter().collect();
    server.post(&path, &query, &said(act))?.json()
}

/// Does an act on many findings.
pub fn bulk(server: &Server, ids: &[String], act: &Act) -> Result<v1::BulkDone, Error> {
    let body = serde_json::json!({"act": {"name": act.deed().word(), "fields": said(act)}, "ids": ids});
    server.post("/findings/bulk", &Vec::new(), &body)?.json()
}

/// Takes an act back.
pub fn undo(server: &Server, entry: u64) -> Result<v1::Undone, Error> {
    server.post("/undo", &Vec::new(), &v1::Undo { entry })?.json()
}

/// A query over the fact tables.
pub fn sql(server: &Server, query: &v1::Query) -> Result<v1::Answer, Error> {
    server.post("/sql", &Vec::new(), query)?.json()
}

/// The journal's head.
pub fn head(server: &Server) -> Result<v1::Head, Error> {
    server.get("/journal/head", &Vec::new())?.json()
}

/// Walks the journal on the server.
pub fn verify(server: &Server, kept: Option<String>) -> Result<v1::Verification, Error> {
    server.post("/journal/verify", &Vec::new(), &v1::Verify { kept })?.json()
}

/// The words of an act as the API takes them.
fn said(act: &Act) -> Value {
    match act {
        Act::Accept { reason } | Act::WithdrawRisk { reason } => serde_json::json!({"reason": reason}),
        Act::Dispute { reason } | Act::FalsePositive { reason } => serde_json::json!({"reason": reason}),
        Act::Duplicate { of } => serde_json::json!({"of": of}),
        Act::DemonstrateImpact => serde_json::json!({}),
        Act::ClaimFix { by } => serde_json::json!({"by": by}),
        Act::Retest { fixed, trials, hits } => {
            serde_json::json!({"result": if *fixed { "fixed" } else { "not_fixed" }, "trials": trials, "hits": hits})
        }
        Act::RegressionTest { test } => serde_json::json!({"ref": test}),
        Act::AcceptRisk { until, reason, by } => serde_json::json!({"until": until.to_string(), "reason": reason, "by": by}),
        Act::Severity { severity, rationale } => serde_json::json!({"severity": severity, "rationale": rationale}),
        Act::Describe { fields } => serde_json::json!({"fields": fields.iter().collect::<BTreeMap<_, _>>()}),
    }
}
