//! Who answers for what, by function. The organisation took over what was suggested and changed some of it: two functions
//! answer for one process, nobody for one metric, and a few subjects were left out.

use std::io;

use crate::page::Page;

/// Sort, subject, then the functions that do it, answer for it, are asked and are told.
type Row = (&'static str, &'static str, &'static str, &'static str, &'static str, &'static str);

#[rustfmt::skip]
const ROWS: [Row; 63] = [
    ("domain", "GRC", "grc legal", "grc", "privacy product_security procurement", "business engineering executive"),
    ("domain", "DEV", "engineering mlops appsec", "product_security", "ai_platform procurement", "grc"),
    ("domain", "DAT", "data_governance privacy mlops", "data_governance", "legal appsec", "grc business"),
    ("domain", "INF", "ai_platform mlops", "ai_platform", "appsec soc", "engineering product_security"),
    ("domain", "APP", "engineering appsec", "appsec", "red_team data_governance ai_platform", "product_security business"),
    ("domain", "MOD", "mlops ai_platform", "mlops", "appsec red_team", "engineering grc"),
    ("domain", "MON", "soc ai_platform", "soc", "mlops privacy red_team", "engineering product_security"),
    ("domain", "IRR", "soc engineering ai_platform", "soc", "legal privacy business", "grc executive"),
    ("domain", "RTE", "red_team", "product_security", "engineering soc appsec", "grc business executive"),
    ("domain", "SAF", "engineering", "product_security", "legal privacy red_team", "grc executive"),
    ("process", "design_review", "appsec engineering", "product_security", "privacy data_governance red_team", "business"),
    ("process", "production_approval", "product_security engineering", "business", "grc legal privacy", "soc ai_platform"),
    ("process", "adversarial_testing", "red_team", "product_security", "engineering appsec", "soc grc"),
    ("process", "production_monitoring", "soc ai_platform", "soc ai_platform", "mlops privacy", "engineering product_security"),
    ("metric", "activity-completion", "engineering", "product_security", "grc", "executive"),
    ("metric", "assessment-throughput", "red_team", "red_team", "product_security", "executive"),
    ("metric", "automation-ratio", "red_team", "", "appsec", "product_security"),
    ("metric", "confirmed-exploitability-rate", "red_team", "red_team", "engineering", "product_security"),
    ("metric", "cost-per-assessment", "red_team", "product_security", "procurement", "executive"),
    ("metric", "critical-high-rate", "red_team", "red_team", "product_security engineering", "executive"),
    ("metric", "current-version-coverage", "red_team", "red_team", "engineering mlops", "product_security"),
    ("metric", "false-positive-rate", "red_team appsec", "red_team", "engineering", "product_security"),
    ("metric", "finding-acceptance-rate", "red_team", "red_team", "engineering", "product_security"),
    ("metric", "finding-dispute-rate", "red_team", "red_team", "engineering", "product_security"),
    ("metric", "fix-assurance-rate", "red_team", "red_team", "engineering", "product_security grc"),
    ("metric", "fix-effectiveness-rate", "engineering", "engineering", "red_team", "product_security"),
    ("metric", "incident-detection-time", "soc", "soc", "engineering ai_platform", "product_security executive"),
    ("metric", "incident-foresight", "red_team", "red_team", "soc", "product_security executive"),
    ("metric", "incident-recovery-time", "soc engineering ai_platform", "soc", "mlops", "business executive"),
    ("metric", "input-vector-coverage", "red_team", "red_team", "appsec engineering", "product_security"),
    ("metric", "key-revocation-time", "", "mlops", "soc", "product_security"),
    ("metric", "keys-awaiting-revocation", "mlops", "mlops", "soc ai_platform", "product_security"),
    ("metric", "monitoring-coverage", "soc engineering", "soc", "ai_platform mlops privacy", "product_security"),
    ("metric", "novel-finding-rate", "red_team", "red_team", "product_security", "soc"),
    ("metric", "open-critical-high", "engineering", "engineering", "red_team", "product_security business executive"),
    ("metric", "pre-deployment-test-rate", "red_team engineering", "product_security", "mlops", "grc business"),
    ("metric", "process-documentation", "grc product_security", "grc", "legal red_team soc", "executive"),
    ("metric", "recurrence-rate", "engineering", "product_security", "red_team", "executive"),
    ("metric", "regression-test-coverage", "engineering", "engineering", "red_team", "product_security"),
    ("metric", "release-gate-completion", "engineering mlops", "engineering", "appsec", "product_security grc"),
    ("metric", "remediation-verification-rate", "red_team", "red_team", "engineering", "product_security"),
    ("metric", "remediation-within-sla", "engineering", "engineering", "product_security", "grc executive"),
    ("metric", "retrieval-authorization-coverage", "engineering appsec", "appsec", "data_governance privacy", "product_security"),
    ("metric", "scan-cadence", "appsec", "appsec", "mlops ai_platform", "product_security"),
    ("metric", "scoped-credential-coverage", "ai_platform engineering", "ai_platform", "appsec", "product_security"),
    ("metric", "security-eval-pass-rate", "engineering", "engineering", "red_team appsec", "product_security"),
    ("metric", "system-test-coverage", "red_team", "red_team", "product_security", "grc executive"),
    ("metric", "tabletop-cadence", "soc", "soc", "legal privacy engineering", "executive"),
    ("metric", "tabletop-closure", "soc engineering", "soc", "product_security", "executive"),
    ("metric", "technique-coverage", "red_team", "red_team", "soc", "product_security"),
    ("metric", "time-to-assessment", "red_team", "red_team", "product_security", "engineering business"),
    ("metric", "time-to-remediate", "engineering", "engineering", "red_team", "product_security executive"),
    ("duty", "Q-1", "appsec engineering", "product_security", "red_team ai_platform", "soc grc"),
    ("duty", "Q-2", "appsec", "product_security", "mlops ai_platform", "grc engineering"),
    ("duty", "Q-3", "red_team", "product_security", "engineering mlops data_governance", "soc business executive"),
    ("duty", "Q-4", "engineering product_security", "business", "red_team legal mlops", "soc executive"),
    ("duty", "Q-5", "soc engineering", "soc", "ai_platform legal privacy", "business executive grc"),
    ("duty", "M-1", "soc", "soc", "red_team mlops", "product_security engineering"),
    ("duty", "M-2", "appsec engineering", "appsec", "data_governance ai_platform", "privacy product_security"),
    ("duty", "M-3", "ai_platform", "ai_platform", "mlops appsec", "product_security soc"),
    ("duty", "R-1", "engineering mlops", "engineering", "appsec red_team privacy", "product_security grc"),
    ("duty", "R-2", "appsec engineering", "product_security", "ai_platform business", "soc"),
    ("duty", "O-2", "soc product_security", "product_security", "engineering privacy red_team", "business grc executive"),
];

pub(crate) fn write(page: &mut Page<'_>) -> io::Result<()> {
    for (about, subject, responsible, accountable, consulted, informed) in ROWS {
        page.record("responsibility", format_args!("{about}/{subject}"), |fields| {
            fields.word("about", about).word("subject", subject);
            let lists =
                [("responsible", responsible), ("accountable", accountable), ("consulted", consulted), ("informed", informed)];
            for (name, functions) in lists {
                fields.texts(name, &functions.split_whitespace().collect::<Vec<_>>());
            }
        })?;
    }
    Ok(())
}
