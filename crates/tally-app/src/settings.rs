//! A programme's own settings: `settings.toml` in the data directory. Absent keys keep their built-in values.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::Error;
use crate::access::OutsideRule;

/// What a programme may set.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Days within which a finding has to be remediated, by severity.
    pub sla_days: BTreeMap<String, u32>,
    /// Sign-in at an OpenID Connect provider.
    pub oidc: Option<Oidc>,
}

/// Sign-in at an OpenID Connect provider.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Oidc {
    /// The provider, as it calls itself: the address below which `.well-known/openid-configuration` is.
    pub issuer: String,
    /// What the provider calls this server.
    pub client_id: String,
    /// The environment variable that holds the client's secret.
    pub client_secret_env: Option<String>,
    /// The file that holds the client's secret; from the data directory where it is not absolute.
    pub client_secret_file: Option<PathBuf>,
    /// What the button on the sign-in page says.
    #[serde(default = "label")]
    pub label: String,
    /// What is asked of the provider beside `openid`.
    #[serde(default = "scopes")]
    pub scopes: Vec<String>,
    /// The claim that names a person's groups.
    #[serde(default = "groups")]
    pub groups_claim: String,
    /// How claims become a person.
    #[serde(default)]
    pub rule: OutsideRule,
}

fn label() -> String {
    "Sign in with single sign-on".to_owned()
}

fn scopes() -> Vec<String> {
    ["profile", "email"].map(str::to_owned).to_vec()
}

fn groups() -> String {
    "groups".to_owned()
}

impl Oidc {
    /// The client's secret; `None` for a client that has none. The environment is handed in.
    ///
    /// # Errors
    /// Where both places or neither of what is named can be read.
    pub fn secret(&self, root: &Path, environment: impl Fn(&str) -> Option<String>) -> Result<Option<String>, Error> {
        let found = match (&self.client_secret_env, &self.client_secret_file) {
            (Some(_), Some(_)) => {
                let text = "settings.toml: [oidc] names client_secret_env and client_secret_file; keep one of them";
                return Err(Error::Invalid(text.to_owned()));
            }
            (None, None) => return Ok(None),
            (Some(name), None) => environment(name).ok_or_else(|| {
                Error::Invalid(format!("settings.toml: [oidc] client_secret_env names {name}, which is not set; set it"))
            })?,
            (None, Some(file)) => {
                let path = root.join(file);
                std::fs::read_to_string(&path).map_err(Error::file("reading the client's secret in", &path))?
            }
        };
        let found = found.trim();
        if found.is_empty() {
            return Err(Error::Invalid(
                "settings.toml: the client's secret for [oidc] is empty; put it in its place".to_owned(),
            ));
        }
        Ok(Some(found.to_owned()))
    }

    /// Whether it can be used at all.
    ///
    /// # Errors
    /// Names the key that cannot be used.
    fn check(&self) -> Result<(), Error> {
        let wrong = |text: &str| Err(Error::Invalid(format!("settings.toml: [oidc] {text}")));
        let host = self.issuer.split("://").nth(1).unwrap_or_default();
        let host = host.split('/').next().unwrap_or_default();
        let name = if host.starts_with('[') { host.split_inclusive(']').next() } else { host.split(':').next() };
        let here = matches!(name, Some("localhost" | "127.0.0.1" | "[::1]"));
        if !(self.issuer.starts_with("https://") || (here && self.issuer.starts_with("http://"))) {
            return wrong(
                "issuer has to begin with https://, or http:// on this machine; what is signed in with would be open",
            );
        }
        if self.client_id.trim().is_empty() {
            return wrong("client_id is empty; put in what the provider calls this server");
        }
        self.rule.check()
    }
}

/// METRICS.md, `sla(severity)`; info has none.
const SLA_DAYS: [(&str, u32); 4] = [("critical", 7), ("high", 30), ("medium", 90), ("low", 180)];

impl Settings {
    /// Reads the settings of a data directory; a missing file means all built-in values.
    ///
    /// # Errors
    /// Where the file cannot be read or understood.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let settings = match std::fs::read_to_string(path) {
            Ok(text) => toml::from_str::<Self>(&text)
                .map_err(|error| Error::Invalid(format!("{}: {}", path.display(), error.to_string().trim())))?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Self::default(),
            Err(error) => return Err(Error::file("reading", path)(error)),
        };
        settings.oidc.as_ref().map_or(Ok(()), Oidc::check)?;
        Ok(settings)
    }

    /// The service levels: the built-in ones with the programme's own laid over them.
    pub fn sla(&self) -> Vec<(String, u32)> {
        let mut days: BTreeMap<String, u32> = SLA_DAYS.iter().map(|(severity, days)| ((*severity).to_owned(), *days)).collect();
        days.extend(self.sla_days.clone());
        days.into_iter().collect()
    }
}
