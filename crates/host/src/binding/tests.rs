use super::*;
use crate::contract::connection::{
    BoundOrigin, ClientAuthentication, Endpoints, Environment, TokenAnswer, TokenBody,
};
use crate::contract::{Credential, CredentialSource, Oauth2, Placement};

fn environment(id: &str) -> Environment {
    Environment { id: id.into(), title: String::new(), help: String::new() }
}

fn endpoints(environment: &str, host: &str, revoke: bool) -> Endpoints {
    Endpoints {
        environment: environment.into(),
        authorize_url: "https://www.example.com/oauth".into(),
        authorize_parameters: Vec::new(),
        token_url: format!("https://{host}/token"),
        revoke_url: revoke.then(|| format!("https://{host}/revoke")),
    }
}

fn bound(origin: &str, environment: Option<&str>) -> BoundOrigin {
    BoundOrigin { origin: origin.into(), environment: environment.map(str::to_owned) }
}

fn descriptor() -> Descriptor {
    let oauth = Oauth2 {
        endpoints: vec![endpoints("live", "api.example.com", true)],
        scopes: Vec::new(),
        scope_separator: " ".into(),
        grants: Vec::new(),
        client_authentication: ClientAuthentication::Basic,
        token_body: TokenBody::Form,
        token_parameters: Vec::new(),
        token_answer: TokenAnswer {
            access_token: "/access_token".into(),
            expires_in: Some("/expires_in".into()),
            refresh_token: None,
            refresh_token_expires_in: None,
            granted_scopes: None,
            settings: Vec::new(),
        },
        pkce: false,
        redirect_uris: Vec::new(),
        rules: Vec::new(),
    };
    Descriptor {
        id: "example".into(),
        title: String::new(),
        summary: String::new(),
        version: String::new(),
        api_version: String::new(),
        environments: vec![environment("live"), environment("trial")],
        origins: vec!["https://api.example.com".into(), "https://*.files.example".into()],
        credentials: vec![Credential {
            id: "token".into(),
            title: String::new(),
            required: true,
            group: None,
            source: CredentialSource::Oauth2(oauth),
            placement: Placement::Bearer,
            origins: vec![bound("https://api.example.com", None)],
        }],
        requires: Vec::new(),
        settings: "{}".into(),
        form: "{}".into(),
        setup: Vec::new(),
        quotas: Vec::new(),
        operations: Vec::new(),
        extensions: Vec::new(),
    }
}

fn oauth(descriptor: &mut Descriptor) -> &mut Oauth2 {
    match &mut descriptor.credentials[0].source {
        CredentialSource::Oauth2(oauth) => oauth,
        _ => unreachable!(),
    }
}

/// What a changed descriptor asks for beyond the one above.
fn beyond(change: impl FnOnce(&mut Descriptor)) -> Vec<String> {
    let mut changed = descriptor();
    change(&mut changed);
    let asked = Binding::of(&descriptor()).beyond(&Binding::of(&changed));
    asked.iter().map(Change::to_string).collect()
}

#[test]
fn each_place_counts_for_what_goes_there() {
    let evil = "https://evil.example";
    assert_eq!(beyond(|it| it.origins.push(evil.into())), ["requests: also https://evil.example"]);
    assert_eq!(
        beyond(|it| it.credentials[0].origins[0] = bound(evil, Some("trial"))),
        ["token in trial: https://api.example.com → https://evil.example"]
    );
    assert_eq!(
        beyond(|it| oauth(it).endpoints[0].token_url = "https://api.example.com/t2".into()),
        ["the token endpoint of token in live: https://api.example.com/token → \
             https://api.example.com/t2"]
    );
    assert_eq!(
        beyond(|it| oauth(it).endpoints[0].authorize_url = "https://evil.example/".into()),
        ["the consent page of token in live: https://www.example.com/oauth → \
             https://evil.example/"]
    );
    assert_eq!(
        beyond(|it| oauth(it).endpoints[0].revoke_url = Some("https://evil.example/".into())),
        ["the revocation endpoint of token in live: https://api.example.com/revoke → \
             https://evil.example/"]
    );
    assert_eq!(
        beyond(|it| it.credentials[0].id = "other".into()).len(),
        5,
        "another credential is another thing"
    );
}

#[test]
fn less_and_the_same_in_other_words_ask_for_nothing() {
    let nothing: [String; 0] = [];
    assert_eq!(beyond(|_| ()), nothing);
    assert_eq!(beyond(|it| it.origins[0] = "https://API.example.com:443/".into()), nothing);
    assert_eq!(beyond(|it| it.origins[1] = "https://a.files.example".into()), nothing);
    assert_eq!(beyond(|it| drop(it.origins.pop())), nothing);
    assert_eq!(beyond(|it| oauth(it).endpoints[0].revoke_url = None), nothing);
    assert_eq!(beyond(|it| it.version = "9.9.9".into()), nothing);
    let both = [
        bound("https://api.example.com", Some("live")),
        bound("https://api.example.com", Some("trial")),
    ];
    assert_eq!(beyond(|it| it.credentials[0].origins = both.into()), nothing);
    let mut less = descriptor();
    less.origins.pop();
    let changes = Binding::of(&descriptor()).changes(&Binding::of(&less));
    assert_eq!(changes[0].to_string(), "requests: no longer https://*.files.example");
}

#[test]
fn it_is_read_as_it_was_written() {
    let binding = Binding::of(&descriptor());
    assert_eq!(Binding::from_json(&binding.to_json()), Some(binding));
    assert_eq!(Binding::from_json("{}"), None);
}
