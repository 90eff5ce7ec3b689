//! Calendars: escaping, folding, all-day events, stable names.

use tally_judge::recurrence::Day;
use tally_model::Instant;
use tally_report::ical::{Event, calendar};

fn event(summary: &str) -> Event {
    Event {
        uid: "own/2026-12@j.tallystick".to_owned(),
        day: Day::new(2026, 12, 31).unwrap(),
        summary: summary.to_owned(),
        description: "One line.\r\nAnother; with \\ and, more".to_owned(),
        category: "Red team".to_owned(),
        url: Some("https://tally.example/duties/own%2F1".to_owned()),
    }
}

fn text(events: &[Event]) -> String {
    calendar("Duties, all", events, Instant::parse("2026-04-04T23:59:58.5Z").unwrap())
}

#[test]
fn a_whole_calendar() {
    let expected = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Tallystick//Duties//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "X-WR-CALNAME:Duties\\, all",
        "REFRESH-INTERVAL;VALUE=DURATION:PT12H",
        "BEGIN:VEVENT",
        "UID:own/2026-12@j.tallystick",
        "DTSTAMP:20260404T235958Z",
        "DTSTART;VALUE=DATE:20261231",
        "DTEND;VALUE=DATE:20270101",
        "SUMMARY:Try it",
        "DESCRIPTION:One line.\\nAnother\\; with \\\\ and\\, more",
        "CATEGORIES:Red team",
        "URL:https://tally.example/duties/own%2F1",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ];
    assert_eq!(text(&[event("Try it")]).split("\r\n").collect::<Vec<_>>(), expected);
    assert_eq!(text(&[]).matches("VEVENT").count(), 0);
}

#[test]
fn long_lines_are_folded_between_letters_and_come_back_the_same() {
    for long in ["a".repeat(400), "ü".repeat(200), "😀".repeat(90), format!("{}ü{}", "a".repeat(66), "b".repeat(80))] {
        let text = text(&[event(&long)]);
        assert!(text.split("\r\n").all(|line| line.len() <= 75), "{text}");
        assert!(text.replace("\r\n ", "").contains(&format!("SUMMARY:{long}\r\n")));
    }
}

#[test]
fn nobody_writes_a_line_of_their_own() {
    let tricks = ["x\r\nEND:VEVENT", "x\nBEGIN:VALARM", "x\rATTACH:y", "x\u{2028}y\u{0}\u{1b}[2J\u{202e}z", "x\u{85}y"];
    for trick in tricks {
        let text = text(&[Event { category: trick.to_owned(), uid: trick.to_owned(), ..event(trick) }]);
        let lines: Vec<&str> = text.split("\r\n").collect();
        assert!(lines.iter().all(|line| !line.contains(char::is_control)), "{lines:?}");
        for start in ["END:VEVENT", "BEGIN:VALARM", "ATTACH:"] {
            let usual = usize::from(start == "END:VEVENT");
            assert_eq!(lines.iter().filter(|line| line.starts_with(start)).count(), usual, "{trick:?}");
        }
    }
}
