//! Another host's OAuth, written from the descriptor in `connector.json` alone: every URL,
//! parameter, pointer and meaning comes from there. This package does not depend on the host, so
//! nothing of it can be used here.

use std::collections::BTreeMap;
use std::path::Path;

use connector_emulator::{Consent, Emulator, Options, TokenSpec};
use reqwest::RequestBuilder;
use reqwest::header::LOCATION;
use serde_json::Value;
use url::Url;

const REDIRECT_URI: &str = "https://flows.example.com/auth/pinterest/callback";
const STATE: &str = "only this flow knows it";

/// What such a host keeps about one account in one environment.
struct Stub {
    /// The OAuth part of the credential that is required.
    oauth: Value,
    endpoints: Value,
    client: (String, String),
    /// Real origins and what takes their place here.
    places: BTreeMap<&'static str, String>,
    http: reqwest::Client,
}

#[derive(Debug)]
struct Tokens {
    access: String,
    refresh: Option<String>,
    expires_in: u64,
    refresh_expires_in: Option<u64>,
    scopes: Vec<String>,
}

/// The fault of the first rule that fits, and its advice.
type Refused = (String, String);

fn descriptor() -> Value {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../connector.json");
    let manifest: Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    manifest["connector"].clone()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text"))
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

impl Stub {
    fn new(emulator: &Emulator, environment: &str, client: (String, String)) -> Stub {
        let descriptor = descriptor();
        let credential = list(&descriptor["credentials"]).find(|it| it["required"] == true);
        let oauth = credential.unwrap()["source"]["oauth2"].clone();
        let endpoints = list(&oauth["endpoints"]).find(|it| it["environment"] == environment);
        let endpoints = endpoints.unwrap().clone();
        let places = BTreeMap::from(emulator.places());
        let browser = reqwest::redirect::Policy::none();
        let http = reqwest::Client::builder().no_proxy().redirect(browser).build().unwrap();
        Stub { oauth, endpoints, client, places, http }
    }

    fn at(&self, url: &str) -> Url {
        let url = Url::parse(url).unwrap();
        let place = &self.places[url.origin().ascii_serialization().as_str()];
        format!("{place}{}", url.path()).parse().unwrap()
    }

    /// The address for the person. The minimum is asked for, and what is suggested.
    fn authorize_url(&self) -> Url {
        let scopes = list(&self.oauth["scopes"])
            .filter(|scope| scope["minimum"] == true || scope["suggested"] == true)
            .map(|scope| text(&scope["id"]));
        let scopes = scopes.collect::<Vec<_>>().join(text(&self.oauth["scope_separator"]));
        assert_eq!(self.oauth["pkce"], false, "this stub knows no challenge");
        let mut url = self.at(text(&self.endpoints["authorize_url"]));
        url.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", &self.client.0)
            .append_pair("redirect_uri", REDIRECT_URI)
            .append_pair("scope", &scopes)
            .append_pair("state", STATE);
        url
    }

    /// Where the browser is sent when the person has decided.
    async fn decide(&self, url: Url) -> Url {
        let answer = self.http.get(url).send().await.unwrap();
        answer.headers()[LOCATION].to_str().unwrap().parse().unwrap()
    }

    fn code(&self, back: &Url) -> Result<String, Refused> {
        assert!(back.as_str().starts_with(REDIRECT_URI));
        let pairs: BTreeMap<_, _> = back.query_pairs().into_owned().collect();
        assert_eq!(pairs["state"], STATE);
        match pairs.get("code") {
            Some(code) => Ok(code.clone()),
            None => Err(self.meaning(None, None, &pairs["error"])),
        }
    }

    /// A call of the token endpoint with all that the descriptor wants to be in it.
    async fn token(&self, grant: &str, form: &[(&str, &str)]) -> Result<Tokens, Refused> {
        assert!(list(&self.oauth["grants"]).any(|offered| offered == grant), "{grant}");
        let underscored = grant.replace('-', "_");
        let mut form = form.to_vec();
        form.push(("grant_type", &underscored));
        // Conditions are for people to decide on; this one always says yes.
        let parameters = list(&self.oauth["token_parameters"]).filter(|it| it["grant"] == grant);
        form.extend(parameters.map(|it| (text(&it["name"]), text(&it["value"]))));
        let call = self.http.post(self.at(text(&self.endpoints["token_url"])));
        let answer = self.as_client(call, &form).send().await.unwrap();
        let (status, body) = (answer.status(), answer.text().await.unwrap());
        if !status.is_success() {
            return Err(self.meaning(Some(grant), Some(status.as_u16()), &body));
        }
        let body: Value = serde_json::from_str(&body).unwrap();
        let places = &self.oauth["token_answer"];
        let find = |what: &str| body.pointer(text(&places[what])).cloned();
        let scopes = find("granted_scopes").unwrap();
        let separator = text(&self.oauth["scope_separator"]);
        let scopes = text(&scopes).replace(separator, " ");
        Ok(Tokens {
            access: text(&find("access_token").unwrap()).to_owned(),
            refresh: find("refresh_token").map(|token| text(&token).to_owned()),
            expires_in: find("expires_in").unwrap().as_u64().unwrap(),
            refresh_expires_in: find("refresh_token_expires_in").and_then(|it| it.as_u64()),
            scopes: scopes.split_whitespace().map(str::to_owned).collect(),
        })
    }

    async fn revoke(&self, token: &str) -> Option<u16> {
        let url = self.endpoints.get("revoke_url")?;
        let call = self.http.post(self.at(text(url)));
        let answer = self.as_client(call, &[("token", token)]).send().await.unwrap();
        Some(answer.status().as_u16())
    }

    fn as_client(&self, call: RequestBuilder, form: &[(&str, &str)]) -> RequestBuilder {
        let (id, secret) = &self.client;
        let mut form = form.to_vec();
        if self.oauth["client_authentication"] == "basic" {
            return call.basic_auth(id, Some(secret)).form(&form);
        }
        form.extend([("client_id", id.as_str()), ("client_secret", secret.as_str())]);
        call.form(&form)
    }

    fn meaning(&self, grant: Option<&str>, status: Option<u16>, said: &str) -> Refused {
        let said = said.to_lowercase();
        let fits = |rule: &&Value| {
            (rule["grant"].is_null() || rule["grant"].as_str() == grant)
                && (rule["status"].is_null() || rule["status"].as_u64() == status.map(u64::from))
                && said.contains(&text(&rule["contains"]).to_lowercase())
        };
        let rule = list(&self.oauth["rules"]).find(fits).unwrap_or_else(|| panic!("{said}"));
        (text(&rule["fault"]).to_owned(), text(&rule["advice"]).to_owned())
    }

    async fn connect(&self) -> Result<Tokens, Refused> {
        let back = self.decide(self.authorize_url()).await;
        let code = self.code(&back)?;
        self.exchange(&code).await
    }

    async fn exchange(&self, code: &str) -> Result<Tokens, Refused> {
        let form = [("code", code), ("redirect_uri", REDIRECT_URI)];
        self.token("authorization-code", &form).await
    }

    async fn refresh(&self, refresh: &str) -> Result<Tokens, Refused> {
        self.token("refresh-token", &[("refresh_token", refresh)]).await
    }

    /// Whether the service takes a token for its users' own account.
    async fn works(&self, token: &str) -> bool {
        let origin = text(&self.endpoints["token_url"]).trim_end_matches("/oauth/token");
        let url = self.at(&format!("{origin}/user_account"));
        self.http.get(url).bearer_auth(token).send().await.unwrap().status().is_success()
    }
}

async fn emulator() -> Emulator {
    let options = Options { consent: Consent::Allow, ..Options::default() };
    let emulator = Emulator::start(options).await.unwrap();
    emulator.control().register_redirect_uri(REDIRECT_URI);
    emulator
}

#[tokio::test]
async fn a_host_that_knows_the_descriptor_alone_connects_refreshes_and_revokes() {
    let emulator = emulator().await;
    let stub = Stub::new(&emulator, "production", emulator.client());
    let tokens = stub.connect().await.unwrap();
    assert!(stub.works(&tokens.access).await);
    assert!(tokens.expires_in > 0 && tokens.refresh_expires_in > Some(tokens.expires_in));
    assert!(tokens.scopes.contains(&"boards:write".to_owned()), "{:?}", tokens.scopes);

    emulator.control().advance(std::time::Duration::from_secs(tokens.expires_in));
    assert!(!stub.works(&tokens.access).await);
    let old = tokens.refresh.unwrap();
    let renewed = stub.refresh(&old).await.unwrap();
    assert!(stub.works(&renewed.access).await);
    let rotated = renewed.refresh.unwrap();
    assert_ne!(rotated, old);
    assert!(stub.refresh(&rotated).await.is_ok());

    // The service ends tokens of system users only.
    let spec = TokenSpec { system_user: true, ..TokenSpec::default() };
    let token = emulator.control().issue_token(spec);
    assert_eq!(stub.revoke(&token).await, Some(200));
    assert!(!stub.works(&token).await);
    assert_eq!(stub.revoke(&renewed.access).await, Some(400));
    let sandbox = Stub::new(&emulator, "sandbox", emulator.client());
    assert_eq!(sandbox.revoke(&token).await, None);
}

#[tokio::test]
async fn the_app_itself_gets_a_token() {
    let emulator = emulator().await;
    let stub = Stub::new(&emulator, "production", emulator.client());
    let tokens = stub.token("client-credentials", &[("scope", "boards:read")]).await.unwrap();
    assert_eq!((tokens.refresh, tokens.scopes), (None, vec!["boards:read".to_owned()]));
}

#[tokio::test]
async fn the_rules_tell_what_a_refusal_is_about() {
    let emulator = emulator().await;
    let stub = Stub::new(&emulator, "production", emulator.client());
    let fault = |refused: Result<Tokens, Refused>| refused.unwrap_err().0;

    emulator.control().set_consent(Consent::Deny);
    let back = stub.decide(stub.authorize_url()).await;
    emulator.control().set_consent(Consent::Allow);
    assert_eq!(stub.code(&back).unwrap_err().0, "denied");

    let code = stub.code(&stub.decide(stub.authorize_url()).await).unwrap();
    let (id, _) = emulator.client();
    let stranger = Stub::new(&emulator, "production", (id, "not the secret".into()));
    assert_eq!(fault(stranger.exchange(&code).await), "client-secret");
    let tokens = stub.exchange(&code).await.unwrap();
    assert_eq!(fault(stub.exchange(&code).await), "code");

    let unknown = stub.token("client-credentials", &[("scope", "boards:own")]).await;
    assert_eq!(fault(unknown), "scope");

    emulator.control().revoke_grants();
    let (about, advice) = stub.refresh(&tokens.refresh.unwrap()).await.unwrap_err();
    assert_eq!(about, "refresh-token");
    assert!(advice.contains("Connect again"), "{advice}");

    // What the service shows to the person alone.
    for (change, about) in [("client_id", "client-id"), ("redirect_uri", "redirect-uri")] {
        let mut url = stub.authorize_url();
        let pairs: Vec<_> = url.query_pairs().into_owned().collect();
        let wrong = |(key, value): (String, String)| match key == change {
            true => (key, format!("{value}0")),
            false => (key, value),
        };
        url.query_pairs_mut().clear().extend_pairs(pairs.into_iter().map(wrong));
        let page = stub.http.get(url).send().await.unwrap().text().await.unwrap();
        assert_eq!(stub.meaning(None, None, &page).0, about, "{page}");
    }
}
