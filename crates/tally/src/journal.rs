//! `tally journal`.

use std::path::PathBuf;

use clap::Subcommand;
use serde_json::json as object;
use tally_app::journal::Entry;
use tally_app::{Error, journal};
use tally_model::problem::printable;
use tally_report::cell::table;
use tally_web::api::v1::Verification;

use crate::cli::{Common, Format};
use crate::exit;
use crate::metric::write_table;
use crate::output::{err, json, out};
use crate::remote;

#[derive(Subcommand)]
pub enum JournalCommand {
    /// Walk the whole journal and prove that nothing in it was changed.
    Verify {
        /// A signed head that was kept elsewhere: proves that history up to it was not rewritten.
        #[arg(long, value_name = "FILE")]
        head: Option<PathBuf>,
        /// How output is written.
        #[arg(long, value_enum, default_value_t = Format::Human)]
        format: Format,
    },
    /// Entries: the newest, or those from a number on.
    Show {
        /// The first entry to show.
        #[arg(long, value_name = "N")]
        from: Option<u64>,
        /// Most entries.
        #[arg(long, value_name = "N", default_value_t = 20)]
        limit: u64,
        /// How output is written.
        #[arg(long, value_enum, default_value_t = Format::Human)]
        format: Format,
    },
    /// The life of one record: who changed it, when, from what to what.
    Log {
        /// Kind of the record.
        kind: String,
        /// Its id.
        id: String,
        /// How output is written.
        #[arg(long, value_enum, default_value_t = Format::Human)]
        format: Format,
    },
    /// The signed head: keep a copy where nobody who can write here can write.
    Head,
    /// The public key with which signed heads can be checked.
    Key,
    /// Take the payload of an entry away for good (personal data); the chain stays whole and says so.
    Redact {
        /// The entry.
        entry: u64,
        /// Why; must not hold what is to be forgotten.
        #[arg(long)]
        reason: String,
    },
}

pub fn run(common: &Common, command: &JournalCommand) -> Result<u8, Error> {
    match command {
        JournalCommand::Verify { head, format } => verify(common, head.as_ref(), *format),
        JournalCommand::Show { from, limit, format } => show(common, *from, *limit, *format),
        JournalCommand::Log { kind, id, format } => log(common, kind, id, *format),
        JournalCommand::Head => match head(common)? {
            Some(text) => out(&text).map(|()| exit::HOLDS),
            None => {
                err("the journal has no entry yet, so there is no head to sign");
                Ok(exit::NO_DATA)
            }
        },
        JournalCommand::Key => out(&journal::key(&common.programme()?)?).map(|()| exit::HOLDS),
        JournalCommand::Redact { entry, reason } => {
            let mut programme = common.programme()?;
            let done = journal::redact(&mut programme, *entry, reason, &common.actor(), tally_app::now())?;
            let bytes = if done.erased {
                "its bytes are gone from the journal's files"
            } else {
                "its bytes leave the files later: in SQLite when the journal is next written to, in PostgreSQL with its log and its copies"
            };
            out(&format!("entry {entry} is redacted by entry {}; {bytes}", done.entry)).map(|()| exit::HOLDS)
        }
    }
}

impl JournalCommand {
    /// Whether it works against a server too.
    pub const fn is_remote(&self) -> bool {
        matches!(self, Self::Head | Self::Verify { .. })
    }
}

fn head(common: &Common) -> Result<Option<String>, Error> {
    match common.server()? {
        Some(server) => Ok(remote::head(&server)?.signed),
        None => journal::head(&common.programme()?),
    }
}

fn verify(common: &Common, head: Option<&PathBuf>, format: Format) -> Result<u8, Error> {
    let kept = match head {
        Some(path) => {
            Some(std::fs::read_to_string(path).map_err(|source| Error::File { what: "reading", path: path.clone(), source })?)
        }
        None => None,
    };
    let with_kept = kept.is_some();
    let found = match common.server()? {
        Some(server) => remote::verify(&server, kept)?,
        None => Verification::from(&journal::verify(&common.programme()?, kept.as_deref())?),
    };
    let code = if found.holds { exit::HOLDS } else { exit::FAILS };
    if format != Format::Human {
        return json(&object!(found)).map(|()| code);
    }
    for fault in &found.faults {
        out(&printable(&fault.to_string()))?;
    }
    if found.more > 0 {
        out(&format!("and {} more", found.more))?;
    }
    let what =
        format!("{} entries in {} commits, {} redacted, head {}", found.entries, found.commits, found.redacted, found.head);
    if found.holds {
        let kept = if with_kept { "; history up to the kept head is the same" } else { "" };
        out(&format!("the journal holds: {what}{kept}"))?;
    } else {
        out(&format!("the journal does NOT hold: {what}"))?;
    }
    Ok(code)
}

fn show(common: &Common, from: Option<u64>, limit: u64, format: Format) -> Result<u8, Error> {
    let programme = common.programme()?;
    let first = match from {
        Some(first) => first,
        None => journal::size(&programme)?.saturating_sub(limit.saturating_sub(1)).max(1),
    };
    let entries = journal::show(&programme, first, limit)?;
    if format == Format::Json {
        return json(&entries.iter().map(entry_json).collect()).map(|()| exit::HOLDS);
    }
    let rows = entries.iter().map(|entry| {
        let hash: String = journal::hex(&entry.hash).chars().take(12).collect();
        let about = format!("{} {}", entry.kind, entry.id);
        vec![
            entry.no.to_string(),
            entry.at.to_string(),
            entry.actor.clone(),
            entry.source.clone(),
            entry.op.word().to_owned(),
            about,
            hash,
        ]
    });
    write_table(format, &["entry", "at", "actor", "source", "op", "about", "hash"], &[0], rows.collect())?;
    Ok(exit::HOLDS)
}

fn entry_json(entry: &Entry) -> serde_json::Value {
    let payload = entry.payload.as_deref().and_then(|bytes| serde_json::from_slice::<serde_json::Value>(bytes).ok());
    object!({
        "entry": entry.no.0, "commit": entry.commit, "at": entry.at.to_string(), "actor": entry.actor, "source": entry.source,
        "op": entry.op.word(), "kind": entry.kind, "id": entry.id, "redacted": entry.payload.is_none(), "payload": payload,
        "payload_sha256": journal::hex(&entry.payload_sha256), "hash": journal::hex(&entry.hash)
    })
}

fn log(common: &Common, kind: &str, id: &str, format: Format) -> Result<u8, Error> {
    let (entries, changes) = journal::log(&common.programme()?, kind, id)?;
    let rows = changes.iter().map(|change| {
        let entry = entries.iter().find(|entry| entry.no == change.entry);
        let text = |value: &Option<tally_model::Value>| value.as_ref().map(tally_model::record::shown).unwrap_or_default();
        vec![
            change.entry.to_string(),
            entry.map(|entry| entry.at.to_string()).unwrap_or_default(),
            entry.map(|entry| entry.actor.clone()).unwrap_or_default(),
            entry.map(|entry| entry.source.clone()).unwrap_or_default(),
            change.field.clone(),
            text(&change.from),
            text(&change.to),
        ]
    });
    let head = ["entry", "at", "actor", "source", "field", "from", "to"];
    if format == Format::Human {
        // No width: a value of several lines could not be copied out again, and the terminal wraps by itself.
        out(&table(&head, &[0], rows, Some(u16::MAX)))?;
    } else {
        write_table(format, &head, &[0], rows.collect())?;
    }
    for entry in entries.iter().filter(|entry| entry.payload.is_none()) {
        err(&format!("note: entry {} was redacted", entry.no));
    }
    Ok(exit::HOLDS)
}
