//! The board of claims: what was granted, what holds today and why, what runs out soon; granting and taking back.

use askama::Template;
use tally_app::access::Permission;
use tally_app::claims::{self, ClaimLine, Coming, Grant};
use tally_app::scope::Scope;
use tally_judge::claim::Readiness;
use tally_model::Instant;
use tally_report::number::{count, day};

use super::links;
use super::risks::{Line, Risk};
use crate::failure::Failure;
use crate::reply::Reply;
use crate::route::{Need, Route};
use crate::shell::Shell;
use crate::visit::Visit;
use crate::words::{State, capital, minute, plain};

/// The routes of this module.
pub const ROUTES: &[Route] = &[
    Route::get("/claims/board", Need::May(Permission::Read), page),
    Route::post("/claims/{id}/grant", Need::May(Permission::Review), grant),
    Route::post("/claims/{id}/revoke", Need::May(Permission::Review), revoke),
];

/// Lines beside the scorecard.
const LINES: usize = 6;

#[derive(Template)]
#[template(path = "claims_board.html")]
struct Page {
    shell: Shell,
    band: Vec<(String, &'static str)>,
    pulled_only: bool,
    cards: Vec<Card>,
    coming: Vec<(String, String, String, String)>,
    can_edit: bool,
    can_grant: bool,
    choices: [(&'static str, String); 4],
}

struct Card {
    id: String,
    path: String,
    text: String,
    place: String,
    scope: String,
    sort: String,
    caveats: String,
    owner: String,
    granted: State,
    effective: State,
    pulled_down: bool,
    reasons: Vec<String>,
    approved: String,
    due: String,
    due_day: String,
    overdue: bool,
    proofs: Vec<Proof>,
    word: &'static str,
    own: bool,
    is_granted: bool,
}

struct Proof {
    text: String,
    path: Option<String>,
    state: State,
}

/// A readiness as a state.
fn readiness(readiness: Readiness) -> State {
    let words = capital(readiness.words());
    match readiness {
        Readiness::PublicClaimReady => State::new("✓", words, "good"),
        Readiness::PublicClaimWithCaveat => State::new("✓", words, "good"),
        Readiness::InternalOrTeaserOnly => State::new("●", words, "warn"),
        Readiness::DoNotClaim => State::new("✗", words, "bad"),
    }
}

fn page(visit: &Visit) -> Result<Reply, Failure> {
    let at = visit.as_of()?;
    let scope = visit.scope();
    let lines = visit.bench().read(|programme| claims::board(programme, &scope, at))?;
    let pulled_only = visit.query.get("pulled_down") == Some("yes");
    let soon = claims::coming(&lines, at);
    let viewer = visit.viewer()?;
    let actor = visit.actor()?;
    let figure = |keep: &dyn Fn(&&ClaimLine) -> bool| count(lines.iter().filter(keep).count() as u64);
    let page = Page {
        shell: visit.shell("Claims").made_of(&*visit.facts()?, at, &Scope::All),
        band: vec![
            (figure(&|line| line.effective >= Readiness::PublicClaimWithCaveat), "may be used in public"),
            (figure(&|line| line.effective == Readiness::InternalOrTeaserOnly), "internal or teaser only"),
            (figure(&|line| line.effective == Readiness::DoNotClaim), "not to be used"),
            (figure(&|line| line.pulled_down), "pulled down"),
            (count(soon.len() as u64), "run out within 30 days"),
        ],
        cards: lines
            .iter()
            .filter(|line| !pulled_only || line.pulled_down)
            .map(|line| card(line, at, actor.is(&line.owner)))
            .collect(),
        coming: soon.iter().map(row).collect(),
        pulled_only,
        can_edit: viewer.may(Permission::Edit),
        can_grant: viewer.may(Permission::Review) && scope == Scope::All,
        choices: Readiness::ALL.map(|one| (one.word(), capital(one.words()))),
    };
    Ok(Reply::html(page.render()?))
}

fn row(coming: &Coming) -> (String, String, String, String) {
    let what = match &coming.evidence {
        Some(name) => format!("evidence: {name}"),
        None => "review due".to_owned(),
    };
    (day(coming.at), what, coming.text.clone(), format!("#c-{}", coming.claim))
}

fn card(line: &ClaimLine, at: Instant, own: bool) -> Card {
    let approved = match (&line.approved_by, line.approved_at) {
        (Some(by), Some(when)) => format!("{by} on {}", minute(when)),
        (Some(by), None) => by.clone(),
        (None, _) => "nobody".to_owned(),
    };
    Card {
        id: line.id.clone(),
        path: links::record("claim", &line.id).unwrap_or_default(),
        text: line.text.clone(),
        place: line.place.clone(),
        scope: line.scope.clone(),
        sort: line.sort.as_deref().map(|sort| capital(&plain(sort))).unwrap_or_default(),
        caveats: line.caveats.clone().unwrap_or_default(),
        owner: line.owner.clone(),
        granted: line.granted.map_or_else(|| State::new("·", "Nothing granted", "none"), readiness),
        effective: readiness(line.effective),
        pulled_down: line.pulled_down,
        reasons: reasons(line),
        approved,
        due: line.review_due.map(minute).unwrap_or_default(),
        due_day: line.review_due.map(day).unwrap_or_default(),
        overdue: line.review_due.is_some_and(|due| due < at),
        proofs: line.evidence.iter().map(|(proof, expires)| shown(proof, *expires)).collect(),
        word: line.granted.map_or("", Readiness::word),
        own,
        is_granted: line.granted.is_some_and(|granted| granted > Readiness::DoNotClaim) || line.approved_by.is_some(),
    }
}

/// Why it may be used for no more: what pulls it down, where something does; else all that keeps it from being ready.
fn reasons(line: &ClaimLine) -> Vec<String> {
    let pulls = |at_best: Readiness| !line.pulled_down || line.granted.is_some_and(|granted| at_best < granted);
    line.reasons.iter().filter(|reason| pulls(reason.at_best())).map(|reason| reason.words().to_owned()).collect()
}

fn shown(proof: &tally_app::checklist::Proof, expires: Option<Instant>) -> Proof {
    Proof {
        text: proof.name.clone().unwrap_or_else(|| proof.text.clone()),
        path: proof.name.as_ref().and_then(|_| links::record("evidence", &proof.text)),
        state: match (proof.expired, expires) {
            (true, Some(when)) => State::new("✗", format!("expired {}", day(when)), "bad"),
            (false, Some(when)) => State::new("✓", format!("until {}", day(when)), "good"),
            _ => State::new("✓", "no end", ""),
        },
    }
}

/// What the scorecard says of claims: those that may be used for less than was granted.
pub(super) fn risk(visit: &Visit, at: Instant) -> Result<Risk, Failure> {
    let lines = visit.bench().read(|programme| claims::pulled_down(programme, &visit.scope(), at))?;
    let rows = lines.iter().take(LINES).map(|line| Line {
        title: line.text.clone(),
        path: format!("/claims/board?pulled_down=yes#c-{}", line.id),
        state: Some(readiness(line.effective)),
        figure: line.reasons.first().map(|reason| reason.words().to_owned()).unwrap_or_default(),
    });
    Ok(Risk {
        title: "Claims pulled down",
        count: count(lines.len() as u64),
        path: Some("/claims/board?pulled_down=yes".to_owned()),
        none: "Every claim holds as it was granted.",
        rows: rows.collect(),
    })
}

fn grant(visit: &Visit) -> Result<Reply, Failure> {
    let word = visit.field("readiness")?;
    let due = match visit.form.get("review_due") {
        Some(text) => {
            Some(Instant::parse(text).ok_or_else(|| Failure::Wrong(format!("review due `{text}`, expected a date")))?)
        }
        None => None,
    };
    let asked = Grant {
        readiness: claims::readiness(word)?,
        // A field that is sent empty clears the caveats; one that is not sent leaves them.
        caveats: visit.form.all("caveats").next().map(str::to_owned),
        review_due: due,
    };
    let actor = visit.actor()?;
    let id = visit.param("id").to_owned();
    visit.bench().write(|programme| claims::grant(programme, &id, &asked, &actor, visit.now))?;
    Ok(visit.told(&format!("/claims/board#c-{id}"), &format!("Granted: {}.", asked.readiness.words())))
}

fn revoke(visit: &Visit) -> Result<Reply, Failure> {
    let reason = visit.field("reason")?.to_owned();
    let actor = visit.actor()?;
    let id = visit.param("id").to_owned();
    visit.bench().write(|programme| claims::revoke(programme, &id, &reason, &actor, visit.now))?;
    Ok(visit.told(&format!("/claims/board#c-{id}"), "The grant is taken back."))
}
