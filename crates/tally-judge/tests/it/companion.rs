//! A metric that got better while its companion got worse.

use tally_judge::{Change, Course, Outcome, Sign, Unfit, Way, warn};

fn change(way: Way, from: f64, to: f64) -> Change {
    Change { way, p: Some(0.01), from: Some(from), to: Some(to) }
}

fn course<'a>(title: &'a str, unit: &'a str, change: &'a Change, outcomes: [Outcome; 2]) -> Course<'a> {
    Course { title, unit, change, before: outcomes[0], now: outcomes[1] }
}

const MET: [Outcome; 2] = [Outcome::Met, Outcome::Met];
const LOST: [Outcome; 2] = [Outcome::Met, Outcome::Missed];
const GAINED: [Outcome; 2] = [Outcome::Missed, Outcome::Met];

#[test]
fn faster_but_fixes_hold_less_often() {
    let faster = change(Way::Improved, 40.25, 20.0);
    let weaker = change(Way::Worsened, 95.0, 71.428_571);
    let found =
        warn(&course("time to remediate", "days", &faster, MET), &course("fix effectiveness rate", "percent", &weaker, LOST))
            .unwrap();
    assert_eq!(found.sign, Sign::Worsened);
    assert_eq!((found.metric.from, found.companion.to), (Some(40.25), Some(71.428_571)));
    assert_eq!(
        found.to_string(),
        "time to remediate (40.2 to 20 days) got better, \
         but its companion fix effectiveness rate (95% to 71.4%) worsened"
    );
}

#[test]
fn a_lost_target_is_enough() {
    let faster = change(Way::Improved, 40.0, 20.0);
    let unclear = change(Way::NoClearChange, 91.0, 89.5);
    let metric = course("time to remediate", "days", &faster, MET);
    let found = warn(&metric, &course("fix effectiveness rate", "percent", &unclear, LOST)).unwrap();
    assert_eq!(found.sign, Sign::LostTarget);
    assert!(found.to_string().ends_with("(91% to 89.5%) no longer meets its target"));
    assert_eq!(warn(&metric, &course("fix effectiveness rate", "percent", &unclear, MET)), None);
    let missed_all_along = [Outcome::Missed, Outcome::Missed];
    assert_eq!(warn(&metric, &course("fix effectiveness rate", "percent", &unclear, missed_all_along)), None);
    let unmeasured = [Outcome::NoData, Outcome::Missed];
    assert_eq!(warn(&metric, &course("fix effectiveness rate", "percent", &unclear, unmeasured)), None);
}

#[test]
fn a_count_that_reaches_its_target_got_better() {
    let fewer = Change { way: Way::NotComparable(Unfit::NoTest), p: None, from: Some(3.0), to: Some(0.0) };
    let slower = change(Way::Worsened, 0.25, 55.0);
    let found = warn(
        &course("keys awaiting revocation", "keys", &fewer, GAINED),
        &course("key revocation time", "minutes", &slower, MET),
    );
    assert_eq!(
        found.unwrap().to_string(),
        "keys awaiting revocation (3 to 0 keys) got better, \
         but its companion key revocation time (0.250 to 55 minutes) worsened"
    );
}

#[test]
fn silence_where_nothing_was_bought() {
    let unclear = change(Way::NoClearChange, 40.0, 20.0);
    let improved = change(Way::Improved, 40.0, 20.0);
    let worsened = change(Way::Worsened, 95.0, 70.0);
    let companion = course("companion", "percent", &worsened, LOST);
    assert_eq!(warn(&course("metric", "days", &unclear, MET), &companion), None);
    assert_eq!(warn(&course("metric", "days", &worsened, GAINED), &companion), None);
    let metric = course("metric", "days", &improved, MET);
    assert_eq!(warn(&metric, &course("companion", "percent", &improved, LOST)), None);
}
