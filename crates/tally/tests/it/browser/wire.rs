//! The two pipes: JSON messages that end with a zero byte, commands with an answer, events. Keeps every event in the order of
//! its coming; never throws one away.

use std::cell::{Cell, RefCell};
use std::io::{BufRead as _, BufReader, Write};
use std::process::{ChildStdin, ChildStdout};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use serde_json::{Value as Json, json};

/// The longest wait for an answer or an event. A busy machine is slow; one that takes longer than this is stuck.
pub const PATIENCE: Duration = Duration::from_secs(60);

pub struct Wire {
    to: RefCell<ChildStdin>,
    from: Receiver<Json>,
    last: Cell<u64>,
    events: RefCell<Vec<Json>>,
}

impl Wire {
    pub fn new(to: ChildStdin, from: ChildStdout) -> Self {
        let (send, receive) = channel();
        // Ends with the pipe, which ends with the browser.
        std::thread::spawn(move || {
            for message in BufReader::new(from).split(0).map_while(Result::ok) {
                let message = serde_json::from_slice(&message).expect("the browser speaks JSON");
                if send.send(message).is_err() {
                    break;
                }
            }
        });
        Self { to: RefCell::new(to), from: receive, last: Cell::new(0), events: RefCell::default() }
    }

    /// Gives a command and waits for its answer; the empty session is the browser itself.
    pub fn call(&self, session: &str, method: &str, params: Json) -> Result<Json, String> {
        let id = self.last.get() + 1;
        self.last.set(id);
        let mut message = json!({ "id": id, "method": method, "params": params });
        if !session.is_empty() {
            message["sessionId"] = session.into();
        }
        let mut bytes = serde_json::to_vec(&message).map_err(|error| error.to_string())?;
        bytes.push(0);
        let mut to = self.to.borrow_mut();
        to.write_all(&bytes).and_then(|()| to.flush()).map_err(|error| format!("{method}: {error}"))?;
        let until = Instant::now() + PATIENCE;
        loop {
            let mut message = self.receive(until).map_err(|error| format!("{method}: {error}"))?;
            if message["id"] == id {
                return match message.get("error") {
                    Some(error) => Err(format!("{method}: {error}")),
                    None => Ok(message["result"].take()),
                };
            }
            self.keep(message);
        }
    }

    /// How many events have come so far: a place to wait from.
    pub fn mark(&self) -> usize {
        self.events.borrow().len()
    }

    /// The first event since a mark that fits, waited for where it has not come.
    pub fn wait(&self, since: usize, fits: impl Fn(&Json) -> bool) -> Result<Json, String> {
        let until = Instant::now() + PATIENCE;
        let mut at = since;
        loop {
            let known = self.events.borrow()[at..].iter().find(|event| fits(event)).cloned();
            if let Some(event) = known {
                return Ok(event);
            }
            at = self.mark();
            let message = self.receive(until)?;
            self.keep(message);
        }
    }

    /// The events since a mark, without waiting for more.
    pub fn since(&self, mark: usize) -> Vec<Json> {
        while let Ok(message) = self.from.try_recv() {
            self.keep(message);
        }
        self.events.borrow()[mark..].to_vec()
    }

    fn keep(&self, message: Json) {
        // An answer to a command that nobody waits for any more is no event.
        if message.get("method").is_some() {
            self.events.borrow_mut().push(message);
        }
    }

    fn receive(&self, until: Instant) -> Result<Json, String> {
        self.from.recv_timeout(until.saturating_duration_since(Instant::now())).map_err(|error| match error {
            RecvTimeoutError::Timeout => format!("nothing came in {} s", PATIENCE.as_secs()),
            RecvTimeoutError::Disconnected => "the browser went away".to_owned(),
        })
    }
}
