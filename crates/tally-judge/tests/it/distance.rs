//! The shortest way to a target.

use proptest::prelude::*;
use tally_catalog::metric::Mode;
use tally_judge::{Direction, Noun, Quantity, ToGo, Wanted, read, to_go};
use tally_model::reading::Tally;

use crate::near;
use crate::target::rate;

const SYSTEMS: Noun<'_> = Noun { one: "system", many: "systems" };

fn words(hits: u64, n: u64, wanted: Wanted) -> String {
    to_go(Mode::Rate, &rate(hits, n), wanted).map_or("-".to_owned(), |way| way.words(SYSTEMS))
}

#[test]
fn rates() {
    // 16 of 19 are 84 percent, 15 are 79.
    assert_eq!(words(12, 19, Wanted::AtLeast(80.0)), "4 more systems");
    assert_eq!(words(15, 19, Wanted::AtLeast(80.0)), "1 more system");
    assert_eq!(words(16, 19, Wanted::AtLeast(80.0)), "-");
    assert_eq!(words(0, 19, Wanted::AtLeast(100.0)), "19 more systems");
    assert_eq!(words(0, 0, Wanted::AtLeast(100.0)), "-");
    assert_eq!(words(4, 20, Wanted::AtMost(10.0)), "2 fewer systems");
    assert_eq!(words(4, 20, Wanted::AtMost(0.0)), "4 fewer systems");
}

#[test]
fn bands_from_both_sides() {
    assert_eq!(words(0, 20, Wanted::Band(10.0, 50.0)), "2 more systems");
    assert_eq!(words(12, 20, Wanted::Band(10.0, 50.0)), "2 fewer systems");
    assert_eq!(words(5, 20, Wanted::Band(10.0, 50.0)), "-");
}

#[test]
fn no_way_there() {
    assert_eq!(words(3, 20, Wanted::AtLeast(101.0)), "-");
    assert_eq!(words(3, 20, Wanted::AtMost(-1.0)), "-");
    // None of 0, 33, 67, 100 percent lies in it.
    assert_eq!(words(0, 3, Wanted::Band(40.0, 60.0)), "-");
    assert_eq!(words(3, 3, Wanted::Band(40.0, 60.0)), "-");
}

#[test]
fn ratios_of_cases_and_of_hours() {
    let way = |numerator, denominator, wanted| {
        to_go(Mode::Ratio, &read(&Tally::Ratio { numerator, denominator, n: 9, errors: None }), wanted)
    };
    let cases = way(8144.0, 9057.0, Wanted::AtLeast(95.0)).unwrap();
    assert_eq!(cases, ToGo { direction: Direction::More, quantity: Quantity::Members(461) });
    let hours = way(53.25, 184.25, Wanted::AtLeast(40.0)).unwrap();
    let Quantity::Amount(amount) = hours.quantity else { panic!("{hours:?}") };
    near(amount, 20.45);
    assert_eq!(hours.words(Noun { one: "hour", many: "automated hours" }), "20.45 more automated hours");
    let fewer = way(53.255, 184.25, Wanted::AtMost(20.0)).unwrap();
    assert_eq!(fewer.words(Noun { one: "hour", many: "hours" }), "16.41 fewer hours");
    assert_eq!(way(53.25, 184.25, Wanted::AtLeast(120.0)), None);
    assert_eq!(way(0.0, 0.0, Wanted::AtLeast(95.0)), None);
}

#[test]
fn counts() {
    let way = |n, wanted| to_go(Mode::Count, &read(&Tally::Count { n, oldest_days: None }), wanted);
    let drills = Noun { one: "exercise", many: "exercises" };
    assert_eq!(way(3, Wanted::AtLeast(4.0)).unwrap().words(drills), "1 more exercise");
    assert_eq!(way(0, Wanted::AtLeast(3.5)).unwrap().words(drills), "4 more exercises");
    assert_eq!(way(4, Wanted::AtLeast(4.0)), None);
    assert_eq!(way(2, Wanted::AtMost(0.0)).unwrap().words(drills), "2 fewer exercises");
    assert_eq!(way(2, Wanted::Band(4.2, 4.8)), None);
}

#[test]
fn durations_and_quotients_have_a_gap_and_no_steps() {
    let slow = read(&Tally::Duration { values: vec![40.0; 9], survival: None });
    assert_eq!(to_go(Mode::Duration, &slow, Wanted::AtMost(30.0)), None);
    assert_eq!(Wanted::AtMost(30.0).gap(slow.value.unwrap()), 10.0);
}

proptest! {
    #[test]
    fn the_fewest_that_suffice(n in 1_u64..500, part in 0.0..=1.0_f64, edge in 0.0..=100.0_f64, lower in any::<bool>()) {
        let hits = (part * n as f64).round() as u64;
        let wanted = if lower { Wanted::AtMost(edge) } else { Wanted::AtLeast(edge) };
        let met = |hits: u64| wanted.met_by(rate(hits, n).value.unwrap());
        match to_go(Mode::Rate, &rate(hits, n), wanted).map(|way| way.quantity) {
            None => prop_assert!(met(hits)),
            Some(Quantity::Members(steps)) => {
                let after = |steps| if lower { hits - steps } else { hits + steps };
                prop_assert!(met(after(steps)) && !met(after(steps - 1)));
            }
            Some(other) => prop_assert!(false, "{:?}", other),
        }
    }
}
