//! The catalog: the built-in definitions, and a programme's own that add to them or override them by id.
//!
//! Never opens a file: the built-in ones are part of the program, the others are handed in as text.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;

use crate::duty::Duty;
use crate::framework::Link;
use crate::mapping::MappingFile;
use crate::read::read;
use crate::words::row;
use crate::{
    Checklist, DutyList, Finding, Framework, Level, Mapping, MaturityModel, Metric, OperatingModel, Scorecard, Source,
};

#[derive(rust_embed::Embed)]
#[folder = "../../catalog"]
struct Files;

/// The folders of a catalog; a file's folder says what it is.
pub const FOLDERS: [&str; 8] =
    ["metrics", "scorecards", "mappings", "maturity", "checklists", "duties", "operating", "frameworks"];

/// Folders that hold definitions of other rooms; their files are passed over here.
const ELSEWHERE: [&str; 2] = ["gates", "reports"];

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

/// A sort of definition that a programme's own file replaces whole.
trait Definition: DeserializeOwned {
    /// The key of its place.
    fn id(&self) -> &str;

    /// Where definitions of its sort are kept.
    fn place(catalog: &mut Catalog) -> &mut BTreeMap<String, Entry<Self>>;
}

macro_rules! definitions {
    ($($sort:ty: $place:ident),* $(,)?) => {$(
        impl Definition for $sort {
            fn id(&self) -> &str {
                &self.id
            }

            fn place(catalog: &mut Catalog) -> &mut BTreeMap<String, Entry<Self>> {
                &mut catalog.$place
            }
        }
    )*};
}

definitions! {
    Metric: metrics,
    Scorecard: scorecards,
    MaturityModel: maturity,
    Checklist: checklists,
    DutyList: duties,
    OperatingModel: operating,
    Framework: frameworks,
}

/// All definitions, in order of their ids.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Catalog {
    pub(crate) metrics: BTreeMap<String, Entry<Metric>>,
    pub(crate) scorecards: BTreeMap<String, Entry<Scorecard>>,
    pub(crate) mappings: BTreeMap<String, Entry<Mapping>>,
    /// A programme's own files that lie over a built-in mapping; the lint looks at each.
    pub(crate) overlays: Vec<Entry<MappingFile>>,
    pub(crate) maturity: BTreeMap<String, Entry<MaturityModel>>,
    pub(crate) checklists: BTreeMap<String, Entry<Checklist>>,
    pub(crate) duties: BTreeMap<String, Entry<DutyList>>,
    pub(crate) operating: BTreeMap<String, Entry<OperatingModel>>,
    pub(crate) frameworks: BTreeMap<String, Entry<Framework>>,
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
    /// The path's folder says what a file is ([`FOLDERS`]). A file that cannot be read becomes findings; all others are
    /// there.
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

    /// Every maturity model, in order of id.
    pub fn maturity_models(&self) -> impl Iterator<Item = &MaturityModel> {
        self.maturity.values().map(|entry| &entry.definition)
    }

    /// The maturity model of this id.
    pub fn maturity_model(&self, id: &str) -> Option<&MaturityModel> {
        self.maturity.get(id).map(|entry| &entry.definition)
    }

    /// The file that defines a maturity model.
    pub fn maturity_source(&self, id: &str) -> Option<&Source> {
        self.maturity.get(id).map(|entry| &entry.source)
    }

    /// Every checklist, in order of id.
    pub fn checklists(&self) -> impl Iterator<Item = &Checklist> {
        self.checklists.values().map(|entry| &entry.definition)
    }

    /// The checklist of this id.
    pub fn checklist(&self, id: &str) -> Option<&Checklist> {
        self.checklists.get(id).map(|entry| &entry.definition)
    }

    /// Every list of duties, in order of id.
    pub fn duty_lists(&self) -> impl Iterator<Item = &DutyList> {
        self.duties.values().map(|entry| &entry.definition)
    }

    /// The duties of all lists, in the order of the lists and of their files.
    pub fn duties(&self) -> impl Iterator<Item = &Duty> {
        self.duty_lists().flat_map(|list| &list.duties)
    }

    /// The duty of this id, such as `Q-1`, in whatever list; the first, where the lint complains about a second.
    pub fn duty(&self, id: &str) -> Option<&Duty> {
        self.duties().find(|duty| duty.id == id)
    }

    /// Every operating model, in order of id.
    pub fn operating(&self) -> impl Iterator<Item = &OperatingModel> {
        self.operating.values().map(|entry| &entry.definition)
    }

    /// The operating model of this id.
    pub fn operating_model(&self, id: &str) -> Option<&OperatingModel> {
        self.operating.get(id).map(|entry| &entry.definition)
    }

    /// Every framework, in order of id.
    pub fn frameworks(&self) -> impl Iterator<Item = &Framework> {
        self.frameworks.values().map(|entry| &entry.definition)
    }

    /// The framework of this id.
    pub fn framework(&self, id: &str) -> Option<&Framework> {
        self.frameworks.get(id).map(|entry| &entry.definition)
    }

    /// What a link such as `eu-ai-act:Art. 9` names; `None` where no framework has it.
    ///
    /// It is looked for in the framework of that id and then in its parts, whose ids go on with `-` (`atlas-mitigations`
    /// is a part of `atlas`).
    pub fn link(&self, text: &str) -> Option<Link<'_>> {
        let (framework, id) = text.split_once(':')?;
        self.parts_of(framework).find_map(|part| part.link(id))
    }

    /// A framework and its parts; nothing where there is no framework of that id.
    pub(crate) fn parts_of<'c, 'i>(&'c self, id: &'i str) -> impl Iterator<Item = &'c Framework> + use<'c, 'i> {
        let part = move |framework: &&Framework| framework.id.strip_prefix(id).is_some_and(|rest| rest.starts_with('-'));
        let whole = self.framework(id);
        whole.into_iter().chain(self.frameworks().filter(move |framework| whole.is_some() && part(framework)))
    }

    fn add(&mut self, source: Source, findings: &mut Vec<Finding>) {
        if !source.path.ends_with(".toml") {
            return;
        }
        let result = match folder(&source.path) {
            Some("metrics") => self.load::<Metric>(source),
            Some("scorecards") => self.load::<Scorecard>(source),
            Some("mappings") => read::<MappingFile>(&source).and_then(|file| self.add_mapping(file, source)),
            Some("maturity") => self.load::<MaturityModel>(source),
            Some("checklists") => self.load::<Checklist>(source),
            Some("duties") => self.load::<DutyList>(source),
            Some("operating") => self.load::<OperatingModel>(source),
            Some("frameworks") => self.load::<Framework>(source),
            Some(_) => Ok(()),
            None => Err(vec![stray(&source)]),
        };
        findings.extend(result.err().into_iter().flatten());
    }

    fn load<T: Definition>(&mut self, source: Source) -> Result<(), Vec<Finding>> {
        let definition = read::<T>(&source)?;
        put(T::place(self), definition.id().to_owned(), definition, source)
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
    let folders: Vec<String> = FOLDERS.iter().map(|folder| format!("{folder}/")).collect();
    let expected = row(folders.iter().map(String::as_str));
    let message = format!("found a file outside the known folders, expected it in {expected}; move it there");
    source.at("unknown-folder", Level::Warning, 0, message)
}

/// The nearest folder of a known name around a file.
fn folder(path: &str) -> Option<&str> {
    path.rsplit(['/', '\\']).skip(1).find(|name| FOLDERS.contains(name) || ELSEWHERE.contains(name))
}
