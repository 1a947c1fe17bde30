//! The service as data: where it is, which credential it wants and how fast it may be called.

use crate::Connector;
use crate::bindings::exports::automation::connector::connection::{
    BoundOrigin, Credential, CredentialSource, Descriptor, Error, Guest, Placement, Quota,
    SetupStep, Step,
};
use crate::call::Call;
use crate::error;
use crate::input::Input;

const API: &str = "https://api.github.com";

impl Guest for Connector {
    fn describe() -> Descriptor {
        Descriptor {
            id: "github-issues".into(),
            title: "GitHub issues".into(),
            summary: "Reads, opens and watches for issues.".into(),
            version: env!("CARGO_PKG_VERSION").into(),
            api_version: "2022-11-28".into(),
            environments: vec![],
            origins: vec![API.into()],
            credentials: vec![Credential {
                id: "token".into(),
                title: "Personal access token".into(),
                required: true,
                source: CredentialSource::Secret("GitHub shows it once, when you make it.".into()),
                placement: Placement::Bearer,
                origins: vec![BoundOrigin { origin: API.into(), environment: None }],
            }],
            settings: r#"{"type":"object","properties":{},"additionalProperties":false}"#.into(),
            form: r#"{"type":"object","properties":{"token":{"type":"string","title":"Personal access token","x-role":"credential","x-secret":true}},"required":["token"]}"#.into(),
            setup: vec![SetupStep {
                title: "Make a token".into(),
                text: "Give it read and write access to the issues of your repositories.".into(),
                url: Some("https://github.com/settings/personal-access-tokens/new".into()),
            }],
            quotas: vec![Quota { id: "core".into(), calls: 5000, window_ms: 3_600_000 }],
            operations: vec![],
        }
    }

    /// A pasted token has no list of scopes, so nothing is known to be lacking.
    fn test(settings: String, _granted: Option<Vec<String>>) -> Result<Step, Error> {
        Input::parse(&settings).finish()?;
        Ok(Call::Test.send())
    }

    fn choices(field: String, _: String, _: Option<String>) -> Result<Step, Error> {
        Err(error::unknown("field with choices", &field))
    }
}
