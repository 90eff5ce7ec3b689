//! Files on their way to a server: one as it is, several as one form, so that they are one commit. Never holds a file in memory.

use std::fs::File;
use std::io::{Cursor, Read, stdin};
use std::path::{Path, PathBuf};

use tally_app::Error;
use tally_app::import::{files, reports};
use tally_web::api::v1;

use super::{Query, Server};

/// What stands between the files of a form. A file that holds it would have to be made for it.
const BOUNDARY: &str = "tally-7c1f0c9e4b6a4f0f9a5d-part";

/// Imports files, folders or standard input. A tool's reports where `system` is named; `format` as on the command line.
pub fn import(server: &Server, words: &[PathBuf], format: Option<&str>, query: Query) -> Result<v1::Imported, Error> {
    let tool = format.filter(|format| *format != "records");
    let is_run = tool.is_some() || (format.is_none() && query.iter().any(|(name, _)| *name == "system"));
    let (paths, left_out) = if is_run { reports(words, tool)? } else { (files(words)?, Vec::new()) };
    let mut query = query;
    query.extend(format.map(|format| ("format", format.to_owned())));
    let answer = match paths.as_slice() {
        [one] if one == Path::new("-") => server.send("/import", &query, "application/octet-stream", stdin(), None)?,
        [one] => {
            query.push(("name", name(one)));
            let file = open(one)?;
            let size = file.metadata().ok().filter(std::fs::Metadata::is_file).map(|meta| meta.len());
            server.send("/import", &query, "application/octet-stream", file, size)?
        }
        several => {
            let media = format!("multipart/form-data; boundary={BOUNDARY}");
            server.send("/import", &query, &media, form(several)?, None)?
        }
    };
    let mut done = match answer.refused_import() {
        Some(refused) => refused,
        None => answer.good()?.json()?,
    };
    done.problems.extend(left_out.iter().map(v1::Problem::from));
    Ok(done)
}

fn form(paths: &[PathBuf]) -> Result<Box<dyn Read>, Error> {
    let mut whole: Box<dyn Read> = Box::new(std::io::empty());
    for path in paths {
        if path == Path::new("-") {
            return Err(Error::Invalid("standard input goes to a server alone; save it to a file first".to_owned()));
        }
        // A name goes into a header: what could end it is left out.
        let name: String = name(path).chars().map(|c| if c.is_control() || "\"\\".contains(c) { '_' } else { c }).collect();
        let head = format!(
            "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\ncontent-type: application/octet-stream\r\n\r\n"
        );
        whole = Box::new(whole.chain(Cursor::new(head)).chain(open(path)?).chain(Cursor::new("\r\n")));
    }
    Ok(Box::new(whole.chain(Cursor::new(format!("--{BOUNDARY}--\r\n")))))
}

fn open(path: &Path) -> Result<File, Error> {
    File::open(path).map_err(|source| Error::File { what: "reading", path: path.to_owned(), source })
}

fn name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}
