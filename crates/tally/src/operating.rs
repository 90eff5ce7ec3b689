//! `tally operating`: who answers for what, taking over what the catalog suggests, and the check that nobody is missing.

use clap::Subcommand;
use serde_json::json as object;
use tally_app::Error;
use tally_app::operating::{self, About, Which};
use tally_app::scope::Scope;
use tally_model::problem::printable;
use tally_web::api::v1;

use crate::act::actor;
use crate::cli::{Common, Format};
use crate::exit;
use crate::metric::write_table;
use crate::output::{err, json, out};

#[derive(Subcommand)]
pub enum OperatingCommand {
    /// Every subject with the functions that answer for it, and what the catalog suggests where nobody does.
    Show {
        /// Subjects of this sort alone: domain, process, duty or metric.
        #[arg(long, value_name = "SORT", value_parser = sort)]
        about: Option<About>,
        /// How output is written.
        #[arg(long, value_enum, default_value_t = Format::Human)]
        format: Format,
    },
    /// Take over what the catalog suggests: for all subjects without a record, those of one sort, or one subject.
    Adopt {
        /// domain, process, duty or metric; none: all.
        #[arg(value_name = "SORT", value_parser = sort)]
        about: Option<About>,
        /// The id of one subject; what is recorded of it is replaced.
        subject: Option<String>,
        /// How output is written.
        #[arg(long, value_enum, default_value_t = Format::Human)]
        format: Format,
    },
    /// The gaps: no accountable function, several, nobody responsible, no record. Exit code 1 where there are any.
    Check {
        /// How output is written.
        #[arg(long, value_enum, default_value_t = Format::Human)]
        format: Format,
    },
}

fn sort(text: &str) -> Result<About, String> {
    operating::about(text).ok_or_else(|| "expected domain, process, duty or metric".to_owned())
}

pub fn run(common: &Common, command: OperatingCommand) -> Result<u8, Error> {
    match command {
        OperatingCommand::Show { about, format } => show(common, about, format),
        OperatingCommand::Adopt { about, subject, format } => adopt(common, about, subject, format),
        OperatingCommand::Check { format } => check(common, format),
    }
}

fn model(common: &Common) -> Result<v1::OperatingModel, Error> {
    match common.server()? {
        Some(server) => server.get("/operating", &Vec::new())?.json(),
        None => Ok(v1::OperatingModel::from(&operating::model(&common.programme()?, &Scope::All, tally_app::now())?)),
    }
}

fn show(common: &Common, about: Option<About>, format: Format) -> Result<u8, Error> {
    let mut model = model(common)?;
    if let Some(about) = about {
        model.subjects.retain(|subject| subject.about == about.as_str());
    }
    if format == Format::Json {
        return json(&object!(model)).map(|()| exit::HOLDS);
    }
    let rows = model.subjects.iter().map(|subject| {
        let lists = subject.recorded.as_ref().or(subject.suggested.as_ref());
        let list = |part: fn(&v1::FunctionLists) -> &Vec<String>| lists.map(|lists| part(lists).join(", ")).unwrap_or_default();
        let source = match (&subject.recorded, &subject.suggested) {
            (Some(_), _) => "recorded",
            (None, Some(_)) => "suggested",
            (None, None) => "nobody",
        };
        vec![
            subject.about.clone(),
            subject.subject.clone(),
            source.to_owned(),
            list(|lists| &lists.accountable),
            list(|lists| &lists.responsible),
            list(|lists| &lists.consulted),
            list(|lists| &lists.informed),
        ]
    });
    let head = ["about", "subject", "source", "accountable", "responsible", "consulted", "informed"];
    write_table(format, &head, &[], rows.collect())?;
    Ok(exit::HOLDS)
}

fn adopt(common: &Common, about: Option<About>, subject: Option<String>, format: Format) -> Result<u8, Error> {
    let adopted = match common.server()? {
        Some(server) => {
            let body = v1::AdoptOperating { about: about.map(|about| about.as_str().to_owned()), subject };
            server.post("/operating/adopt", &Vec::new(), &body)?.json()?
        }
        None => {
            let which = match (about, subject) {
                (Some(about), Some(subject)) => Which::One(about, subject),
                (Some(about), None) => Which::Sort(about),
                (None, _) => Which::All,
            };
            let adopted = operating::adopt(&mut common.programme()?, &which, &actor(common), tally_app::now())?;
            v1::AdoptedOperating::from(&adopted)
        }
    };
    if format != Format::Human {
        return json(&object!(adopted)).map(|()| exit::HOLDS);
    }
    for subject in &adopted.adopted {
        out(&printable(subject))?;
    }
    for subject in &adopted.left {
        err(&printable(&format!("nobody is suggested for {subject}; add a record of kind responsibility")));
    }
    let plural = if adopted.adopted.len() == 1 { "" } else { "s" };
    err(&format!("{} suggestion{plural} taken over", adopted.adopted.len()));
    Ok(exit::HOLDS)
}

fn check(common: &Common, format: Format) -> Result<u8, Error> {
    let mut model = model(common)?;
    model.subjects.retain(|subject| !subject.gaps.is_empty());
    let code = if model.subjects.is_empty() { exit::HOLDS } else { exit::FAILS };
    if format == Format::Json {
        return json(&object!(model)).map(|()| code);
    }
    let gaps = |subject: &v1::OperatingSubject| {
        let row = |gap: &v1::OperatingGap| vec![subject.about.clone(), subject.subject.clone(), gap.text.clone()];
        subject.gaps.iter().map(row).collect::<Vec<_>>()
    };
    let rows: Vec<Vec<String>> = model.subjects.iter().flat_map(gaps).collect();
    if format == Format::Human && rows.is_empty() {
        return out("no gaps: somebody answers for every subject").map(|()| code);
    }
    let count = rows.len();
    write_table(format, &["about", "subject", "gap"], &[], rows)?;
    if format == Format::Human {
        err(&format!(
            "{count} gap{}; `tally operating adopt` takes over what the catalog suggests",
            if count == 1 { "" } else { "s" }
        ));
    }
    Ok(code)
}
