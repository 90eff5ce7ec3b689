//! `tally threats`: threat models, what each threat led to, and where one led to nothing.

use clap::Subcommand;
use serde_json::json as object;
use tally_app::scope::Scope;
use tally_app::{Error, Facts, threats};
use tally_model::problem::printable;
use tally_web::api::v1;

use crate::checklist::{Look, Of};
use crate::cli::{Common, Format};
use crate::exit;
use crate::metric::write_table;
use crate::output::{err, json, out};
use crate::remote;

#[derive(Subcommand)]
pub enum ThreatsCommand {
    /// The threat models, those with most gaps first; or one of them.
    Show {
        /// The threat model; else all of them.
        model: Option<String>,
        #[command(flatten)]
        of: Of,
    },
    /// Threats without a control, a test, a monitor that is enabled, or an assumption. Exit code 1 where there are any.
    Gaps {
        #[command(flatten)]
        of: Of,
    },
}

pub fn run(common: &Common, command: ThreatsCommand) -> Result<u8, Error> {
    match command {
        ThreatsCommand::Show { model: Some(model), of } => show(common, &model, &of.look),
        ThreatsCommand::Show { model: None, of } => list(common, &of),
        ThreatsCommand::Gaps { of } => gaps(common, &of),
    }
}

fn query(of: &Of) -> remote::Query {
    let mut query = vec![("as_of", of.look.at().to_string())];
    query.extend(of.system.clone().map(|id| ("system", id)));
    query
}

fn list(common: &Common, of: &Of) -> Result<u8, Error> {
    let found: v1::ThreatModels = match common.server()? {
        Some(server) => server.get("/threat-models", &query(of))?.json()?,
        None => {
            let programme = common.programme()?;
            let found = threats::models(&Facts::open(&programme, None)?, of.system.as_deref(), of.look.at())?;
            v1::ThreatModels { threat_models: found.iter().map(v1::ThreatModelLine::from).collect() }
        }
    };
    if of.look.format == Format::Json {
        return json(&object!(found)).map(|()| exit::HOLDS);
    }
    let rows = found.threat_models.iter().map(|line| {
        let due = line.review_due.as_deref().and_then(|at| at.get(..10)).unwrap_or_default();
        vec![
            line.id.clone(),
            line.system.clone(),
            line.title.clone(),
            line.threats.to_string(),
            line.gaps.to_string(),
            line.lead_to_nothing.to_string(),
            line.accepted.to_string(),
            if line.overdue { format!("{due} (overdue)") } else { due.to_owned() },
        ]
    });
    let head = ["threat model", "system", "covers", "threats", "with gaps", "lead to nothing", "accepted", "review due"];
    write_table(of.look.format, &head, &[3, 4, 5, 6], rows.collect())?;
    Ok(exit::HOLDS)
}

fn show(common: &Common, model: &str, look: &Look) -> Result<u8, Error> {
    let found: v1::ThreatModel = match common.server()? {
        Some(server) => {
            let path = format!("/threat-models/{}", remote::encode(model));
            server.get(&path, &vec![("as_of", look.at().to_string())])?.json()?
        }
        None => {
            let programme = common.programme()?;
            let facts = Facts::open(&programme, None)?;
            v1::ThreatModel::from(&threats::page(&programme, &facts, model, &Scope::All, look.at())?)
        }
    };
    match look.format {
        Format::Json => json(&object!(found))?,
        Format::Csv => {
            let row = |threat: &v1::Threat| {
                let text = |part: &Option<String>| part.clone().unwrap_or_default();
                vec![
                    threat.id.clone(),
                    threat.title.clone(),
                    text(&threat.severity),
                    threat.techniques.join("; "),
                    threat.controls.join("; "),
                    ways(&threat.tests),
                    ways(&threat.telemetry),
                    threat.incident_assumptions.join("; "),
                    text(&threat.accepted_reason),
                    threat.missing.join("; "),
                ]
            };
            let head = [
                "threat",
                "title",
                "severity",
                "techniques",
                "controls",
                "tests",
                "telemetry",
                "assumptions",
                "accepted",
                "missing",
            ];
            write_table(Format::Csv, &head, &[], found.threats.iter().map(row).collect())?;
        }
        Format::Human => out(&people(&found))?,
    }
    Ok(exit::HOLDS)
}

fn ways(links: &[v1::ThreatLink]) -> String {
    links.iter().map(|link| format!("{} {} ({})", link.kind, link.id, link.state)).collect::<Vec<_>>().join("; ")
}

fn people(found: &v1::ThreatModel) -> String {
    let mut lines = vec![format!("{}: {} ({})", found.id, found.title, found.system_name)];
    for threat in &found.threats {
        lines.push(String::new());
        lines.push(format!("{}  {}, {}", threat.id, threat.title, threat.severity.as_deref().unwrap_or("not rated")));
        let mut part = |name: &str, text: String| {
            if !text.is_empty() {
                lines.push(format!("  {name:<12}{text}"));
            }
        };
        part("techniques", threat.techniques.join(", "));
        part("controls", threat.controls.join("; "));
        part("tests", ways(&threat.tests));
        part("telemetry", ways(&threat.telemetry));
        part("assumes", threat.incident_assumptions.join("; "));
        part("accepted", threat.accepted_reason.clone().unwrap_or_default());
        part("missing", threat.missing.join(", "));
    }
    let open: Vec<&str> =
        found.coverage.iter().filter(|one| one.threats.is_empty()).map(|one| one.technique.as_str()).collect();
    if !open.is_empty() {
        lines.push(String::new());
        lines.push(format!("techniques of the system that no threat speaks of: {}", open.join(", ")));
    }
    let lines: Vec<String> = lines.iter().map(|line| printable(line)).collect();
    lines.join("\n")
}

fn gaps(common: &Common, of: &Of) -> Result<u8, Error> {
    let found: v1::ThreatGaps = match common.server()? {
        Some(server) => server.get("/threat-gaps", &query(of))?.json()?,
        None => {
            let programme = common.programme()?;
            let found = threats::gaps(&Facts::open(&programme, None)?, of.system.as_deref(), of.look.at())?;
            v1::ThreatGaps { gaps: found.iter().map(v1::ThreatGap::from).collect() }
        }
    };
    let code = if found.gaps.is_empty() { exit::HOLDS } else { exit::FAILS };
    if of.look.format == Format::Json {
        return json(&object!(found)).map(|()| code);
    }
    let row = |gap: &v1::ThreatGap| {
        let severity = gap.severity.clone().unwrap_or_else(|| "not rated".to_owned());
        vec![gap.threat.clone(), severity, gap.system.clone(), gap.title.clone(), gap.missing.join(", ")]
    };
    write_table(
        of.look.format,
        &["threat", "severity", "system", "title", "missing"],
        &[],
        found.gaps.iter().map(row).collect(),
    )?;
    if found.gaps.is_empty() && of.look.format == Format::Human {
        err("every threat leads to a control, a test, a monitor and an assumption, or was accepted with a reason");
    }
    Ok(code)
}
