//! People whom a sign-in service vouches for. The web room speaks its protocol and checks its signatures; here what was
//! claimed meets the programme's rule. Groups decide anew at each sign-in.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use tally_model::Instant;
use tally_store::access::{Outside, Person, Role};

use super::session::Begun;
use super::{Desk, Opened, Refusal, account};
use crate::{Error, Programme};

/// Who makes the changes that a sign-in leads to.
const ACTOR: &str = "sign-in service";

/// What a sign-in service claims of somebody, after its signature was checked.
#[derive(Clone, Debug, Default)]
pub struct Claims {
    /// The service, as it calls itself.
    pub issuer: String,
    /// The person, as it calls them; never used for another.
    pub subject: String,
    /// A name for an account, where it has one.
    pub account: Option<String>,
    /// The name that is shown.
    pub name: Option<String>,
    /// Mail address.
    pub email: Option<String>,
    /// Whether the service says that the address is theirs.
    pub email_verified: bool,
    /// Groups.
    pub groups: Vec<String>,
}

/// How claims become a person, from the settings.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct OutsideRule {
    /// Roles by group, in words; of several the highest counts. Where there are any, they are kept up at each sign-in.
    pub roles: BTreeMap<String, String>,
    /// Teams by group. Where there are any, a person sees the systems of these teams alone.
    pub teams: BTreeMap<String, String>,
    /// The role of who is in none of the groups, in a word; without it they are not let in.
    pub otherwise: Option<String>,
    /// Whether somebody with a verified mail address becomes the person here who has it. Only for a service that
    /// itself gives out the addresses.
    pub link_by_email: bool,
}

/// What the rule makes of somebody.
struct Standing {
    role: Role,
    teams: Option<BTreeSet<String>>,
}

impl OutsideRule {
    /// Whether all its words are roles.
    ///
    /// # Errors
    /// Names the word that is none.
    pub fn check(&self) -> Result<(), Error> {
        self.roles.values().chain(&self.otherwise).try_for_each(|word| role(word).map(drop))
    }

    fn standing(&self, claims: &Claims) -> Result<Option<Standing>, Error> {
        self.check()?;
        let mut found = self.otherwise.as_deref().map(role).transpose()?;
        for group in &claims.groups {
            if let Some(word) = self.roles.get(group) {
                found = found.max(Some(role(word)?));
            }
        }
        let Some(role) = found else { return Ok(None) };
        let limited = !self.teams.is_empty() && role != Role::Administrator;
        let teams = || claims.groups.iter().filter_map(|group| self.teams.get(group).cloned()).collect();
        Ok(Some(Standing { role, teams: limited.then(teams) }))
    }
}

impl Desk {
    /// Signs in somebody whom a service vouches for, and adds them where the rule says so.
    ///
    /// # Errors
    /// `Refusal::Stranger` where the rule does not let them in, `Refusal::Wrong` where they are disabled.
    pub fn sign_in_outside(
        &self,
        programme: &mut Programme,
        rule: &OutsideRule,
        claims: &Claims,
        address: &str,
        agent: &str,
        now: Instant,
    ) -> Result<Opened, Error> {
        let outside = Outside { issuer: claims.issuer.clone(), subject: claims.subject.clone() };
        let standing = rule.standing(claims)?;
        let person = match self.known(programme, rule, claims, &outside, now)? {
            Some(person) if person.disabled => {
                self.happened(&person.id, "sign-in failed", address, now)?;
                return Err(Refusal::Wrong.into());
            }
            Some(person) if rule.roles.is_empty() && rule.teams.is_empty() => person,
            Some(person) => self.follow(programme, person, standing, now)?,
            None => self.newcomer(programme, claims, outside, standing, now)?,
        };
        self.forgive_outward(address)?;
        self.begin(&person, &Begun { means: "sign-in service", address, agent }, now)
    }

    /// The person here whom the service means; one with the same verified address becomes that person, if the rule says so.
    fn known(
        &self,
        programme: &mut Programme,
        rule: &OutsideRule,
        claims: &Claims,
        outside: &Outside,
        now: Instant,
    ) -> Result<Option<Person>, Error> {
        if let Some(person) = self.access().outsider(outside)? {
            return Ok(Some(person));
        }
        let Some(email) = claims.email.as_deref().filter(|_| rule.link_by_email && claims.email_verified) else {
            return Ok(None);
        };
        let people = self.access().people()?;
        let mut same =
            people.into_iter().filter(|person| person.email.as_deref().is_some_and(|one| one.eq_ignore_ascii_case(email)));
        // An address that two people have names neither of them.
        let (Some(before), None) = (same.next(), same.next()) else { return Ok(None) };
        if before.outside.is_some() || before.disabled {
            return Ok(None);
        }
        let person = Person { outside: Some(outside.clone()), ..before.clone() };
        self.replace(programme, ACTOR, &before, &person, now)?;
        self.person(&person.id).map(Some)
    }

    /// Gives a person the role and the teams that their groups stand for now.
    fn follow(
        &self,
        programme: &mut Programme,
        before: Person,
        standing: Option<Standing>,
        now: Instant,
    ) -> Result<Person, Error> {
        let Standing { role, teams } = standing.ok_or(Refusal::Stranger)?;
        let person = Person { role, teams, ..before.clone() };
        match self.replace(programme, ACTOR, &before, &person, now) {
            // The last administrator stays one: else nobody could put the groups right.
            Err(Error::Access(Refusal::LastAdministrator)) => Ok(before),
            Err(error) => Err(error),
            Ok(()) => self.person(&before.id),
        }
    }

    fn newcomer(
        &self,
        programme: &mut Programme,
        claims: &Claims,
        outside: Outside,
        standing: Option<Standing>,
        now: Instant,
    ) -> Result<Person, Error> {
        let Standing { role, teams } = standing.ok_or(Refusal::Stranger)?;
        let id = self.free_name(claims)?;
        let shown = claims.name.as_deref().and_then(|name| account::shown("name", name).ok());
        let person = Person {
            name: shown.unwrap_or_else(|| id.clone()),
            // An address that is not proved is nobody's.
            email: claims.email.as_deref().filter(|_| claims.email_verified).and_then(|email| account::email(email).ok()),
            role,
            teams,
            disabled: false,
            password: None,
            outside: Some(outside),
            totp: None,
            created: now,
            version: 1,
            id,
        };
        self.add(programme, ACTOR, &person, now)?;
        Ok(person)
    }

    /// An account name that nobody has, as near to what the service calls the person as can be.
    fn free_name(&self, claims: &Claims) -> Result<String, Error> {
        let mail = claims.email.as_deref().and_then(|email| email.split('@').next());
        let wanted = claims.account.as_deref().or(mail).unwrap_or(&claims.subject);
        let allowed = |c: char| if c.is_ascii_alphanumeric() || ".-_@".contains(c) { c.to_ascii_lowercase() } else { '-' };
        let plain: String = wanted.chars().take(48).map(allowed).collect();
        let plain = plain.trim_start_matches(|c: char| !c.is_ascii_alphanumeric());
        let plain = if plain.is_empty() { "person" } else { plain };
        let people: BTreeSet<String> = self.access().people()?.into_iter().map(|person| person.id).collect();
        let numbered = (2..).map(|no| format!("{plain}-{no}"));
        let free = std::iter::once(plain.to_owned()).chain(numbered).find(|name| !people.contains(name));
        Ok(free.unwrap_or_default())
    }
}

fn role(word: &str) -> Result<Role, Error> {
    let known = || Role::ALL.map(Role::word).join(", ");
    Role::from_word(word).ok_or_else(|| {
        Error::Invalid(format!("`{}` is no role; expected one of {}", tally_model::problem::printable(word), known()))
    })
}
