//! Sign-in at a provider: a small one on loopback, which signs tokens as it is told to. The keys beside this file open
//! nothing.

use std::collections::HashMap;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use openidconnect::core::{CoreJwsSigningAlgorithm, CoreRsaPrivateSigningKey};
use openidconnect::{JsonWebKeyId, PkceCodeChallenge, PkceCodeVerifier, PrivateSigningKey};
use serde_json::{Value, json};
use tally_app::access::{OutsideRule, Viewer};
use tally_web::OidcSettings;

use super::support::{Answer, Server, Who, encode};

const CLIENT: &str = "tallystick";
const SECRET: &str = "the client's secret";
const KEY: &str = include_str!("oidc_key.pem");
const OTHER_KEY: &str = include_str!("oidc_other_key.pem");

/// What the provider does wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Slip {
    None,
    Nonce,
    NoNonce,
    Audience,
    Issuer,
    Expired,
    OtherKey,
    Unsigned,
    SharedSecret,
    Changed,
    Groups,
    Refuses,
    Redirects,
}

/// A provider; it lives as long as the test's process.
struct Provider {
    address: SocketAddr,
    slip: Arc<Mutex<Slip>>,
}

impl Provider {
    fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let slip = Arc::new(Mutex::new(Slip::None));
        let shared = Arc::clone(&slip);
        std::thread::spawn(move || {
            // Code to nonce and challenge.
            let mut codes: HashMap<String, (String, String)> = HashMap::new();
            for stream in listener.incoming() {
                let slip = *shared.lock().unwrap();
                answer(stream.unwrap(), address, slip, &mut codes);
            }
        });
        Self { address, slip }
    }

    fn settings(&self) -> OidcSettings {
        let roles = [("security".to_owned(), "contributor".to_owned())].into_iter().collect();
        OidcSettings {
            label: "Sign in with the test".to_owned(),
            issuer: format!("http://{}", self.address),
            client_id: CLIENT.to_owned(),
            client_secret: Some(SECRET.to_owned()),
            scopes: vec!["profile".to_owned(), "email".to_owned()],
            groups_claim: "groups".to_owned(),
            rule: OutsideRule { roles, ..OutsideRule::default() },
        }
    }
}

fn answer(mut stream: TcpStream, address: SocketAddr, slip: Slip, codes: &mut HashMap<String, (String, String)>) {
    let (head, body) = request(&mut stream);
    let target = head.split(' ').nth(1).unwrap_or_default().to_owned();
    let issuer = format!("http://{address}");
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    match path {
        "/.well-known/openid-configuration" => reply(
            &mut stream,
            "200 OK",
            &json!({
                "issuer": issuer, "authorization_endpoint": format!("{issuer}/authorize"), "token_endpoint": format!("{issuer}/token"),
                "jwks_uri": format!("{issuer}/keys"), "response_types_supported": ["code"], "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
            }),
        ),
        "/keys" => reply(&mut stream, "200 OK", &json!({"keys": [key(KEY).as_verification_key()]})),
        "/authorize" => {
            let asked = pairs(query);
            assert_eq!((asked["response_type"].as_str(), asked["client_id"].as_str()), ("code", CLIENT));
            assert_eq!(asked["code_challenge_method"], "S256");
            assert!(asked["scope"].split(' ').any(|scope| scope == "openid"), "{asked:?}");
            let code = format!("code-{}", codes.len());
            codes.insert(code.clone(), (asked["nonce"].clone(), asked["code_challenge"].clone()));
            let back = match slip {
                Slip::Refuses => format!("{}?error=access_denied&state={}", asked["redirect_uri"], encode(&asked["state"])),
                _ => format!("{}?code={code}&state={}", asked["redirect_uri"], encode(&asked["state"])),
            };
            let text = format!("HTTP/1.1 302 Found\r\nlocation: {back}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
            stream.write_all(text.as_bytes()).unwrap();
        }
        "/token" if slip == Slip::Redirects => {
            let text = format!(
                "HTTP/1.1 307 Elsewhere\r\nlocation: {issuer}/stolen\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
            );
            stream.write_all(text.as_bytes()).unwrap();
        }
        "/token" => {
            let asked = pairs(&body);
            assert!(head.to_lowercase().contains("authorization: basic "), "{head}");
            // A code is good once, and only with the verifier of its challenge.
            let Some((nonce, challenge)) = codes.remove(&asked["code"]) else {
                return reply(&mut stream, "400 Bad Request", &json!({"error": "invalid_grant"}));
            };
            let verifier = PkceCodeVerifier::new(asked["code_verifier"].clone());
            assert_eq!(PkceCodeChallenge::from_code_verifier_sha256(&verifier).as_str(), challenge);
            let token = token(&issuer, &nonce, slip);
            reply(
                &mut stream,
                "200 OK",
                &json!({"access_token": "opaque", "token_type": "Bearer", "expires_in": 60, "id_token": token}),
            );
        }
        // A connection that nothing came over.
        "" => {}
        other => panic!("the provider was asked for {other}"),
    }
}

fn key(pem: &str) -> CoreRsaPrivateSigningKey {
    CoreRsaPrivateSigningKey::from_pem(pem, Some(JsonWebKeyId::new("one".to_owned()))).unwrap()
}

/// An ID token, with what is wrong with it.
fn token(issuer: &str, nonce: &str, slip: Slip) -> String {
    let now = tally_app::now().micros() / 1_000_000;
    let expires = if slip == Slip::Expired { now - 60 } else { now + 300 };
    let mut claims = json!({
        "iss": if slip == Slip::Issuer { "http://127.0.0.1:1" } else { issuer },
        "aud": if slip == Slip::Audience { "somebody-else" } else { CLIENT },
        "sub": "u-1815", "iat": now - 120, "exp": expires,
        "nonce": if slip == Slip::Nonce { "another" } else { nonce },
        "preferred_username": "Ada.King", "name": "Ada King", "email": "ada@example.org", "email_verified": true,
        "groups": if slip == Slip::Groups { json!(["cooks"]) } else { json!(["security", "cooks"]) },
    });
    if slip == Slip::NoNonce {
        claims.as_object_mut().unwrap().remove("nonce");
    }
    let way = match slip {
        Slip::Unsigned => "none",
        Slip::SharedSecret => "HS256",
        _ => "RS256",
    };
    let head = json!({"alg": way, "typ": "JWT", "kid": "one"});
    let signed = format!("{}.{}", base64(head.to_string().as_bytes()), base64(claims.to_string().as_bytes()));
    let sign = |pem: &str| key(pem).sign(&CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256, signed.as_bytes()).unwrap();
    let signature = match slip {
        Slip::Unsigned => Vec::new(),
        Slip::SharedSecret => {
            let key = openidconnect::core::CoreHmacKey::new(SECRET);
            key.sign(&CoreJwsSigningAlgorithm::HmacSha256, signed.as_bytes()).unwrap()
        }
        Slip::OtherKey => sign(OTHER_KEY),
        _ => sign(KEY),
    };
    if slip == Slip::Changed {
        claims["groups"] = json!(["security", "administrators"]);
        let payload = base64(claims.to_string().as_bytes());
        return format!("{}.{payload}.{}", base64(head.to_string().as_bytes()), base64(&signature));
    }
    format!("{signed}.{}", base64(&signature))
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::new();
    for group in bytes.chunks(3) {
        let bits = group.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - group.len()));
        for place in 0..=group.len() {
            text.push(char::from(LETTERS[(bits >> (18 - 6 * place)) as usize & 63]));
        }
    }
    text
}

fn request(stream: &mut TcpStream) -> (String, String) {
    let mut bytes = Vec::new();
    let mut piece = [0; 4096];
    loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
            let length =
                head.to_lowercase().split("content-length: ").nth(1).and_then(|rest| rest.split("\r\n").next()?.parse().ok());
            if bytes.len() >= end + 4 + length.unwrap_or(0) {
                return (head, String::from_utf8(bytes[end + 4..].to_vec()).unwrap());
            }
        }
        let count = stream.read(&mut piece).unwrap();
        if count == 0 {
            return (String::new(), String::new());
        }
        bytes.extend_from_slice(&piece[..count]);
    }
}

fn reply(stream: &mut TcpStream, status: &str, body: &Value) {
    let body = body.to_string();
    let head = format!(
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all((head + &body).as_bytes()).unwrap();
}

fn pairs(query: &str) -> HashMap<String, String> {
    let decode = |text: &str| {
        let (mut out, bytes) = (Vec::new(), text.as_bytes());
        let mut at = 0;
        while at < bytes.len() {
            match bytes[at] {
                b'%' => {
                    out.push(u8::from_str_radix(&text[at + 1..at + 3], 16).unwrap());
                    at += 2;
                }
                b'+' => out.push(b' '),
                byte => out.push(byte),
            }
            at += 1;
        }
        String::from_utf8(out).unwrap()
    };
    query.split('&').filter_map(|pair| pair.split_once('=')).map(|(name, value)| (decode(name), decode(value))).collect()
}

/// Leaves for the provider and lets it send back; gives the cookie and the path to come back at.
fn away(server: &Server, provider: &Provider) -> (String, String) {
    let left = server.post(Who::Nobody, "/sign-in/oidc", &[("next", "/findings")]).is(200);
    let cookie = left.header("set-cookie").unwrap();
    assert!(
        cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax") && cookie.contains("Path=/sign-in/oidc"),
        "{cookie}"
    );
    let url = left.header("refresh").unwrap().strip_prefix("0; url=").unwrap();
    let target = url.strip_prefix(&format!("http://{}", provider.address)).unwrap();
    let mut stream = TcpStream::connect(provider.address).unwrap();
    write!(stream, "GET {target} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n\r\n", provider.address).unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    let back = text.split("location: ").nth(1).unwrap().split("\r\n").next().unwrap();
    let path = back.strip_prefix(&format!("http://{}", server.address)).unwrap_or_else(|| panic!("{back}"));
    (cookie.split(';').next().unwrap().to_owned(), path.to_owned())
}

fn come_back(server: &Server, cookie: &str, path: &str) -> Answer {
    server.send(Who::Nobody, "GET", path, &[("cookie", cookie), ("accept", "text/html")], b"")
}

/// The session that an answer begins.
fn session(answer: &Answer) -> Option<String> {
    let cookies = answer.headers.iter().filter(|(name, _)| name == "set-cookie").map(|(_, value)| value.as_str());
    let found = cookies.filter_map(|cookie| cookie.split(';').next()).find(|cookie| cookie.starts_with("tally_session="));
    found.map(str::to_owned)
}

fn people(server: &Server) -> Vec<String> {
    let people = server.house.desk.people(&Viewer::at_machine("test")).unwrap();
    people.into_iter().map(|person| format!("{} {}", person.id, person.role.word())).collect()
}

#[test]
fn who_has_the_group_is_in() {
    let provider = Provider::new();
    let server = Server::demo_with(provider.settings());
    assert!(server.get(Who::Nobody, "/sign-in").is(200).text().contains("Sign in with the test"));
    let before = people(&server);
    let (cookie, path) = away(&server, &provider);
    let answer = come_back(&server, &cookie, &path).is(303);
    assert_eq!(answer.header("location"), Some("/findings"));
    let opened = session(&answer).expect("a session");
    let page = server.send(Who::Nobody, "GET", "/account", &[("cookie", &opened)], b"").is(200).text();
    assert!(page.contains("Ada King") && page.contains("ada@example.org") && page.contains("contributor"), "{page}");
    let after = people(&server);
    let new: Vec<_> = after.iter().filter(|person| !before.contains(person)).collect();
    assert_eq!(new, ["ada.king contributor"]);
    // The same person a second time is nobody new.
    let (cookie, path) = away(&server, &provider);
    come_back(&server, &cookie, &path).is(303);
    assert_eq!(people(&server), after);
}

#[test]
fn an_answer_counts_once_and_in_its_own_browser() {
    let provider = Provider::new();
    let server = Server::demo_with(provider.settings());
    let (cookie, path) = away(&server, &provider);
    let (other_cookie, other_path) = away(&server, &provider);
    let refused = |cookie: &str, path: &str| {
        let answer = come_back(&server, cookie, path).is(403);
        assert_eq!(session(&answer), None, "{path}");
    };
    refused("tally_theme=dark", &path);
    refused(&format!("tally_outward={}", "0".repeat(64)), &path);
    // Another's answer in this browser: signing somebody in as somebody else.
    refused(&other_cookie, &path);
    refused(&other_cookie, &other_path);
    come_back(&server, &cookie, &path).is(303);
    refused(&cookie, &path);
}

#[test]
fn a_token_that_does_not_hold_opens_nothing() {
    let provider = Provider::new();
    let server = Server::demo_with(provider.settings());
    let before = people(&server);
    let slips = [
        Slip::Nonce,
        Slip::NoNonce,
        Slip::Audience,
        Slip::Issuer,
        Slip::Expired,
        Slip::OtherKey,
        Slip::Unsigned,
        Slip::SharedSecret,
        Slip::Changed,
        Slip::Groups,
        Slip::Refuses,
        Slip::Redirects,
    ];
    for slip in slips {
        *provider.slip.lock().unwrap() = slip;
        let (cookie, path) = away(&server, &provider);
        let answer = come_back(&server, &cookie, &path);
        assert_eq!((answer.status, session(&answer)), (403, None), "{slip:?}: {}", answer.text());
        assert_eq!(people(&server), before, "{slip:?}");
    }
    *provider.slip.lock().unwrap() = Slip::None;
    let (cookie, path) = away(&server, &provider);
    come_back(&server, &cookie, &path).is(303);
}

#[test]
fn a_service_that_is_away_is_told_of() {
    let gone = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let provider = Provider { address: gone, slip: Arc::new(Mutex::new(Slip::None)) };
    let server = Server::demo_with(provider.settings());
    let page = server.post(Who::Nobody, "/sign-in/oidc", &[("next", "/")]).is(502).text();
    assert!(page.contains("sign-in service does not answer"), "{page}");
    // Passwords still work, and without a service there is no such way in.
    server.get(Who::Viewer, "/").is(200);
    Server::shared().post(Who::Nobody, "/sign-in/oidc", &[]).is(404);
}

#[test]
fn the_way_out_is_bounded_by_address() {
    let provider = Provider::new();
    let server = Server::demo_with(provider.settings());
    let statuses: Vec<u16> = (0..30).map(|_| server.post(Who::Nobody, "/sign-in/oidc", &[]).status).collect();
    assert!(statuses[..20].iter().all(|status| *status == 200) && statuses.contains(&429), "{statuses:?}");
}
