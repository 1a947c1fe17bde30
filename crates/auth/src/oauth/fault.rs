//! What a refused OAuth step is about, by the descriptor's rules.

use serde_json::Value;

use connector_host::contract::connection::{Grant, OauthFault, OauthRule};
use connector_host::contract::{Descriptor, Oauth2};

/// Why a step was refused, for the person who can set it right.
#[derive(Clone, Debug)]
pub struct Fault {
    /// What it is about.
    pub about: OauthFault,
    /// The field to correct: one of the descriptor's form, or `redirect_uri`. None when no field
    /// is wrong.
    pub field: Option<String>,
    /// What to do, in the connector's words.
    pub advice: Option<String>,
}

impl Fault {
    /// The contract's word for what it is about, such as `client-secret`.
    pub fn code(&self) -> &'static str {
        match self.about {
            OauthFault::ClientId => "client-id",
            OauthFault::ClientSecret => "client-secret",
            OauthFault::RedirectUri => "redirect-uri",
            OauthFault::Denied => "denied",
            OauthFault::Scope => "scope",
            OauthFault::Code => "code",
            OauthFault::RefreshToken => "refresh-token",
        }
    }
}

/// The rules of a credential, and the fields of the form that their faults are in.
pub(super) struct Rules {
    rules: Vec<OauthRule>,
    /// Role and name of each field.
    fields: Vec<(String, String)>,
}

impl Rules {
    pub(super) fn new(descriptor: &Descriptor, oauth: &Oauth2) -> Self {
        let form: Value = serde_json::from_str(&descriptor.form).unwrap_or_default();
        let fields = form["properties"].as_object().into_iter().flatten();
        let role = |(name, schema): (&String, &Value)| {
            Some((schema["x-role"].as_str()?.to_owned(), name.clone()))
        };
        Rules { rules: oauth.rules.clone(), fields: fields.filter_map(role).collect() }
    }

    /// By the first rule that fits, or else by the words of RFC 6749. `grant` and `status` are
    /// absent at the authorize URL.
    pub(super) fn find(
        &self,
        grant: Option<Grant>,
        status: Option<u16>,
        said: &str,
    ) -> Option<Fault> {
        let said = said.to_lowercase();
        let fits = |rule: &&OauthRule| {
            (rule.grant.is_none() || rule.grant == grant)
                && (rule.status.is_none() || rule.status == status)
                && said.contains(&rule.contains.to_lowercase())
        };
        let (about, advice) = match self.rules.iter().find(fits) {
            Some(rule) => (rule.fault, Some(rule.advice.clone())),
            None => (standard(grant, &said)?, None),
        };
        Some(Fault { about, field: self.field(about), advice })
    }

    fn field(&self, about: OauthFault) -> Option<String> {
        let role = match about {
            OauthFault::ClientId => "client-id",
            OauthFault::ClientSecret => "client-secret",
            OauthFault::Scope => "scopes",
            OauthFault::RedirectUri => return Some("redirect_uri".to_owned()),
            _ => return None,
        };
        let field = self.fields.iter().find(|(known, _)| known == role);
        field.map(|(_, name)| name.clone())
    }

    /// The advice for what the service shows to the person alone, in the browser.
    pub(super) fn advice(&self, about: OauthFault) -> Option<&str> {
        let rule = self.rules.iter().find(|rule| rule.fault == about)?;
        Some(&rule.advice)
    }
}

/// What the words of RFC 6749 (sections 4.1.2.1 and 5.2) are about.
fn standard(grant: Option<Grant>, said: &str) -> Option<OauthFault> {
    let words = [
        ("access_denied", OauthFault::Denied),
        ("invalid_client", OauthFault::ClientSecret),
        ("invalid_scope", OauthFault::Scope),
        (
            "invalid_grant",
            match grant {
                Some(Grant::RefreshToken) => OauthFault::RefreshToken,
                _ => OauthFault::Code,
            },
        ),
    ];
    words.into_iter().find(|(word, _)| said.contains(word)).map(|(_, about)| about)
}
