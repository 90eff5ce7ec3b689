//! Ways out to a sign-in service: taken once, gone after ten minutes, not to be had with a one-time link.

use tally_app::Error;
use tally_app::access::Refusal;

use super::{Place, SECOND, at, machine};

#[test]
fn what_one_left_with_is_taken_once() {
    let place = Place::new();
    let secret = place.desk.begin_outward("state and nonce", "192.0.2.1", at(0)).unwrap();
    let gone = |secret: &str, now| matches!(place.desk.take_outward(secret, now), Err(Error::Access(Refusal::LinkGone)));
    assert!(gone("another", at(SECOND)));
    assert!(place.desk.offer(&secret, at(SECOND)).is_err(), "no page of one-time links opens with it");
    assert_eq!(place.desk.take_outward(&secret, at(SECOND)).unwrap(), "state and nonce");
    assert!(gone(&secret, at(2 * SECOND)));
    let late = place.desk.begin_outward("x", "192.0.2.1", at(0)).unwrap();
    assert!(gone(&late, at(600 * SECOND)));
    assert!(place.desk.begin_outward(&"x".repeat(5_000), "192.0.2.1", at(0)).is_err());
}

#[test]
fn a_one_time_link_is_no_way_back() {
    let mut place = Place::new();
    let link = place.desk.reset(&mut place.programme, &machine(), "ada", at(0)).unwrap();
    assert!(place.desk.take_outward(&link, at(SECOND)).is_err());
    assert!(place.desk.offer(&link, at(SECOND)).is_ok(), "it is not used up by that");
}

#[test]
fn who_leaves_too_often_waits() {
    let place = Place::new();
    let left = |address: &str| place.desk.begin_outward("x", address, at(0)).is_ok();
    assert!((0..20).all(|_| left("192.0.2.1")));
    assert!(!(0..5).all(|_| left("192.0.2.1")));
    assert!(left("192.0.2.2"), "another address does not wait");
}
