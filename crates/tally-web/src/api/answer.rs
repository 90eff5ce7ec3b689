//! Answers of the API: documents of a type, and problems with what is wrong field by field.

use axum::http::StatusCode;
use serde::Serialize;
use serde_json::{Value, json};
use tally_model::Problem;

use super::v1;
use crate::failure::Failure;
use crate::reply::Reply;
use crate::visit::Visit;

/// A document.
pub(super) fn document(value: &impl Serialize) -> Result<Reply, Failure> {
    let bytes = serde_json::to_vec(value).map_err(|error| {
        tracing::error!(%error, "an answer could not be written as JSON");
        Failure::Broken
    })?;
    Ok(Reply::whole("application/json", bytes))
}

/// A problem with more members than the usual ones. Nothing was changed.
pub(super) fn problem(visit: &Visit, failure: &Failure, status: StatusCode, more: &[(&str, Value)]) -> Reply {
    let reply = crate::draw::problem(status, failure.title(), &failure.detail(), failure.advice(), &visit.request, None);
    let crate::reply::Body::Whole(bytes) = &reply.body else { return reply };
    let Ok(Value::Object(mut members)) = serde_json::from_slice(bytes) else { return reply };
    members.extend(more.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
    Reply::whole("application/problem+json", Value::Object(members).to_string().into_bytes()).with_status(status)
}

/// What is wrong with records that were sent; nothing was written.
pub(super) fn refused(visit: &Visit, problems: &[Problem]) -> Reply {
    let words: Vec<String> = problems.iter().map(ToString::to_string).collect();
    let listed: Vec<v1::Problem> = problems.iter().map(v1::Problem::from).collect();
    let failure = Failure::Wrong(words.join("; "));
    problem(visit, &failure, StatusCode::UNPROCESSABLE_ENTITY, &[("problems", json!(listed))])
}
