//! `tally duty`: what is owed and how it stands, taking duties over from the catalog, saying that one was done, the calendar.

use std::collections::BTreeMap;

use clap::{Args, Subcommand, ValueEnum};
use serde_json::json as object;
use tally_app::duties::{self, Adopt, Done, Group};
use tally_app::scope::Scope;
use tally_app::{Error, Facts};
use tally_model::Instant;
use tally_model::problem::printable;
use tally_web::api::v1;

use crate::act::actor;
use crate::cli::{Common, Format, instant};
use crate::exit;
use crate::metric::write_table;
use crate::output::{err, json, out};
use crate::remote;

#[derive(Subcommand)]
pub enum DutyCommand {
    /// What is owed, the most pressing first.
    List {
        /// The duties of this team alone.
        #[arg(long, value_name = "TEAM")]
        team: Option<String>,
        /// The times in this state alone; else all but those that were done.
        #[arg(long, value_enum)]
        state: Option<Stand>,
        /// The instant to look at; else now.
        #[arg(long, value_name = "INSTANT", value_parser = instant)]
        as_of: Option<Instant>,
        /// How output is written.
        #[arg(long, value_enum, default_value_t = Format::Human)]
        format: Format,
    },
    /// One duty and all its times, the newest first.
    History {
        /// The duty.
        id: String,
        /// The instant to look at; else now.
        #[arg(long, value_name = "INSTANT", value_parser = instant)]
        as_of: Option<Instant>,
        /// How output is written.
        #[arg(long, value_enum, default_value_t = Format::Human)]
        format: Format,
    },
    /// Take duties over from the catalog; what is there already stays as it is.
    Adopt(AdoptArgs),
    /// Say that a duty was done, with evidence or at least a note.
    Done(DoneArgs),
    /// The calendar of all that is owed within a year (iCalendar), to standard output.
    Calendar {
        /// The duties of this team alone.
        #[arg(long, value_name = "TEAM")]
        team: Option<String>,
        /// Where the pages are served, for links, such as `https://tally.example.org`.
        #[arg(long, value_name = "URL")]
        address: Option<String>,
    },
}

/// How a time of a duty stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Stand {
    /// Not done, and the day it was due has passed.
    Overdue,
    /// Not done, and due within seven days.
    DueSoon,
    /// Not done, and there is time.
    Open,
    /// Done, in time or late.
    Done,
}

impl Stand {
    const fn group(self) -> Group {
        match self {
            Self::Overdue => Group::Overdue,
            Self::DueSoon => Group::DueSoon,
            Self::Open => Group::Open,
            Self::Done => Group::Done,
        }
    }
}

#[derive(Args)]
pub struct AdoptArgs {
    /// Ids of the catalog's duties; none: all.
    duties: Vec<String>,
    /// The team that does them; else the one whose function the catalog suggests.
    #[arg(long, value_name = "TEAM")]
    owner: Option<String>,
    /// The team of one duty. Can be given several times.
    #[arg(long, value_name = "DUTY=TEAM", value_parser = owner_of)]
    owner_of: Vec<(String, String)>,
    /// Since when they are owed; else from today.
    #[arg(long, value_name = "DATE", value_parser = instant)]
    since: Option<Instant>,
    /// Only show what the catalog has, and which of it is there already.
    #[arg(long)]
    list: bool,
    /// How output is written.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

#[derive(Args)]
pub struct DoneArgs {
    /// The duty.
    id: String,
    /// Which time: 2026-Q3, 2026-03, or the id of a release; else the one due first of those not done.
    #[arg(long, value_name = "TIME")]
    occurrence: Option<String>,
    /// The id of a piece of evidence, or where the proof is. Can be given several times.
    #[arg(long, value_name = "TEXT")]
    evidence: Vec<String>,
    /// What came out.
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    /// When it was done; else now.
    #[arg(long, value_name = "INSTANT", value_parser = instant)]
    at: Option<Instant>,
    /// How output is written.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

fn owner_of(text: &str) -> Result<(String, String), String> {
    let (duty, team) = text.split_once('=').ok_or_else(|| "expected a duty and its team, such as Q-1=red-team".to_owned())?;
    Ok((duty.trim().to_owned(), team.trim().to_owned()))
}

pub fn run(common: &Common, command: DutyCommand) -> Result<u8, Error> {
    match command {
        DutyCommand::List { team, state, as_of, format } => list(common, team.as_deref(), state, as_of, format),
        DutyCommand::History { id, as_of, format } => history(common, &id, as_of, format),
        DutyCommand::Adopt(args) if args.list => offers(common, args.format),
        DutyCommand::Adopt(args) => adopt(common, args),
        DutyCommand::Done(args) => done(common, args),
        DutyCommand::Calendar { team, address } => calendar(common, team.as_deref(), address.as_deref()),
    }
}

fn list(
    common: &Common,
    team: Option<&str>,
    state: Option<Stand>,
    as_of: Option<Instant>,
    format: Format,
) -> Result<u8, Error> {
    let at = as_of.unwrap_or_else(tally_app::now);
    let mut board = match common.server()? {
        Some(server) => {
            let mut query = vec![("as_of", at.to_string()), ("limit", "10000".to_owned())];
            query.extend(team.map(|team| ("team", team.to_owned())));
            query.extend(state.map(|state| ("state", state.group().word().to_owned())));
            server.get("/duties", &query)?.json()?
        }
        None => {
            let programme = common.programme()?;
            let board = duties::board(&programme, &Facts::open(&programme, None)?, &Scope::All, at)?;
            let of_team = team.map(|team| board.of_team(team));
            v1::DutyBoard::of(of_team.as_ref().unwrap_or(&board), state.map(Stand::group), usize::MAX)
        }
    };
    if state.is_none() {
        board.times.retain(|time| time.done_at.is_none());
    }
    if format == Format::Json {
        return json(&object!(board)).map(|()| exit::HOLDS);
    }
    let title = |id: &str| board.duties.iter().find(|duty| duty.id == id).map_or("", |duty| duty.title.as_str());
    let rows = board.times.iter().map(|time| {
        let due = time.due.clone().unwrap_or_else(|| "when deployed".to_owned());
        vec![stands(time), time.duty.clone(), time.occurrence.clone(), title(&time.duty).to_owned(), time.owner.clone(), due]
    });
    write_table(format, &["state", "duty", "time", "title", "team", "due"], &[], rows.collect())?;
    if format == Format::Human {
        err(&counts(&board));
    }
    Ok(exit::HOLDS)
}

fn counts(board: &v1::DutyBoard) -> String {
    if board.duties.is_empty() {
        return "no duty is adopted yet; `tally duty adopt` takes over the catalog's".to_owned();
    }
    format!("{} overdue, {} due soon, {} open, {} done", board.overdue, board.due_soon, board.open, board.done)
}

fn stands(time: &v1::DutyTime) -> String {
    match time.overdue_days {
        Some(days) => format!("overdue by {days} day{}", if days == 1 { "" } else { "s" }),
        None => time.state.clone(),
    }
}

fn history(common: &Common, id: &str, as_of: Option<Instant>, format: Format) -> Result<u8, Error> {
    let at = as_of.unwrap_or_else(tally_app::now);
    let found = match common.server()? {
        Some(server) => server.get(&format!("/duties/{}", remote::encode(id)), &vec![("as_of", at.to_string())])?.json()?,
        None => {
            let programme = common.programme()?;
            let board = duties::board(&programme, &Facts::open(&programme, None)?, &Scope::All, at)?;
            let (duty, times) = board.history(id)?;
            let times = times.iter().map(|one| v1::DutyTime::of(one, board.today)).collect();
            v1::DutyHistory { duty: v1::KeptDuty::from(duty.as_ref()), times }
        }
    };
    if format == Format::Json {
        return json(&object!(found)).map(|()| exit::HOLDS);
    }
    let rows = found.times.iter().map(|time| {
        let text = |part: &Option<String>| part.clone().unwrap_or_default();
        let done = time.done_at.as_deref().and_then(|at| at.get(..10)).unwrap_or_default().to_owned();
        vec![
            time.occurrence.clone(),
            stands(time),
            text(&time.due),
            done,
            text(&time.done_by),
            time.evidence.join("; "),
            text(&time.note),
        ]
    });
    write_table(format, &["time", "state", "due", "done", "by", "evidence", "note"], &[], rows.collect())?;
    Ok(exit::HOLDS)
}

fn offers(common: &Common, format: Format) -> Result<u8, Error> {
    if common.server()?.is_some() {
        return Err(Error::Invalid("`tally duty adopt --list` works on a data directory only; leave --server out".to_owned()));
    }
    let offers = duties::offers(&common.programme()?)?;
    let rows = offers.iter().map(|offer| {
        let known = if offer.known.is_some() { "adopted" } else { "" };
        let owner = offer.owner.clone().unwrap_or_default();
        vec![offer.duty.id.clone(), offer.duty.cadence.as_str().to_owned(), offer.duty.title.clone(), owner, known.to_owned()]
    });
    write_table(format, &["duty", "cadence", "title", "team", "known"], &[], rows.collect())?;
    Ok(exit::HOLDS)
}

fn adopt(common: &Common, args: AdoptArgs) -> Result<u8, Error> {
    let owners: BTreeMap<String, String> = args.owner_of.into_iter().collect();
    let adopted = match common.server()? {
        Some(server) => {
            let starts_at = args.since.map(|at| at.to_string());
            let body = v1::AdoptDuties { duties: args.duties, owners, owner: args.owner, starts_at };
            server.post("/duties/adopt", &Vec::new(), &body)?.json()?
        }
        None => {
            let wanted = Adopt { duties: args.duties, owners, owner: args.owner, starts_at: args.since };
            let adopted = duties::adopt(&mut common.programme()?, &wanted, &actor(common), tally_app::now())?;
            v1::AdoptedDuties::from(&adopted)
        }
    };
    if args.format != Format::Human {
        return json(&object!(adopted)).map(|()| exit::HOLDS);
    }
    let list = |ids: &[String]| if ids.is_empty() { "none".to_owned() } else { ids.join(", ") };
    out(&printable(&format!("adopted: {}", list(&adopted.adopted))))?;
    if !adopted.known.is_empty() {
        err(&printable(&format!("there already: {}", list(&adopted.known))));
    }
    Ok(exit::HOLDS)
}

fn done(common: &Common, args: DoneArgs) -> Result<u8, Error> {
    let DoneArgs { id, occurrence, evidence, note, at, format } = args;
    let was = match common.server()? {
        Some(server) => {
            let body = v1::DutyDone { occurrence, evidence, note, done_at: at.map(|at| at.to_string()) };
            server.post(&format!("/duties/{}/done", remote::encode(&id)), &Vec::new(), &body)?.json()?
        }
        None => {
            let mut programme = common.programme()?;
            let facts = Facts::open(&programme, None)?;
            let said = Done { duty: id.clone(), occurrence, evidence, note, done_at: at };
            let (occurrence, edited) = duties::done(&mut programme, &facts, &said, &actor(common), tally_app::now())?;
            v1::DutyWasDone { occurrence, edited: v1::Edited::from(&edited) }
        }
    };
    if format != Format::Human {
        return json(&object!(was)).map(|()| exit::HOLDS);
    }
    out(&printable(&format!("{id} is done for {}", was.occurrence))).map(|()| exit::HOLDS)
}

fn calendar(common: &Common, team: Option<&str>, address: Option<&str>) -> Result<u8, Error> {
    if common.server()?.is_some() {
        let text =
            "`tally duty calendar` works on a data directory only; a server gives the same at /duties.ics to who sends a token";
        return Err(Error::Invalid(text.to_owned()));
    }
    let programme = common.programme()?;
    let facts = Facts::open(&programme, None)?;
    out(&duties::calendar(&programme, &facts, &Scope::All, team, address, tally_app::now())?).map(|()| exit::HOLDS)
}
