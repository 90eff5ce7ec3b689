//! Taking in what was sent: small bodies into memory, files onto the disk, both bounded. Never trusts a name or a length.

use std::fs::File;
use std::io::Write;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::body::Body;
use axum::extract::multipart::Field;
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::request::Parts;

use crate::failure::Failure;
use crate::pairs::Pairs;
use crate::visit::{Sent, Visit};

/// Most bytes of a form or a document.
const SMALL_MAX: usize = 2 << 20;
/// Files in one visit.
const FILES_MAX: usize = 64;

/// A form, or a small document.
pub(crate) async fn small(mut visit: Visit, parts: &Parts, body: Body) -> Result<Visit, Failure> {
    let bytes = axum::body::to_bytes(body, SMALL_MAX)
        .await
        .map_err(|_| Failure::TooLarge(format!("the body is larger than {SMALL_MAX} bytes, or broke off")))?;
    match kind(parts) {
        "application/x-www-form-urlencoded" => {
            let text = std::str::from_utf8(&bytes).map_err(|_| Failure::Wrong("the form is not UTF-8".to_owned()))?;
            visit.form = Pairs::parse(text);
        }
        _ => visit.body = bytes.into(),
    }
    Ok(visit)
}

/// Files of a form, or one file as the whole body. They are removed when the visit ends.
pub(crate) async fn files(mut visit: Visit, parts: &Parts, body: Body) -> Result<Visit, Failure> {
    if kind(parts) == "application/x-www-form-urlencoded" {
        return small(visit, parts, body).await;
    }
    let most = visit.house.serving.upload_max;
    if kind(parts) != "multipart/form-data" {
        let name = visit.query.get("name").unwrap_or("body").to_owned();
        let mut keep = Keep::new(&visit.house.uploads(), name)?;
        let mut stream = body.into_data_stream();
        use futures::StreamExt;
        while let Some(piece) = stream.next().await {
            keep.take(&piece.map_err(|_| broke_off())?, most)?;
        }
        visit.files.push(keep.done()?);
        return Ok(visit);
    }
    let mut request = Request::from_parts(parts.clone(), body);
    axum::extract::DefaultBodyLimit::disable().apply(&mut request);
    let mut form = Multipart::from_request(request, &()).await.map_err(|error| Failure::Wrong(error.body_text()))?;
    let mut left = most;
    while let Some(field) = form.next_field().await.map_err(|error| Failure::Wrong(error.body_text()))? {
        left = left.saturating_sub(one(&mut visit, field, left).await?);
    }
    Ok(visit)
}

/// One field of a form with files; returns its size.
async fn one(visit: &mut Visit, mut field: Field<'_>, most: u64) -> Result<u64, Failure> {
    let name = field.name().unwrap_or_default().to_owned();
    let Some(file) = field.file_name().map(str::to_owned) else {
        let mut bytes = Vec::new();
        while let Some(piece) = field.chunk().await.map_err(|_| broke_off())? {
            bytes.extend_from_slice(&piece);
            if bytes.len() > SMALL_MAX {
                return Err(Failure::TooLarge(format!("the field `{name}` is larger than {SMALL_MAX} bytes")));
            }
        }
        visit.form.push(&name, &String::from_utf8_lossy(&bytes));
        return Ok(0);
    };
    if file.is_empty() {
        return Ok(0);
    }
    if visit.files.len() >= FILES_MAX {
        return Err(Failure::TooLarge(format!("more than {FILES_MAX} files at once; send them in several goes")));
    }
    let mut keep = Keep::new(&visit.house.uploads(), file)?;
    while let Some(piece) = field.chunk().await.map_err(|_| broke_off())? {
        keep.take(&piece, most)?;
    }
    let size = keep.size;
    visit.files.push(keep.done()?);
    Ok(size)
}

fn kind(parts: &Parts) -> &str {
    let whole = parts.headers.get("content-type").and_then(|value| value.to_str().ok()).unwrap_or_default();
    whole.split(';').next().unwrap_or_default().trim()
}

fn broke_off() -> Failure {
    Failure::Wrong("the upload broke off; nothing was imported, send it again".to_owned())
}

/// A file on its way to the disk; dropped before it is done, it is removed.
struct Keep {
    sent: Option<Sent>,
    file: File,
    size: u64,
}

impl Keep {
    fn new(folder: &std::path::Path, name: String) -> Result<Self, Failure> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path: PathBuf = folder.join(format!("{}-{number}.part", std::process::id()));
        let file = std::fs::create_dir_all(folder).and_then(|()| File::create_new(&path)).map_err(|error| {
            tracing::error!(%error, "an upload could not be kept");
            Failure::Broken
        })?;
        Ok(Self { sent: Some(Sent { name, path }), file, size: 0 })
    }

    fn take(&mut self, piece: &[u8], most: u64) -> Result<(), Failure> {
        self.size += piece.len() as u64;
        if self.size > most {
            return Err(Failure::TooLarge(format!("more than {most} bytes were sent")));
        }
        self.file.write_all(piece).map_err(|error| {
            tracing::error!(%error, "an upload could not be written");
            Failure::Broken
        })
    }

    fn done(mut self) -> Result<Sent, Failure> {
        self.file.flush().map_err(|_| Failure::Broken)?;
        self.sent.take().ok_or(Failure::Broken)
    }
}

impl Drop for Keep {
    fn drop(&mut self) {
        drop(self.sent.take());
    }
}

impl Drop for Sent {
    fn drop(&mut self) {
        // A file that is left over lies in a folder that is emptied at the next start.
        let _ = std::fs::remove_file(&self.path);
    }
}
