//! `tally claim`: what may be said in public, what was granted and what holds of it today.

use clap::Subcommand;
use serde_json::json as object;
use tally_app::claims::{self, Grant};
use tally_app::scope::Scope;
use tally_app::{Error, Programme};
use tally_model::Instant;
use tally_model::problem::printable;
use tally_web::api::v1;

use crate::act::{actor, wrote};
use crate::checklist::Look;
use crate::cli::{Common, Format, instant};
use crate::exit;
use crate::metric::write_table;
use crate::output::{err, json, out};
use crate::remote;

#[derive(Subcommand)]
pub enum ClaimCommand {
    /// All claims: what was granted, what holds, and why it is no more.
    List {
        #[command(flatten)]
        look: Look,
    },
    /// Grant what a claim may be used for; not by who answers for it.
    Grant {
        /// The claim.
        id: String,
        /// public_claim_ready, public_claim_with_caveat, internal_or_teaser_only or do_not_claim.
        readiness: String,
        /// What the claim does not cover; empty clears it.
        #[arg(long, value_name = "TEXT")]
        caveats: Option<String>,
        /// When it has to be looked at again.
        #[arg(long, value_name = "INSTANT", value_parser = instant)]
        review_due: Option<Instant>,
        /// How output is written.
        #[arg(long, value_enum, default_value_t = Format::Human)]
        format: Format,
    },
    /// Take a grant back.
    Revoke {
        /// The claim.
        id: String,
        /// Why the claim is not to be used.
        #[arg(long)]
        reason: String,
        /// How output is written.
        #[arg(long, value_enum, default_value_t = Format::Human)]
        format: Format,
    },
    /// Claims that hold less than was granted, and what runs out within thirty days. Exit code 1 where a public claim is pulled down.
    Check {
        #[command(flatten)]
        look: Look,
    },
}

pub fn run(common: &Common, command: ClaimCommand) -> Result<u8, Error> {
    match command {
        ClaimCommand::List { look } => list(common, &look),
        ClaimCommand::Check { look } => check(common, &look),
        ClaimCommand::Grant { id, readiness, caveats, review_due, format } => {
            let edited = granted(common, &id, &readiness, caveats, review_due)?;
            done(&edited, format, &format!("claim {id}: {}", readiness.replace('_', " ")))
        }
        ClaimCommand::Revoke { id, reason, format } => {
            let edited = match common.server()? {
                Some(server) => {
                    let body = v1::Reason { reason };
                    server.post(&format!("/claims/{}/revoke", remote::encode(&id)), &Vec::new(), &body)?.json()?
                }
                None => {
                    let mut programme = common.programme()?;
                    v1::Edited::from(&claims::revoke(&mut programme, &id, &reason, &actor(common), tally_app::now())?)
                }
            };
            done(&edited, format, &format!("claim {id} is not to be used"))
        }
    }
}

fn done(edited: &v1::Edited, format: Format, text: &str) -> Result<u8, Error> {
    if format != Format::Human {
        return json(&object!(edited)).map(|()| exit::HOLDS);
    }
    wrote(edited.first, edited.journal_size);
    out(&printable(text)).map(|()| exit::HOLDS)
}

fn granted(
    common: &Common,
    id: &str,
    readiness: &str,
    caveats: Option<String>,
    review_due: Option<Instant>,
) -> Result<v1::Edited, Error> {
    let wanted = claims::readiness(readiness)?;
    Ok(match common.server()? {
        Some(server) => {
            let body =
                v1::GrantClaim { readiness: readiness.to_owned(), caveats, review_due: review_due.map(|at| at.to_string()) };
            server.post(&format!("/claims/{}/grant", remote::encode(id)), &Vec::new(), &body)?.json()?
        }
        None => {
            let mut programme = common.programme()?;
            let grant = Grant { readiness: wanted, caveats, review_due };
            v1::Edited::from(&claims::grant(&mut programme, id, &grant, &actor(common), tally_app::now())?)
        }
    })
}

fn board(common: &Common, at: Instant) -> Result<v1::Claims, Error> {
    let of = |programme: &Programme| {
        let lines = claims::board(programme, &Scope::All, at)?;
        let coming = claims::coming(&lines, at);
        let (claims, coming) =
            (lines.iter().map(v1::Claim::from).collect(), coming.iter().map(v1::ClaimComing::from).collect());
        Ok::<_, Error>(v1::Claims { claims, coming })
    };
    match common.server()? {
        Some(server) => server.get("/claims", &vec![("as_of", at.to_string())])?.json(),
        None => of(&common.programme()?),
    }
}

fn rows(found: &[v1::Claim], format: Format) -> Result<(), Error> {
    let row = |claim: &v1::Claim| {
        vec![
            claim.id.clone(),
            claim.granted.clone().unwrap_or_else(|| "nothing".to_owned()),
            claim.readiness.clone(),
            if claim.pulled_down { "pulled down" } else { "" }.to_owned(),
            claim.reasons.join("; "),
            claim.owner.clone(),
            claim.review_due.as_deref().and_then(|at| at.get(..10)).unwrap_or_default().to_owned(),
            claim.text.clone(),
        ]
    };
    let head = ["claim", "granted", "holds", "", "because", "owner", "review due", "text"];
    write_table(format, &head, &[], found.iter().map(row).collect())
}

fn list(common: &Common, look: &Look) -> Result<u8, Error> {
    let found = board(common, look.at())?;
    if look.format == Format::Json {
        return json(&object!(found)).map(|()| exit::HOLDS);
    }
    rows(&found.claims, look.format)?;
    Ok(exit::HOLDS)
}

fn check(common: &Common, look: &Look) -> Result<u8, Error> {
    let mut found = board(common, look.at())?;
    found.claims.retain(|claim| claim.pulled_down);
    let public = found
        .claims
        .iter()
        .filter(|claim| claim.granted.as_deref().is_some_and(|granted| granted.starts_with("public")))
        .count();
    let code = if public > 0 { exit::FAILS } else { exit::HOLDS };
    if look.format == Format::Json {
        return json(&object!(found)).map(|()| code);
    }
    rows(&found.claims, look.format)?;
    if look.format == Format::Human {
        err(&format!("public claims pulled down: {public}"));
        for one in &found.coming {
            let what = one
                .evidence
                .as_ref()
                .map_or_else(|| "its review is due".to_owned(), |name| format!("evidence expires: {name}"));
            err(&printable(&format!("{} {}: {what}", one.at.get(..10).unwrap_or_default(), one.claim)));
        }
    }
    Ok(code)
}
