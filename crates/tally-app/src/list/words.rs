//! What people call the words of records and states. Says nothing about what they mean.

use super::view::Holds;

/// States and words whose name is more than the word itself.
const NAMES: [(&str, &str); 12] = [
    ("in_progress", "In progress"),
    ("awaiting_verification", "Fixed – awaiting verification"),
    ("risk_accepted", "Risk accepted"),
    ("awaiting_revocation", "Awaiting revocation"),
    ("rag", "RAG"),
    ("ml_model", "ML model"),
    ("gpai", "GPAI"),
    ("gpai_systemic", "GPAI with systemic risk"),
    ("grc", "GRC"),
    ("soc", "SOC"),
    ("mlops", "MLOps"),
    ("ai_platform", "AI platform"),
];

/// What people call a word. Columns of words that the programme itself chose are shown as they are: only closed lists are
/// renamed.
pub fn label(holds: Holds, word: &str) -> String {
    if let Some((_, name)) = NAMES.iter().find(|(known, _)| *known == word) {
        return (*name).to_owned();
    }
    let closed = word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    if !closed || holds == Holds::Text {
        return word.to_owned();
    }
    let mut letters = word.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    first.into_iter().chain(letters.map(|letter| if letter == '_' { ' ' } else { letter })).collect()
}
