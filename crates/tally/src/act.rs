//! `tally finding`: a finding's page and its acts. One id is one act; several are one commit.

use std::collections::BTreeMap;

use clap::{Args, Subcommand, ValueEnum};
use serde_json::{Value as Json, json as object};
use tally_app::Error;
use tally_app::act::{self, Act, Actor, Edited, Via};
use tally_model::Instant;
use tally_model::problem::printable;
use tally_web::api::v1;

use crate::cli::{Common, Format, instant};
use crate::exit;
use crate::output::{err, json, out};
use crate::remote;

#[derive(Subcommand)]
pub enum FindingCommand {
    /// A finding: its state, its life, and what can be done now.
    Show {
        /// Its id.
        id: String,
        /// The instant to look at it; else now.
        #[arg(long, value_name = "INSTANT", value_parser = instant)]
        as_of: Option<Instant>,
        /// How output is written.
        #[arg(long, value_enum, default_value_t = Format::Human)]
        format: Format,
    },
    /// Its owner agrees that it is one; also takes back what was disputed, false positive or duplicate.
    Accept {
        #[command(flatten)]
        on: On,
        /// Why.
        #[arg(long)]
        reason: Option<String>,
    },
    /// Its owner says that it is none.
    Dispute {
        #[command(flatten)]
        on: On,
        /// Why.
        #[arg(long)]
        reason: String,
    },
    /// It was looked at and is none.
    FalsePositive {
        #[command(flatten)]
        on: On,
        /// Why.
        #[arg(long)]
        reason: String,
    },
    /// It repeats another finding.
    Duplicate {
        #[command(flatten)]
        on: On,
        /// The other one.
        #[arg(long, value_name = "ID")]
        of: String,
    },
    /// Its impact was shown.
    DemonstrateImpact {
        #[command(flatten)]
        on: On,
    },
    /// Say that it is fixed.
    ClaimFix {
        #[command(flatten)]
        on: On,
        /// Who fixed it, where that is somebody else.
        #[arg(long, value_name = "NAME")]
        by: Option<String>,
    },
    /// The attack was tried again; not by who claimed the fix.
    Retest {
        #[command(flatten)]
        on: On,
        /// What came out.
        #[arg(long, value_enum)]
        result: Outcome,
        /// How often it was tried.
        #[arg(long, value_name = "N")]
        trials: Option<u64>,
        /// How often it still worked.
        #[arg(long, value_name = "N")]
        hits: Option<u64>,
    },
    /// A test keeps it fixed.
    RegressionTest {
        #[command(flatten)]
        on: On,
        /// Where the test is.
        #[arg(long, value_name = "REF")]
        test: String,
    },
    /// Live with the risk for a time; not who claimed a fix.
    AcceptRisk {
        #[command(flatten)]
        on: On,
        /// Until when.
        #[arg(long, value_name = "INSTANT", value_parser = instant)]
        until: Instant,
        /// Why.
        #[arg(long)]
        reason: String,
        /// Who accepts it, where that is somebody else.
        #[arg(long, value_name = "NAME")]
        by: Option<String>,
    },
    /// Nobody lives with the risk any more.
    WithdrawRisk {
        #[command(flatten)]
        on: On,
        /// Why.
        #[arg(long)]
        reason: Option<String>,
    },
    /// It is worse, or less bad, than was reported.
    Severity {
        #[command(flatten)]
        on: On,
        /// critical, high, medium, low or info.
        #[arg(long = "to", value_name = "SEVERITY")]
        severity: String,
        /// Why.
        #[arg(long, value_name = "TEXT")]
        rationale: String,
    },
    /// Change its text.
    Describe {
        #[command(flatten)]
        on: On,
        /// A field and its text, such as `scope=all tenants`; empty text clears it.
        #[arg(long = "set", value_name = "FIELD=TEXT", required = true, value_parser = assignment)]
        fields: Vec<(String, Option<String>)>,
    },
    /// Take back what one act changed, where nobody changed it since.
    Undo {
        /// Any entry of the act, as it said.
        entry: u64,
        /// How output is written.
        #[arg(long, value_enum, default_value_t = Format::Human)]
        format: Format,
    },
}

/// On which findings, and how the outcome is written.
#[derive(Args)]
pub struct On {
    /// The findings.
    #[arg(required = true)]
    ids: Vec<String>,
    /// The last entry of the finding that was seen: refuse where it was changed since. For one finding.
    #[arg(long, value_name = "N")]
    expected: Option<u64>,
    /// Do two duties that one person must not have; the journal says so.
    #[arg(long)]
    set_duties_aside: bool,
    /// How output is written.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

/// What a retest showed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum Outcome {
    /// The attack does not work any more.
    Fixed,
    /// It still does.
    NotFixed,
}

fn assignment(text: &str) -> Result<(String, Option<String>), String> {
    let (name, value) = text.split_once('=').ok_or_else(|| "expected FIELD=TEXT".to_owned())?;
    Ok((name.to_owned(), (!value.is_empty()).then(|| value.to_owned())))
}

/// Who acts on the command line.
pub fn actor(common: &Common) -> Actor {
    Actor::new(common.actor(), Via::Cli)
}

pub fn run(common: &Common, command: FindingCommand) -> Result<u8, Error> {
    use FindingCommand as Word;
    let (on, act) = match command {
        Word::Show { id, as_of, format } => return show(common, &id, as_of, format),
        Word::Undo { entry, format } => return undo(common, entry, format),
        Word::Accept { on, reason } => (on, Act::Accept { reason }),
        Word::Dispute { on, reason } => (on, Act::Dispute { reason }),
        Word::FalsePositive { on, reason } => (on, Act::FalsePositive { reason }),
        Word::Duplicate { on, of } => (on, Act::Duplicate { of }),
        Word::DemonstrateImpact { on } => (on, Act::DemonstrateImpact),
        Word::ClaimFix { on, by } => (on, Act::ClaimFix { by }),
        Word::Retest { on, result, trials, hits } => (on, Act::Retest { fixed: result == Outcome::Fixed, trials, hits }),
        Word::RegressionTest { on, test } => (on, Act::RegressionTest { test }),
        Word::AcceptRisk { on, until, reason, by } => (on, Act::AcceptRisk { until, reason, by }),
        Word::WithdrawRisk { on, reason } => (on, Act::WithdrawRisk { reason }),
        Word::Severity { on, severity, rationale } => (on, Act::Severity { severity, rationale }),
        Word::Describe { on, fields } => (on, Act::Describe { fields: fields.into_iter().collect::<BTreeMap<_, _>>() }),
    };
    let server = common.server()?;
    if server.is_some() && on.set_duties_aside {
        return Err(Error::Invalid("--set-duties-aside works on a data directory only".to_owned()));
    }
    let by = Actor { may_override: on.set_duties_aside, ..actor(common) };
    match (on.ids.as_slice(), server) {
        ([id], Some(server)) => {
            let edited = remote::carry_out(&server, id, &act, on.expected)?;
            let state = remote::finding(&server, id, &tally_app::now().to_string())?.state_in_full;
            one(id, &edited, &state, &on)
        }
        ([id], None) => {
            let mut programme = common.programme()?;
            let edited = act::carry_out(&mut programme, id, &act, on.expected, &by, tally_app::now())?;
            let page = act::finding(&programme, id, Some(&by), tally_app::now())?;
            one(id, &v1::Edited::from(&edited), &page.state.sentence(), &on)
        }
        _ if on.expected.is_some() => Err(Error::Invalid("--expected is for one finding".to_owned())),
        (ids, Some(server)) => many(&remote::bulk(&server, ids, &act)?, &on),
        (ids, None) => {
            let done = act::bulk(&mut common.programme()?, ids, &act, &by, tally_app::now())?;
            many(&v1::BulkDone::from(&done), &on)
        }
    }
}

fn one(id: &str, edited: &v1::Edited, state: &str, on: &On) -> Result<u8, Error> {
    if on.format != Format::Human {
        return json(&object!(edited)).map(|()| exit::HOLDS);
    }
    wrote(edited.first, edited.journal_size);
    out(&printable(&format!("finding {id} is now: {state}"))).map(|()| exit::HOLDS)
}

fn many(done: &v1::BulkDone, on: &On) -> Result<u8, Error> {
    let code = if done.refused.is_empty() { exit::HOLDS } else { exit::FAILS };
    if on.format != Format::Human {
        let value = object!({"changed": done.changed, "refused": done.refused, "edited": done.edited});
        return json(&value).map(|()| code);
    }
    wrote(done.edited.first, done.edited.journal_size);
    out(&format!("{} of {} findings changed", done.changed, on.ids.len()))?;
    for group in &done.refused {
        err(&printable(&format!("not {}: {} ({})", group.count, group.why, group.ids.join(", "))));
    }
    Ok(code)
}

fn undo(common: &Common, entry: u64, format: Format) -> Result<u8, Error> {
    let undone = match common.server()? {
        Some(server) => remote::undo(&server, entry)?,
        None => v1::Undone::from(&act::undo(&mut common.programme()?, entry, &actor(common), tally_app::now())?),
    };
    let code = if undone.left.is_empty() { exit::HOLDS } else { exit::FAILS };
    if format != Format::Human {
        return json(&object!(undone)).map(|()| code);
    }
    wrote(undone.edited.first, undone.edited.journal_size);
    out(&format!("{} records are as they were", undone.restored))?;
    for left in &undone.left {
        err(&printable(&format!("left {}: {}", left.record, left.why)));
    }
    Ok(code)
}

/// What was written, on standard error: with its entry it can be taken back.
pub fn told(edited: &Edited) {
    wrote(edited.first, edited.size);
}

/// The same of an answer of the API.
pub fn wrote(first: Option<u64>, size: u64) {
    if let Some(first) = first {
        err(&format!("written as entries {first} to {size}; `tally finding undo {first}` takes it back"));
    }
}

/// What was written, as JSON.
pub fn edited_json(edited: &Edited) -> Json {
    object!(v1::Edited::from(edited))
}

fn show(common: &Common, id: &str, as_of: Option<Instant>, format: Format) -> Result<u8, Error> {
    let as_of = as_of.unwrap_or_else(tally_app::now);
    let page = match common.server()? {
        Some(server) => remote::finding(&server, id, &as_of.to_string())?,
        None => {
            let by = actor(common);
            v1::Finding::of(&act::finding(&common.programme()?, id, Some(&by), as_of)?, &by)
        }
    };
    if format != Format::Human {
        return json(&object!(page)).map(|()| exit::HOLDS);
    }
    let text = |name: &str| page.record[name].as_str().unwrap_or("-").to_owned();
    let system = page.system_name.clone().unwrap_or_else(|| text("system"));
    let mut lines = vec![
        format!("{}  {}", text("id"), text("title")),
        format!("{}, severity {}, {}, {system}", page.state_in_full, text("severity"), text("class")),
        String::new(),
    ];
    lines.extend(page.life.iter().map(|step| {
        let by = step.by.as_ref().map(|by| format!(" by {by}")).unwrap_or_default();
        format!("{}  {}{by}  (entry {}, {} through {})", step.at, step.what, step.entry, step.actor, step.source)
    }));
    lines.push(String::new());
    for possible in &page.acts {
        let why = possible.why_not.as_ref().map_or_else(|| "possible".to_owned(), |why| format!("not now: {why}"));
        lines.push(format!("{:<20}{why}", possible.act));
    }
    let lines: Vec<String> = lines.iter().map(|line| printable(line)).collect();
    out(&lines.join("\n")).map(|()| exit::HOLDS)
}
