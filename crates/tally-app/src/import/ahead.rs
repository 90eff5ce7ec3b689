//! Reading ahead: one thread reads, parses, checks, writes out and hashes; the other holds all of it against what is
//! known and appends. Order stays as it is in the input; memory is bounded whatever the input's size; never writes.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, channel, sync_channel};
use std::thread;

use tally_import::records::{Item, Sheets, read_json};
use tally_model::{Object, Problem, Record, Value};
use tally_store::Prepared;

use super::input::Meter;
use crate::Error;

/// Rows that go from one thread to the other at once.
const ROWS: usize = 256;
/// Bytes after which they go although they are fewer.
const BYTES: usize = 1 << 20;
/// How many such parcels may wait.
const WAITING: usize = 4;

/// A record as it comes from the reading side.
pub(crate) enum Ready {
    /// With all that can be said of it without knowing any other, should it be new.
    New(Box<New>),
    /// As it was said: where the last ones were all known, preparing a new record would be work for nothing.
    Said(Record),
}

/// A record made ready to be new.
pub(crate) struct New {
    /// The record as it stands where it is new.
    pub whole: Prepared,
    /// What is wrong with it where it is new.
    pub problems: Vec<Problem>,
    /// What was said, where that clears a field: a patch may, a new record has nothing to clear.
    patch: Option<Record>,
}

impl New {
    pub(crate) fn of(record: Record) -> Self {
        let patch = clears(&record).then(|| record.clone());
        let record = if patch.is_some() { record.settled() } else { record };
        Self { problems: record.check(), whole: Prepared::new(record), patch }
    }

    /// What was said, as a patch.
    pub(crate) fn patch(&self) -> &Record {
        self.patch.as_ref().unwrap_or_else(|| self.whole.record())
    }
}

fn clears(record: &Record) -> bool {
    record.members().iter().any(|(_, value)| match value {
        Value::Null => true,
        Value::Labels(labels) => labels.is_empty() || labels.values().any(Option::is_none),
        _ => false,
    })
}

/// About how many bytes a value takes.
fn weight(value: &Value) -> usize {
    let inner = match value {
        Value::Text(text) => text.len(),
        Value::List(items) => items.iter().map(weight).sum(),
        Value::Objects(objects) => objects.iter().flat_map(Object::members).map(|(_, value)| weight(value)).sum(),
        Value::Object(object) => object.members().iter().map(|(_, value)| weight(value)).sum(),
        Value::Labels(labels) => {
            labels.iter().map(|(name, text)| name.len() + text.as_ref().map_or(0, |text| text.len())).sum()
        }
        _ => 0,
    };
    inner + size_of::<Value>()
}

/// What was read at one place of the input.
pub(crate) enum Row {
    /// A record, its file and line.
    Record(Arc<str>, u64, Ready),
    /// A problem.
    Problem(Box<Problem>),
}

/// The reading side: inputs one after the other.
pub(crate) struct Reading<'m> {
    sender: SyncSender<Vec<Row>>,
    /// Rows that are done with. They are dropped where they were made, which costs far less.
    spent: Receiver<Vec<Row>>,
    rows: Vec<Row>,
    bytes: usize,
    file: Arc<str>,
    sheets: Option<Sheets>,
    longest: usize,
    /// Counts what is read of files.
    pub(crate) meter: &'m Arc<Meter>,
}

impl Reading<'_> {
    /// Reads one input, a sheet or JSON.
    ///
    /// # Errors
    /// Where it cannot be read to its end.
    pub(crate) fn read(&mut self, input: &mut dyn std::io::BufRead, name: &str, sheet: bool) -> Result<(), Error> {
        let longest = self.longest;
        if sheet {
            let mut sheets = self.sheets.take().unwrap_or_else(|| Sheets::new(longest));
            let read = sheets.read(input, name, &mut |item| self.take(item));
            self.sheets = Some(sheets);
            Ok(read?)
        } else {
            Ok(read_json(input, name, longest, &mut |item| self.take(item))?)
        }
    }

    fn finish(&mut self) {
        if let Some(sheets) = self.sheets.take() {
            sheets.finish(&mut |item| self.take(item));
        }
        self.send();
    }

    fn take(&mut self, item: Item<'_>) {
        let row = match item {
            Item::Record { file, line, record } => {
                if *self.file != *file {
                    self.file = file.into();
                }
                let ready = if self.meter.all_known() {
                    self.bytes += record.members().iter().map(|(_, value)| weight(value)).sum::<usize>();
                    Ready::Said(record)
                } else {
                    let new = New::of(record);
                    self.bytes += new.whole.payload().len();
                    Ready::New(Box::new(new))
                };
                Row::Record(Arc::clone(&self.file), line, ready)
            }
            Item::Problem(problem) => Row::Problem(Box::new(problem)),
        };
        self.rows.push(row);
        if self.rows.len() >= ROWS || self.bytes >= BYTES {
            self.send();
        }
    }

    fn send(&mut self) {
        self.bytes = 0;
        let mut next = Vec::new();
        while let Ok(mut spent) = self.spent.try_recv() {
            spent.clear();
            next = spent;
        }
        let rows = std::mem::replace(&mut self.rows, next);
        // Where nobody takes rows any more, writing failed: that failure is told, and reading ends soon.
        if self.sender.send(rows).is_err() {
            self.meter.stop();
        }
    }
}

/// Runs `fill` on a thread of its own and gives what it reads to `take`, parcel by parcel and in order.
///
/// # Errors
/// The first of `take`, else that of `fill`.
pub(crate) fn read_ahead(
    meter: &Arc<Meter>,
    longest: usize,
    fill: &(dyn Fn(&mut Reading<'_>) -> Result<(), Error> + Sync),
    take: &mut dyn FnMut(&[Row]) -> Result<(), Error>,
) -> Result<(), Error> {
    thread::scope(|scope| {
        let (sender, receiver) = sync_channel(WAITING);
        let (back, spent) = channel();
        let reader = scope.spawn(move || {
            let rows = Vec::with_capacity(ROWS);
            let mut reading = Reading { sender, spent, rows, bytes: 0, file: "".into(), sheets: None, longest, meter };
            fill(&mut reading)?;
            reading.finish();
            Ok(())
        });
        let taken = receiver.iter().try_for_each(|rows| {
            take(&rows)?;
            // A reader that is done takes nothing back; then they are dropped here.
            let _ = back.send(rows);
            Ok(())
        });
        if taken.is_err() {
            meter.stop();
        }
        drop(receiver);
        let read = reader.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        taken.and(read)
    })
}
