//! The verbs that change things: what each does, what each refuses, and that taking back is exact.

mod bulk;
mod edits;
mod life;
mod review;

use tally_app::act::{Act, ActError, Actor, Edited, Via, carry_out};
use tally_app::import::{Options, record_bytes};
use tally_app::{Error, Programme, journal};
use tally_model::json::Json;
use tally_model::{Instant, Kind, Record};
use tempfile::TempDir;

/// Two teams, two systems, four findings.
const BASE: &str = r#"{"kind":"team","id":"red","name":"Red team","function":"red_team"}
{"kind":"team","id":"blue","name":"Blue team","function":"engineering"}
{"kind":"system","id":"bot","name":"Bot","owner":"red","origin":"internal","type":"assistant","risk_tier":"high","production_from":"2026-01-01"}
{"kind":"system","id":"rag","name":"Rag","owner":"blue","origin":"internal","type":"rag","risk_tier":"high","production_from":"2026-01-01"}
{"kind":"finding","id":"f1","system":"bot","title":"One","severity":"high","class":"LLM01:2025","reported_at":"2026-02-01"}
{"kind":"finding","id":"f2","system":"bot","title":"Two","severity":"critical","class":"LLM02:2025","reported_at":"2026-02-02"}
{"kind":"finding","id":"f3","system":"rag","title":"Three","severity":"low","class":"LLM01:2025","reported_at":"2026-02-03"}
{"kind":"finding","id":"f4","system":"rag","title":"Four","severity":"medium","class":"LLM07:2025","reported_at":"2026-02-04","labels":{"area":"search"}}
"#;

/// A programme in a folder of its own.
struct Place {
    programme: Programme,
    _folder: TempDir,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut programme = Programme::init(&folder.path().join("data")).unwrap();
        import(&mut programme, BASE);
        Self { programme, _folder: folder }
    }

    /// One act, `day` days into March 2026.
    fn act(&mut self, id: &str, act: &Act, who: &str, day: u32) -> Result<Edited, Error> {
        carry_out(&mut self.programme, id, act, None, &actor(who), day_of(day))
    }

    fn ok(&mut self, id: &str, act: &Act, who: &str, day: u32) -> Edited {
        let edited = self.act(id, act, who, day).unwrap();
        assert!(edited.written());
        edited
    }

    /// What an act is refused with.
    fn refused(&mut self, id: &str, act: &Act, who: &str, day: u32) -> String {
        let before = self.size();
        let error = self.act(id, act, who, day).unwrap_err();
        assert!(matches!(error, Error::Act(_) | Error::Unknown { .. }), "{error}");
        assert_eq!(self.size(), before, "a refusal writes nothing");
        error.to_string()
    }

    fn record(&self, kind: &str, id: &str) -> Record {
        let (entries, _) = journal::log(&self.programme, kind, id).unwrap();
        let mut record = Record::new(Kind::named(kind).unwrap(), id);
        for payload in entries.iter().filter_map(|entry| entry.payload.as_deref()) {
            record.merge(&Record::read(&Json::parse(payload).unwrap()).unwrap());
        }
        record.settled()
    }

    /// A finding as canonical JSON.
    fn finding(&self, id: &str) -> String {
        String::from_utf8(self.record("finding", id).canonical()).unwrap()
    }

    fn findings(&self) -> Vec<String> {
        ["f1", "f2", "f3", "f4"].map(|id| self.finding(id)).into()
    }

    fn size(&self) -> u64 {
        journal::size(&self.programme).unwrap()
    }

    fn holds(&self) {
        let found = journal::verify(&self.programme, None).unwrap();
        assert!(found.holds(), "{:?}", found.faults);
    }
}

fn import(programme: &mut Programme, lines: &str) {
    let options = Options { actor: "importer".to_owned(), at: day_of(0), ..Options::default() };
    let import = record_bytes(programme, "base.jsonl", lines.as_bytes(), &options).unwrap();
    assert_eq!(import.errors, 0, "{:?}", import.problems);
}

fn actor(name: &str) -> Actor {
    Actor::new(name, Via::Page)
}

/// Noon of a day of March 2026; day 0 is the last of February.
fn day_of(day: u32) -> Instant {
    let first = Instant::parse("2026-02-28T12:00:00Z").unwrap();
    Instant::from_micros(first.micros() + i64::from(day) * 86_400_000_000)
}

fn why(error: Error) -> ActError {
    match error {
        Error::Act(error) => error,
        other => panic!("{other}"),
    }
}

fn text(text: &str) -> String {
    text.to_owned()
}
