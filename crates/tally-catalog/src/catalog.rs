//! The catalog: the built-in definitions, and a programme's own that add to them or override them by id.
//!
//! Never opens a file: the built-in ones are part of the program, the others are handed in as text.

use std::collections::BTreeMap;

use crate::mapping::MappingFile;
use crate::read::read;
use crate::{Finding, Level, Mapping, Metric, Scorecard, Source};

#[derive(rust_embed::Embed)]
#[folder = "../../catalog"]
struct Files;

/// Folders that hold definitions of other rooms; their files are passed over here.
const ELSEWHERE: [&str; 5] = ["maturity", "checklists", "gates", "frameworks", "reports"];

/// Why there is no catalog.
#[derive(Debug, thiserror::Error)]
pub enum CatalogError {
    /// The program was built with a definition that cannot be read.
    #[error("read the built-in catalog: {}", .findings.first().map_or_else(|| "nothing found".to_owned(), Finding::to_string))]
    BuiltIn {
        /// What is wrong.
        findings: Vec<Finding>,
    },
}

/// A definition and the file it came from.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Entry<T> {
    pub(crate) definition: T,
    pub(crate) source: Source,
}

/// All definitions, in order of their ids.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Catalog {
    pub(crate) metrics: BTreeMap<String, Entry<Metric>>,
    pub(crate) scorecards: BTreeMap<String, Entry<Scorecard>>,
    pub(crate) mappings: BTreeMap<String, Entry<Mapping>>,
    /// A programme's own files that lie over a built-in mapping; the lint looks at each.
    pub(crate) overlays: Vec<Entry<MappingFile>>,
}

impl Catalog {
    /// The built-in definitions alone.
    ///
    /// # Errors
    /// Where a built-in file cannot be read; a test of this crate keeps that from happening.
    pub fn built_in() -> Result<Self, CatalogError> {
        let (catalog, findings) = Self::with([]);
        if findings.is_empty() { Ok(catalog) } else { Err(CatalogError::BuiltIn { findings }) }
    }

    /// The built-in definitions with a programme's own, as (path, text).
    ///
    /// The path's folder says what a file is: `metrics/`, `scorecards/` or `mappings/`. A file that cannot be read
    /// becomes findings; all others are there.
    pub fn with(own: impl IntoIterator<Item = (String, String)>) -> (Self, Vec<Finding>) {
        let mut catalog = Self::default();
        let mut findings = Vec::new();
        let built_in = Files::iter().filter_map(|name| {
            let text = String::from_utf8_lossy(&Files::get(&name)?.data).into_owned();
            Some(Source { path: format!("catalog/{name}"), text, built_in: true })
        });
        for source in built_in.chain(own.into_iter().map(|(path, text)| Source::own(path, text))) {
            catalog.add(source, &mut findings);
        }
        (catalog, findings)
    }

    /// Every metric, in order of id.
    pub fn metrics(&self) -> impl Iterator<Item = &Metric> {
        self.metrics.values().map(|entry| &entry.definition)
    }

    /// The metric of this id.
    pub fn metric(&self, id: &str) -> Option<&Metric> {
        self.metrics.get(id).map(|entry| &entry.definition)
    }

    /// The file that defines a metric.
    pub fn metric_source(&self, id: &str) -> Option<&Source> {
        self.metrics.get(id).map(|entry| &entry.source)
    }

    /// Every scorecard, in order of id.
    pub fn scorecards(&self) -> impl Iterator<Item = &Scorecard> {
        self.scorecards.values().map(|entry| &entry.definition)
    }

    /// The scorecard of this id.
    pub fn scorecard(&self, id: &str) -> Option<&Scorecard> {
        self.scorecards.get(id).map(|entry| &entry.definition)
    }

    /// Every mapping, in order of id.
    pub fn mappings(&self) -> impl Iterator<Item = &Mapping> {
        self.mappings.values().map(|entry| &entry.definition)
    }

    /// The mapping of this id, such as `garak`.
    pub fn mapping(&self, id: &str) -> Option<&Mapping> {
        self.mappings.get(id).map(|entry| &entry.definition)
    }

    fn add(&mut self, source: Source, findings: &mut Vec<Finding>) {
        if !source.path.ends_with(".toml") {
            return;
        }
        let result = match folder(&source.path) {
            Some("metrics") => {
                read::<Metric>(&source).and_then(|metric| put(&mut self.metrics, metric.id.clone(), metric, source))
            }
            Some("scorecards") => {
                read::<Scorecard>(&source).and_then(|card| put(&mut self.scorecards, card.id.clone(), card, source))
            }
            Some("mappings") => read::<MappingFile>(&source).and_then(|file| self.add_mapping(file, source)),
            Some(other) if ELSEWHERE.contains(&other) => Ok(()),
            _ => Err(vec![stray(&source)]),
        };
        findings.extend(result.err().into_iter().flatten());
    }

    fn add_mapping(&mut self, file: MappingFile, source: Source) -> Result<(), Vec<Finding>> {
        if let Some(first) = self.overlays.iter().find(|entry| entry.definition.id == file.id) {
            return Err(vec![duplicate(&source, &first.source)]);
        }
        if let Some(built_in) = self.mappings.get_mut(&file.id).filter(|entry| entry.source.built_in && !source.built_in) {
            built_in.definition.overlay(file.clone());
            self.overlays.push(Entry { definition: file, source });
            return Ok(());
        }
        match Mapping::complete(file) {
            Ok(mapping) => put(&mut self.mappings, mapping.id.clone(), mapping, source),
            Err(absent) => Err(absent
                .into_iter()
                .map(|key| {
                    source.error(
                        "missing-key",
                        &[],
                        format!("found no table `{key}`, expected one in a mapping that is not built in; add `[{key}]`"),
                    )
                })
                .collect()),
        }
    }
}

/// Puts a definition in its place: the programme's own wins over a built-in one, the first over a second.
fn put<T>(place: &mut BTreeMap<String, Entry<T>>, id: String, definition: T, source: Source) -> Result<(), Vec<Finding>> {
    if let Some(first) = place.get(&id).filter(|first| first.source.built_in == source.built_in) {
        return Err(vec![duplicate(&source, &first.source)]);
    }
    place.insert(id, Entry { definition, source });
    Ok(())
}

fn duplicate(source: &Source, first: &Source) -> Finding {
    let message = format!("found an id that `{}` has already, expected an id of its own; rename one of them", first.path);
    source.error("duplicate-id", &["id"], message)
}

fn stray(source: &Source) -> Finding {
    let message = "found a file outside the known folders, expected it in metrics/, scorecards/ or mappings/; move it there";
    source.at("unknown-folder", Level::Warning, 0, message)
}

/// The nearest folder of a known name around a file.
fn folder(path: &str) -> Option<&str> {
    let known = |name: &&str| matches!(*name, "metrics" | "scorecards" | "mappings") || ELSEWHERE.contains(name);
    path.rsplit(['/', '\\']).skip(1).find(known)
}
