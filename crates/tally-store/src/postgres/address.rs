//! Where a database is: a `postgres://` URL, read once, its password never shown again. Decides about TLS: a connection
//! over a network is encrypted and the server's certificate checked, unless the URL says `sslmode=disable`.

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use postgres::config::Host;
use postgres::{Client, Config, NoTls};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::fail::Said;
use crate::StoreError;

/// How long to wait for a server that does not answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// The port where none is named.
const PORT: u16 = 5432;

/// Where a database is, and how to come in.
#[derive(Clone)]
pub struct Address {
    config: Config,
    tls: Tls,
    name: String,
}

#[derive(Clone)]
enum Tls {
    Off,
    /// Checked against the public authorities.
    Public,
    /// Checked against those in a file.
    Own(PathBuf),
}

impl Address {
    /// Reads a URL: `postgres://[user[:password]@]host[:port]/database[?sslmode=require&sslrootcert=FILE&...]`.
    ///
    /// # Errors
    /// Where it is no such URL, or asks for a connection that would be encrypted and not checked.
    pub fn parse(url: &str) -> Result<Self, StoreError> {
        if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
            return Err(StoreError::BadAddress("it does not begin with `postgres://`".to_owned()));
        }
        let (plain, mode, roots) = split(url);
        let mut config: Config = plain.parse().map_err(|error| StoreError::BadAddress(Said(error).to_string()))?;
        if config.get_hosts().is_empty() {
            return Err(StoreError::BadAddress("it names no host; `?host=/run/postgresql` for a socket".to_owned()));
        }
        let tls = match mode.as_deref() {
            Some("disable") => Tls::Off,
            None if roots.is_none() && config.get_hosts().iter().all(is_here) => Tls::Off,
            None | Some("require" | "verify-full") => roots.map_or(Tls::Public, Tls::Own),
            Some(other) => {
                let found = format!("sslmode={other} does not check who the server is; say `require` or `disable`");
                return Err(StoreError::BadAddress(found));
            }
        };
        let name = name(&config);
        config.ssl_mode(match tls {
            Tls::Off => postgres::config::SslMode::Disable,
            _ => postgres::config::SslMode::Require,
        });
        config.connect_timeout(PATIENCE).application_name("tally");
        Ok(Self { config, tls, name })
    }

    /// Where it is, without user and password: what may be shown and written down.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether a password is known.
    pub fn has_password(&self) -> bool {
        self.config.get_password().is_some()
    }

    /// Host, port, database and user: what a password file is searched for.
    pub fn whereabouts(&self) -> (String, u16, String, String) {
        let host = match self.config.get_hosts().first() {
            Some(Host::Tcp(host)) => host.clone(),
            // Password files call every socket so.
            _ => "localhost".to_owned(),
        };
        let port = self.config.get_ports().first().copied().unwrap_or(PORT);
        let user = self.config.get_user().unwrap_or_default().to_owned();
        (host, port, database(&self.config).to_owned(), user)
    }

    /// The user to come in as, where the URL names none.
    #[must_use]
    pub fn as_user(mut self, user: &str) -> Self {
        if self.config.get_user().is_none() {
            self.config.user(user);
        }
        self
    }

    /// The password to come in with.
    #[must_use]
    pub fn with_password(mut self, password: &str) -> Self {
        self.config.password(password);
        self
    }

    /// A connection.
    pub(super) fn connect(&self) -> Result<Client, StoreError> {
        let made = match &self.tls {
            Tls::Off => self.config.connect(NoTls),
            Tls::Public => self.config.connect(encrypted(public())?),
            Tls::Own(path) => self.config.connect(encrypted(own(path)?)?),
        };
        made.map_err(|error| StoreError::Open { path: PathBuf::from(&self.name), source: Box::new(Said(error)) })
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Address({})", self.name)
    }
}

/// The URL without what decides about TLS, which the driver does not know in full.
fn split(url: &str) -> (String, Option<String>, Option<PathBuf>) {
    let Some((before, query)) = url.split_once('?') else { return (url.to_owned(), None, None) };
    let (mut mode, mut roots, mut rest) = (None, None, Vec::new());
    for part in query.split('&') {
        match part.split_once('=') {
            Some(("sslmode", value)) => mode = Some(value.to_owned()),
            Some(("sslrootcert", value)) => roots = Some(PathBuf::from(value.replace("%2F", "/").replace("%2f", "/"))),
            _ => rest.push(part),
        }
    }
    (format!("{before}?{}", rest.join("&")), mode, roots)
}

/// Whether a host is this machine.
fn is_here(host: &Host) -> bool {
    match host {
        Host::Tcp(name) => matches!(name.as_str(), "localhost" | "127.0.0.1" | "::1"),
        #[cfg(unix)]
        Host::Unix(_) => true,
    }
}

fn database(config: &Config) -> &str {
    config.get_dbname().or_else(|| config.get_user()).unwrap_or_default()
}

fn name(config: &Config) -> String {
    let host = match config.get_hosts().first() {
        Some(Host::Tcp(name)) => name.clone(),
        #[cfg(unix)]
        Some(Host::Unix(path)) => path.display().to_string(),
        _ => String::new(),
    };
    let port = config.get_ports().first().copied().filter(|port| *port != PORT);
    let port = port.map(|port| format!(":{port}")).unwrap_or_default();
    let options = config.get_options().map(|options| format!(" ({options})")).unwrap_or_default();
    format!("postgres://{host}{port}/{}{options}", database(config))
}

fn public() -> RootCertStore {
    RootCertStore::from_iter(webpki_roots::TLS_SERVER_ROOTS.iter().cloned())
}

fn own(path: &Path) -> Result<RootCertStore, StoreError> {
    let cannot = |found: String| StoreError::BadAddress(format!("sslrootcert {}: {found}", path.display()));
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(path).map_err(|error| cannot(error.to_string()))? {
        let certificate = certificate.map_err(|error| cannot(error.to_string()))?;
        roots.add(certificate).map_err(|error| cannot(error.to_string()))?;
    }
    if roots.is_empty() { Err(cannot("it holds no certificate".to_owned())) } else { Ok(roots) }
}

fn encrypted(roots: RootCertStore) -> Result<MakeRustlsConnect, StoreError> {
    let provider = rustls::crypto::ring::default_provider().into();
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let config = config.map_err(|error| StoreError::BadAddress(format!("no TLS: {error}")))?;
    Ok(MakeRustlsConnect::new(config.with_root_certificates(roots).with_no_client_auth()))
}
