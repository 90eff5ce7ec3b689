//! Acts on a finding: the fields that each asks for, and the form that comes back.

use std::collections::BTreeMap;

use tally_app::act::{self, Act, Deed, NARRATIVE};
use tally_model::{Instant, Record};

use super::finding::heading;
use crate::failure::Failure;
use crate::pairs::{Pairs, encode};
use crate::reply::Reply;
use crate::visit::Visit;

/// A field of an act's form.
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// What stands above it.
    pub label: &'static str,
    /// `text`, `choice`, or the type of an input.
    pub kind: &'static str,
    /// What stands in it.
    pub value: String,
    /// What can be chosen.
    pub choices: &'static [&'static str],
    /// Whether it must be filled in.
    pub required: bool,
    /// What to keep in mind.
    pub help: &'static str,
}

const SEVERITIES: &[&str] = &["critical", "high", "medium", "low", "info"];

fn field(name: &'static str, label: &'static str, kind: &'static str) -> Field {
    Field { name, label, kind, value: String::new(), choices: &[], required: false, help: "" }
}

impl Field {
    fn needed(mut self) -> Self {
        self.required = true;
        self
    }
    fn choosing(mut self, choices: &'static [&'static str], now: &str) -> Self {
        self.choices = choices;
        now.clone_into(&mut self.value);
        self
    }
    fn holding(mut self, text: &str) -> Self {
        text.clone_into(&mut self.value);
        self
    }
    const fn hinting(mut self, help: &'static str) -> Self {
        self.help = help;
        self
    }
}

/// The fields that an act asks for.
pub fn fields(deed: Deed, finding: &Record) -> Vec<Field> {
    match deed {
        Deed::Accept | Deed::WithdrawRisk => vec![field("reason", "Why", "text")],
        Deed::Dispute | Deed::FalsePositive => vec![field("reason", "Why", "text").needed()],
        Deed::Duplicate => vec![field("of", "Id of the other finding", "search").needed()],
        Deed::DemonstrateImpact => Vec::new(),
        Deed::ClaimFix => vec![field("by", "Who fixed it, if not you", "search")],
        Deed::Retest => vec![
            field("result", "Result", "choice").choosing(&["fixed", "not_fixed"], "fixed"),
            field("trials", "How often the attack was tried", "number")
                .hinting("An AI system answers by chance: one try proves little."),
            field("hits", "How often it still worked", "number"),
        ],
        Deed::RegressionTest => vec![field("ref", "Where the test is", "search").needed().hinting("A path, a suite, a link.")],
        Deed::AcceptRisk => vec![
            field("until", "Until", "date").needed(),
            field("reason", "Why", "text").needed(),
            field("by", "Who accepts it, if not you", "search"),
        ],
        Deed::Severity => vec![
            field("severity", "Severity", "choice").choosing(SEVERITIES, finding.text("severity").unwrap_or("medium")),
            field("rationale", "Why", "text").needed(),
        ],
        Deed::Describe => NARRATIVE
            .iter()
            .map(|name| field(name, heading(name), "text").holding(finding.text(name).unwrap_or_default()))
            .collect(),
    }
}

/// Does the act that a form asks for.
pub(super) fn act(visit: &Visit) -> Result<Reply, Failure> {
    let id = visit.param("id").to_owned();
    let path = format!("/findings/{}", encode(&id));
    let asked = read(visit.param("act"), &visit.form)?;
    let expected = visit.form.get("expected").and_then(|text| text.parse().ok());
    let actor = visit.actor()?;
    let label = asked.deed().label();
    visit.bench().write(|programme| act::carry_out(programme, &id, &asked, expected, &actor, visit.now))?;
    Ok(visit.told(&path, &format!("Done: {label}.")))
}

/// An act as a form or a JSON object says it.
pub fn read(word: &str, form: &Pairs) -> Result<Act, Failure> {
    let deed = Deed::named(word).ok_or_else(|| Failure::Missing(format!("there is no act `{word}` on a finding")))?;
    let text = |name: &str| form.get(name).map(str::to_owned);
    let needed = |name: &str| text(name).ok_or_else(|| Failure::Wrong(format!("`{name}` is empty; it must be filled in")));
    Ok(match deed {
        Deed::Accept => Act::Accept { reason: text("reason") },
        Deed::Dispute => Act::Dispute { reason: needed("reason")? },
        Deed::FalsePositive => Act::FalsePositive { reason: needed("reason")? },
        Deed::Duplicate => Act::Duplicate { of: needed("of")? },
        Deed::DemonstrateImpact => Act::DemonstrateImpact,
        Deed::ClaimFix => Act::ClaimFix { by: text("by") },
        Deed::Retest => Act::Retest {
            fixed: match needed("result")?.as_str() {
                "fixed" => true,
                "not_fixed" => false,
                other => return Err(Failure::Wrong(format!("result `{other}`, expected fixed or not_fixed"))),
            },
            trials: number(form, "trials")?,
            hits: number(form, "hits")?,
        },
        Deed::RegressionTest => Act::RegressionTest { test: needed("ref")? },
        Deed::AcceptRisk => Act::AcceptRisk { until: instant(&needed("until")?)?, reason: needed("reason")?, by: text("by") },
        Deed::WithdrawRisk => Act::WithdrawRisk { reason: text("reason") },
        Deed::Severity => Act::Severity { severity: needed("severity")?, rationale: needed("rationale")? },
        Deed::Describe => {
            let said = NARRATIVE.iter().filter(|name| form.all(name).next().is_some());
            Act::Describe { fields: said.map(|name| ((*name).to_owned(), text(name))).collect::<BTreeMap<_, _>>() }
        }
    })
}

fn number(form: &Pairs, name: &str) -> Result<Option<u64>, Failure> {
    let wrong = |text: &str| Failure::Wrong(format!("{name} `{text}`, expected a whole number"));
    form.get(name).map(|text| text.parse().map_err(|_| wrong(text))).transpose()
}

fn instant(text: &str) -> Result<Instant, Failure> {
    Instant::parse(text).ok_or_else(|| Failure::Wrong(format!("`{text}`, expected a date such as 2026-12-31")))
}
