//! The frame of every page: the jobs at the left, the breadcrumb, who is signed in, what the numbers were made of.

use tally_app::Facts;
use tally_app::scope::Scope;
use tally_model::Instant;
use tally_report::number::count;

use crate::house::House;
use crate::visit::{TOLD, Visit};

/// The frame.
pub struct Shell {
    /// The page's title.
    pub title: String,
    /// `light` or `dark`; as the system where absent.
    pub theme: Option<&'static str>,
    /// Part of the path of assets, new with every build.
    pub stamp: String,
    /// Who is signed in.
    pub viewer: Option<Who>,
    /// Where this page stands.
    pub crumbs: Vec<Crumb>,
    /// A word about what was just done.
    pub told: Option<String>,
    /// What the numbers of this page were made of.
    pub origin: Option<Origin>,
    /// This page, for coming back to it.
    pub here: String,
}

/// Who is signed in, as shown.
pub struct Who {
    /// Name.
    pub name: String,
    /// Role, in a word.
    pub role: String,
    /// The teams whose systems are all that is seen.
    pub teams: Option<String>,
}

/// A step of the breadcrumb; the last has no path.
pub struct Crumb {
    /// Title.
    pub title: String,
    /// Where it leads.
    pub path: Option<String>,
}

/// What numbers were made of (HOUSE.md, law 3).
pub struct Origin {
    /// The instant T.
    pub as_of: String,
    /// Number of journal entries.
    pub entries: String,
    /// First digits of the head.
    pub head: String,
    /// Newest instant of the data.
    pub through: Option<String>,
    /// What the counts are limited to.
    pub scope: Option<String>,
}

/// A group of pages.
pub struct Job {
    /// Title.
    pub title: &'static str,
    /// Its pages.
    pub links: &'static [Link],
}

/// A page in the list of jobs.
pub struct Link {
    /// Title.
    pub title: &'static str,
    /// Path.
    pub path: &'static str,
}

const fn link(title: &'static str, path: &'static str) -> Link {
    Link { title, path }
}

const JOBS: &[Job] = &[
    Job { title: "Measure", links: &[link("Scorecard", "/"), link("All metrics", "/metrics"), link("Review", "/review")] },
    Job {
        title: "Inventory",
        links: &[
            link("Systems", "/systems"),
            link("Releases", "/releases"),
            link("Keys", "/keys"),
            link("Indexes", "/indexes"),
            link("Teams", "/teams"),
        ],
    },
    Job {
        title: "Assess and test",
        links: &[
            link("Findings", "/findings"),
            link("Assessments", "/assessments"),
            link("Scans", "/scans"),
            link("Evals", "/evals"),
            link("Tabletops", "/tabletops"),
        ],
    },
    Job { title: "Monitor", links: &[link("Incidents", "/incidents"), link("Monitors", "/monitors")] },
    Job {
        title: "Govern",
        links: &[
            link("Maturity", "/maturity"),
            link("Gate checks", "/gate-checks"),
            link("Checklists", "/checklists"),
            link("Threat models", "/threat-models/board"),
            link("Duties", "/duties"),
            link("Operating model", "/operating"),
            link("Processes", "/processes"),
            link("Process board", "/process-board"),
            link("Activities", "/activities"),
            link("Activity board", "/activity-board"),
            link("Claims", "/claims/board"),
        ],
    },
    Job {
        title: "Prove",
        links: &[
            link("Journal", "/journal"),
            link("Evidence", "/evidence"),
            link("Import", "/import"),
            link("Settings", "/settings"),
        ],
    },
];

impl Shell {
    pub(crate) fn of(visit: &Visit, title: &str) -> Self {
        let viewer = visit.viewer.as_ref().map(|viewer| Who {
            name: viewer.name.clone(),
            role: viewer.role.word().to_owned(),
            teams: teams(&viewer.scope),
        });
        let query = visit.query.to_query();
        let here = if query.is_empty() { visit.path.clone() } else { format!("{}?{query}", visit.path) };
        Self {
            title: title.to_owned(),
            theme: theme(visit.cookie("tally_theme")),
            stamp: crate::assets::stamp(),
            viewer,
            crumbs: vec![Crumb { title: title.to_owned(), path: None }],
            told: visit.cookie(TOLD).map(crate::pairs::decode).filter(|word| !word.is_empty()),
            origin: None,
            here,
        }
    }

    /// The same, below these pages (title and path).
    #[must_use]
    pub fn below(mut self, pages: &[(&str, &str)]) -> Self {
        let above = pages.iter().map(|(title, path)| Crumb { title: (*title).to_owned(), path: Some((*path).to_owned()) });
        self.crumbs.splice(0..0, above);
        self
    }

    /// The same, with what its numbers were made of.
    #[must_use]
    pub fn made_of(mut self, facts: &Facts, as_of: Instant, scope: &Scope) -> Self {
        self.origin = Some(Origin {
            as_of: crate::words::minute(as_of),
            entries: count(facts.entries),
            head: facts.head.chars().take(12).collect(),
            through: None,
            scope: teams(scope).map(|teams| format!("systems of {teams}")),
        });
        self
    }

    /// The jobs at the left.
    #[expect(clippy::unused_self, reason = "templates call it on the frame")]
    pub fn jobs(&self) -> &'static [Job] {
        JOBS
    }

    /// Whether this page lies under a link.
    pub fn is_at(&self, link: &Link) -> bool {
        let path = self.here.split('?').next().unwrap_or_default();
        match link.path {
            "/" => path == "/",
            "/metrics" => path == "/metrics" || path.starts_with("/metrics/"),
            other => path == other || path.strip_prefix(other).is_some_and(|rest| rest.starts_with('/')),
        }
    }
}

/// The teams of a scope in words; `None` where all is seen.
fn teams(scope: &Scope) -> Option<String> {
    match scope {
        Scope::All => None,
        Scope::Teams(teams) => Some(teams.iter().cloned().collect::<Vec<_>>().join(", ")),
    }
}

/// The theme that a cookie asks for.
pub(crate) fn theme(cookie: Option<&str>) -> Option<&'static str> {
    match cookie {
        Some("light") => Some("light"),
        Some("dark") => Some("dark"),
        _ => None,
    }
}

/// Every path in the list of jobs, for the tests.
pub fn job_paths() -> impl Iterator<Item = &'static str> {
    JOBS.iter().flat_map(|job| job.links).map(|link| link.path)
}

impl House {
    /// The address under which others reach this server, such as `http://127.0.0.1:4517`.
    pub fn address(&self) -> &str {
        &self.serving.address
    }
}
