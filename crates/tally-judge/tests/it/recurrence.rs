//! Duties by the calendar: periods, due days, states; and the calendar itself, day by day.

use proptest::prelude::*;
use tally_judge::recurrence::{Cadence, Day, Duty, Occurrence, Release, State, occurrences, state};
use tally_model::Instant;

/// A day written `2026-03-31`.
fn day(text: &str) -> Day {
    let mut parts = text.split('-').map(|part| part.parse::<i32>().unwrap());
    let mut next = || parts.next().unwrap();
    Day::new(next(), u8::try_from(next()).unwrap(), u8::try_from(next()).unwrap()).unwrap()
}

fn duty(cadence: Cadence, from: &str, until: Option<&str>, due_days: i32) -> Duty {
    Duty { cadence, from: day(from), until: until.map(day), due_days }
}

#[track_caller]
fn check(duty: Duty, today: &str, expected: &[&str]) {
    let show = |one: &Occurrence| format!("{} {}..{} due {}", one.name, one.starts, one.ends, one.due);
    let found: Vec<String> = occurrences(&duty, &[], day(today)).iter().map(show).collect();
    assert_eq!(found, expected);
}

#[test]
fn quarters() {
    // Begins in the middle of a quarter: that one is owed. Ten days after 31 March is 10 April; 30 June, 10 July.
    check(
        duty(Cadence::Quarterly, "2025-11-15", None, 10),
        "2026-07-01",
        &[
            "2025-Q4 2025-10-01..2025-12-31 due 2026-01-10",
            "2026-Q1 2026-01-01..2026-03-31 due 2026-04-10",
            "2026-Q2 2026-04-01..2026-06-30 due 2026-07-10",
            "2026-Q3 2026-07-01..2026-09-30 due 2026-10-10",
        ],
    );
    // The day before a quarter begins it is not there yet; before the duty begins nothing is, save its running quarter.
    let early = duty(Cadence::Quarterly, "2026-03-31", None, 0);
    check(early, "2026-03-31", &["2026-Q1 2026-01-01..2026-03-31 due 2026-03-31"]);
    check(early, "2025-12-31", &[]);
}

#[test]
fn months_and_leap_years() {
    check(
        duty(Cadence::Monthly, "2024-01-31", None, 5),
        "2024-03-01",
        &[
            "2024-01 2024-01-01..2024-01-31 due 2024-02-05",
            "2024-02 2024-02-01..2024-02-29 due 2024-03-05",
            "2024-03 2024-03-01..2024-03-31 due 2024-04-05",
        ],
    );
    // Ongoing is looked at month by month. Due before the end where days are negative. 2100 has no leap day.
    check(duty(Cadence::Ongoing, "2100-02-01", None, -1), "2100-02-15", &["2100-02 2100-02-01..2100-02-28 due 2100-02-27"]);
}

#[test]
fn the_end_of_a_duty() {
    // A period is owed where its last day is a day of the duty: March ends with it, and a day less leaves March out.
    let first_months = ["2026-01 2026-01-01..2026-01-31 due 2026-01-31", "2026-02 2026-02-01..2026-02-28 due 2026-02-28"];
    let march = "2026-03 2026-03-01..2026-03-31 due 2026-03-31";
    check(duty(Cadence::Monthly, "2026-01-01", Some("2026-03-30"), 0), "2026-12-01", &first_months);
    let all = [first_months[0], first_months[1], march];
    check(duty(Cadence::Monthly, "2026-01-01", Some("2026-03-31"), 0), "2026-12-01", &all);
    check(duty(Cadence::Monthly, "2026-01-10", Some("2026-01-20"), 0), "2026-12-01", &[]);
    check(duty(Cadence::Monthly, "2026-01-10", Some("2025-01-20"), 0), "2026-12-01", &[]);
}

#[test]
fn releases() {
    let release = |id: &str, at: &str| Release { id: id.to_owned(), day: day(at) };
    let all = [
        release("bot-3", "2026-06-01"),
        release("bot-1", "2026-01-31"),
        release("app-9", "2026-06-01"),
        release("bot-2", "2026-02-01"),
        release("bot-4", "2026-08-01"),
        release("bot-5", "2026-08-02"),
    ];
    let duty = duty(Cadence::PerRelease, "2026-02-01", Some("2026-08-01"), 0);
    let found = occurrences(&duty, &all, day("2026-03-01"));
    // The duty's first and last day are in, the day before and the day after are not; a planned release is owed already.
    let names: Vec<&str> = found.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["bot-2", "app-9", "bot-3", "bot-4"]);
    assert!(found.iter().all(|one| one.starts == one.due && one.ends == one.due));
    let later = occurrences(&Duty { due_days: 3, ..duty }, &all, day("2026-03-01"));
    assert_eq!(later[0].due, day("2026-02-04"));
    assert!(occurrences(&Duty { cadence: Cadence::Monthly, ..duty }, &all, day("2026-02-01")).len() == 1);
}

#[test]
fn states() {
    let one = occurrences(&duty(Cadence::Monthly, "2026-03-01", None, 10), &[], day("2026-03-01")).remove(0);
    assert_eq!(one.due, day("2026-04-10"));
    let at = |today: &str, done: Option<&str>| state(&one, done.map(day), day(today));
    assert_eq!(at("2026-04-02", None), State::Open);
    assert_eq!(at("2026-04-03", None), State::DueSoon);
    assert_eq!(at("2026-04-10", None), State::DueSoon);
    assert_eq!(at("2026-04-11", None), State::Overdue);
    assert_eq!(at("2026-05-01", Some("2026-04-10")), State::Done);
    assert_eq!(at("2026-05-01", Some("2026-04-11")), State::DoneLate);
    // Done tomorrow is not done today.
    assert_eq!(at("2026-04-11", Some("2026-04-12")), State::Overdue);
    assert_eq!(at("2026-04-12", Some("2026-04-12")), State::DoneLate);
    let words = [State::Done, State::DoneLate, State::Open, State::DueSoon, State::Overdue].map(State::words);
    assert_eq!(words, ["done", "done late", "open", "due soon", "overdue"]);
}

#[test]
fn words_come_back() {
    for cadence in Cadence::ALL {
        assert_eq!(Cadence::parse(cadence.word()), Some(cadence));
    }
    assert_eq!(Cadence::parse("weekly"), None);
}

#[test]
fn days_that_are_none() {
    for (year, month, of_month) in [(2026, 2, 29), (2026, 13, 1), (2026, 0, 1), (2026, 4, 31), (2026, 1, 0), (1900, 2, 29)] {
        assert_eq!(Day::new(year, month, of_month), None, "{year}-{month}-{of_month}");
    }
    assert!(Day::new(2000, 2, 29).is_some());
    assert_eq!(Day::new(i32::MAX, 1, 1), None);
    assert_eq!(Day::from_epoch(i64::MAX).plus(i64::MAX), Day::from_epoch(i64::MAX));
    assert!(Day::from_epoch(i64::MIN).start() < Day::from_epoch(i64::MAX).start());
}

/// Steps from day to day with the lengths of the months as everybody knows them, over leap years and centuries.
#[test]
fn the_calendar_day_by_day() {
    let leap = |year: i64| year % 4 == 0 && year % 100 != 0 || year % 400 == 0;
    let (mut year, mut month, mut of_month) = (1896_i64, 1_u8, 1_u8);
    let mut at = Day::new(1896, 1, 1).unwrap();
    while year < 2110 {
        assert_eq!(at.parts(), (year, month, of_month));
        assert_eq!(Day::new(i32::try_from(year).unwrap(), month, of_month), Some(at));
        let length = match month {
            2 if leap(year) => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        };
        (month, of_month) = if of_month < length { (month, of_month + 1) } else { (month + 1, 1) };
        (year, month) = if month > 12 { (year + 1, 1) } else { (year, month) };
        at = at.plus(1);
    }
}

proptest! {
    /// The model's instants know the same calendar.
    #[test]
    fn days_agree_with_instants(days in -700_000_i64..1_000_000, micros in 0_i64..86_400_000_000) {
        let at = Day::from_epoch(days);
        let text = format!("{}T00:00:00Z", at);
        prop_assert_eq!(at.start().to_string(), text);
        let within = Instant::from_micros(at.start().micros() + micros);
        prop_assert_eq!(Day::of(within), at);
        prop_assert_eq!(Day::from_epoch(days).epoch_days(), days);
    }

    /// A second way: walk all days and note each month that has begun while the duty was on.
    #[test]
    fn periods_agree_with_a_walk(from in 15_000_i64..16_000, length in prop::option::of(0_i64..900), past in -50_i64..1_200, quarterly in any::<bool>()) {
        let (from, today) = (Day::from_epoch(from), Day::from_epoch(from + past));
        let until = length.map(|length| from.plus(length));
        let cadence = if quarterly { Cadence::Quarterly } else { Cadence::Monthly };
        let duty = Duty { cadence, from, until, due_days: 4 };
        let name = |at: Day| {
            let (year, month, _) = at.parts();
            if quarterly { format!("{year}-Q{}", month.div_ceil(3)) } else { format!("{year}-{month:02}") }
        };
        // Every period that a day of the duty lies in, where it has begun by today and does not outlast the duty.
        let mut expected: Vec<String> = Vec::new();
        for days in 0..=1_400 {
            let at = from.plus(days);
            let begun = (0..=100).any(|back| at.plus(-back) <= today && name(at.plus(-back)) == name(at));
            let mut last = at;
            while name(last.plus(1)) == name(at) {
                last = last.plus(1);
            }
            if begun && until.is_none_or(|until| last <= until) && expected.last() != Some(&name(at)) {
                expected.push(name(at));
            }
        }
        let found = occurrences(&duty, &[], today);
        prop_assert_eq!(found.iter().map(|one| one.name.clone()).collect::<Vec<_>>(), expected);
        for one in &found {
            prop_assert_eq!(one.due, one.ends.plus(4));
            prop_assert_eq!((name(one.starts), name(one.ends)), (one.name.clone(), one.name.clone()));
            prop_assert!(name(one.starts.plus(-1)) != one.name && name(one.ends.plus(1)) != one.name);
        }
    }

    /// Time only makes an open duty worse, and doing it settles it.
    #[test]
    fn states_go_one_way(today in 0_i64..60, done in prop::option::of(0_i64..60)) {
        let rank = |found: State| match found {
            State::Open => 0,
            State::DueSoon => 1,
            State::Overdue => 2,
            State::Done | State::DoneLate => 3,
        };
        let at = Day::from_epoch;
        let one = Occurrence { name: "x".to_owned(), starts: at(0), ends: at(20), due: at(30) };
        let at_day = |day: i64| state(&one, done.map(at), at(day));
        prop_assert!(rank(at_day(today)) <= rank(at_day(today + 1)));
        if let Some(done) = done {
            prop_assert_eq!(at_day(60), if done <= 30 { State::Done } else { State::DoneLate });
        }
    }
}
