//! The headers that every response has. Nothing inline runs, nothing is loaded from elsewhere, nothing frames us.

use axum::http::{HeaderMap, HeaderName, HeaderValue};

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
                      form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Adds them; what an answer set itself stays.
pub(crate) fn secure(head: &mut HeaderMap, path: &str) {
    let fixed = [
        ("content-security-policy", POLICY),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("permissions-policy", "camera=(), microphone=(), geolocation=()"),
        ("x-frame-options", "DENY"),
    ];
    for (name, value) in fixed {
        head.entry(HeaderName::from_static(name)).or_insert(HeaderValue::from_static(value));
    }
    if !path.starts_with("/assets/") {
        head.entry(HeaderName::from_static("cache-control")).or_insert(HeaderValue::from_static("no-store"));
    }
}
