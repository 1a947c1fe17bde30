//! A service says back what it was sent: nobody but the service sees it.

use std::ops::ControlFlow;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use connector_auth::{Client, OAuth, OAuthError, Tokens};
use connector_durable::Journal;
use connector_host::contract::{Page, Request, Response};
use connector_host::{
    Binding, Blobs, Call, CredentialError, Credentials, Error, NoopObserver, Observer, Outgoing,
    REDACTED, Redactor, Secret, Transport, TransportError, redact,
};
use serde_json::{Value, json};

use crate::http::{Server, routed, text};
use crate::support::{Answer, Script, answer, fixture, run, scripted};

const TOKEN: &str = "pina_AMA/VY+qw==T0KEN\"x'<&>";
const REFRESH: &str = "pinr-refresh.TOKEN~0123456789";
const APP: &str = "app-secret-0123456789";

/// Credentials of which a connection uses one and knows more.
struct Known;

#[async_trait]
impl Credentials for Known {
    async fn get(&self, _asker: &Binding, _id: &str) -> Result<Option<Secret>, CredentialError> {
        Ok(Some(Secret::new(TOKEN)))
    }

    async fn secrets(&self, _asker: &Binding) -> Vec<Secret> {
        [REFRESH, APP, &format!("1234:{APP}")].map(Secret::new).into()
    }

    async fn refresh(
        &self,
        _asker: &Binding,
        id: &str,
        _stale: &Secret,
    ) -> Result<Secret, CredentialError> {
        Err(CredentialError::NotRefreshable(id.into()))
    }
}

/// The ways in which services write things.
fn forms(secret: &str) -> Vec<String> {
    let json = Value::from(secret).to_string();
    let percent: String = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect();
    let escaped = secret.bytes().map(|byte| format!("\\u00{byte:02x}")).collect();
    vec![
        secret.into(),
        json[1..json.len() - 1].into(),
        json[1..json.len() - 1].replace('/', "\\/"),
        lower_hex(&percent),
        percent,
        STANDARD.encode(secret),
        STANDARD.encode(format!("1234:{secret}")),
        URL_SAFE_NO_PAD.encode(format!("{{\"token\":\"{secret}\"}}")),
        format!("Bearer {secret}"),
        escaped,
    ]
}

/// `%2F` as `%2f`.
fn lower_hex(percent: &str) -> String {
    let parts = percent.split('%').enumerate().map(|(index, part)| match index {
        0 => part.to_owned(),
        _ => format!("%{}{}", part[..2].to_lowercase(), &part[2..]),
    });
    parts.collect()
}

/// A part that every form of a secret has in common with none of the others.
fn is_in(text: &str, secret: &str) -> bool {
    let decoded = text.replace("\\/", "/").replace("\\\"", "\"");
    let core = &secret[2..secret.len() - 2];
    let base64 = STANDARD.encode(&secret[3..secret.len() - 3]);
    let base64 = &base64[4..base64.len() - 4];
    let escaped: String = core.bytes().map(|byte| format!("\\u00{byte:02x}")).collect();
    let percent: String = url::form_urlencoded::byte_serialize(core.as_bytes()).collect();
    let all = [core, base64, &escaped, &percent];
    all.iter().any(|form| decoded.to_lowercase().contains(&form.to_lowercase()))
}

fn with_token() -> Value {
    json!({"credential": "access-token", "method": "get"})
}

#[tokio::test]
async fn no_part_of_an_answer_reaches_the_connector_with_a_secret() {
    for secret in [TOKEN, REFRESH, APP] {
        for form in forms(secret) {
            let body = format!("{{\"error\": \"you sent {form}, and it is wrong\"}}");
            let header = [("x-echo", form.as_str()), ("location", &format!("/?{form}"))];
            let script = Script::new([answer(400, &header, &body)]);
            let connection = scripted(&script).credentials(Arc::new(Known)).build().unwrap();
            let output = run(&connection, "request", with_token()).await.unwrap();
            let body = output["body"].as_str().unwrap();
            assert!(
                body.contains(REDACTED) && body.contains(", and it is wrong"),
                "{form}: {body}"
            );
            assert!(!is_in(&output.to_string(), secret), "{form}: {output}");
        }
    }
}

#[tokio::test]
async fn an_answer_without_secrets_is_what_it_was() {
    let body = format!("{{\"a\": \"\\u0041\\/{}\", \"b\": 1e400}}", &TOKEN[..12]);
    let script = Script::new([answer(200, &[("x", "y")], &body)]);
    let connection = scripted(&script).credentials(Arc::new(Known)).build().unwrap();
    let output = run(&connection, "request", with_token()).await.unwrap();
    assert_eq!(output["body"], body);
}

/// Also where the credential was not attached: another request has brought it there.
#[tokio::test]
async fn a_request_without_a_credential_gets_none_back_either() {
    let script = Script::new([answer(400, &[], REFRESH)]);
    let connection = scripted(&script).credentials(Arc::new(Known)).build().unwrap();
    let output = run(&connection, "request", json!({})).await.unwrap();
    assert_eq!(output["body"], REDACTED);
}

#[tokio::test]
async fn a_kept_answer_holds_none_wherever_it_is_cut() {
    let body = format!("{} {TOKEN} {REFRESH}{}", "x".repeat(70_000), "y".repeat(70_000));
    let whole = format!("HTTP/1.1 200 OK\nContent-Length: {}\n\n{body}", body.len());
    let server = Server::start(vec![text(&whole)]).await;
    let spool = tempfile::tempdir().unwrap();
    let blobs = Arc::new(Blobs::default().spool(spool.path()));
    let connection = routed(&server.address).credentials(Arc::new(Known)).blobs(blobs);
    let mut input = with_token();
    input["save"] = true.into();
    let digest = run(&connection.build().unwrap(), "request", input).await.unwrap();
    let clean = format!("{} {REDACTED} {REDACTED}{}", "x".repeat(70_000), "y".repeat(70_000));
    assert_eq!(digest["read"], clean.len());
    assert_eq!(digest["sum"], clean.bytes().map(u64::from).sum::<u64>());
}

#[tokio::test]
async fn errors_and_the_journal_hold_none() {
    let folder = tempfile::tempdir().unwrap();
    let journal = Journal::open(folder.path()).unwrap();
    let answers: [Answer; 3] = [
        Err(TransportError::Lost(format!("cut after {TOKEN}"))),
        answer(503, &[("x-echo", TOKEN)], TOKEN),
        answer(400, &[], &format!("you sent {TOKEN}")),
    ];
    let credentials = ["access-token", "query-key", "account", "robot"];
    let said = credentials.iter().flat_map(|id| answers.iter().map(move |said| (id, said)));
    for (id, said) in said {
        let said = match said {
            Ok(response) => Ok(response.clone()),
            Err(error) => Err(TransportError::Lost(error.to_string())),
        };
        let script = Script::new([said]);
        let connection = scripted(&script).credentials(Arc::new(Known)).build().unwrap();
        let input = json!({"credential": id, "method": "get", "effect": "write"});
        let call = Call::Action { id: "request".into(), input: input.to_string() };
        let turn = journal.begin(&connection, "test", call).unwrap();
        if let Err(failure) = turn.run(&connection, &mut NoopObserver).await {
            assert!(!is_in(&format!("{failure} {failure:?} {}", failure.json()), TOKEN));
        }
    }
    for entry in std::fs::read_dir(folder.path()).unwrap().flatten() {
        let bytes = std::fs::read(entry.path()).unwrap_or_default();
        assert!(!is_in(&String::from_utf8_lossy(&bytes), TOKEN), "{:?}", entry.path());
    }
    assert_eq!(journal.runs().unwrap().len(), 12);
}

/// Says back what the app sent to the token endpoint.
struct Echo;

#[async_trait]
impl Transport for Echo {
    async fn exchange(&self, request: Outgoing) -> Result<Response, TransportError> {
        let connector_host::Content::Bytes(form) = request.body else { panic!("it is a form") };
        let form = String::from_utf8(form).unwrap();
        let basic = request.headers["authorization"].to_str().unwrap().to_owned();
        if form.contains("unreachable") {
            return Err(TransportError::Lost(format!("after {basic} {form}")));
        }
        let body = json!({"error": basic, "error_description": form, "message": APP}).to_string();
        Ok(Response { status: 400, headers: Vec::new(), body: body.into_bytes() })
    }
}

#[tokio::test]
async fn a_token_endpoint_is_not_quoted_with_secrets() {
    let client = Client { id: "1234".into(), secret: Secret::new(APP) };
    let descriptor = fixture().descriptor().clone();
    let oauth =
        OAuth::new(&descriptor, "access-token", "production", client, Arc::new(Echo)).unwrap();
    for refresh in [REFRESH.to_owned(), format!("{REFRESH}unreachable")] {
        let refresh = Some(Secret::new(&*refresh));
        let tokens = Tokens { refresh_token: refresh, ..Tokens::pasted(Secret::new(TOKEN)) };
        let error: OAuthError = oauth.refresh(&tokens).await.unwrap_err();
        let text = format!("{error} {error:?}");
        assert!(text.contains(REDACTED), "{text}");
        assert!(!is_in(&text, REFRESH) && !is_in(&text, APP), "{text}");
    }
}

/// Goes wrong with a secret on its lips.
struct Panics(Mutex<u32>);

#[async_trait]
impl Transport for Panics {
    async fn exchange(&self, _request: Outgoing) -> Result<Response, TransportError> {
        let mut left = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if *left > 0 {
            *left -= 1;
            panic!("the header was {TOKEN}");
        }
        Ok(Response { status: 200, headers: Vec::new(), body: b"fine".to_vec() })
    }
}

/// As `Panics`, in what watches the call.
struct Falls;

impl Observer for Falls {
    fn emitted(&mut self, _page: &Page) -> ControlFlow<()> {
        panic!("{TOKEN}")
    }

    fn sending(&mut self, _request: &Request) {}
}

#[tokio::test]
async fn a_panic_is_an_error_of_one_call_and_says_no_secret() {
    let connection = scripted(&Script::new([]))
        .transport(Arc::new(Panics(Mutex::new(1))))
        .credentials(Arc::new(Known))
        .build()
        .unwrap();
    let failure = run(&connection, "request", with_token()).await.unwrap_err();
    assert!(matches!(failure, Error::Panic(_)), "{failure}");
    assert_eq!(failure.json()["kind"], "internal");
    assert!(failure.to_string().contains("the header was [secret]"), "{failure}");
    assert_eq!(run(&connection, "request", with_token()).await.unwrap()["body"], "fine");
    let call = Call::Action { id: "pages".into(), input: json!({"number": 1}).to_string() };
    let failure = connection.run(call, &mut Falls).await.unwrap_err();
    assert_eq!(failure.to_string(), "the host went wrong: [secret]; please report it");
    assert_eq!(redact(format!("all know {REFRESH}")), "all know [secret]");
}

#[test]
fn short_secrets_do_not_tear_words_apart() {
    let says = |secret: &str, text: &str| Redactor::new([secret]).text(text.to_owned());
    // Anybody could guess it, and it is in every other text.
    assert_eq!(says("abc", "abc abcd"), "abc abcd");
    assert_eq!(says("abc", "Authorization: Bearer abc."), "Authorization: [secret].");
    assert_eq!(
        says("secret", "client_secrets secret%20secret"),
        "client_secrets [secret]%20[secret]"
    );
    assert_eq!(says("", "nothing"), "nothing");
    let long = "longer-than-any-word";
    assert_eq!(says(long, &format!("x{long}{long}")), "x[secret][secret]");
}
