//! Duties: what is owed when, taking over from the catalog, saying that it was done, who sees what, the calendar.

use std::collections::BTreeMap;

use tally_app::act::{Actor, Via};
use tally_app::duties::{Adopt, Board, Done, Group, State, adopt, board, calendar, done, offers};
use tally_app::import::{Options, record_bytes};
use tally_app::scope::Scope;
use tally_app::{Error, Facts, Programme};
use tally_model::Instant;
use tempfile::TempDir;

/// Two teams of two functions, a system each, releases of both: one deployed, one planned.
const BASE: &str = r#"{"kind":"team","id":"red","name":"Red team","function":"red_team"}
{"kind":"team","id":"blue","name":"Blue team","function":"engineering"}
{"kind":"team","id":"soc","name":"Operations","function":"soc"}
{"kind":"team","id":"sec","name":"AppSec","function":"appsec"}
{"kind":"team","id":"plat","name":"Platform","function":"ai_platform"}
{"kind":"team","id":"gov","name":"Governance","function":"grc"}
{"kind":"system","id":"bot","name":"Bot","owner":"red","origin":"internal","type":"assistant","risk_tier":"high","production_from":"2026-01-01"}
{"kind":"system","id":"rag","name":"Rag","owner":"blue","origin":"internal","type":"rag","risk_tier":"high","production_from":"2026-01-01"}
{"kind":"release","id":"bot/1","system":"bot","version":"1","change":"new_system","author":"a","deployed_at":"2026-02-10T09:00:00Z"}
{"kind":"release","id":"bot/2","system":"bot","version":"2","change":"minor_update","author":"a"}
{"kind":"release","id":"rag/1","system":"rag","version":"1","change":"new_system","author":"a","deployed_at":"2026-03-20T09:00:00Z"}
{"kind":"duty","id":"own","title":"Look at the logs","cadence":"monthly","owner":"blue","starts_at":"2026-01-15","due_days":3}
{"kind":"duty","id":"gate","title":"Hold the gate","cadence":"per_release","owner":"sec","starts_at":"2026-02-01","due_days":2}
{"kind":"duty","id":"drill","title":"Drill","cadence":"quarterly","owner":"soc","starts_at":"2025-11-01","ends_at":"2026-03-30","system":"bot"}
{"kind":"duty_done","id":"x","duty":"own","occurrence":"2026-01","done_at":"2026-02-05T10:00:00Z","by":"ada","evidence":["log-review"]}
"#;

struct Place {
    programme: Programme,
    _folder: TempDir,
}

fn at(text: &str) -> Instant {
    Instant::parse(text).unwrap()
}

impl Place {
    fn new(records: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut programme = Programme::init(&folder.path().join("data")).unwrap();
        let options = Options { actor: "importer".to_owned(), at: at("2026-01-01"), ..Options::default() };
        let import = record_bytes(&mut programme, "base.jsonl", records.as_bytes(), &options).unwrap();
        assert_eq!(import.errors, 0, "{:?}", import.problems);
        Self { programme, _folder: folder }
    }

    fn facts(&self, scope: &Scope) -> Facts {
        let facts = Facts::open(&self.programme, None).unwrap();
        match scope {
            Scope::All => facts,
            Scope::Teams(teams) => facts.of_teams(teams).unwrap(),
        }
    }

    fn board(&self, scope: &Scope, now: &str) -> Board {
        board(&self.programme, &self.facts(scope), scope, at(now)).unwrap()
    }

    fn done(&mut self, said: &Done, by: &Actor, now: &str) -> Result<(String, u64), String> {
        let facts = self.facts(&by.scope);
        let done = done(&mut self.programme, &facts, said, by, at(now));
        done.map(|(name, edited)| (name, edited.entries)).map_err(|error| error.to_string())
    }
}

fn teams(names: &[&str]) -> Scope {
    Scope::Teams(names.iter().map(|name| (*name).to_owned()).collect())
}

fn ada() -> Actor {
    Actor::new("ada", Via::Page)
}

fn said(duty: &str, occurrence: Option<&str>) -> Done {
    let evidence = vec!["report-1".to_owned()];
    Done { duty: duty.to_owned(), occurrence: occurrence.map(str::to_owned), evidence, ..Done::default() }
}

/// The rows of a board as lines.
fn lines(board: &Board) -> Vec<String> {
    let due = |day: Option<tally_app::duties::Day>| day.map_or_else(|| "-".to_owned(), |day| day.to_string());
    board.rows.iter().map(|row| format!("{} {} {} {}", row.duty.id, row.name, due(row.due), row.state.words())).collect()
}

#[test]
fn the_board_shows_each_time_with_its_state() {
    let place = Place::new(BASE);
    let board = place.board(&Scope::All, "2026-04-04T12:00:00Z");
    // own: January was due on 3 February and done on the 5th; March is due on 3 April; April on 3 May.
    // gate: bot/1 two days after 10 February, rag/1 after 20 March, bot/2 has no day yet.
    // drill: it begins in the last quarter of 2025; the first of 2026 ends on the 31st, a day after the duty does.
    let expected = [
        "drill 2025-Q4 2025-12-31 overdue",
        "gate bot/1 2026-02-12 overdue",
        "own 2026-02 2026-03-03 overdue",
        "gate rag/1 2026-03-22 overdue",
        "own 2026-03 2026-04-03 overdue",
        "own 2026-04 2026-05-03 open",
        "gate bot/2 - open",
        "own 2026-01 2026-02-03 done late",
    ];
    assert_eq!(lines(&board), expected);
    assert_eq!(Group::ALL.map(|group| board.count(group)), [5, 0, 2, 1]);
    // Earlier, less was owed, and what was done later was not done yet.
    let before = place.board(&Scope::All, "2026-02-03T12:00:00Z");
    assert_eq!(
        lines(&before),
        [
            "drill 2025-Q4 2025-12-31 overdue",
            "own 2026-01 2026-02-03 due soon",
            "gate bot/1 2026-02-12 open",
            "own 2026-02 2026-03-03 open",
            "gate rag/1 2026-03-22 open",
            "gate bot/2 - open",
        ]
    );
    assert!(Place::new("").board(&Scope::All, "2026-04-04").rows.is_empty());
}

#[test]
fn a_viewer_of_some_teams_sees_their_duties_and_releases_alone() {
    let place = Place::new(BASE);
    let now = "2026-04-04T12:00:00Z";
    let ids = |scope: &Scope| {
        let board = place.board(scope, now);
        let duties: Vec<String> = board.duties.iter().map(|duty| duty.id.clone()).collect();
        (duties.join(" "), lines(&board).len())
    };
    // The red team owns the bot, and the drill is about it.
    assert_eq!(ids(&teams(&["red"])), ("drill".to_owned(), 1));
    assert_eq!(ids(&teams(&["blue"])), ("own".to_owned(), 4));
    // The gate is the appsec team's, who own no system: no release is theirs to see.
    assert_eq!(ids(&teams(&["sec"])), ("gate".to_owned(), 0));
    assert_eq!(ids(&teams(&["sec", "blue"])), ("gate own".to_owned(), 5));
    assert_eq!(ids(&teams(&["nobody"])), (String::new(), 0));
}

#[test]
fn done_once_with_evidence() {
    let mut place = Place::new(BASE);
    let now = "2026-04-04T12:00:00Z";
    // Without a time the oldest that is not done is meant.
    assert_eq!(place.done(&said("own", None), &ada(), now).unwrap().0, "2026-02");
    let (_, rows) = place.board(&Scope::All, "2026-04-04T13:00:00Z").history("own").unwrap();
    let row = rows.iter().find(|row| row.name == "2026-02").unwrap();
    assert_eq!(row.state, State::DoneLate);
    let did = row.done.as_ref().unwrap();
    assert_eq!((did.id.as_str(), did.by.as_str(), did.evidence.join(",").as_str()), ("own/2026-02", "ada", "report-1"));
    assert_eq!(rows.iter().map(|row| row.name.as_str()).collect::<Vec<_>>(), ["2026-04", "2026-03", "2026-02", "2026-01"]);
    // Twice is once.
    let again = place.done(&said("own", Some("2026-02")), &ada(), now).unwrap_err();
    assert!(again.contains("own for 2026-02 was done on 2026-04-04 by ada"), "{again}");
    // A release that is planned is checked before it goes out; when it has a day, it was in time.
    assert_eq!(place.done(&said("gate", Some("bot/2")), &ada(), now).unwrap().0, "bot/2");
    assert!(tally_app::journal::verify(&place.programme, None).unwrap().holds());
}

#[test]
fn what_cannot_be_done() {
    let mut place = Place::new(BASE);
    let now = "2026-04-04T12:00:00Z";
    let size = tally_app::journal::size(&place.programme).unwrap();
    let mut refused = |said: &Done, by: &Actor, why: &str| {
        let error = place.done(said, by, now).unwrap_err();
        assert!(error.contains(why), "{error}");
    };
    refused(&said("owm", None), &ada(), "no duty `owm`; did you mean `own`?");
    refused(&said("own", Some("2026-05")), &ada(), "no time of this duty `2026-05`; did you mean `2026-0");
    refused(&said("own", Some("whenever")), &ada(), "it has 2026-01 to 2026-04 so far");
    refused(&Done { evidence: vec![" ".to_owned()], ..said("own", None) }, &ada(), "nothing says how it was done");
    let early = Done { done_at: Some(at("2026-01-31")), ..said("own", Some("2026-02")) };
    refused(&early, &ada(), "before 2026-02 began on 2026-02-01");
    let later = Done { done_at: Some(at("2026-05-01")), ..said("own", Some("2026-03")) };
    refused(&later, &ada(), "yet to come");
    // What one does not see is not there.
    let red = Actor { scope: teams(&["red"]), ..ada() };
    refused(&said("own", None), &red, "no duty `own`");
    assert_eq!(tally_app::journal::size(&place.programme).unwrap(), size, "a refusal writes nothing");
}

#[test]
fn adopting_gives_each_duty_the_team_of_its_function_once() {
    let mut place = Place::new(BASE);
    let all = offers(&place.programme).unwrap();
    assert_eq!(all.len(), place.programme.catalog().duties().count());
    assert!(all.iter().all(|offer| offer.known.is_none()));
    let now = at("2026-04-04T12:00:00Z");
    // One function has no team here: that is said of each duty, and nothing is written.
    let wanted = Adopt { starts_at: Some(at("2026-01-01")), ..Adopt::default() };
    let missing: Vec<&str> = all.iter().filter(|offer| offer.owner.is_none()).map(|offer| offer.duty.id.as_str()).collect();
    assert_eq!(missing, [""; 0], "the teams above have every function that does something");
    let adopted = adopt(&mut place.programme, &wanted, &ada(), now).unwrap();
    assert_eq!(adopted.adopted.len(), all.len());
    let owner = |id: &str| adopted.adopted.iter().find(|(known, _)| known == id).unwrap().1.clone();
    assert_eq!((owner("Q-3"), owner("M-1"), owner("Q-1")), ("red".to_owned(), "soc".to_owned(), "sec".to_owned()));
    // The catalog's days and texts hold for what was taken over.
    let board = place.board(&Scope::All, "2026-04-04T12:00:00Z");
    let duty = board.duties.iter().find(|duty| duty.id == "Q-3").unwrap();
    let catalog = place.programme.catalog().duty("Q-3").unwrap();
    assert_eq!(i64::from(duty.due_days), i64::from(catalog.due_days));
    assert!(!duty.does.is_empty() && !duty.proof.is_empty());
    // Again: all of them are there.
    let again = adopt(&mut place.programme, &wanted, &ada(), now).unwrap();
    assert_eq!((again.adopted.len(), again.known.len(), again.edited.written()), (0, all.len(), false));
}

#[test]
fn adopting_asks_for_a_team_that_is_there() {
    let only = r#"{"kind":"team","id":"red","name":"Red team","function":"red_team"}
{"kind":"team","id":"blue","name":"Blue team","function":"engineering"}
{"kind":"duty","id":"Q-3","title":"Something else","cadence":"monthly","owner":"red","starts_at":"2026-01-01"}
"#;
    let mut place = Place::new(only);
    let now = at("2026-04-04T12:00:00Z");
    let mut refused = |wanted: &Adopt, by: &Actor, why: &str| {
        let error = adopt(&mut place.programme, wanted, by, now).unwrap_err();
        assert!(matches!(error, Error::Act(_)), "{error}");
        assert!(error.to_string().contains(why), "{error}");
    };
    let one = |id: &str| Adopt { duties: vec![id.to_owned()], ..Adopt::default() };
    refused(&Adopt::default(), &ada(), "no team for M-1");
    refused(&one("M-9"), &ada(), "`M-9`, expected the id of a duty in the catalog; did you mean `M-");
    refused(&Adopt { owner: Some("rd".to_owned()), ..one("M-1") }, &ada(), "did you mean `red`?");
    let red = Actor { scope: teams(&["red"]), ..ada() };
    refused(&Adopt { owner: Some("blue".to_owned()), ..one("M-1") }, &red, "none of yours");
    // A record of something else has the catalog's id: the duty gets another.
    let owners = BTreeMap::from([("Q-3".to_owned(), "red".to_owned())]);
    let adopted = adopt(&mut place.programme, &Adopt { owners, ..one("Q-3") }, &red, now).unwrap();
    assert_eq!(adopted.adopted, [("Q-3".to_owned(), "red".to_owned())]);
    let board = place.board(&Scope::All, "2026-04-04T13:00:00Z");
    let ids: Vec<&str> = board.duties.iter().map(|duty| duty.id.as_str()).collect();
    assert_eq!(ids, ["Q-3", "Q-3.2"]);
    // From the day on which it was taken over.
    assert_eq!(board.duties[1].from.to_string(), "2026-04-04");
}

#[test]
fn the_calendar_can_be_read_by_others() {
    let hostile = "{\"kind\":\"duty\",\"id\":\"odd\",\"title\":\"Commas, semicolons; and\\nEND:VCALENDAR \u{fc}ber alle Grenzen hinaus, damit die Zeile gefaltet wird\",\"cadence\":\"quarterly\",\"owner\":\"red\",\"starts_at\":\"2026-01-01\"}\n";
    let place = Place::new(&format!("{BASE}{hostile}"));
    let now = at("2026-04-04T12:00:00Z");
    let text = |scope: &Scope, team: Option<&str>| {
        calendar(&place.programme, &place.facts(scope), scope, team, Some("https://tally.example"), now)
    };
    let whole = text(&Scope::All, None).unwrap();
    assert!(whole.lines().all(|line| line.len() <= 75), "lines are folded at 75 bytes");
    assert_eq!(whole.matches('\n').count(), whole.matches("\r\n").count());
    assert_eq!(whole.matches("BEGIN:VCALENDAR").count(), 1);
    assert_eq!(whole.split("\r\n").filter(|line| *line == "END:VCALENDAR").count(), 1, "text is no line of its own");
    let plain = whole.replace("\r\n ", "");
    assert!(plain.contains("Commas\\, semicolons\\; and\\nEND:VCALENDAR über alle Grenzen hinaus"), "{plain}");
    // An event a time: its uid stays, its day is the day it is due, and what comes within a year is there.
    let uids: Vec<&str> = plain.lines().filter_map(|line| line.strip_prefix("UID:")).collect();
    let mut distinct = uids.clone();
    distinct.sort_unstable();
    distinct.dedup();
    assert_eq!(uids.len(), distinct.len());
    assert!(uids.iter().any(|uid| uid.starts_with("own/2027-03@") && uid.ends_with(".tallystick")), "{uids:?}");
    let event = plain.split("BEGIN:VEVENT").find(|event| event.contains("UID:own/2026-03@")).unwrap();
    for line in ["DTSTART;VALUE=DATE:20260403", "DTEND;VALUE=DATE:20260404", "DTSTAMP:20260404T120000Z", "TRANSP:TRANSPARENT"] {
        assert!(event.contains(&format!("{line}\r\n")), "{line} in {event}");
    }
    assert!(event.contains("URL:https://tally.example/duties/own\r\n"), "{event}");
    // One team's, and one scope's.
    let drill = text(&Scope::All, Some("soc")).unwrap();
    assert!(drill.contains("UID:drill/") && !drill.contains("UID:own/"));
    assert!(text(&Scope::All, Some("nobody")).unwrap_err().to_string().contains("no team `nobody`"));
    let red = text(&teams(&["red"]), None).unwrap();
    assert!(red.contains("UID:drill/") && !red.contains("UID:own/") && !red.contains("UID:gate/rag"));
}
