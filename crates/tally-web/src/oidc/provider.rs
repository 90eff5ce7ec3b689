//! The provider: what it says of itself, fetched and kept for ten minutes; requests to it, bounded in time and size.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreClientAuthMethod, CoreErrorResponseType, CoreGenderClaim, CoreJsonWebKey,
    CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm, CoreProviderMetadata, CoreRevocableToken,
    CoreRevocationErrorResponse, CoreTokenIntrospectionResponse, CoreTokenType,
};
use openidconnect::{
    AdditionalClaims, AuthType, ClientId, ClientSecret, EmptyExtraTokenFields, EndpointMaybeSet, EndpointNotSet, EndpointSet,
    HttpRequest, HttpResponse, IdTokenClaims, IdTokenFields, IssuerUrl, RedirectUrl, StandardErrorResponse,
    StandardTokenResponse,
};
use serde::{Deserialize, Serialize};
use tally_model::Instant;

use super::Settings;
use crate::failure::Failure;

/// How long what the provider says of itself is kept, in microseconds.
const KEPT: i64 = 600_000_000;
/// How long one request may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// Most bytes of one answer.
const ANSWER_MAX: u64 = 1 << 20;

/// Claims that the standard does not name; groups are among them.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct More {
    #[serde(flatten)]
    all: BTreeMap<String, serde_json::Value>,
}

impl AdditionalClaims for More {}

impl More {
    /// The texts of a claim: a list of them, or one.
    pub(super) fn groups(&self, claim: &str) -> Vec<String> {
        match self.all.get(claim) {
            Some(serde_json::Value::Array(items)) => items.iter().filter_map(|item| item.as_str().map(str::to_owned)).collect(),
            Some(serde_json::Value::String(one)) => vec![one.clone()],
            _ => Vec::new(),
        }
    }
}

/// The claims of an ID token.
pub(super) type IdClaims = IdTokenClaims<More, CoreGenderClaim>;

type Fields =
    IdTokenFields<More, EmptyExtraTokenFields, CoreGenderClaim, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm>;

/// What the provider gives for a code.
pub(super) type Tokens = StandardTokenResponse<Fields, CoreTokenType>;

/// The library's client.
pub(super) type Client = openidconnect::Client<
    More,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    Tokens,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// What the provider says of itself, its keys included.
pub(super) struct Found(CoreProviderMetadata);

impl Found {
    /// The ways in which it signs that show who did: one with a shared secret does not.
    pub(super) fn algorithms(&self) -> Vec<CoreJwsSigningAlgorithm> {
        use CoreJwsSigningAlgorithm as Way;
        let shared = |way: &&Way| matches!(way, Way::HmacSha256 | Way::HmacSha384 | Way::HmacSha512 | Way::None);
        self.0.id_token_signing_alg_values_supported().iter().filter(|way| !shared(way)).cloned().collect()
    }
}

/// What was last found, and when.
#[derive(Default)]
pub struct Known(Mutex<Option<(Instant, Arc<Found>)>>);

impl Known {
    /// What the provider says of itself; fetched where that is old, or `anew` is asked for.
    ///
    /// # Errors
    /// Where it cannot be reached, or says what cannot be used.
    pub(super) fn found(&self, settings: &Settings, now: Instant, anew: bool) -> Result<Arc<Found>, Failure> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((at, found)) = known.as_ref().filter(|_| !anew)
            && now.micros().saturating_sub(at.micros()) < KEPT
        {
            return Ok(Arc::clone(found));
        }
        let failed = |error: &dyn std::fmt::Debug| {
            tracing::warn!(?error, "the sign-in service cannot be used");
            Failure::Elsewhere("the sign-in service does not answer as it should; try again in a moment".to_owned())
        };
        let issuer = IssuerUrl::new(settings.issuer.clone()).map_err(|error| failed(&error))?;
        let agent = agent(&settings.issuer);
        let found =
            CoreProviderMetadata::discover(&issuer, &|request| send(&agent, request)).map_err(|error| failed(&error))?;
        let found = Arc::new(Found(found));
        *known = Some((now, Arc::clone(&found)));
        Ok(found)
    }
}

/// The library's client for this provider.
pub(super) fn client(settings: &Settings, found: &Found, redirect: &str) -> Result<Client, Failure> {
    let redirect = RedirectUrl::new(redirect.to_owned()).map_err(|error| {
        tracing::error!(%error, "the server's own address is no URL; name it with --public-url");
        Failure::Broken
    })?;
    let (id, secret) = (ClientId::new(settings.client_id.clone()), settings.client_secret.clone().map(ClientSecret::new));
    let client = Client::from_provider_metadata(found.0.clone(), id, secret).set_redirect_uri(redirect);
    let ways = found.0.token_endpoint_auth_methods_supported();
    let in_body = ways.is_some_and(|ways| {
        ways.contains(&CoreClientAuthMethod::ClientSecretPost) && !ways.contains(&CoreClientAuthMethod::ClientSecretBasic)
    });
    Ok(if in_body { client.set_auth_type(AuthType::RequestBody) } else { client })
}

/// Makes requests to the provider: bounded in time, over TLS where its own address is, no redirect followed.
pub(super) fn agent(issuer: &str) -> ureq::Agent {
    let config = ureq::Agent::config_builder()
        .timeout_global(Some(PATIENCE))
        .max_redirects(0)
        .max_redirects_will_error(false)
        .http_status_as_error(false)
        .https_only(issuer.starts_with("https://"))
        .build();
    ureq::Agent::new_with_config(config)
}

/// Sends one request.
pub(super) fn send(agent: &ureq::Agent, request: HttpRequest) -> Result<HttpResponse, ureq::Error> {
    let (parts, body) = request.into_parts();
    let answer = if body.is_empty() {
        agent.run(axum::http::Request::from_parts(parts, ()))?
    } else {
        agent.run(axum::http::Request::from_parts(parts, body))?
    };
    let (parts, mut body) = answer.into_parts();
    let bytes = body.with_config().limit(ANSWER_MAX).read_to_vec()?;
    Ok(HttpResponse::from_parts(parts, bytes))
}
