//! Calendars (RFC 5545): all-day events that others' calendar programs can read. Never decides what is due.

use tally_judge::recurrence::Day;
use tally_model::Instant;

/// Most bytes of a line, its end not counted.
const LINE: usize = 75;

/// An all-day event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Names it for good: a program that reads the calendar again changes the event of this name.
    pub uid: String,
    /// The day.
    pub day: Day,
    /// One line.
    pub summary: String,
    /// Lines.
    pub description: String,
    /// What programs group events by.
    pub category: String,
    /// Where more is, percent-encoded already.
    pub url: Option<String>,
}

/// A calendar of this name, as it stands at `at`. Lines end in CR and LF and are folded at 75 bytes.
pub fn calendar(name: &str, events: &[Event], at: Instant) -> String {
    let mut out = String::new();
    let mut line = |name: &str, value: &str| fold(&mut out, &format!("{name}:{value}"));
    line("BEGIN", "VCALENDAR");
    line("VERSION", "2.0");
    line("PRODID", "-//Tallystick//Duties//EN");
    line("CALSCALE", "GREGORIAN");
    line("METHOD", "PUBLISH");
    line("X-WR-CALNAME", &text(name));
    line("REFRESH-INTERVAL;VALUE=DURATION", "PT12H");
    for event in events {
        line("BEGIN", "VEVENT");
        line("UID", &text(&event.uid));
        line("DTSTAMP", &utc(at));
        line("DTSTART;VALUE=DATE", &date(event.day));
        // The end is the first day that is not part of it.
        line("DTEND;VALUE=DATE", &date(event.day.plus(1)));
        line("SUMMARY", &text(&event.summary));
        line("DESCRIPTION", &text(&event.description));
        line("CATEGORIES", &text(&event.category));
        if let Some(url) = &event.url {
            line("URL", &url.chars().filter(char::is_ascii_graphic).collect::<String>());
        }
        // It takes nobody's time.
        line("TRANSP", "TRANSPARENT");
        line("END", "VEVENT");
    }
    line("END", "VCALENDAR");
    out
}

/// Text as a value: what separates is escaped, what controls is left out.
fn text(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for letter in value.replace("\r\n", "\n").chars() {
        match letter {
            '\\' => out.push_str("\\\\"),
            ';' => out.push_str("\\;"),
            ',' => out.push_str("\\,"),
            '\n' | '\r' => out.push_str("\\n"),
            '\t' => out.push(' '),
            other if other.is_control() || matches!(other, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}') => {}
            other => out.push(other),
        }
    }
    out
}

/// `20260331`.
fn date(day: Day) -> String {
    let (year, month, day) = day.parts();
    format!("{year:04}{month:02}{day:02}")
}

/// `20260331T172000Z`.
fn utc(at: Instant) -> String {
    let seconds = at.micros().div_euclid(1_000_000).rem_euclid(86_400);
    format!("{}T{:02}{:02}{:02}Z", date(Day::of(at)), seconds / 3_600, seconds / 60 % 60, seconds % 60)
}

/// One line: cut between letters where it is too long; what follows begins with a blank.
fn fold(out: &mut String, line: &str) {
    let mut left = LINE;
    for letter in line.chars() {
        if letter.len_utf8() > left {
            out.push_str("\r\n ");
            left = LINE - 1;
        }
        left -= letter.len_utf8();
        out.push(letter);
    }
    out.push_str("\r\n");
}
