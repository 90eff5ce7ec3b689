//! Frameworks: the ids that questions link to, and techniques with the tactics that they serve. Holds ids, names and relations,
//! no texts.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

/// A framework: a plain list of items, or tactics and techniques, or both.
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
    /// Where it can be read: an address, in which `{id}` stands for the id of an item or technique.
    pub url: Option<String>,
    /// Its items: name by id.
    #[serde(default)]
    pub items: BTreeMap<String, String>,
    /// Its tactics, in the order in which it shows them.
    #[serde(default)]
    pub tactics: Vec<Tactic>,
    /// Its techniques by id.
    #[serde(default)]
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

/// An item of a framework, as `Catalog::link` finds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link<'c> {
    /// The title of its framework.
    pub framework: &'c str,
    /// Its id in that framework.
    pub id: &'c str,
    /// Its name.
    pub name: &'c str,
    /// Where it can be read: an `http` or `https` address; a tactic has none.
    pub url: Option<String>,
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

    /// The item, technique or tactic of exactly this id.
    pub fn link(&self, id: &str) -> Option<Link<'_>> {
        let technique = || self.techniques.get_key_value(id).map(|(id, technique)| (id, &technique.name));
        if let Some((id, name)) = self.items.get_key_value(id).or_else(technique) {
            return Some(Link { framework: &self.title, id, name, url: self.address(id) });
        }
        let tactic = self.tactics.iter().find(|tactic| tactic.id == id)?;
        Some(Link { framework: &self.title, id: &tactic.id, name: &tactic.name, url: None })
    }

    /// Every id that a link can name.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        let tactics = self.tactics.iter().map(|tactic| tactic.id.as_str());
        self.items.keys().chain(self.techniques.keys()).map(String::as_str).chain(tactics)
    }

    /// The address with the id in it. An address of another sort, such as `javascript:`, is none.
    fn address(&self, id: &str) -> Option<String> {
        let url = self.url.as_deref().filter(|url| is_web(url))?;
        Some(url.replace("{id}", &escaped(id)))
    }
}

/// Whether an address is one of the web.
pub(crate) fn is_web(url: &str) -> bool {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    rest.is_some_and(|rest| !rest.is_empty() && !url.chars().any(|c| c.is_whitespace() || c.is_control()))
}

/// An id as a part of an address.
fn escaped(id: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b':');
    id.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

/// MITRE ATLAS as it is built in; `None` where the built-in file is broken, which a test of this crate keeps from happening.
pub fn atlas() -> Option<&'static Framework> {
    static ATLAS: LazyLock<Option<Framework>> =
        LazyLock::new(|| Framework::read(include_str!("../../../catalog/frameworks/atlas.toml")).ok());
    ATLAS.as_ref()
}
