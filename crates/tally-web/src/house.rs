//! What all visits share: the programme in use, the people, how it is served.

use std::fs::DirEntry;
use std::path::PathBuf;
use std::time::Duration;

use tally_app::Workbench;
use tally_app::access::Desk;

/// How this server is reached, and its limits.
#[derive(Clone, Debug)]
pub struct Serving {
    /// The address under which others reach it, without a slash at the end, such as `http://127.0.0.1:4517`.
    pub address: String,
    /// Most bytes of one upload.
    pub upload_max: u64,
    /// Sign-in at an OpenID Connect provider.
    pub oidc: Option<crate::oidc::Settings>,
}

impl Serving {
    /// Whether it is reached over TLS: then cookies are marked for TLS alone.
    pub fn is_secure(&self) -> bool {
        self.address.starts_with("https://")
    }

    /// The host part of the address, with its port.
    pub fn host(&self) -> &str {
        self.address.split("://").nth(1).unwrap_or_default()
    }
}

/// What all visits share.
pub struct House {
    /// The programme in use.
    pub bench: Workbench,
    /// How it is served.
    pub serving: Serving,
    /// Where everybody is asked who they are.
    pub desk: Desk,
    /// Where walks through the API's lists go on.
    pub walks: crate::api::Walks,
    /// Uploads that wait to be confirmed.
    pub staging: crate::staging::Staging,
    /// What the sign-in service says of itself.
    pub provider: crate::oidc::Known,
}

impl House {
    /// A house for a programme and its people.
    pub fn new(bench: Workbench, desk: Desk, serving: Serving) -> Self {
        let house = Self {
            bench,
            serving,
            desk,
            walks: crate::api::Walks::default(),
            staging: crate::staging::Staging::default(),
            provider: crate::oidc::Known::default(),
        };
        house.sweep();
        house
    }

    /// Removes what killed servers left of uploads: they are kept for an hour, so what nobody touched for a day is of no use
    /// to anybody. Several servers may share the folder.
    fn sweep(&self) {
        const DAY: Duration = Duration::from_secs(24 * 3_600);
        let _ = std::fs::remove_dir_all(self.uploads());
        let left = std::fs::read_dir(self.bench.root().join("uploads")).into_iter().flatten().flatten();
        let old = |entry: &DirEntry| entry.metadata()?.modified()?.elapsed().map_err(std::io::Error::other);
        for entry in left.filter(|entry| old(entry).is_ok_and(|age| age > DAY)) {
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }

    /// Waits until no upload is being looked at or written any more.
    pub fn settle(&self) {
        self.staging.settle();
    }

    /// Where uploads lie while they are looked at.
    pub fn uploads(&self) -> PathBuf {
        self.bench.root().join("uploads").join(std::process::id().to_string())
    }
}
