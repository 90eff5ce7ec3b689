//! The conformance programmes through the command line: every figure of the expected files, from a fresh data
//! directory. Where they are not at hand a small programme of our own still is.

use serde_json::Value as Json;

use crate::support::{Place, shared};

#[test]
fn programme_1() {
    check("program-1", "program-1");
}

#[test]
fn programme_1_in_the_middle_of_a_month() {
    check("program-1", "program-1.mid-month");
}

#[test]
fn programme_2() {
    check("program-2", "program-2");
}

#[test]
fn a_small_programme() {
    let place = Place::new();
    place.import(include_str!("small.jsonl")).ok();
    let expected: Json = serde_json::from_str(include_str!("small.expected.json")).unwrap();
    compare(&place, &expected);
}

fn check(programme: &str, expected: &str) {
    let Some(folder) = shared("conformance") else { return };
    let place = Place::new();
    let records = folder.join(format!("{programme}.jsonl"));
    place.tally(&["import", "records", records.to_str().unwrap()]).ok();
    let text = std::fs::read(folder.join(format!("{expected}.expected.json"))).unwrap();
    compare(&place, &serde_json::from_slice(&text).unwrap());
}

/// Scores as the file was scored and holds every key of it against the answer, then once more from the journal.
fn compare(place: &Place, expected: &Json) {
    let months = expected["trend"].as_object().unwrap().len().to_string();
    let as_of = expected["as_of"].as_str().unwrap();
    let found = place.score(as_of, &["--months", &months]);
    let mut wrong = Vec::new();
    assert_eq!(found["as_of"], expected["as_of"]);
    same("metrics", &found["metrics"], &expected["metrics"], &mut wrong);
    same("trend", &found["trend"], &expected["trend"], &mut wrong);
    for (id, metric) in expected["metrics"].as_object().unwrap() {
        let Some(segments) = metric["segments"].as_object() else { continue };
        for (segment, values) in segments {
            let names = |json: &Json| json.as_object().map(|map| map.keys().cloned().collect::<Vec<_>>());
            let here = &found["metrics"][id]["segments"][segment];
            if names(here) != names(values) {
                wrong.push(format!("{id} by {segment}: {:?}, expected {:?}", names(here), names(values)));
            }
        }
    }
    assert!(wrong.is_empty(), "{} differences\n{}", wrong.len(), wrong[..wrong.len().min(40)].join("\n"));
    let size = place.size().to_string();
    let again = place.score(as_of, &["--months", &months, "--at-entry", &size]);
    assert!(again["metrics"] == found["metrics"] && again["trend"] == found["trend"], "--at-entry says something else");
    assert_eq!(again["journal"], found["journal"]);
}

/// Every key that is expected is there and says the same; numbers to 1e-9.
fn same(place: &str, found: &Json, expected: &Json, wrong: &mut Vec<String>) {
    let fits = match (found, expected) {
        (Json::Object(found), Json::Object(expected)) => {
            for (key, expected) in expected {
                match found.get(key) {
                    Some(found) => same(&format!("{place}.{key}"), found, expected, wrong),
                    None => wrong.push(format!("{place}.{key}: missing, expected {expected}")),
                }
            }
            true
        }
        (Json::Array(found), Json::Array(expected)) if found.len() == expected.len() => {
            for (at, (found, expected)) in found.iter().zip(expected).enumerate() {
                same(&format!("{place}[{at}]"), found, expected, wrong);
            }
            true
        }
        (Json::Number(found), Json::Number(expected)) => {
            let (found, expected) = (found.as_f64().unwrap(), expected.as_f64().unwrap());
            (found - expected).abs() <= 1e-9 * expected.abs()
        }
        (found, expected) => found == expected,
    };
    if !fits {
        wrong.push(format!("{place}: {found}, expected {expected}"));
    }
}
