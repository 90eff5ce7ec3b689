//! Sign-in at an OpenID Connect provider: authorization code with PKCE, state and nonce, checked by the `openidconnect`
//! library. What the provider then claims meets the programme's rule in `tally-app`. Never follows a redirect, never
//! takes a token that is not signed with a key of the provider's own.

mod provider;

use std::fmt;

use askama::Template;
use openidconnect::core::{CoreAuthPrompt, CoreResponseType};
use openidconnect::{
    AccessTokenHash, AuthenticationFlow, AuthorizationCode, ClaimsVerificationError, CsrfToken, Nonce, OAuth2TokenResponse,
    PkceCodeChallenge, PkceCodeVerifier, Scope, SignatureVerificationError, TokenResponse,
};
use serde::{Deserialize, Serialize};
use tally_app::access::{Claims, OutsideRule, Refusal, same};
use tally_app::{Error, Oidc};

use crate::failure::Failure;
use crate::pages::session::let_in;
use crate::reply::Reply;
use crate::route::{Need, Route};
use crate::shell::Shell;
use crate::visit::Visit;
pub use provider::Known;
use provider::{Client, Found, IdClaims, Tokens};

/// The routes of this module.
pub const ROUTES: &[Route] =
    &[Route::post("/sign-in/oidc", Need::Nothing, leave), Route::get("/sign-in/oidc/back", Need::Nothing, back)];

/// Where the provider sends people back to.
const BACK: &str = "/sign-in/oidc/back";
/// The cookie that holds the secret of the way out.
const COOKIE: &str = "tally_outward";
/// Groups of one person that are looked at.
const GROUPS: usize = 1_000;

/// What is known of the provider, from the settings.
#[derive(Clone)]
pub struct Settings {
    /// What the button says.
    pub label: String,
    /// The provider, as it calls itself.
    pub issuer: String,
    /// What it calls this server.
    pub client_id: String,
    /// The secret that it gave this server.
    pub client_secret: Option<String>,
    /// What is asked for beside `openid`.
    pub scopes: Vec<String>,
    /// The claim that names groups.
    pub groups_claim: String,
    /// How claims become a person.
    pub rule: OutsideRule,
}

impl Settings {
    /// From a programme's settings, with the secret that they lead to.
    pub fn of(oidc: &Oidc, client_secret: Option<String>) -> Self {
        let Oidc { issuer, client_id, label, scopes, groups_claim, rule, .. } = oidc.clone();
        Self { label, issuer, client_id, client_secret, scopes, groups_claim, rule }
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "oidc::Settings({}, client {})", self.issuer, self.client_id)
    }
}

/// What somebody leaves with, kept here while they are away.
#[derive(Serialize, Deserialize)]
struct Leaving {
    state: String,
    nonce: String,
    verifier: String,
    next: String,
}

#[derive(Template)]
#[template(path = "sign_in_leave.html")]
struct Page {
    shell: Shell,
    label: String,
    url: String,
}

fn settings(visit: &Visit) -> Result<&Settings, Failure> {
    let settings = visit.house.serving.oidc.as_ref();
    settings
        .ok_or_else(|| Failure::Missing("there is no sign-in service here; sign in with an account of this server".to_owned()))
}

fn redirect(visit: &Visit) -> String {
    format!("{}{BACK}", visit.house.address())
}

/// To the provider. A page leads there and not a redirect: our pages' policy lets forms lead to this server alone.
fn leave(visit: &Visit) -> Result<Reply, Failure> {
    let settings = settings(visit)?;
    let found = visit.house.provider.found(settings, visit.now, false)?;
    let client = provider::client(settings, &found, &redirect(visit))?;
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let flow = AuthenticationFlow::<CoreResponseType>::AuthorizationCode;
    let mut request = client.authorize_url(flow, CsrfToken::new_random, Nonce::new_random).set_pkce_challenge(challenge);
    for scope in settings.scopes.iter().filter(|scope| *scope != "openid") {
        request = request.add_scope(Scope::new(scope.clone()));
    }
    if visit.viewer.is_some() {
        // Somebody who is in and comes here wants to prove who they are: a session at the provider is no proof.
        request = request.add_prompt(CoreAuthPrompt::Login);
    }
    let (url, state, nonce) = request.url();
    let leaving = Leaving {
        state: state.secret().clone(),
        nonce: nonce.secret().clone(),
        verifier: verifier.secret().clone(),
        next: visit.form.get("next").unwrap_or("/").to_owned(),
    };
    let kept = serde_json::to_string(&leaving).map_err(|_| Failure::Broken)?;
    let secret = match visit.house.desk.begin_outward(&kept, &visit.address, visit.now) {
        Err(Error::Access(Refusal::TooSoon { until })) => return Err(Failure::not_before(until, visit.now)),
        other => other?,
    };
    let page = Page { shell: visit.shell("On the way"), label: settings.label.clone(), url: url.to_string() };
    let reply = Reply::html(page.render()?).with("refresh", &format!("0; url={url}"));
    Ok(reply.with("set-cookie", &cookie(visit, &secret, 600)))
}

fn cookie(visit: &Visit, value: &str, seconds: u32) -> String {
    let secure = if visit.house.serving.is_secure() { "; Secure" } else { "" };
    format!("{COOKIE}={value}; Path=/sign-in/oidc; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}")
}

/// Back from the provider.
fn back(visit: &Visit) -> Result<Reply, Failure> {
    let settings = settings(visit)?;
    let begin_again = || refused("it was not begun in this browser, took too long, or was used before");
    let secret = visit.cookie(COOKIE).ok_or_else(begin_again)?;
    // Used up whatever comes of it: an answer counts once.
    let kept = visit.house.desk.take_outward(secret, visit.now).map_err(|_| begin_again())?;
    let leaving: Leaving = serde_json::from_str(&kept).map_err(|_| Failure::Broken)?;
    if !same(&leaving.state, visit.query.get("state").unwrap_or_default()) {
        return Err(begin_again());
    }
    if let Some(error) = visit.query.get("error") {
        let word: String = error.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '_').take(60).collect();
        return Err(refused(&format!("the service said `{word}`")));
    }
    let code = visit.query.get("code").ok_or_else(|| refused("the service sent no code"))?;
    let mut found = visit.house.provider.found(settings, visit.now, false)?;
    let mut client = provider::client(settings, &found, &redirect(visit))?;
    let tokens = exchange(settings, &client, code, &leaving)?;
    let nonce = Nonce::new(leaving.nonce.clone());
    let mut claims = verified(&client, &found, &tokens, &nonce);
    if let Err(ClaimsVerificationError::SignatureVerification(SignatureVerificationError::NoMatchingKey)) = &claims {
        // The provider may have new keys since they were fetched.
        found = visit.house.provider.found(settings, visit.now, true)?;
        client = provider::client(settings, &found, &redirect(visit))?;
        claims = verified(&client, &found, &tokens, &nonce);
    }
    let claims = claims.map_err(|error| {
        tracing::warn!(%error, "an ID token was refused");
        refused("its token does not hold: it was signed by another, for another, for another sign-in, or is too old")
    })?;
    let claims = claimed(settings, &claims);
    let (desk, agent) = (&visit.house.desk, visit.agent());
    let opened = visit
        .bench()
        .write(|programme| desk.sign_in_outside(programme, &settings.rule, &claims, &visit.address, agent, visit.now))?;
    Ok(let_in(visit, &opened, &leaving.next).with("set-cookie", &cookie(visit, "", 0)))
}

fn refused(why: &str) -> Failure {
    Failure::Forbidden(format!("the answer of the sign-in service is refused: {why}; begin again at the sign-in page"))
}

fn exchange(settings: &Settings, client: &Client, code: &str, leaving: &Leaving) -> Result<Tokens, Failure> {
    let agent = provider::agent(&settings.issuer);
    let request = client.exchange_code(AuthorizationCode::new(code.to_owned())).map_err(|error| {
        tracing::warn!(%error, "the sign-in service names no place for tokens");
        Failure::Elsewhere("the sign-in service names no place to fetch tokens from".to_owned())
    })?;
    let request = request.set_pkce_verifier(PkceCodeVerifier::new(leaving.verifier.clone()));
    request.request(&|request| provider::send(&agent, request)).map_err(|error| {
        tracing::warn!(?error, "the sign-in service gave no token");
        refused("the service gave no token for its code")
    })
}

/// The claims of a token that holds: signature, issuer, audience, time, nonce, and the access token beside it.
fn verified(client: &Client, found: &Found, tokens: &Tokens, nonce: &Nonce) -> Result<IdClaims, ClaimsVerificationError> {
    let other = |text: &str| ClaimsVerificationError::Other(text.to_owned());
    let token = tokens.id_token().ok_or_else(|| other("there is no ID token"))?;
    let verifier = client.id_token_verifier().set_allowed_algs(found.algorithms());
    let claims = token.claims(&verifier, nonce)?;
    if let Some(expected) = claims.access_token_hash() {
        let key = token.signing_key(&verifier).map_err(ClaimsVerificationError::SignatureVerification)?;
        let algorithm = token.signing_alg().map_err(ClaimsVerificationError::SignatureVerification)?;
        let actual = AccessTokenHash::from_token(tokens.access_token(), algorithm, key)
            .map_err(|_| other("the access token's hash cannot be made"))?;
        if actual != *expected {
            return Err(other("the access token is another's"));
        }
    }
    Ok(claims.clone())
}

fn claimed(settings: &Settings, claims: &IdClaims) -> Claims {
    let groups = claims.additional_claims().groups(&settings.groups_claim);
    Claims {
        issuer: claims.issuer().to_string(),
        subject: claims.subject().to_string(),
        account: claims.preferred_username().map(|name| name.to_string()),
        name: claims.name().and_then(|name| name.get(None)).map(|name| name.to_string()),
        email: claims.email().map(|email| email.to_string()),
        email_verified: claims.email_verified().unwrap_or(false),
        groups: groups.into_iter().take(GROUPS).collect(),
    }
}
