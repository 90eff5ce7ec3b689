//! One connection: transactions, statements, cursors. A connection that was lost while nothing was going on is made
//! anew, once, when a transaction begins; one that is lost inside a transaction is an error. Knows no table but the one
//! that writers lock.

use std::cell::{Cell, RefCell, RefMut};
use std::collections::HashMap;
use std::time::Duration;

use postgres::types::ToSql;
use postgres::{Client, Error, Row, Statement};

use super::address::Address;
use super::fail::{Said, failed, is_lost};
use crate::StoreError;

/// What goes into a statement.
pub(super) type Params<'p> = &'p [&'p (dyn ToSql + Sync)];

/// Rows fetched at once: at first, at least, at most.
const STEPS: (usize, usize, usize) = (256, 16, 4096);
/// Bytes that one fetch should bring.
const FETCH: usize = 4 << 20;
/// Statements that are kept ready.
const READY: usize = 64;

/// What every connection is set to. A cursor is read to its end here, so the planner must not hope for less.
const SETTINGS: &str = "SET client_min_messages = warning; SET cursor_tuple_fraction = 1; SET jit = off;
    SET lock_timeout = 0; SET statement_timeout = 0;";
/// A short write: where its locks are not to be had soon, it fails.
const SHORT: &str = "BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL lock_timeout = 5000";
/// A snapshot that several reads share.
const READ: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY";

/// A connection.
pub(super) struct Line {
    address: Address,
    read_only: bool,
    client: RefCell<Plug>,
    ready: RefCell<HashMap<String, Statement>>,
    /// Whether a transaction is open.
    held: Cell<bool>,
    /// Whether the connection is of no use any more.
    spoiled: Cell<bool>,
    cursors: Cell<u64>,
}

impl Line {
    pub(super) fn open(address: &Address, read_only: bool) -> Result<Self, StoreError> {
        Ok(Self {
            address: address.clone(),
            read_only,
            client: RefCell::new(Plug(Some(connect(address, read_only)?))),
            ready: RefCell::default(),
            held: Cell::new(false),
            spoiled: Cell::new(false),
            cursors: Cell::new(0),
        })
    }

    /// Where it leads.
    pub(super) const fn address(&self) -> &Address {
        &self.address
    }

    /// Runs statements that give nothing.
    pub(super) fn run(&self, doing: &'static str, sql: &str) -> Result<(), StoreError> {
        self.client().batch_execute(sql).map_err(failed(doing))
    }

    /// Runs a statement and gives the number of rows that it touched.
    pub(super) fn execute(&self, doing: &'static str, sql: &str, params: Params<'_>) -> Result<u64, StoreError> {
        self.try_execute(sql, params).map_err(failed(doing))
    }

    /// As `execute`, with the driver's own error.
    pub(super) fn try_execute(&self, sql: &str, params: Params<'_>) -> Result<u64, Error> {
        let statement = self.statement(sql)?;
        self.client().execute(&statement, params)
    }

    /// Rows of a query whose answer is small.
    pub(super) fn rows(&self, doing: &'static str, sql: &str, params: Params<'_>) -> Result<Vec<Row>, StoreError> {
        let ask = || {
            let statement = self.statement(sql)?;
            self.client().query(&statement, params)
        };
        ask().map_err(failed(doing))
    }

    /// The one row of a query, where there is one.
    pub(super) fn row(&self, doing: &'static str, sql: &str, params: Params<'_>) -> Result<Option<Row>, StoreError> {
        Ok(self.rows(doing, sql, params)?.into_iter().next())
    }

    /// Holds one state of the database while `read` looks at it; walks inside walks share the outer one's.
    pub(super) fn still<T>(&self, read: impl FnOnce() -> Result<T, StoreError>) -> Result<T, StoreError> {
        let doing = "read the journal";
        if self.held.get() {
            return read();
        }
        self.begin(READ).map_err(failed(doing))?;
        let hold = Hold(self);
        let found = read()?;
        hold.end("COMMIT").map_err(failed(doing))?;
        Ok(found)
    }

    /// Begins to write: one writer at a time, and the newest state from then on.
    pub(super) fn write(&self, wait: Duration) -> Result<Hold<'_>, StoreError> {
        let doing = "begin to write";
        let wait = wait.as_millis().clamp(1, i32::MAX as u128);
        // Where the server acknowledges before the disk does, this transaction still waits for the disk.
        let sql = format!(
            "BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL lock_timeout = {wait};
             SELECT one FROM journal_name FOR UPDATE;
             SELECT set_config('synchronous_commit', 'on', true) WHERE current_setting('synchronous_commit') = 'off'"
        );
        self.begin(&sql).map(|()| Hold(self)).map_err(failed(doing))
    }

    /// A write of a few statements in a transaction of its own, without the journal's lock.
    pub(super) fn short<T>(&self, doing: &'static str, write: impl FnOnce() -> Result<T, StoreError>) -> Result<T, StoreError> {
        self.begin(SHORT).map_err(failed(doing))?;
        let hold = Hold(self);
        let done = write()?;
        hold.end("COMMIT").map_err(|error| lost_or(doing, error))?;
        Ok(done)
    }

    /// Begins a cursor, in the transaction that is open.
    pub(super) fn cursor(&self, doing: &'static str, sql: &str, params: Params<'_>) -> Result<Cursor<'_>, StoreError> {
        self.cursors.set(self.cursors.get() + 1);
        let name = format!("walk_{}", self.cursors.get());
        let declare = format!("DECLARE {name} NO SCROLL CURSOR FOR {sql}");
        // Not kept ready: each has a name of its own.
        self.client().execute(&declare, params).map_err(failed(doing))?;
        Ok(Cursor { line: self, doing, name, step: STEPS.0, ended: false })
    }

    /// Walks the rows of a query; gives their number.
    pub(super) fn walk(
        &self,
        doing: &'static str,
        sql: &str,
        params: Params<'_>,
        each: &mut dyn FnMut(&Row) -> Result<(), StoreError>,
    ) -> Result<u64, StoreError> {
        let mut cursor = self.cursor(doing, sql, params)?;
        let mut count = 0;
        loop {
            let rows = cursor.fetch()?;
            if rows.is_empty() {
                return Ok(count);
            }
            for row in &rows {
                each(row)?;
                count += 1;
            }
        }
    }

    fn client(&self) -> RefMut<'_, Client> {
        RefMut::map(self.client.borrow_mut(), |plug| match &mut plug.0 {
            Some(client) => client,
            None => unreachable!("it is taken out only when it is dropped"),
        })
    }

    fn statement(&self, sql: &str) -> Result<Statement, Error> {
        if let Some(known) = self.ready.borrow().get(sql) {
            return Ok(known.clone());
        }
        let made = self.client().prepare(sql)?;
        let mut ready = self.ready.borrow_mut();
        if ready.len() >= READY {
            ready.clear();
        }
        ready.insert(sql.to_owned(), made.clone());
        Ok(made)
    }

    fn begin(&self, sql: &str) -> Result<(), Error> {
        let begun = if self.spoiled.get() { None } else { Some(self.client().batch_execute(sql)) };
        let begun = match begun {
            Some(Err(error)) if is_lost(&error) => self.again(sql).unwrap_or(Err(error)),
            None => self.again(sql).unwrap_or_else(|| self.client().batch_execute(sql)),
            Some(done) => done,
        };
        self.held.set(true);
        if begun.is_err() {
            // Half of it may have run.
            drop(Hold(self));
        }
        begun
    }

    /// Begins on a new connection; `None` where there is none to be had.
    fn again(&self, sql: &str) -> Option<Result<(), Error>> {
        let made = connect(&self.address, self.read_only).ok()?;
        self.ready.borrow_mut().clear();
        drop(self.client.replace(Plug(Some(made))));
        self.spoiled.set(false);
        Some(self.client().batch_execute(sql))
    }
}

fn connect(address: &Address, read_only: bool) -> Result<Client, StoreError> {
    let mut client = address.connect()?;
    let only = if read_only { "SET default_transaction_read_only = on;" } else { "" };
    client.batch_execute(&format!("{SETTINGS}{only}")).map_err(failed("open the journal"))?;
    Ok(client)
}

/// A driver's client, which waits for the server to hang up when it is dropped. That must not happen on a thread that
/// runs futures, and whoever drops the last handle of a programme may be one: so it happens on a thread of its own.
struct Plug(Option<Client>);

impl Drop for Plug {
    fn drop(&mut self) {
        let Some(client) = self.0.take() else { return };
        // Where no thread can be had the process is at its end, and the system hangs up.
        let _ended = std::thread::Builder::new().spawn(move || drop(client)).map(std::thread::JoinHandle::join);
    }
}

/// A commit that failed: where the connection is gone, nobody here knows whether it stands.
pub(super) fn lost_or(doing: &'static str, error: Error) -> StoreError {
    if is_lost(&error) { StoreError::Uncertain { doing, source: Box::new(Said(error)) } } else { failed(doing)(error) }
}

/// An open transaction; dropped, it is taken back.
pub(super) struct Hold<'l>(&'l Line);

impl Hold<'_> {
    /// Ends the transaction with `COMMIT`. Every statement before it must have gone well: the server takes the
    /// commit of a failed transaction for a rollback, and says nothing.
    pub(super) fn end(self, sql: &str) -> Result<(), Error> {
        let ended = self.0.client().batch_execute(sql);
        self.0.held.set(false);
        self.0.spoiled.set(ended.is_err());
        std::mem::forget(self);
        ended
    }
}

impl Drop for Hold<'_> {
    fn drop(&mut self) {
        self.0.held.set(false);
        // What cannot be taken back goes with the connection.
        let taken_back = self.0.client().batch_execute("ROLLBACK");
        self.0.spoiled.set(taken_back.is_err());
    }
}

/// Rows that the server keeps until they are fetched.
pub(super) struct Cursor<'l> {
    line: &'l Line,
    doing: &'static str,
    name: String,
    step: usize,
    ended: bool,
}

impl Cursor<'_> {
    /// The next rows; none at the end.
    pub(super) fn fetch(&mut self) -> Result<Vec<Row>, StoreError> {
        if self.ended {
            return Ok(Vec::new());
        }
        let sql = format!("FETCH FORWARD {} FROM {}", self.step, self.name);
        let rows = self.line.client().query(&sql, &[]).map_err(failed(self.doing))?;
        self.ended = rows.len() < self.step;
        let bytes: usize = rows.iter().map(Row::raw_size_bytes).sum();
        self.step = (self.step * FETCH / bytes.max(1)).clamp(STEPS.1, STEPS.2);
        Ok(rows)
    }
}

impl Drop for Cursor<'_> {
    fn drop(&mut self) {
        // In a transaction that failed it is gone already.
        let _gone = self.line.client().batch_execute(&format!("CLOSE {}", self.name));
    }
}
