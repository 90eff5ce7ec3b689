//! `tally user` and `tally token`: whoever can open the data directory administers it. No password is ever on a command
//! line; who needs one gets a one-time link.

use clap::{Args, Subcommand};
use tally_app::access::{Alter, Desk, Invite, LINK_PATH, NewToken, Role, TokenScope, Viewer};
use tally_app::{Error, Programme, now};

use crate::cli::{Common, Format};
use crate::exit;
use crate::metric::write_table;
use crate::output::{err, out};

#[derive(Subcommand)]
pub enum UserCommand {
    /// Add a person; prints a link with which they choose a password, good for 72 hours.
    Add {
        /// The account name, for life.
        account: String,
        /// What they may do.
        #[arg(long, value_parser = role)]
        role: Role,
        /// The name that is shown; else the account name.
        #[arg(long, default_value = "", hide_default_value = true)]
        name: String,
        /// Their mail address.
        #[arg(long)]
        email: Option<String>,
        /// They see the systems of this team alone; may be given again.
        #[arg(long = "team", value_name = "TEAM")]
        teams: Vec<String>,
        #[command(flatten)]
        at: At,
    },
    /// The people, their roles and teams.
    List {
        /// How output is written.
        #[arg(long, value_enum, default_value_t = Format::Human)]
        format: Format,
    },
    /// Change what a person may do.
    Role {
        /// Account name.
        account: String,
        /// What they may do.
        #[arg(value_parser = role)]
        role: Role,
        /// From now on they see the systems of this team alone; may be given again.
        #[arg(long = "team", value_name = "TEAM", conflicts_with = "all_teams")]
        teams: Vec<String>,
        /// From now on they see all systems.
        #[arg(long)]
        all_teams: bool,
    },
    /// Keep a person out, or let them in again. Nobody is ever deleted: the journal names them.
    Disable {
        /// Account name.
        account: String,
        /// Let them in again.
        #[arg(long)]
        undo: bool,
    },
    /// Print a link with which a person chooses a new password, good for an hour.
    Reset {
        /// Account name.
        account: String,
        /// Turn their one-time codes off too: the authenticator is lost.
        #[arg(long)]
        codes: bool,
        #[command(flatten)]
        at: At,
    },
}

/// Where the links lead.
#[derive(Args)]
pub struct At {
    /// The address under which people reach the server.
    #[arg(long, value_name = "URL", env = "TALLY_PUBLIC_URL", default_value = "http://127.0.0.1:4517")]
    public_url: String,
}

#[derive(Subcommand)]
pub enum TokenCommand {
    /// Make a token for a person; prints it once.
    Create {
        /// Account name of its owner; it never may more than they do.
        owner: String,
        /// What it is called in lists.
        #[arg(long)]
        name: String,
        /// What it is for: calendar (of duties, alone), read, import (reads too) or write.
        #[arg(long, value_parser = scope)]
        scope: TokenScope,
        /// The most it may do; else what its owner may.
        #[arg(long, value_parser = role)]
        role: Option<Role>,
        /// It sees the systems of this team alone; may be given again.
        #[arg(long = "team", value_name = "TEAM")]
        teams: Vec<String>,
        /// Days until it ends, at most 366.
        #[arg(long, default_value_t = 90)]
        days: u32,
    },
    /// The tokens, ended and revoked ones included; never their text.
    List {
        /// Only those of this person.
        owner: Option<String>,
        /// How output is written.
        #[arg(long, value_enum, default_value_t = Format::Human)]
        format: Format,
    },
    /// Revoke a token for good.
    Revoke {
        /// Its id, from the list.
        id: String,
    },
}

/// An open programme, its desk, and who asks.
struct Counter {
    programme: Programme,
    desk: Desk,
    by: Viewer,
}

impl Counter {
    fn open(common: &Common) -> Result<Self, Error> {
        let programme = common.programme()?;
        let desk = Desk::of(&programme)?;
        Ok(Self { programme, desk, by: Viewer::at_machine(&common.actor()) })
    }

    fn alter(&mut self, account: &str, alter: &Alter) -> Result<u8, Error> {
        let person = self.desk.alter(&mut self.programme, &self.by, account, alter, now())?;
        let state = if person.disabled { ", disabled" } else { "" };
        err(&format!("{} is {}{state}, sees {}", person.id, person.role.word(), teams(person.teams.as_ref())));
        Ok(exit::HOLDS)
    }
}

pub fn user(common: &Common, command: UserCommand) -> Result<u8, Error> {
    let mut counter = Counter::open(common)?;
    let Counter { programme, desk, by } = &mut counter;
    match command {
        UserCommand::Add { account, role, name, email, teams, at } => {
            let invite = Invite { account, name, email, role, teams: some(teams) };
            let link = desk.invite(programme, by, &invite, now())?;
            err("hand this link to them alone; it is good once, for 72 hours:");
            at.print(&link)
        }
        UserCommand::List { format } => people(desk, by, format),
        UserCommand::Role { account, role, teams, all_teams } => {
            let teams = if all_teams { Some(None) } else { some(teams).map(Some) };
            counter.alter(&account, &Alter { role: Some(role), teams, ..Alter::default() })
        }
        UserCommand::Disable { account, undo } => counter.alter(&account, &Alter { disabled: Some(!undo), ..Alter::default() }),
        UserCommand::Reset { account, codes, at } => {
            let link = desk.reset(programme, by, &account, now())?;
            if codes {
                desk.codes_off(programme, by, &account, now())?;
                err("their one-time codes are off");
            }
            err("hand this link to them alone; it is good once, for an hour:");
            at.print(&link)
        }
    }
}

pub fn token(common: &Common, command: TokenCommand) -> Result<u8, Error> {
    let Counter { mut programme, desk, by } = Counter::open(common)?;
    match command {
        TokenCommand::Create { owner, name, scope, role, teams, days } => {
            let role = match role {
                Some(role) => role,
                None => desk.role(&by, &owner)?,
            };
            let new = NewToken { owner, name, role, scope, teams: some(teams), days };
            let made = desk.make_token(&mut programme, &by, &new, now())?;
            err(&format!("token {}, ends {}; this is the only time that it is shown:", made.id, made.expires));
            out(&made.text).map(|()| exit::HOLDS)
        }
        TokenCommand::List { owner, format } => tokens(&desk, &by, owner.as_deref(), format),
        TokenCommand::Revoke { id } => {
            desk.revoke_token(&mut programme, &by, &id, now())?;
            err(&format!("token {id} is revoked"));
            Ok(exit::HOLDS)
        }
    }
}

impl At {
    fn print(&self, link: &str) -> Result<u8, Error> {
        out(&format!("{}{LINK_PATH}{link}", self.public_url.trim_end_matches('/'))).map(|()| exit::HOLDS)
    }
}

fn people(desk: &Desk, by: &Viewer, format: Format) -> Result<u8, Error> {
    let yes = |is: bool, word: &str| if is { word.to_owned() } else { String::new() };
    let row = |person: tally_app::access::Person| {
        vec![
            person.id,
            person.name,
            person.email.unwrap_or_default(),
            person.role.word().to_owned(),
            teams(person.teams.as_ref()),
            yes(person.totp.is_some_and(|totp| totp.confirmed), "on"),
            yes(person.disabled, "disabled"),
            person.created.to_string(),
        ]
    };
    let rows = desk.people(by)?.into_iter().map(row).collect();
    let head = ["account", "name", "email", "role", "teams", "codes", "state", "added"];
    write_table(format, &head, &[], rows).map(|()| exit::HOLDS)
}

fn tokens(desk: &Desk, by: &Viewer, owner: Option<&str>, format: Format) -> Result<u8, Error> {
    let now = now();
    let row = |token: tally_app::access::Token| {
        let state = match (token.revoked, token.expires) {
            (Some(_), _) => "revoked",
            (None, Some(end)) if now >= end => "ended",
            _ => "good",
        };
        vec![
            token.id,
            token.person,
            token.name,
            token.role.word().to_owned(),
            token.scope.word().to_owned(),
            teams(token.teams.as_ref()),
            state.to_owned(),
            token.expires.map(|end| end.to_string()).unwrap_or_default(),
            token.used.map(|used| used.to_string()).unwrap_or_default(),
        ]
    };
    let rows = desk.tokens(by, owner)?.into_iter().map(row).collect();
    let head = ["id", "owner", "name", "role", "scope", "teams", "state", "ends", "last used"];
    write_table(format, &head, &[], rows).map(|()| exit::HOLDS)
}

fn teams(of: Option<&std::collections::BTreeSet<String>>) -> String {
    of.map_or_else(|| "all".to_owned(), |teams| teams.iter().map(String::as_str).collect::<Vec<_>>().join(" "))
}

/// The teams that were named; none named are all.
fn some(teams: Vec<String>) -> Option<std::collections::BTreeSet<String>> {
    if teams.is_empty() { None } else { Some(teams.into_iter().collect()) }
}

fn role(word: &str) -> Result<Role, String> {
    Role::from_word(word).ok_or_else(|| format!("expected one of {}", Role::ALL.map(Role::word).join(", ")))
}

fn scope(word: &str) -> Result<TokenScope, String> {
    TokenScope::from_word(word).ok_or_else(|| format!("expected one of {}", TokenScope::ALL.map(TokenScope::word).join(", ")))
}
