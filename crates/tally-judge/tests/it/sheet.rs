//! Models and answers written down as lines, and scores written back as lines: what the maturity tests read and compare.

use tally_judge::maturity::{Answer, Answers, Effort, Item, Rules, Scores, Standing, score};

/// One question a line: `GRC-01 2 3e small needs GRC-02 GRC-03`. The domain stands before the dash; then the level; then
/// the answer, with an `e` for fresh evidence or a `-` for none; then effort (medium where it is left out) and needs.
pub fn read(lines: &str) -> (Vec<Item>, Answers) {
    let (mut items, mut answers) = (Vec::new(), Answers::new());
    for line in lines.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (head, needs) = line.split_once(" needs ").unwrap_or((line, ""));
        let words: Vec<&str> = head.split_whitespace().collect();
        let id = words[0].to_owned();
        let effort = words.get(3).map_or(Effort::Medium, |word| Effort::parse(word).expect("an effort"));
        items.push(Item {
            id: id.clone(),
            domain: id.split('-').next().expect("a domain").to_owned(),
            level: words[1].parse().expect("a level"),
            needs: needs.split_whitespace().map(str::to_owned).collect(),
            effort,
        });
        if let Some(answer) = answer(words[2]) {
            answers.insert(id, answer);
        }
    }
    (items, answers)
}

fn answer(word: &str) -> Option<Answer> {
    let digits = word.trim_end_matches('e');
    (word != "-").then(|| Answer { score: Some(digits.parse().expect("a score")), evidence: digits != word })
}

/// Scores with the rules of the built-in model: earned from 3 of 4.
pub fn scores(lines: &str) -> Scores {
    let (items, answers) = read(lines);
    score(&items, &answers, Rules::default())
}

/// One line a domain and one for the whole.
pub fn show(scores: &Scores) -> String {
    let mut lines = Vec::new();
    for domain in &scores.domains {
        let plain = format!("plain {:.2} L{}", domain.plain.mean, domain.plain.level);
        let next =
            domain.next.as_ref().map_or("top".to_owned(), |next| format!("{}: {}", next.level, next.blocked_by.join(" ")));
        lines.push(format!("{} {} | {plain} | {next}", domain.id, standing(&domain.standing)));
    }
    if let Some(whole) = &scores.whole {
        lines.push(format!("whole {} | {}", standing(&whole.standing), whole.held_by.join(" ")));
    }
    lines.join("\n")
}

/// Earned level, range, known mean, confidence, counts.
pub fn standing(standing: &Standing) -> String {
    let part = |value: Option<f64>| value.map_or("none".to_owned(), |value| format!("{value:.3}"));
    format!(
        "L{} {:.3}..{:.3} known {} conf {}{} | {}/{}/{}",
        standing.earned,
        standing.range.low,
        standing.range.high,
        part(standing.known_mean),
        part(standing.confidence),
        if standing.claimed() { " claimed" } else { "" },
        standing.with_evidence,
        standing.answered,
        standing.questions,
    )
}

/// Compares line by line, without what stands before and after a line.
#[track_caller]
pub fn same(found: &str, expected: &str) {
    let lines =
        |text: &str| text.lines().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect::<Vec<_>>();
    assert_eq!(lines(found), lines(expected));
}
