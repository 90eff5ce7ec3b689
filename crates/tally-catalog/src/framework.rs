//! Frameworks: lists of techniques with the tactics that they serve, as data. Holds ids, names and relations, no texts.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

/// A framework of tactics and techniques.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Framework {
    /// Kebab-case, the file's name without `.toml`.
    pub id: String,
    /// What people call it.
    pub title: String,
    /// Its version.
    pub version: String,
    /// Under which licence its facts may be shown.
    pub licence: String,
    /// Where its facts come from.
    pub sources: Vec<String>,
    /// Its tactics, in the order in which it shows them.
    pub tactics: Vec<Tactic>,
    /// Its techniques by id.
    pub techniques: BTreeMap<String, Technique>,
}

/// A tactic: what an attacker is after.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tactic {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// A technique: how an attacker gets there.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Technique {
    /// Its name.
    pub name: String,
    /// Ids of the tactics that it serves.
    pub tactics: Vec<String>,
}

impl Framework {
    /// Reads a framework file.
    ///
    /// # Errors
    /// What is wrong with it, on several lines, as the TOML reader says it.
    pub fn read(text: &str) -> Result<Self, String> {
        toml::from_str(text).map_err(|error| error.to_string())
    }

    /// A technique by id; a sub-technique that is not listed counts as its technique.
    pub fn technique(&self, id: &str) -> Option<&Technique> {
        self.techniques.get(id).or_else(|| {
            let (technique, _) = id.rsplit_once('.').filter(|(technique, _)| technique.contains('.'))?;
            self.techniques.get(technique)
        })
    }
}

/// MITRE ATLAS as it is built in; `None` where the built-in file is broken, which a test of this crate keeps from happening.
pub fn atlas() -> Option<&'static Framework> {
    static ATLAS: LazyLock<Option<Framework>> =
        LazyLock::new(|| Framework::read(include_str!("../../../catalog/frameworks/atlas.toml")).ok());
    ATLAS.as_ref()
}
