//! Windows: what can be read, what cannot, and how each is written again.

use tally_catalog::{Catalog, Window};

#[test]
fn windows_are_read_and_written() {
    for (text, window) in [
        ("12 months", Window::Months(12)),
        ("1 month", Window::Months(1)),
        ("7 days", Window::Days(7)),
        ("1 day", Window::Days(1)),
    ] {
        assert_eq!(text.parse(), Ok(window));
        assert_eq!(window.to_string(), text);
    }
}

#[test]
fn other_text_is_no_window() {
    for text in
        ["", "12", "months", "0 days", "-1 days", "+1 days", "12  months", "12 moons", "1 year", "99999999999 days", " 1 day"]
    {
        let error = text.parse::<Window>().expect_err(text);
        assert_eq!(error.found, text);
    }
    insta::assert_snapshot!("soon".parse::<Window>().expect_err("no window"), @"found window `soon`, expected a number from 1 and a unit; write it as `12 months` or `7 days`");
}

#[test]
fn a_metric_without_a_window_has_none() {
    let catalog = Catalog::built_in().expect("built-in catalog");
    let window = |id: &str| catalog.metric(id).and_then(|metric| metric.window().expect("a window"));
    assert_eq!(window("scan-cadence"), None);
    assert_eq!(window("system-test-coverage"), Some(Window::Months(12)));
    assert_eq!(window("vulnerability-density"), Some(Window::Months(3)));
}
