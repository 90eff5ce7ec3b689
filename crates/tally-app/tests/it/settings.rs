//! `settings.toml`: what it may say of a sign-in service, and where that one's secret comes from.

use tally_app::{Oidc, Settings};

const OIDC: &str = "[oidc]\nissuer = \"https://id.example.org\"\nclient_id = \"tally\"\n";

fn read(text: &str) -> Result<Settings, String> {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("settings.toml");
    std::fs::write(&path, text).unwrap();
    Settings::read(&path).map_err(|error| error.to_string())
}

fn oidc(more: &str) -> Oidc {
    read(&format!("{OIDC}{more}")).unwrap().oidc.unwrap()
}

#[test]
fn a_sign_in_service_is_checked_when_it_is_read() {
    assert!(read("").unwrap().oidc.is_none());
    let plain = oidc("");
    assert_eq!((plain.groups_claim.as_str(), plain.scopes.len()), ("groups", 2));
    for issuer in ["http://localhost:8080/realm", "http://127.0.0.1", "http://[::1]:99/x"] {
        assert!(read(&OIDC.replace("https://id.example.org", issuer)).is_ok(), "{issuer}");
    }
    for issuer in
        ["http://id.example.org", "ftp://localhost", "", "http://localhost.example.org", "http://127.0.0.1.example.org/"]
    {
        let error = read(&OIDC.replace("https://id.example.org", issuer)).unwrap_err();
        assert!(error.contains("issuer has to begin with https://"), "{issuer}: {error}");
    }
    assert!(read(&format!("{OIDC}[oidc.rule]\notherwise = \"king\"\n")).unwrap_err().contains("no role"));
    // The secret itself has no key: it does not belong in this file.
    assert!(read(&format!("{OIDC}client_secret = \"x\"\n")).unwrap_err().contains("unknown field"));
}

#[test]
fn the_secret_comes_from_where_it_is_said_to_be() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("secret"), " from the file\n").unwrap();
    std::fs::write(dir.path().join("empty"), "\n").unwrap();
    let environment = |name: &str| (name == "TALLY_OIDC").then(|| "from the environment".to_owned());
    let secret = |more: &str| oidc(more).secret(dir.path(), environment).map_err(|error| error.to_string());
    assert_eq!(secret(""), Ok(None));
    assert_eq!(secret("client_secret_env = \"TALLY_OIDC\"\n"), Ok(Some("from the environment".to_owned())));
    assert_eq!(secret("client_secret_file = \"secret\"\n"), Ok(Some("from the file".to_owned())));
    assert!(secret("client_secret_env = \"OTHER\"\n").unwrap_err().contains("OTHER, which is not set"));
    assert!(secret("client_secret_file = \"none\"\n").is_err());
    assert!(secret("client_secret_file = \"empty\"\n").unwrap_err().contains("empty"));
    assert!(secret("client_secret_env = \"TALLY_OIDC\"\nclient_secret_file = \"secret\"\n").unwrap_err().contains("keep one"));
}
