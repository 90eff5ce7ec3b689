//! The operating model as it stands: every subject that needs somebody, what is recorded of it, what the catalog suggests, and
//! what is wrong. Writes nothing.

use std::collections::{BTreeMap, BTreeSet};

use tally_catalog::duty::Raci;
use tally_catalog::operating::About;
use tally_judge::recurrence::Day;
use tally_judge::responsibility::{Fault, Row, lint};
use tally_model::{Instant, Record, Value};

use super::ABOUTS;
use crate::practice::REQUIRED;
use crate::records::{all, kind};
use crate::scope::Scope;
use crate::{Error, Programme};

/// Most records that are read.
const MOST: usize = 100_000;

/// Who does something, answers for it, is asked and is told: functions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lists {
    /// They do it.
    pub responsible: Vec<String>,
    /// It answers for it; one.
    pub accountable: Vec<String>,
    /// They are asked.
    pub consulted: Vec<String>,
    /// They are told.
    pub informed: Vec<String>,
}

impl Lists {
    /// The roles of a function, in letters such as `A/R`; empty where it has none.
    pub fn letters(&self, function: &str) -> String {
        let lists = [(&self.accountable, "A"), (&self.responsible, "R"), (&self.consulted, "C"), (&self.informed, "I")];
        let has = lists.into_iter().filter(|(list, _)| list.iter().any(|one| one == function));
        has.map(|(_, letter)| letter).collect::<Vec<_>>().join("/")
    }

    /// Whether the same functions stand in the same lists, in whatever order.
    pub fn same(&self, other: &Self) -> bool {
        let set = |list: &[String]| list.iter().cloned().collect::<BTreeSet<_>>();
        let pairs = [
            (&self.responsible, &other.responsible),
            (&self.accountable, &other.accountable),
            (&self.consulted, &other.consulted),
            (&self.informed, &other.informed),
        ];
        pairs.into_iter().all(|(one, other)| set(one) == set(other))
    }

    pub(super) fn of(record: &Record) -> Self {
        let list = |name: &str| {
            let values = record.get(name).map(Value::list).unwrap_or_default();
            values.iter().filter_map(|value| value.text().map(str::to_owned)).collect()
        };
        Self {
            responsible: list("responsible"),
            accountable: list("accountable"),
            consulted: list("consulted"),
            informed: list("informed"),
        }
    }

    fn row(&self, about: &str, subject: &str) -> Row {
        Row {
            about: about.to_owned(),
            subject: subject.to_owned(),
            responsible: self.responsible.clone(),
            accountable: self.accountable.clone(),
            consulted: self.consulted.clone(),
            informed: self.informed.clone(),
        }
    }
}

impl From<&Raci> for Lists {
    fn from(raci: &Raci) -> Self {
        Self {
            responsible: raci.responsible.clone(),
            accountable: raci.accountable.clone(),
            consulted: raci.consulted.clone(),
            informed: raci.informed.clone(),
        }
    }
}

/// Something that somebody has to answer for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// What sort of thing it is.
    pub about: About,
    /// Its id in the catalog; a process: its topic; a duty of the programme's own: its record.
    pub id: String,
    /// What people call it.
    pub title: String,
    /// Whether somebody has to answer for it; false where only a record or the suggestion names it.
    pub needed: bool,
    /// What is recorded: id of the record, and what it says. More than one is a gap.
    pub recorded: Vec<(String, Lists)>,
    /// What the catalog suggests.
    pub suggested: Option<Lists>,
    /// What is wrong.
    pub gaps: Vec<Fault>,
}

impl Subject {
    /// What holds: the one record.
    pub fn holds(&self) -> Option<&Lists> {
        self.recorded.first().map(|(_, lists)| lists)
    }
}

/// The operating model as it stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Model {
    /// The subjects: domains, processes, duties, metrics; in each sort by the catalog's order.
    pub subjects: Vec<Subject>,
}

impl Model {
    /// How many gaps there are.
    pub fn gaps(&self) -> usize {
        self.subjects.iter().map(|subject| subject.gaps.len()).sum()
    }

    /// The subject of this sort and id.
    pub fn subject(&self, about: About, id: &str) -> Option<&Subject> {
        self.subjects.iter().find(|subject| subject.about == about && subject.id == id)
    }
}

/// The operating model at an instant. Of the duties only those that the scope covers; all else belongs to no system.
///
/// Somebody has to answer for every domain of a maturity model, every metric, the four processes that each programme needs
/// and those that are recorded, and every duty that the programme took over and that is still owed.
///
/// # Errors
/// Where the journal cannot be read.
pub fn model(programme: &Programme, scope: &Scope, at: Instant) -> Result<Model, Error> {
    let mut subjects = subjects(programme, scope, at)?;
    for record in all(programme, kind("responsibility")?, MOST, |_| true)? {
        let (Some(about), Some(id)) = (record.text("about").and_then(super::about), record.text("subject")) else { continue };
        let known = subjects.iter().position(|subject| subject.about == about && subject.id == id);
        if known.is_none() && about == About::Duty && *scope != Scope::All {
            // It may be another team's.
            continue;
        }
        let place = known.unwrap_or_else(|| {
            subjects.push(blank(about, id, id, false));
            subjects.len() - 1
        });
        subjects[place].recorded.push((record.id().to_owned(), Lists::of(&record)));
    }
    suggest(programme, &mut subjects);
    find_gaps(&mut subjects);
    // The order of the sorts is that of the page; in a sort they stay as they came.
    subjects.sort_by_key(|subject| ABOUTS.iter().position(|about| *about == subject.about));
    Ok(Model { subjects })
}

fn blank(about: About, id: &str, title: &str, needed: bool) -> Subject {
    let (id, title) = (id.to_owned(), title.to_owned());
    Subject { about, id, title, needed, recorded: Vec::new(), suggested: None, gaps: Vec::new() }
}

/// What somebody has to answer for.
fn subjects(programme: &Programme, scope: &Scope, at: Instant) -> Result<Vec<Subject>, Error> {
    let catalog = programme.catalog();
    let mut found: Vec<Subject> = Vec::new();
    let mut seen: BTreeSet<(About, String)> = BTreeSet::new();
    let mut add = |about: About, id: &str, title: &str| {
        if seen.insert((about, id.to_owned())) {
            found.push(blank(about, id, title, true));
        }
    };
    for domain in catalog.maturity_models().flat_map(|model| &model.domains) {
        add(About::Domain, &domain.id, &domain.title);
    }
    for topic in REQUIRED {
        add(About::Process, topic, &topic.replace('_', " "));
    }
    for process in all(programme, kind("process")?, MOST, |_| true)? {
        let topic = process.text("topic").unwrap_or_default();
        add(About::Process, topic, &topic.replace('_', " "));
    }
    let today = Day::of(at);
    let ended = |record: &Record| record.instant("ends_at").is_some_and(|end| Day::of(end) < today);
    for duty in all(programme, kind("duty")?, MOST, |record| !ended(record))? {
        if !crate::duties::sees(programme, scope, &duty)? {
            continue;
        }
        let id = duty.text("duty").unwrap_or(duty.id());
        add(About::Duty, id, duty.text("title").unwrap_or(id));
    }
    for metric in catalog.metrics() {
        add(About::Metric, &metric.id, &metric.title);
    }
    Ok(found)
}

/// What the catalog suggests: an operating model's row, else what a duty carries itself.
fn suggest(programme: &Programme, subjects: &mut [Subject]) {
    let catalog = programme.catalog();
    let mut rows: BTreeMap<(About, &str), Lists> = BTreeMap::new();
    for duty in catalog.duties() {
        rows.entry((About::Duty, &duty.id)).or_insert_with(|| Lists::from(&duty.raci));
    }
    for row in catalog.operating().flat_map(|model| &model.responsibilities) {
        let lists = Lists {
            responsible: row.responsible.clone(),
            accountable: row.accountable.clone(),
            consulted: row.consulted.clone(),
            informed: row.informed.clone(),
        };
        rows.insert((row.about, &row.subject), lists);
    }
    for subject in subjects {
        subject.suggested = rows.get(&(subject.about, subject.id.as_str())).cloned();
    }
}

fn find_gaps(subjects: &mut [Subject]) {
    let rows: Vec<Row> = subjects
        .iter()
        .flat_map(|subject| subject.recorded.iter().map(|(_, lists)| lists.row(subject.about.as_str(), &subject.id)))
        .collect();
    let needed: Vec<(String, String)> = subjects
        .iter()
        .filter(|subject| subject.needed)
        .map(|subject| (subject.about.as_str().to_owned(), subject.id.clone()))
        .collect();
    let mut found: BTreeMap<(String, String), Vec<Fault>> = BTreeMap::new();
    for gap in lint(&rows, &needed) {
        found.entry((gap.about, gap.subject)).or_default().push(gap.what);
    }
    for subject in subjects {
        let key = (subject.about.as_str().to_owned(), subject.id.clone());
        subject.gaps = found.remove(&key).unwrap_or_default();
    }
}

/// The word of a gap, for programs: `no_accountable`, `several_accountable`, `nobody_responsible`, `two_roles`,
/// `named_twice`, `several_rows` or `no_row`.
pub fn gap_word(fault: &Fault) -> &'static str {
    match fault {
        Fault::NoAccountable => "no_accountable",
        Fault::SeveralAccountable(_) => "several_accountable",
        Fault::NobodyResponsible => "nobody_responsible",
        Fault::TwoRoles { .. } => "two_roles",
        Fault::NamedTwice { .. } => "named_twice",
        Fault::SeveralRows(_) => "several_rows",
        Fault::NoRow => "no_row",
    }
}
