//! A server over HTTP: one address, one token, and for each way it can fail a line that says what to do. The token comes from
//! the environment and goes to that address alone: redirects are not followed.

use std::io::Read;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use tally_app::Error;
use tally_model::problem::{printable, shorten};
use tally_web::api::v1;
use ureq::tls::{PemItem, RootCerts, TlsConfig, parse_pem};
use ureq::{Agent, Body, SendBody, http};

use super::Query;
use crate::output::err;

/// Most bytes of an answer.
const ANSWER_MAX: u64 = 1 << 30;

/// A server that commands work against.
pub struct Server {
    agent: Agent,
    address: String,
    token: String,
}

/// What a server answered.
pub struct Answer {
    status: u16,
    headers: http::HeaderMap,
    body: Vec<u8>,
    address: String,
}

impl Server {
    /// A server at an address, such as `https://tally.example.org`, with the text of an API token.
    ///
    /// # Errors
    /// Where the address is none, or there is no token.
    pub fn new(address: &str, token: Option<String>, roots: Option<String>) -> Result<Self, Error> {
        let address = address.trim_end_matches('/').to_owned();
        let wrong = |found: &str| {
            Error::Invalid(format!(
                "{found} `{}`, expected a server such as https://tally.example.org",
                printable(&shorten(&address))
            ))
        };
        let uri: http::Uri = address.parse().map_err(|_| wrong("no address"))?;
        let host = uri.host().unwrap_or_default();
        if !matches!(uri.scheme_str(), Some("http" | "https")) || host.is_empty() {
            return Err(wrong("no address of a server"));
        }
        if uri.authority().is_some_and(|authority| authority.as_str().contains('@')) {
            return Err(Error::Invalid(
                "a name and password in the server's address are not used; the token belongs in TALLY_TOKEN".to_owned(),
            ));
        }
        let token = token.map(|token| token.trim().to_owned()).filter(|token| !token.is_empty()).ok_or_else(|| {
            Error::Invalid(format!("no token for {address}: make one there (Account, API tokens) and put it in TALLY_TOKEN"))
        })?;
        if token.contains(|c: char| !c.is_ascii_graphic()) {
            return Err(Error::Invalid("TALLY_TOKEN holds what no token has, such as a blank; copy it anew".to_owned()));
        }
        if uri.scheme_str() == Some("http") && !matches!(host, "localhost" | "127.0.0.1" | "[::1]") {
            err(&format!("warning: the token travels in clear to {address}; use https://"));
        }
        Ok(Self { agent: agent(roots)?, address, token })
    }

    /// Asks for a document.
    pub fn get(&self, path: &str, query: &Query) -> Result<Answer, Error> {
        let request = self.agent.get(self.url(path, query)).header("authorization", self.bearer());
        self.answer(request.call())?.good()
    }

    /// Sends a document.
    pub fn post(&self, path: &str, query: &Query, body: &impl Serialize) -> Result<Answer, Error> {
        let bytes = serde_json::to_vec(body).map_err(|error| Error::Invalid(error.to_string()))?;
        let request = self.agent.post(self.url(path, query)).header("authorization", self.bearer());
        self.answer(request.content_type("application/json").send(&bytes[..]))?.good()
    }

    /// Sends bytes as they are read; a problem is an answer too.
    pub fn send(
        &self,
        path: &str,
        query: &Query,
        media: &str,
        body: impl Read + 'static,
        size: Option<u64>,
    ) -> Result<Answer, Error> {
        let mut request = self.agent.post(self.url(path, query)).header("authorization", self.bearer()).content_type(media);
        if let Some(size) = size {
            request = request.header("content-length", size.to_string());
        }
        self.answer(request.send(SendBody::from_owned_reader(body)))
    }

    fn bearer(&self) -> String {
        format!("Bearer {}", self.token)
    }

    fn url(&self, path: &str, query: &Query) -> String {
        let pairs: Vec<String> = query.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect();
        let join = if pairs.is_empty() { "" } else { "?" };
        format!("{}/api/v1{path}{join}{}", self.address, pairs.join("&"))
    }

    fn answer(&self, answered: Result<http::Response<Body>, ureq::Error>) -> Result<Answer, Error> {
        let mut response = answered.map_err(|error| self.failed(&error))?;
        let body = response.body_mut().with_config().limit(ANSWER_MAX).read_to_vec().map_err(|error| self.failed(&error))?;
        let (parts, _) = response.into_parts();
        Ok(Answer { status: parts.status.as_u16(), headers: parts.headers, body, address: self.address.clone() })
    }

    /// What a failed connection means, and what to do.
    fn failed(&self, error: &ureq::Error) -> Error {
        let address = &self.address;
        let said = printable(&error.to_string());
        let refused = |error: &std::io::Error| error.kind() == std::io::ErrorKind::ConnectionRefused;
        Error::Invalid(match error {
            ureq::Error::Io(io) if refused(io) => {
                format!("nothing listens at {address}; is the server started, and the port right?")
            }
            ureq::Error::ConnectionFailed => {
                format!("nothing listens at {address}; is the server started, and the port right?")
            }
            ureq::Error::HostNotFound => format!("no host of that name: {address}; check --server or TALLY_SERVER"),
            ureq::Error::Timeout(_) => format!("{address} did not answer in time ({said}); try again, or ask it for less"),
            ureq::Error::Tls(_) | ureq::Error::Rustls(_) | ureq::Error::Pem(_) => format!(
                "no safe connection to {address}: {said}; where an authority of your own signed its certificate, name its PEM file in TALLY_SERVER_CA"
            ),
            ureq::Error::Io(io) if io.to_string().contains("certificate") => format!(
                "no safe connection to {address}: {said}; where an authority of your own signed its certificate, name its PEM file in TALLY_SERVER_CA"
            ),
            ureq::Error::Io(io) if io.kind() == std::io::ErrorKind::InvalidData && address.starts_with("https://") => {
                format!("{address} does not speak TLS ({said}); is the port right, and is it https://?")
            }
            _ => format!("the connection to {address} failed: {said}; try again"),
        })
    }
}

fn agent(roots: Option<String>) -> Result<Agent, Error> {
    let mut tls = TlsConfig::builder();
    if let Some(path) = roots.filter(|path| !path.is_empty()) {
        let bytes =
            std::fs::read(&path).map_err(|source| Error::File { what: "reading", path: path.clone().into(), source })?;
        let found = parse_pem(&bytes).filter_map(|item| match item {
            Ok(PemItem::Certificate(certificate)) => Some(certificate),
            _ => None,
        });
        let found: Vec<_> = found.collect();
        if found.is_empty() {
            return Err(Error::Invalid(format!("{}: no certificate in it, expected a PEM file", printable(&path))));
        }
        tls = tls.root_certs(RootCerts::new_with_certs(&found));
    }
    let config = Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .timeout_resolve(Some(Duration::from_secs(10)))
        .timeout_connect(Some(Duration::from_secs(10)))
        // An import or a walk through a long journal takes its time on the server, which gives up after ten minutes.
        .timeout_recv_response(Some(Duration::from_secs(620)))
        .timeout_recv_body(Some(Duration::from_secs(620)))
        .user_agent(concat!("tally/", env!("CARGO_PKG_VERSION")))
        .tls_config(tls.build())
        .build();
    Ok(config.new_agent())
}

impl Answer {
    /// A header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The body as text.
    pub fn text(self) -> Result<String, Error> {
        String::from_utf8(self.body)
            .map_err(|_| Error::Invalid(format!("{} answered what is no text; is it a Tallystick server?", self.address)))
    }

    /// The body as a document.
    pub fn json<T: DeserializeOwned>(self) -> Result<T, Error> {
        serde_json::from_slice(&self.body).map_err(|error| {
            let said = printable(&error.to_string());
            Error::Invalid(format!(
                "{} answered what this version does not know ({said}); is it a Tallystick server of the same version?",
                self.address
            ))
        })
    }

    /// The import that was refused, where this answer is one.
    pub fn refused_import(&self) -> Option<v1::Imported> {
        let problem: v1::ProblemDetails = serde_json::from_slice(&self.body).ok()?;
        problem.import.filter(|_| self.status == 422)
    }

    /// This answer, where it is no problem.
    pub fn good(self) -> Result<Self, Error> {
        if (200..300).contains(&self.status) {
            return Ok(self);
        }
        let problem: Option<v1::ProblemDetails> = serde_json::from_slice(&self.body).ok();
        let said = problem.as_ref().map(|problem| problem.detail.clone()).unwrap_or_default();
        let address = &self.address;
        let wait = self.header("retry-after").map(|seconds| format!(" in {seconds} seconds")).unwrap_or_default();
        Err(Error::Invalid(match self.status {
            300..=399 => format!(
                "{address} sends elsewhere ({}); name that server, a token is not sent on",
                self.header("location").unwrap_or("nowhere")
            ),
            _ if problem.is_none() => format!("{address} answered {}; is it a Tallystick server?", self.status),
            401 => format!(
                "{address} does not know this token: it has ended, was revoked, or is of another server; make one there (Account, API tokens) and put it in TALLY_TOKEN"
            ),
            403 => format!("{said}; the token in TALLY_TOKEN is not enough for it"),
            429 => format!("{address} was asked too often; try again{wait}"),
            503 => format!("{address} is busy: {said}; try again{wait}"),
            500.. => format!("{address} failed: {said} ({})", problem.map(|problem| problem.instance).unwrap_or_default()),
            _ => said,
        }))
    }
}

/// Percent-encoded text, safe as one part of a path or a query.
pub fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}
