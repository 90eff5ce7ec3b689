//! One request as a handler sees it: who asks, for what, and the programme to ask.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::http::request::Parts;

use tally_app::access::Viewer;
use tally_app::act::{Actor, Via};
use tally_app::scope::Scope;
use tally_app::{Facts, Workbench};
use tally_model::Instant;

use crate::failure::Failure;
use crate::house::House;
use crate::pairs::Pairs;
use crate::reply::Reply;
use crate::shell::Shell;

/// The cookie that carries a word about what was just done to the page that comes next.
pub(crate) const TOLD: &str = "tally_told";

/// A request with all that is needed to answer it.
pub struct Visit {
    /// The programme, the people, the settings.
    pub house: Arc<House>,
    /// Who asks; `None` on routes that need nobody.
    pub viewer: Option<Viewer>,
    /// The path as asked.
    pub path: String,
    /// Its parameters, by name.
    pub params: Vec<(String, String)>,
    /// The query.
    pub query: Pairs,
    /// The form that was sent.
    pub form: Pairs,
    /// The body as sent, where it is no form.
    pub body: Vec<u8>,
    /// Files that were sent, kept while the visit lasts.
    pub files: Vec<Sent>,
    /// Request headers that handlers may look at.
    pub headers: axum::http::HeaderMap,
    /// The request's method.
    pub method: axum::http::Method,
    /// The address that asked, for limits and the access log.
    pub address: String,
    /// Names this request in the log.
    pub request: String,
    /// When it came.
    pub now: Instant,
}

/// A file that was sent.
pub struct Sent {
    /// The name that the sender gave it; untrusted.
    pub name: String,
    /// Where it lies; removed after the visit.
    pub path: PathBuf,
}

impl Visit {
    /// A visit of nobody yet.
    pub(crate) fn of(house: Arc<House>, parts: &Parts, params: Vec<(String, String)>, address: String) -> Self {
        Self {
            house,
            viewer: None,
            path: parts.uri.path().to_owned(),
            params,
            query: Pairs::parse(parts.uri.query().unwrap_or_default()),
            form: Pairs::default(),
            body: Vec::new(),
            files: Vec::new(),
            headers: parts.headers.clone(),
            method: parts.method.clone(),
            address,
            request: Self::fresh_id(),
            now: tally_app::now(),
        }
    }

    /// A name for a request, unlike that of any other in this process's log.
    pub(crate) fn fresh_id() -> String {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        format!("{:x}-{:x}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
    }

    /// The programme in use.
    pub fn bench(&self) -> &Workbench {
        &self.house.bench
    }

    /// Who asks.
    ///
    /// # Errors
    /// Where nobody is signed in.
    pub fn viewer(&self) -> Result<&Viewer, Failure> {
        self.viewer.as_ref().ok_or(Failure::SignedOut)
    }

    /// Who acts, for the journal.
    ///
    /// # Errors
    /// Where nobody is signed in.
    pub fn actor(&self) -> Result<Actor, Failure> {
        let viewer = self.viewer()?;
        let via = if self.path.starts_with("/api/") { Via::Api } else { Via::Page };
        Ok(Actor { scope: viewer.scope.clone(), ..Actor::new(viewer.person.clone(), via) })
    }

    /// What the browser says it is.
    pub fn agent(&self) -> &str {
        self.headers.get("user-agent").and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// What the asker may see.
    pub fn scope(&self) -> Scope {
        self.viewer.as_ref().map_or(Scope::All, |viewer| viewer.scope.clone())
    }

    /// The facts that the asker may see.
    ///
    /// # Errors
    /// Where the journal cannot be read.
    pub fn facts(&self) -> Result<Arc<Facts>, Failure> {
        Ok(self.bench().facts(&self.scope())?)
    }

    /// A parameter of the path.
    pub fn param(&self, name: &str) -> &str {
        self.params.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.as_str())
    }

    /// A field of the form that must be there.
    ///
    /// # Errors
    /// Where it is missing or empty.
    pub fn field(&self, name: &str) -> Result<&str, Failure> {
        self.form.get(name).ok_or_else(|| Failure::Wrong(format!("the field `{name}` is empty; it must be filled in")))
    }

    /// The instant to count at: `as_of` of the query, or the end of this hour.
    ///
    /// # Errors
    /// Where `as_of` is no instant.
    pub fn as_of(&self) -> Result<Instant, Failure> {
        match self.query.get("as_of") {
            // Beyond these years calendars and windows run out of range.
            Some(text) => Instant::parse(text).filter(|_| ("1900".."2200").contains(&text)).ok_or_else(|| {
                Failure::Wrong(
                    "as_of is no instant that can be counted at; expected a date or an instant such as 2026-03-31T17:20:00Z, from 1900 to 2199"
                        .to_owned(),
                )
            }),
            None => Ok(Workbench::as_of(self.now)),
        }
    }

    /// A frame for a page with this title.
    pub fn shell(&self, title: &str) -> Shell {
        Shell::of(self, title)
    }

    /// Back to a page of ours, with a word about what was done.
    pub fn told(&self, path: &str, word: &str) -> Reply {
        // In a cookie, not in the address: nobody else can put words onto our pages with a link.
        let word: String = word.chars().take(300).collect();
        let secure = if self.house.serving.is_secure() { "; Secure" } else { "" };
        let cookie = format!("{TOLD}={}; Path=/; HttpOnly; SameSite=Strict; Max-Age=60{secure}", crate::pairs::encode(&word));
        Reply::see(path).with("set-cookie", &cookie)
    }

    /// A cookie.
    pub fn cookie(&self, name: &str) -> Option<&str> {
        cookie(&self.headers, name)
    }
}

/// A cookie of a request.
pub(crate) fn cookie<'h>(headers: &'h axum::http::HeaderMap, name: &str) -> Option<&'h str> {
    let headers = headers.get_all("cookie").iter().filter_map(|value| value.to_str().ok());
    headers.flat_map(|text| text.split(';')).find_map(|pair| {
        let (known, value) = pair.trim().split_once('=')?;
        (known == name).then_some(value)
    })
}
