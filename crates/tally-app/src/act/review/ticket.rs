//! A review's next action as a ticket: title and body in plain text, for a tracker. Never Markdown or HTML: what people wrote stays
//! text, and control characters are shown as what they are.

use tally_model::problem::printable;

use super::{LastReview, ReviewRow, ReviewSheet};

/// A ticket in plain text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ticket {
    /// One line.
    pub title: String,
    /// Lines.
    pub body: String,
}

/// Most characters of a title.
const TITLE: usize = 120;

/// The ticket of a metric's next action: the one that this review decided on, else the last one's.
pub fn ticket_text(sheet: &ReviewSheet, row: &ReviewRow) -> Ticket {
    let metric = &row.score.metric;
    let review = row.this.as_ref().or(row.last.as_ref());
    let action = review.and_then(|review| review.next_action.as_deref());
    let title: String = format!("{}: {}", metric.title, line(action.unwrap_or("look into it"))).chars().take(TITLE).collect();
    let reading = &row.score.verdict.reading;
    let value = reading.value.map_or_else(|| "no data".to_owned(), |value| format!("{value:.1} {}", metric.unit));
    let mut lines = vec![
        line(&metric.question),
        String::new(),
        format!("Value for {}: {value}, n = {}, status: {}", sheet.period, reading.n, row.score.verdict.status.words()),
    ];
    lines.extend(row.anomalies.iter().map(|anomaly| format!("- {}", line(&anomaly.sentence()))));
    if let Some(review) = review {
        lines.push(String::new());
        lines.extend(said(review));
    }
    lines.push(String::new());
    lines.push(format!("Owner: {}", line(&row.score.owner)));
    lines.push(format!(
        "Computed as of {} from {} journal entries, head {}, definition {}",
        sheet.as_of, sheet.entries, sheet.head, row.score.definition
    ));
    Ticket { title, body: lines.join("\n") }
}

fn said(review: &LastReview) -> Vec<String> {
    let mut lines = vec![format!("Review of {}, by {}", review.period, line(&review.by.join(", ")))];
    let mut say = |name: &str, text: Option<String>| lines.extend(text.map(|text| format!("{name}: {}", line(&text))));
    say("Blockers", review.blockers.clone());
    say("Next action", review.next_action.clone());
    say("Due", review.due.map(|due| due.to_string()));
    say("Decision", review.decision.clone());
    say("Reason", review.reason.clone());
    lines
}

/// Text of people on one line.
fn line(text: &str) -> String {
    printable(&text.split_whitespace().collect::<Vec<_>>().join(" "))
}
