//! The command line against a server: what it prints is what a data directory prints, and each failure says what to do.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Stdio};

use crate::support::{Place, Ran, ran};

/// A serving program; it ends with this value.
struct Serving {
    child: Child,
    address: String,
    token: String,
    place: Place,
}

impl Serving {
    fn new(scope: &str) -> Self {
        let place = Place::base();
        place.file("own.jsonl", FINDINGS);
        place.tally(&["import", "records", "own.jsonl"]).ok();
        place.tally(&["user", "add", "ci", "--role", "contributor"]).ok();
        let token = place.tally(&["token", "create", "ci", "--name", "nightly", "--scope", scope]).ok().out.trim().to_owned();
        let mut child = place.command(&["serve", "--port", "0"]).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let said = lines.next().unwrap().unwrap();
        let address =
            said.split(" at ").nth(1).and_then(|rest| rest.split(';').next()).unwrap_or_else(|| panic!("{said}")).to_owned();
        // Whoever writes to a closed pipe fails: it is read to its end.
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, address, token, place }
    }

    /// Runs a command against the server, from a folder without a data directory.
    fn tally(&self, words: &[&str]) -> Ran {
        self.with_token(words, Some(&self.token))
    }

    fn with_token(&self, words: &[&str], token: Option<&str>) -> Ran {
        let elsewhere = Place::bare();
        let mut command = elsewhere.command(words);
        command.env("TALLY_SERVER", &self.address).env_remove("TALLY_TOKEN");
        if let Some(token) = token {
            command.env("TALLY_TOKEN", token);
        }
        ran(command.output().unwrap())
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

const FINDINGS: &str = r#"{"kind":"finding","id":"f-1","system":"bot","title":"One","severity":"high","class":"LLM01:2025","reported_at":"2026-02-01"}
{"kind":"finding","id":"f-2","system":"bot","title":"Two","severity":"low","class":"LLM01:2025","reported_at":"2026-02-02"}
"#;

#[test]
fn it_prints_what_a_data_directory_prints() {
    let serving = Serving::new("write");
    let at = ["--as-of", "2026-03-01"];
    let commands: [&[&str]; 8] = [
        &["score", at[0], at[1]],
        &["score", "--check", "--all", "--format", "json", at[0], at[1]],
        &["score", "--format", "csv", at[0], at[1]],
        &["metric", "show", "time-to-remediate", "--sql", at[0], at[1]],
        &["metric", "rows", "critical-high-rate", at[0], at[1]],
        &["metric", "rows", "critical-high-rate", "--format", "json", at[0], at[1]],
        &["sql", "select id, severity, 1.5 as x, null as n from findings order by id"],
        &["journal", "verify", "--format", "json"],
    ];
    for words in commands {
        let (remote, local) = (serving.tally(words), serving.place.tally(words));
        assert_eq!(remote, local, "{words:?}");
        assert!(!remote.out.is_empty(), "{words:?}: {}", remote.err);
    }
    assert_eq!(serving.tally(&["journal", "head"]), serving.place.tally(&["journal", "head"]));
}

#[test]
fn it_imports_and_acts() {
    let serving = Serving::new("write");
    let team = serving.place.file("team.jsonl", r#"{"kind":"team","id":"blue","name":"Blue team","function":"red_team"}"#);
    let table = serving.place.file("more.csv", "kind,id,name,function\nteam,green,Green team,red_team\n");
    let (team, table) = (team.to_str().unwrap(), table.to_str().unwrap());
    serving.tally(&["import", "records", "--dry-run", team]).ok().says(&["would be 1 new"]);
    serving.tally(&["import", "records", team, table]).ok().says(&["2 new, 0 changed"]);
    serving.tally(&["import", "records", team]).ok().says(&["nothing was written"]);
    let bad = serving.place.file("bad.jsonl", r#"{"kind":"team","id":"pink","nmae":"Pink"}"#);
    serving.tally(&["import", "records", bad.to_str().unwrap()]).ended(2).says(&["bad.jsonl", "nmae", "nothing was written"]);
    serving.tally(&["finding", "accept", "f-1"]).ok().says(&["finding f-1 is now: In progress", "takes it back"]);
    let done = serving.tally(&["finding", "claim-fix", "f-1", "f-2", "no-such", "--format", "json"]).ended(1).json();
    assert_eq!((&done["changed"], &done["refused"][0]["count"]), (&2.into(), &1.into()));
    serving.tally(&["finding", "retest", "f-1", "--result", "fixed"]).ended(2).says(&["ci claimed the fix"]);
    serving.tally(&["finding", "show", "f-1"]).ok().says(&["awaiting verification", "fix claimed by ci"]);
    let entry = done["edited"]["first"].to_string();
    serving.tally(&["finding", "undo", &entry]).ok().says(&["2 records are as they were"]);
    let log = serving.place.tally(&["journal", "log", "finding", "f-1", "--format", "json"]).ok();
    assert!(log.out.contains("\"actor\": \"ci\"") && log.out.contains("\"source\": \"api\""), "{}", log.out);
}

#[test]
fn each_failure_says_what_to_do() {
    let serving = Serving::new("read");
    serving.with_token(&["score"], None).ended(2).says(&["no token", "TALLY_TOKEN"]);
    serving.with_token(&["score"], Some("tally_wrong")).ended(2).says(&["does not know this token", "TALLY_TOKEN"]);
    serving.tally(&["finding", "accept", "f-1"]).ended(2).says(&["the token in TALLY_TOKEN is not enough"]);
    serving.tally(&["metric", "show", "time-to-remediat"]).ended(2).says(&["did you mean `time-to-remediate`?"]);
    serving.tally(&["sql", "delete from findings"]).ended(2);
    serving.tally(&["review", "open"]).ended(2);
    serving.tally(&["catalog", "list"]).ended(2).says(&["works on a data directory only"]);
    serving.tally(&["score", "--at-entry", "1"]).ended(2).says(&["works on a data directory only"]);
    let place = Place::bare();
    let nowhere =
        |address: &str| ran(place.command(&["score", "--server", address]).env("TALLY_TOKEN", "tally_x").output().unwrap());
    nowhere("http://127.0.0.1:1").ended(2).says(&["nothing listens at http://127.0.0.1:1"]);
    nowhere("ftp://example.org").ended(2).says(&["expected a server such as"]);
    nowhere("http://me:secret@127.0.0.1:1").ended(2).says(&["the token belongs in TALLY_TOKEN"]);
}
