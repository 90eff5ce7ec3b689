//! `tally backup`, `tally restore`, `tally migrate`; and how a database is named without its password being seen.

use std::path::{Path, PathBuf};

use clap::Args;
use tally_app::{Database, Error, keep, now};

use crate::cli::Common;
use crate::exit;
use crate::output::err;

#[derive(Args)]
pub struct BackupArgs {
    /// The folder to make; it must not be there.
    folder: PathBuf,
    /// Leave the key out that signs the journal: what is restored then can be read and verified, not written to.
    #[arg(long)]
    without_key: bool,
}

#[derive(Args)]
pub struct RestoreArgs {
    /// The folder that `tally backup` made.
    backup: PathBuf,
}

#[derive(Args)]
pub struct MigrateArgs {
    /// Where to: `sqlite`, `database` for what --database or TALLY_DATABASE names, or its URL.
    #[arg(long, value_name = "WHERE")]
    to: String,
}

pub fn backup(common: &Common, args: &BackupArgs) -> Result<u8, Error> {
    let made = keep::backup(&common.programme()?, &args.folder, !args.without_key, now())?;
    let head: String = tally_app::journal::hex(&made.head.hash).chars().take(12).collect();
    let folder = args.folder.display();
    err(&format!("kept {} entries, head {head}, in {folder}: {} files, {} bytes", made.head.size, made.files, made.bytes));
    if made.key {
        err(
            "the key that signs the journal is in it, and is a secret: keep the folder where only you can read it, or use --without-key",
        );
    } else {
        err("the key that signs the journal is NOT in it: keep keys/journal.key elsewhere, nothing can be written without it");
    }
    for file in &made.missing {
        err(&format!("warning: the journal names {file}, which was not there to be kept"));
    }
    err(&format!("next: try it once, `tally restore {folder} --data SOMEWHERE`, then `tally --data SOMEWHERE journal verify`"));
    Ok(if made.missing.is_empty() { exit::HOLDS } else { exit::FAILS })
}

pub fn restore(common: &Common, args: &RestoreArgs) -> Result<u8, Error> {
    let root = match &common.data {
        Some(root) => root.clone(),
        None => PathBuf::from(".tally"),
    };
    let done = keep::restore(&args.backup, &root)?;
    let head = tally_app::journal::hex(&done.head.hash);
    err(&format!("restored {} entries in {}, as of {}; the chain holds", done.head.size, root.display(), done.made));
    err(&format!("head {head}, as it was signed"));
    if !done.key {
        err("the backup has no key: put the journal's own back as keys/journal.key before writing");
    }
    Ok(exit::HOLDS)
}

pub fn migrate(common: &Common, args: &MigrateArgs) -> Result<u8, Error> {
    let moved = if args.to == "sqlite" {
        keep::to_file(common.programme()?, now())?
    } else {
        let target = match (args.to.as_str(), common.database()?) {
            ("database", Some(database)) => database,
            ("database", None) => {
                let text = "`--to database` is what --database or TALLY_DATABASE names, and neither is given";
                return Err(Error::Invalid(text.to_owned()));
            }
            (url, _) => database(url)?,
        };
        let root = common.root()?;
        let moved = keep::to_database(tally_app::Programme::open(&root)?, &target, now())?;
        err(&format!("the journal is in {} now; give --database or TALLY_DATABASE to every command", target.name()));
        moved
    };
    err(&format!(
        "moved {} entries and {} rows of access; the copy holds, head {}",
        moved.head.size,
        moved.access,
        tally_app::journal::hex(&moved.head.hash)
    ));
    err(&format!("out of use, and still there: {}", moved.left));
    Ok(exit::HOLDS)
}

/// Reads the address of a database: its password may come from the environment or a password file, not from the command
/// line, which every user of the machine can read.
pub fn database(url: &str) -> Result<Database, Error> {
    let said = std::env::args_os().any(|word| word.to_string_lossy().contains(url));
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    let home = || set("HOME").map(|home| Path::new(&home).join(".pgpass"));
    let passfile = set("PGPASSFILE").map(PathBuf::from).or_else(home);
    let user = set("PGUSER").or_else(|| set("USER")).and_then(|user| user.into_string().ok());
    let given = keep::database(url, user.as_deref(), None)?;
    if given.has_password() && said {
        let text = format!(
            "the password of {} is on the command line, where others can read it: give the URL in TALLY_DATABASE, or leave the \
             password out and put it into ~/.pgpass; and change it",
            given.name()
        );
        return Err(Error::Invalid(text));
    }
    keep::database(url, user.as_deref(), passfile.as_deref())
}
