//! What is missing behind threats, counted over the facts, so that a viewer's scope holds.

use std::collections::{HashMap, HashSet};

use tally_measure::{Cell, Limits};
use tally_model::Instant;

use crate::query::sql;
use crate::{Error, Facts};

const LIMITS: Limits = Limits { seconds: 30, rows_max: 2_000_000 };

/// Something that a threat should lead to and does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Missing {
    /// Nothing stands against it.
    Control,
    /// Nothing tries it.
    Test,
    /// No monitor that is enabled would see it.
    Telemetry,
    /// The response to it takes nothing for granted, which means that nobody thought of it.
    Assumption,
}

impl Missing {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Control, Self::Test, Self::Telemetry, Self::Assumption];

    /// Its word for programs.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Control => "control",
            Self::Test => "test",
            Self::Telemetry => "telemetry",
            Self::Assumption => "assumption",
        }
    }

    /// In words.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Control => "no control",
            Self::Test => "no test",
            Self::Telemetry => "no monitor that is enabled",
            Self::Assumption => "no incident assumption",
        }
    }
}

/// A threat model in a list.
#[derive(Clone, Debug)]
pub struct ModelLine {
    /// Its id.
    pub id: String,
    /// What it covers.
    pub title: String,
    /// The system.
    pub system: String,
    /// Its name.
    pub system_name: String,
    /// How it was made.
    pub method: Option<String>,
    /// When.
    pub made_at: Instant,
    /// When it has to be looked at again.
    pub review_due: Option<Instant>,
    /// Whether that is past.
    pub overdue: bool,
    /// Threats in it.
    pub threats: usize,
    /// Of these, accepted with a reason.
    pub accepted: usize,
    /// Of these, with something missing.
    pub gaps: usize,
    /// Of these, with everything missing.
    pub nothing: usize,
}

/// A threat with something missing.
#[derive(Clone, Debug)]
pub struct ThreatGap {
    /// The threat.
    pub threat: String,
    /// What could happen.
    pub title: String,
    /// How bad it would be.
    pub severity: Option<String>,
    /// The threat model.
    pub model: String,
    /// The system.
    pub system: String,
    /// Its name.
    pub system_name: String,
    /// What is missing.
    pub missing: Vec<Missing>,
}

/// The threat models made before T, those with most gaps first.
///
/// # Errors
/// Where the facts cannot be read.
pub fn models(facts: &Facts, system: Option<&str>, at: Instant) -> Result<Vec<ModelLine>, Error> {
    let pool = Pool::read(facts, at)?;
    let mut lines: Vec<ModelLine> =
        pool.models.iter().filter(|model| system.is_none_or(|id| id == model.system)).cloned().collect();
    let places: HashMap<String, usize> = lines.iter().enumerate().map(|(at, line)| (line.id.clone(), at)).collect();
    for threat in &pool.threats {
        let Some(line) = places.get(&threat.model).and_then(|at| lines.get_mut(*at)) else { continue };
        line.threats += 1;
        line.accepted += usize::from(threat.accepted);
        line.gaps += usize::from(threat.is_gap());
        line.nothing += usize::from(threat.is_gap() && threat.missing.len() == Missing::ALL.len());
    }
    lines.sort_by(|one, other| (other.gaps, &one.system_name, &one.id).cmp(&(one.gaps, &other.system_name, &other.id)));
    Ok(lines)
}

/// Threats with something missing, the gravest first; those that somebody accepted with a reason are none.
///
/// # Errors
/// Where the facts cannot be read.
pub fn gaps(facts: &Facts, system: Option<&str>, at: Instant) -> Result<Vec<ThreatGap>, Error> {
    let pool = Pool::read(facts, at)?;
    let models: HashMap<&str, &ModelLine> = pool.models.iter().map(|model| (model.id.as_str(), model)).collect();
    let mut found: Vec<ThreatGap> = Vec::new();
    for threat in pool.threats.iter().filter(|threat| threat.is_gap()) {
        let Some(model) = models.get(threat.model.as_str()).filter(|model| system.is_none_or(|id| id == model.system)) else {
            continue;
        };
        found.push(ThreatGap {
            threat: threat.id.clone(),
            title: threat.title.clone(),
            severity: threat.severity.clone(),
            model: model.id.clone(),
            system: model.system.clone(),
            system_name: model.system_name.clone(),
            missing: threat.missing.clone(),
        });
    }
    let rank = |gap: &ThreatGap| {
        const ORDER: [&str; 5] = ["critical", "high", "medium", "low", "info"];
        let severity = gap.severity.as_deref().and_then(|word| ORDER.iter().position(|known| *known == word));
        (severity.unwrap_or(ORDER.len()), std::cmp::Reverse(gap.missing.len()))
    };
    found.sort_by(|one, other| {
        (rank(one), &one.system_name, &one.threat).cmp(&(rank(other), &other.system_name, &other.threat))
    });
    Ok(found)
}

/// A threat as the facts have it.
struct Row {
    id: String,
    title: String,
    model: String,
    severity: Option<String>,
    accepted: bool,
    missing: Vec<Missing>,
}

impl Row {
    fn is_gap(&self) -> bool {
        !self.accepted && !self.missing.is_empty()
    }
}

struct Pool {
    models: Vec<ModelLine>,
    threats: Vec<Row>,
}

impl Pool {
    fn read(facts: &Facts, at: Instant) -> Result<Self, Error> {
        let now = format!("to_timestamp_micros({})", at.micros());
        let models = format!(
            "select m.id, m.title, m.system, s.name, m.method, m.made_at, m.review_due from threat_models m \
             left join systems s on s.id = m.system where m.made_at < {now} order by m.id"
        );
        let models = sql(facts, &models, LIMITS)?.rows.into_iter().filter_map(|row| {
            let system = text(&row, 2)?;
            let review_due = instant(&row, 6);
            Some(ModelLine {
                id: text(&row, 0)?,
                title: text(&row, 1)?,
                system_name: text(&row, 3).unwrap_or_else(|| system.clone()),
                system,
                method: text(&row, 4),
                made_at: instant(&row, 5)?,
                overdue: review_due.is_some_and(|due| due < at),
                review_due,
                threats: 0,
                accepted: 0,
                gaps: 0,
                nothing: 0,
            })
        });
        let watched = format!(
            "select distinct t.threat from threat_telemetry t left join monitors m on m.id = t.id and t.kind = 'monitor' \
             where t.kind <> 'monitor' or (m.id is not null and (m.disabled_at is null or m.disabled_at >= {now}))"
        );
        let watched: HashSet<String> = sql(facts, &watched, LIMITS)?.rows.iter().filter_map(|row| text(row, 0)).collect();
        let threats = "select id, title, threat_model, severity, accepted_reason, controls_count, tests_count, \
                       incident_assumptions_count from threats order by id";
        let threats = sql(facts, threats, LIMITS)?.rows.into_iter().filter_map(|row| {
            let id = text(&row, 0)?;
            let has = [some(&row, 5), some(&row, 6), watched.contains(&id), some(&row, 7)];
            let missing = Missing::ALL.into_iter().zip(has).filter(|(_, has)| !has).map(|(missing, _)| missing);
            Some(Row {
                title: text(&row, 1)?,
                model: text(&row, 2)?,
                severity: text(&row, 3),
                accepted: text(&row, 4).is_some_and(|reason| !reason.trim().is_empty()),
                missing: missing.collect(),
                id,
            })
        });
        Ok(Self { models: models.collect(), threats: threats.collect() })
    }
}

fn text(row: &[Cell], at: usize) -> Option<String> {
    if let Some(Cell::Text(text)) = row.get(at) { Some(text.clone()) } else { None }
}

fn instant(row: &[Cell], at: usize) -> Option<Instant> {
    text(row, at).as_deref().and_then(Instant::parse)
}

fn some(row: &[Cell], at: usize) -> bool {
    matches!(row.get(at), Some(Cell::Whole(count)) if *count > 0)
}
