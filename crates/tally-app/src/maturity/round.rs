//! A round as it stands: read from its record, never changed here.

use tally_measure::Cell;
use tally_model::problem::{nearest, printable, shorten};
use tally_model::{Instant, Record, Value};

use super::book::LIMITS;
use super::desk::{Desk, texts};
use super::{ROUND, kind, model};
use crate::act::ActError;
use crate::{Error, Programme};

/// The subject of a round over the organisation, in ids and addresses.
pub const ORGANISATION: &str = "organisation";
/// The id of the round that answers without a round form: imported ones. It is of the organisation and read-only. It holds
/// the answers of one model; those of another model are the round `-` followed by that model's id.
pub const IMPORTED: &str = "-";

/// What a round assesses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoundScope {
    /// The organisation as a whole.
    Organisation,
    /// Teams, one by one.
    Team,
    /// Systems, one by one.
    System,
}

impl RoundScope {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Organisation, Self::Team, Self::System];

    /// Its word in records.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Organisation => ORGANISATION,
            Self::Team => "team",
            Self::System => "system",
        }
    }

    /// The scope of a word.
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.word() == word)
    }
}

/// How far a round is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoundState {
    /// It is being answered.
    Answering,
    /// It was handed in; a change of an answer takes that back.
    Submitted,
    /// It was approved and stays as it is.
    Approved,
    /// Answers that were imported without a round; read-only.
    Imported,
}

impl RoundState {
    /// In a word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Answering => "answering",
            Self::Submitted => "submitted",
            Self::Approved => "approved",
            Self::Imported => "imported",
        }
    }

    /// Whether answers can be given.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Answering | Self::Submitted)
    }
}

/// Who answers a domain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    /// The domain's id.
    pub domain: String,
    /// A person's account name, or whatever name they act under.
    pub owner: String,
    /// Until when.
    pub due: Option<Instant>,
}

/// What a round is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// Id of the team or system; `organisation` for the organisation.
    pub id: String,
    /// What people call it.
    pub name: String,
}

impl Subject {
    /// The organisation.
    pub fn organisation() -> Self {
        Self { id: ORGANISATION.to_owned(), name: "The organisation".to_owned() }
    }
}

/// A round.
#[derive(Clone, Debug, PartialEq)]
pub struct Round {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub title: String,
    /// The model's id.
    pub model: String,
    /// What it assesses.
    pub scope: RoundScope,
    /// Ids of all its teams or systems; none for the organisation. `Desk::subjects` gives those that a viewer sees.
    pub subjects: Vec<String>,
    /// When it began; `None` for imported answers.
    pub started_at: Option<Instant>,
    /// Until when it is to be answered.
    pub due: Option<Instant>,
    /// Who leads it.
    pub assessor: String,
    /// Who is to approve it.
    pub approver: Option<String>,
    /// When it was handed in.
    pub submitted_at: Option<Instant>,
    /// When it was approved.
    pub approved_at: Option<Instant>,
    /// By whom.
    pub approved_by: Option<String>,
    /// Who answers what.
    pub assignments: Vec<Assignment>,
    /// The round that it was cloned from.
    pub previous: Option<String>,
    /// Whether the model has changed since the round began.
    pub redefined: bool,
    /// How far it is.
    pub state: RoundState,
}

impl Round {
    /// Whether it is late.
    pub fn is_overdue(&self, now: Instant) -> bool {
        self.state == RoundState::Answering && self.due.is_some_and(|due| due <= now)
    }

    /// Who answers a domain.
    pub fn assigned(&self, domain: &str) -> Vec<Assignment> {
        self.assignments.iter().filter(|known| known.domain == domain).cloned().collect()
    }

    /// Reads a record; `None` where a field that it must have is no longer there. `hash`: that of the model as it is now,
    /// where anybody wants to know whether it changed.
    pub(super) fn of(record: &Record, hash: Option<&str>) -> Option<Self> {
        let model = record.text("model")?;
        let owned = |name: &str| record.text(name).map(str::to_owned);
        let assignments = record.get("assignments").map(Value::objects).unwrap_or_default().iter().filter_map(|item| {
            Some(Assignment {
                domain: item.text("domain")?.to_owned(),
                owner: item.text("owner")?.to_owned(),
                due: item.instant("due"),
            })
        });
        let (submitted_at, approved_at) = (record.instant("submitted_at"), record.instant("approved_at"));
        let state = match (approved_at, submitted_at) {
            (Some(_), _) => RoundState::Approved,
            (None, Some(_)) => RoundState::Submitted,
            (None, None) => RoundState::Answering,
        };
        Some(Self {
            id: record.id().to_owned(),
            title: owned("title")?,
            model: model.to_owned(),
            scope: RoundScope::named(record.text("scope")?)?,
            subjects: texts(record, "subjects"),
            started_at: record.instant("started_at"),
            due: record.instant("due"),
            assessor: owned("assessor")?,
            approver: owned("approver"),
            submitted_at,
            approved_at,
            approved_by: owned("approved_by"),
            assignments: assignments.collect(),
            previous: owned("previous"),
            redefined: hash.zip(record.text("definition")).is_some_and(|(now, known)| known != now),
            state,
        })
    }

    /// The round of answers without a round.
    fn imported(id: String, model: &str) -> Self {
        Self {
            id,
            title: "Imported answers".to_owned(),
            model: model.to_owned(),
            scope: RoundScope::Organisation,
            subjects: Vec::new(),
            started_at: None,
            due: None,
            assessor: String::new(),
            approver: None,
            submitted_at: None,
            approved_at: None,
            approved_by: None,
            assignments: Vec::new(),
            previous: None,
            redefined: false,
            state: RoundState::Imported,
        }
    }
}

/// A round that the viewer may see.
///
/// # Errors
/// Where there is none of this id with a subject that the viewer sees, or the catalog does not have its model.
pub fn round(desk: &Desk<'_>, id: &str) -> Result<Round, Error> {
    let found = if id.starts_with(IMPORTED) {
        imported(desk)?.into_iter().find(|round| round.id == id)
    } else {
        written(desk.programme, id, true)?
    };
    match found {
        Some(round) if !desk.subjects(&round)?.is_empty() => Ok(round),
        _ => Err(unknown(desk, id)),
    }
}

/// The round of a record, whoever asks; `hashed`: whether it is to be known if the model changed.
pub(super) fn written(programme: &Programme, id: &str, hashed: bool) -> Result<Option<Round>, Error> {
    let Some(record) = programme.store.record(kind(ROUND)?, id)? else { return Ok(None) };
    let model = model(programme.catalog(), record.text("model").unwrap_or_default())?;
    let hash = hashed.then(|| model.hash());
    Ok(Round::of(&record, hash.as_deref()))
}

/// The round of a record that is to be written to; the answers without a round are read-only.
pub(super) fn writable(programme: &Programme, id: &str) -> Result<Round, Error> {
    if id.starts_with(IMPORTED) {
        let why = "answers that were imported without a round are read-only; start a round, or clone them into one";
        return Err(shut(id, why.to_owned()));
    }
    let unknown = || Error::Unknown { what: "maturity round", name: printable(&shorten(id)), help: None };
    written(programme, id, false)?.ok_or_else(unknown)
}

/// A refusal because of how a round stands.
pub(super) fn shut(id: &str, why: String) -> Error {
    shut_as(&format!("round {}", shorten(id)), why)
}

/// The same for any record.
pub(super) fn shut_as(record: &str, why: String) -> Error {
    ActError::Shut { record: record.to_owned(), why }.into()
}

fn unknown(desk: &Desk<'_>, id: &str) -> Error {
    let known = super::rounds::all(desk, false).unwrap_or_default();
    let near = nearest(id, known.iter().map(|round| round.id.as_str()));
    let help = near.map_or_else(|| "`tally maturity rounds` names all".to_owned(), |near| format!("did you mean `{near}`?"));
    Error::Unknown { what: "maturity round", name: printable(&shorten(id)), help: Some(help) }
}

/// Models of answers without a round.
const MODELS: &str = "SELECT model FROM maturity_answers WHERE round IS NULL AND subject IS NULL GROUP BY model ORDER BY model";

/// The rounds that answers without a round form: one a model that the catalog has.
pub(super) fn imported(desk: &Desk<'_>) -> Result<Vec<Round>, Error> {
    let found = desk.facts.engine().sql(MODELS, LIMITS)?;
    let models = found.rows.into_iter().filter_map(|row| match row.into_iter().next() {
        Some(Cell::Text(model)) if desk.programme.catalog().maturity_model(&model).is_some() => Some(model),
        _ => None,
    });
    let id = |nth: usize, model: &str| if nth == 0 { IMPORTED.to_owned() } else { format!("{IMPORTED}{model}") };
    Ok(models.enumerate().map(|(nth, model)| Round::imported(id(nth, &model), &model)).collect())
}
