//! Maturity rounds: what each verb does and what it refuses; numbers worked by hand over a small model.

mod acts;
mod files;
mod follows;
mod numbers;
mod scope;

use tally_app::act::{Actor, Via};
use tally_app::import::{Options, record_bytes};
use tally_app::maturity::{
    Assignment, Desk, Hand, Reply, RoundScope, Sheet, SheetAsk, Start, answer, approve, sheet, start, submit,
};
use tally_app::{Error, Facts, Programme, journal};
use tally_model::Instant;
use tempfile::TempDir;

/// Domain A has questions at levels 2 and 3, domain B at level 2 alone; B-01 is answered by facts too.
const MODEL: &str = r#"
id = "tiny"
title = "Tiny"
version = "1"
summary = "Two domains."
licence = "CC0-1.0"
earned_from = 3
fresh_days = 100
scale = [
  { score = 0, name = "None", means = "." }, { score = 1, name = "Some", means = "." }, { score = 2, name = "Part", means = "." },
  { score = 3, name = "Most", means = "." }, { score = 4, name = "All", means = "." },
]
levels = [
  { level = 1, name = "One", means = "." }, { level = 2, name = "Two", means = "." }, { level = 3, name = "Three", means = "." },
]

[[domains]]
id = "A"
title = "First"
means = "."

[[domains]]
id = "B"
title = "Second"
means = "."

[[questions]]
id = "A-01"
domain = "A"
level = 2
ask = "Is it written down?"
effort = "small"
links = ["eu-ai-act:Art. 9"]

[[questions]]
id = "A-02"
domain = "A"
level = 3
ask = "Is it measured?"
needs = ["A-01"]

[[questions]]
id = "B-01"
domain = "B"
level = 2
ask = "Is every system high risk?"

[[questions.computed]]
says = "Share of systems with a high risk tier"
of = "system"
scores = { 1 = 1, 2 = 40, 3 = 90 }
sql = "SELECT p.point, s.id AS key, s.risk_tier = 'high' AS hit, s.risk_tier AS because FROM points p JOIN systems s ON s.production_from < p.t"

[[phases]]
id = "first"
title = "Foundation"
levels = [1, 2]

[[phases]]
id = "second"
title = "Growth"
levels = [3]
"#;

const BASE: &str = r#"{"kind":"team","id":"red","name":"Red team","function":"red_team"}
{"kind":"team","id":"blue","name":"Blue team","function":"engineering"}
{"kind":"system","id":"bot","name":"Bot","owner":"red","origin":"internal","type":"assistant","risk_tier":"high","production_from":"2026-01-01"}
{"kind":"system","id":"rag","name":"Rag","owner":"blue","origin":"internal","type":"rag","risk_tier":"low","production_from":"2026-01-01"}
{"kind":"evidence","id":"ev-fresh","name":"Charter","sha256":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","media_type":"text/plain","collected_at":"2026-02-01"}
{"kind":"evidence","id":"ev-old","name":"Old plan","sha256":"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb","media_type":"text/plain","collected_at":"2026-02-01","expires_at":"2026-02-20"}
"#;

/// A programme in a folder of its own.
struct Place {
    programme: Programme,
    _folder: TempDir,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        drop(Programme::init(&data).unwrap());
        std::fs::create_dir_all(data.join("catalog/maturity")).unwrap();
        std::fs::write(data.join("catalog/maturity/tiny.toml"), MODEL).unwrap();
        let mut programme = Programme::open(&data).unwrap();
        assert_eq!(programme.catalog_findings(), []);
        import(&mut programme, BASE);
        Self { programme, _folder: folder }
    }

    /// A round of the organisation that anna leads and carl is to approve, started on day 1.
    fn with_round() -> Self {
        let mut place = Self::new();
        let start = Start { approver: Some("carl".to_owned()), id: Some("r1".to_owned()), ..ask(RoundScope::Organisation) };
        place.start(&start, "anna", 1).unwrap();
        place
    }

    fn start(&mut self, said: &Start, who: &str, day: u32) -> Result<String, Error> {
        let actor = actor(who);
        start(&mut self.programme, said, Hand::of(&actor), day_of(day)).map(|started| started.id)
    }

    fn answer(&mut self, round: &str, replies: &[Reply], who: &str, day: u32) -> Result<bool, Error> {
        let actor = actor(who);
        answer(&mut self.programme, round, replies, Hand::of(&actor), day_of(day)).map(|edited| edited.written())
    }

    /// One answer by anna.
    fn give(&mut self, round: &str, question: &str, score: u8, day: u32) {
        assert!(self.answer(round, &[reply(question, score)], "anna", day).unwrap());
    }

    fn submit(&mut self, round: &str, who: &str, day: u32) -> Result<(), Error> {
        submit(&mut self.programme, round, Hand::of(&actor(who)), day_of(day)).map(|_| ())
    }

    fn approve(&mut self, round: &str, who: &str, day: u32) -> Result<(), Error> {
        approve(&mut self.programme, round, Hand::of(&actor(who)), day_of(day)).map(|_| ())
    }

    fn facts(&self) -> Facts {
        Facts::open(&self.programme, None).unwrap()
    }

    /// What a reading verb says on a day, to somebody who sees all.
    fn read<T>(&self, day: u32, verb: impl FnOnce(&Desk<'_>) -> Result<T, Error>) -> T {
        let facts = self.facts();
        verb(&Desk::whole(&self.programme, &facts, day_of(day))).unwrap()
    }

    fn sheet(&self, round: &str, day: u32) -> Sheet {
        self.read(day, |desk| sheet(desk, round, &SheetAsk { rows: true, ..SheetAsk::default() }))
    }

    fn size(&self) -> u64 {
        journal::size(&self.programme).unwrap()
    }

    /// What is refused says so and writes nothing.
    fn refused<T>(&mut self, act: impl FnOnce(&mut Self) -> Result<T, Error>) -> (tally_app::Kind, String) {
        let before = self.size();
        let error = act(self).err().unwrap();
        assert_eq!(self.size(), before, "a refusal writes nothing");
        (error.kind(), error.to_string())
    }
}

fn ask(scope: RoundScope) -> Start {
    Start {
        model: "tiny".to_owned(),
        title: "First half".to_owned(),
        scope,
        subjects: Vec::new(),
        assessor: None,
        approver: None,
        due: None,
        assignments: Vec::new(),
        id: None,
    }
}

fn assigned(domain: &str, owner: &str) -> Assignment {
    Assignment { domain: domain.to_owned(), owner: owner.to_owned(), due: None }
}

fn reply(question: &str, score: u8) -> Reply {
    Reply { question: question.to_owned(), score: Some(score), ..Reply::default() }
}

fn shown(question: &str, score: u8, evidence: &str) -> Reply {
    Reply { evidence: Some(vec![evidence.to_owned()]), ..reply(question, score) }
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
