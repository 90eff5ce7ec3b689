//! The teams of the story.

use std::io;

use crate::page::Page;

/// Id, name, function.
pub(crate) const TEAMS: [(&str, &str, &str); 13] = [
    ("appsec", "Application Security", "appsec"),
    ("product-security", "Product Security", "product_security"),
    ("red-team", "AI Red Team", "red_team"),
    ("ai-platform", "AI Platform", "ai_platform"),
    ("mlops", "ML Operations", "mlops"),
    ("data-office", "Data Office", "data_governance"),
    ("privacy", "Privacy Office", "privacy"),
    ("grc", "Governance, Risk and Compliance", "grc"),
    ("soc", "Security Operations", "soc"),
    ("claims-engineering", "Claims Engineering", "engineering"),
    ("payments-engineering", "Payments Engineering", "engineering"),
    ("customer-care", "Customer Care", "business"),
    ("underwriting", "Underwriting", "business"),
];

pub(crate) fn write(page: &mut Page<'_>) -> io::Result<()> {
    for (id, name, function) in TEAMS {
        page.record("team", id, |fields| {
            fields.text("name", name).word("function", function);
        })?;
    }
    Ok(())
}
