//! The 40 systems of the story: 26 in production when it begins, 36 when it ends, two retired and two still to come.
//!
//! A table first, what follows from a system's type below it. Nothing here is drawn by chance.

use std::io;

use super::agents;
use crate::calendar::{Calendar, HOUR, Moment};
use crate::page::Page;

/// One system; days count back from the end.
pub(crate) struct System {
    pub(crate) id: &'static str,
    pub(crate) name: &'static str,
    pub(crate) owner: &'static str,
    pub(crate) form: &'static str,
    pub(crate) origin: &'static str,
    pub(crate) tier: &'static str,
    pub(crate) eu_ai_act: &'static str,
    pub(crate) unit: &'static str,
    pub(crate) region: &'static str,
    /// The day it goes into production; none has been set where absent.
    pub(crate) live: Option<i64>,
    pub(crate) retired: Option<i64>,
}

macro_rules! systems {
    ($($id:literal, $name:literal: $owner:literal $form:literal $origin:literal $tier:literal $act:literal
       $unit:literal $region:literal, $live:expr, $retired:expr;)*) => {
        &[$(System {
            id: $id, name: $name, owner: $owner, form: $form, origin: $origin, tier: $tier, eu_ai_act: $act,
            unit: $unit, region: $region, live: $live, retired: $retired,
        }),*]
    };
}

pub(crate) const SYSTEMS: &[System] = systems! {
    "support-bot", "Support Bot": "customer-care" "assistant" "internal" "high" "limited_risk" "retail" "emea", Some(-1400), None;
    "claims-triage", "Claims Triage": "claims-engineering" "classifier" "internal" "high" "high_risk" "claims" "emea", Some(-1300), None;
    "fraud-scoring", "Fraud Scoring": "payments-engineering" "ml_model" "internal" "high" "high_risk" "payments" "global", Some(-1600), None;
    "policy-search", "Policy Search": "underwriting" "rag" "internal" "medium" "limited_risk" "commercial" "emea", Some(-1000), None;
    "underwriting-assist", "Underwriting Assist": "underwriting" "rag" "internal" "high" "high_risk" "commercial" "amer", Some(-900), None;
    "document-intake", "Document Intake": "claims-engineering" "ml_model" "third_party" "medium" "minimal_risk" "claims" "global", Some(-1500), None;
    "call-summary", "Call Summary": "customer-care" "assistant" "third_party" "medium" "limited_risk" "retail" "emea", Some(-1050), None;
    "email-router", "Email Router": "customer-care" "classifier" "internal" "low" "minimal_risk" "retail" "global", Some(-1700), None;
    "payment-anomaly", "Payment Anomaly": "payments-engineering" "ml_model" "internal" "high" "minimal_risk" "payments" "global", Some(-1350), None;
    "churn-forecast", "Churn Forecast": "data-office" "ml_model" "internal" "low" "minimal_risk" "retail" "amer", Some(-1200), None;
    "code-helper", "Code Helper": "ai-platform" "coding_assistant" "third_party" "medium" "minimal_risk" "corporate" "global", Some(-950), None;
    "marketing-writer", "Marketing Writer": "customer-care" "generative_media" "third_party" "low" "limited_risk" "retail" "amer", Some(-880), None;
    "photo-damage", "Photo Damage": "claims-engineering" "ml_model" "internal" "medium" "minimal_risk" "claims" "emea", Some(-1250), None;
    "identity-check", "Identity Check": "payments-engineering" "ml_model" "third_party" "high" "high_risk" "payments" "emea", Some(-1150), None;
    "hr-policy-chat", "HR Policy Chat": "ai-platform" "rag" "internal" "low" "limited_risk" "corporate" "global", Some(-860), None;
    "voice-transcribe", "Voice Transcribe": "customer-care" "ml_model" "open_source" "low" "minimal_risk" "retail" "emea", Some(-990), None;
    "chargeback-review", "Chargeback Review": "payments-engineering" "classifier" "internal" "medium" "minimal_risk" "payments" "amer", Some(-1100), None;
    "reserve-estimator", "Reserve Estimator": "underwriting" "ml_model" "internal" "medium" "minimal_risk" "commercial" "emea", Some(-1450), None;
    "spam-filter", "Spam Filter": "mlops" "classifier" "open_source" "low" "minimal_risk" "corporate" "global", Some(-1800), None;
    "contract-reader", "Contract Reader": "grc" "rag" "third_party" "medium" "limited_risk" "corporate" "emea", Some(-820), None;
    "knowledge-base-chat", "Knowledge Base Chat": "customer-care" "rag" "internal" "medium" "limited_risk" "retail" "apac", Some(-800), None;
    "price-optimiser", "Price Optimiser": "underwriting" "ml_model" "internal" "high" "high_risk" "retail" "emea", Some(-1380), None;
    "translation-desk", "Translation Desk": "customer-care" "other" "third_party" "low" "minimal_risk" "retail" "apac", Some(-1020), None;
    "log-anomaly", "Log Anomaly": "soc" "ml_model" "open_source" "medium" "minimal_risk" "corporate" "global", Some(-930), None;
    "catastrophe-model", "Catastrophe Model": "underwriting" "ml_model" "internal" "low" "minimal_risk" "commercial" "apac", Some(-1900), Some(-160);
    "legacy-faq-bot", "Legacy FAQ Bot": "customer-care" "assistant" "internal" "low" "limited_risk" "retail" "emea", Some(-1550), Some(-400);
    "broker-assistant", "Broker Assistant": "underwriting" "assistant" "internal" "high" "limited_risk" "commercial" "emea", Some(-640), None;
    "claims-letter-writer", "Claims Letter Writer": "claims-engineering" "assistant" "internal" "medium" "limited_risk" "claims" "emea", Some(-580), None;
    "soc-triage-helper", "SOC Triage Helper": "soc" "assistant" "third_party" "medium" "minimal_risk" "corporate" "global", Some(-520), None;
    "vendor-risk-reader", "Vendor Risk Reader": "grc" "rag" "internal" "low" "minimal_risk" "corporate" "amer", Some(-460), None;
    "dispute-chat", "Dispute Chat": "payments-engineering" "assistant" "internal" "high" "limited_risk" "payments" "amer", Some(-400), None;
    "meeting-notes", "Meeting Notes": "ai-platform" "other" "third_party" "low" "minimal_risk" "corporate" "global", Some(-350), None;
    "agent-platform", "Agent Platform": "ai-platform" "agent" "internal" "high" "limited_risk" "corporate" "global", Some(agents::LIVE), None;
    "refund-agent", "Refund Agent": "payments-engineering" "agent" "internal" "high" "limited_risk" "payments" "emea", Some(-235), None;
    "it-helpdesk-agent", "IT Helpdesk Agent": "ai-platform" "agent" "third_party" "medium" "limited_risk" "corporate" "global", Some(-215), None;
    "procurement-agent", "Procurement Agent": "grc" "agent" "internal" "medium" "minimal_risk" "corporate" "amer", Some(-190), None;
    "scheduling-agent", "Scheduling Agent": "claims-engineering" "agent" "internal" "medium" "limited_risk" "claims" "emea", Some(-150), None;
    "claims-document-agent", "Claims Document Agent": "claims-engineering" "agent" "internal" "high" "high_risk" "claims" "emea", Some(-110), None;
    "outreach-agent", "Outreach Agent": "customer-care" "agent" "third_party" "medium" "limited_risk" "retail" "amer", Some(28), None;
    "actuarial-copilot", "Actuarial Copilot": "underwriting" "coding_assistant" "internal" "medium" "minimal_risk" "commercial" "emea", None, None;
};

impl System {
    /// Whether it is in production at the start of a day.
    pub(crate) fn in_production(&self, day: i64) -> bool {
        self.live.is_some_and(|live| live < day) && self.retired.is_none_or(|retired| retired >= day)
    }

    /// Whether it answers in words, and so can be talked into something.
    pub(crate) fn talks(&self) -> bool {
        matches!(self.form, "assistant" | "rag" | "agent" | "coding_assistant" | "generative_media")
    }

    /// The ways in: id and type.
    pub(crate) fn vectors(&self) -> &'static [(&'static str, &'static str)] {
        match self.form {
            "assistant" | "generative_media" => &[("chat", "user_prompt"), ("attachment", "file_upload")],
            "rag" => &[("question", "user_prompt"), ("passage", "retrieved_document"), ("upload", "file_upload")],
            "agent" => &[
                ("request", "user_prompt"),
                ("tool-result", "tool_output"),
                ("lookup", "retrieved_document"),
                ("memory", "memory"),
            ],
            "coding_assistant" => &[("editor", "user_prompt"), ("repository", "retrieved_document")],
            "ml_model" | "classifier" => &[("api", "api_parameter"), ("file", "file_upload")],
            _ => &[("api", "api_parameter")],
        }
    }

    /// The ATLAS techniques that apply. None are known of those that are neither model nor assistant.
    pub(crate) fn techniques(&self) -> &'static [&'static str] {
        match self.form {
            "assistant" | "generative_media" => &[
                "AML.T0051.000",
                "AML.T0054",
                "AML.T0056",
                "AML.T0057",
                "AML.T0068",
                "AML.T0069.002",
                "AML.T0077",
                "AML.T0034.000",
            ],
            "rag" => &[
                "AML.T0051.000",
                "AML.T0051.001",
                "AML.T0057",
                "AML.T0064",
                "AML.T0066",
                "AML.T0070",
                "AML.T0071",
                "AML.T0082",
                "AML.T0085.000",
            ],
            "agent" => agents::TECHNIQUES,
            "coding_assistant" => &["AML.T0051.001", "AML.T0010.001", "AML.T0057", "AML.T0062", "AML.T0102"],
            "ml_model" | "classifier" => {
                &["AML.T0015", "AML.T0020", "AML.T0024.000", "AML.T0024.002", "AML.T0029", "AML.T0043.001", "AML.T0010.003"]
            }
            _ => &[],
        }
    }

    fn data_classes(&self) -> &'static [&'static str] {
        match self.unit {
            "claims" => &["personal", "health"],
            "payments" => &["personal", "payment"],
            "retail" => &["personal", "contact"],
            "commercial" => &["contract", "financial"],
            _ => &["internal"],
        }
    }
}

/// The place of a system in the table; the first where there is none of that id.
pub(crate) fn place(id: &str) -> usize {
    SYSTEMS.iter().position(|system| system.id == id).unwrap_or(0)
}

/// The moment of going live or retiring: at nine in the morning.
pub(crate) fn morning(calendar: &Calendar, day: i64) -> Moment {
    calendar.day(day) + 9 * HOUR
}

pub(crate) fn write(calendar: &Calendar, page: &mut Page<'_>) -> io::Result<()> {
    for system in SYSTEMS {
        page.record("system", system.id, |fields| {
            fields.text("name", system.name).word("owner", system.owner).word("origin", system.origin);
            fields.word("type", system.form).word("risk_tier", system.tier).word("eu_ai_act", system.eu_ai_act);
            fields.at("production_from", system.live.map(|day| morning(calendar, day)));
            fields.at("retired_at", system.retired.map(|day| morning(calendar, day)));
            fields.list("input_vectors", system.vectors(), |fields, (id, form)| {
                fields.word("id", id).word("type", form);
            });
            fields.texts("techniques", system.techniques()).texts("data_classes", system.data_classes());
            fields.object("labels", |fields| {
                fields.word("region", system.region).word("business_unit", system.unit);
            });
        })?;
    }
    Ok(())
}
