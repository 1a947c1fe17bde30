//! What the connector says about itself.

use std::collections::HashSet;

use connector_host::contract::{
    CredentialSource, Descriptor, ErrorKind, actions, triggers, webhooks,
};
use connector_host::{Connector, Error, Instance, manifest};
use serde_json::Value;

use crate::report::Report;

/// The roles that a field of the form may have.
const ROLES: [&str; 5] = ["setting", "client-id", "client-secret", "scopes", "credential"];
/// What nobody calls an action.
const NOBODY: &str = "no.such-thing";

/// All that it says.
pub(crate) struct Said {
    pub descriptor: Descriptor,
    pub actions: Vec<actions::Description>,
    pub triggers: Vec<triggers::Description>,
    pub webhooks: Vec<triggers::Description>,
}

/// None when it cannot even say what it has.
pub(crate) fn check(connector: &Connector, report: &mut Report) -> Option<Said> {
    let descriptor = connector.descriptor().clone();
    let mut lists = Lists { connector, report };
    let actions = lists.descriptions("action", Instance::actions, Instance::action)?;
    let triggers = lists.descriptions("trigger", Instance::triggers, Instance::trigger)?;
    let webhooks = lists.descriptions(
        "webhook",
        |instance| Ok(instance.webhooks()?.into_iter().map(|it| it.trigger).collect()),
        Instance::webhook,
    )?;
    describes_itself(&descriptor, report);
    credentials(&descriptor, &keys_of_signatures(connector), report);
    form(&descriptor, report);
    let scopes = scopes(&descriptor);
    for actions::Description { action, .. } in &actions {
        listed(&action.id, &action.title, &action.summary, report);
        known_scopes(&action.id, &action.scopes, scopes.as_ref(), report);
        let instead = action.deprecation.as_ref().and_then(|it| it.instead.as_ref());
        if let Some(instead) = instead
            && !actions.iter().any(|it| it.action.id == *instead)
        {
            let fault = format!("it is to be replaced by `{instead}`, which is no action");
            report.fault(&action.id, fault, "name an action in `deprecation.instead`");
        }
    }
    for triggers::Description { trigger, .. } in triggers.iter().chain(&webhooks) {
        listed(&trigger.id, &trigger.title, &trigger.summary, report);
        known_scopes(&trigger.id, &trigger.scopes, scopes.as_ref(), report);
    }
    data(connector, &actions, report);
    report.count("actions", actions.len());
    report.count("triggers and webhooks", triggers.len() + webhooks.len());
    Some(Said { descriptor, actions, triggers, webhooks })
}

/// What actions, triggers and webhooks have in common.
trait Listed {
    fn id(&self) -> &str;
}

impl Listed for actions::Action {
    fn id(&self) -> &str {
        &self.id
    }
}

impl Listed for triggers::Trigger {
    fn id(&self) -> &str {
        &self.id
    }
}

struct Lists<'a> {
    connector: &'a Connector,
    report: &'a mut Report,
}

impl Lists<'_> {
    /// The description of each that is listed, each from an instance of its own.
    fn descriptions<L: Listed, D>(
        &mut self,
        kind: &str,
        list: impl Fn(&mut Instance) -> Result<Vec<L>, Error>,
        describe: impl Fn(&mut Instance, &str) -> Result<D, Error>,
    ) -> Option<Vec<D>> {
        let listed = self.connector.instantiate().and_then(|mut instance| list(&mut instance));
        let listed = listed.map_err(|error| {
            let mend = "the lists of actions, triggers and webhooks need no input and cannot fail";
            self.report.fault(format!("the {kind}s"), error.to_string(), mend);
        });
        let mut ids = HashSet::new();
        let mut descriptions = Vec::new();
        for item in listed.ok()? {
            if !ids.insert(item.id().to_owned()) {
                self.report.fault(
                    item.id(),
                    format!("it is listed twice as {kind}"),
                    "list it once",
                );
                continue;
            }
            let mut instance = self.connector.instantiate().ok()?;
            match describe(&mut instance, item.id()) {
                Ok(description) => descriptions.push(description),
                Err(error) => {
                    let fault = format!("it is listed, and `describe` answers: {error}");
                    self.report.fault(
                        item.id(),
                        fault,
                        format!("describe every {kind} of the list"),
                    );
                }
            }
        }
        if descriptions.is_empty() && kind == "webhook" {
            return Some(descriptions);
        }
        let unknown = self.connector.instantiate().ok()?;
        let mut unknown = unknown;
        let answer = describe(&mut unknown, NOBODY);
        if !answer.is_err_and(|error| error.is_invalid_input()) {
            let fault =
                format!("`describe` of an unknown {kind} is not refused as `invalid-input`");
            self.report.fault(format!("the {kind}s"), fault, "refuse ids that are not in the list");
        }
        Some(descriptions)
    }
}

fn describes_itself(descriptor: &Descriptor, report: &mut Report) {
    let mut must = |right: bool, fault: String, mend: &str| {
        if !right {
            report.fault("descriptor", fault, mend);
        }
    };
    let id = &descriptor.id;
    let letters = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    must(
        !id.is_empty() && id.bytes().all(letters),
        format!("the id is `{id}`"),
        "use lower-case letters, digits and hyphens; it never changes",
    );
    let version = &descriptor.version;
    must(
        is_semver(version),
        format!("the version is `{version}`"),
        "write it as semver says: `1.4.0`",
    );
    for (name, text) in [("title", &descriptor.title), ("summary", &descriptor.summary)] {
        must(!text.trim().is_empty(), format!("it has no {name}"), "people choose by it");
    }
    must(
        !descriptor.origins.is_empty(),
        "it names no origin".into(),
        "list every origin that a request goes to: `https://api.example.com`",
    );
    for (what, ids) in [
        ("environment", ids(&descriptor.environments, |it| &it.id)),
        ("credential", ids(&descriptor.credentials, |it| &it.id)),
        ("quota", ids(&descriptor.quotas, |it| &it.id)),
    ] {
        let mut seen = HashSet::new();
        for id in ids {
            must(seen.insert(id), format!("the {what} `{id}` is there twice"), "name each once");
        }
    }
    for quota in &descriptor.quotas {
        must(
            quota.calls > 0 && quota.window_ms > 0,
            format!("the quota `{}` allows nothing", quota.id),
            "say how many calls there are in how many milliseconds",
        );
    }
    for name in &descriptor.requires {
        must(
            name.chars().all(|letter| !letter.is_uppercase()),
            format!("it requires `{name}`"),
            "names of extensions are in lower case",
        );
    }
}

fn ids<T>(list: &[T], id: impl Fn(&T) -> &String) -> Vec<&str> {
    list.iter().map(|it| id(it).as_str()).collect()
}

/// The ids of the credentials that deliveries are signed with.
fn keys_of_signatures(connector: &Connector) -> HashSet<String> {
    let webhooks = connector.instantiate().and_then(|mut instance| instance.webhooks());
    let signatures = webhooks.unwrap_or_default().into_iter().flat_map(|it| it.signatures);
    let key = |signature: webhooks::Signature| match signature.key {
        webhooks::SigningKey::Credential(id) => Some(id),
        _ => None,
    };
    signatures.filter_map(key).collect()
}

fn credentials(descriptor: &Descriptor, keys: &HashSet<String>, report: &mut Report) {
    let environments: HashSet<_> = descriptor.environments.iter().map(|it| &it.id).collect();
    for credential in &descriptor.credentials {
        let about = format!("credential {}", credential.id);
        // A key of signatures is sent nowhere.
        if credential.origins.is_empty() && !keys.contains(&credential.id) {
            report.fault(&about, "it may be sent nowhere", "list its origins");
        }
        let bound = credential.origins.iter().filter_map(|origin| origin.environment.as_ref());
        let endpoints = match &credential.source {
            CredentialSource::Oauth2(oauth) => oauth.endpoints.as_slice(),
            _ => &[],
        };
        let of_endpoints = endpoints.iter().map(|it| &it.environment);
        for environment in bound.chain(of_endpoints.filter(|it| !it.is_empty())) {
            if !environments.contains(environment) {
                let fault = format!("it names the environment `{environment}`, which there is not");
                report.fault(&about, fault, "name an environment of the descriptor");
            }
        }
        if let CredentialSource::SharedConsent(shared) = &credential.source
            && !descriptor.credentials.iter().any(|it| it.id == shared.credential)
        {
            let fault =
                format!("it shares the consent of `{}`, which there is not", shared.credential);
            report.fault(&about, fault, "name a credential of the descriptor");
        }
    }
}

fn form(descriptor: &Descriptor, report: &mut Report) {
    let schema = |text: &str| serde_json::from_str::<Value>(text).unwrap_or_default();
    let (form, settings) = (schema(&descriptor.form), schema(&descriptor.settings));
    let fields = |schema: &Value| schema["properties"].as_object().cloned().unwrap_or_default();
    let settings = fields(&settings);
    for (name, field) in &fields(&form) {
        let about = format!("form field {name}");
        match field["x-role"].as_str() {
            Some("setting") if !settings.contains_key(name) => {
                report.fault(
                    about,
                    "it is no setting",
                    "add it to the settings, or change `x-role`",
                );
            }
            Some("credential") if !descriptor.credentials.iter().any(|it| it.id == *name) => {
                report.fault(
                    about,
                    "no credential has this id",
                    "call the field as the credential",
                );
            }
            Some(role) if ROLES.contains(&role) => {}
            _ => report.fault(
                about,
                "`x-role` does not say what it is",
                format!("one of {}", ROLES.join(", ")),
            ),
        }
    }
    for credential in &descriptor.credentials {
        let pasted =
            matches!(credential.source, CredentialSource::Secret(_) | CredentialSource::Pair(_));
        if pasted && credential.required && !fields(&form).contains_key(&credential.id) {
            let fault = "a person pastes it, and the form has no field for it";
            let mend = format!("add the field `{}` with `x-role: credential`", credential.id);
            report.fault(format!("credential {}", credential.id), fault, mend);
        }
    }
}

/// Those that a person can grant; none when no credential is one of OAuth.
fn scopes(descriptor: &Descriptor) -> Option<HashSet<String>> {
    let granted = descriptor.credentials.iter().filter_map(|it| match &it.source {
        CredentialSource::Oauth2(oauth) => Some(&oauth.scopes),
        _ => None,
    });
    let lists: Vec<_> = granted.collect();
    (!lists.is_empty()).then(|| lists.into_iter().flatten().map(|scope| scope.id.clone()).collect())
}

fn known_scopes(id: &str, needed: &[String], known: Option<&HashSet<String>>, report: &mut Report) {
    let Some(known) = known else { return };
    for scope in needed.iter().filter(|scope| !known.contains(*scope)) {
        let fault = format!("it needs the scope `{scope}`, which nobody can grant");
        report.fault(id, fault, "add it to the scopes of the credential");
    }
}

fn listed(id: &str, title: &str, summary: &str, report: &mut Report) {
    let word = |part: &str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || b"_-".contains(&it))
    };
    if id.split('.').count() < 2 || !id.split('.').all(word) {
        report.fault(
            id,
            "its id is not `resource.verb`",
            "such as `boards.list`; it never changes",
        );
    }
    for (name, text) in [("title", title), ("summary", summary)] {
        if text.trim().is_empty() {
            report.fault(id, format!("it has no {name}"), "people and models choose by it");
        }
    }
}

fn data(connector: &Connector, actions: &[actions::Description], report: &mut Report) {
    let manifest = match manifest(connector) {
        Ok(manifest) => serde_json::to_value(manifest).unwrap_or_default(),
        Err(error) => {
            let mend = "all JSON that it says of itself must be JSON";
            return report.fault("manifest", error.to_string(), mend);
        }
    };
    for resource in manifest["resources"].as_array().into_iter().flatten() {
        let about = format!("resource {}", resource["id"].as_str().unwrap_or_default());
        let named = ["list", "get", "create", "update", "delete"]
            .into_iter()
            .filter_map(|verb| resource[format!("{verb}_action")].as_str());
        for action in named.filter(|name| !actions.iter().any(|it| it.action.id == *name)) {
            report.fault(&about, format!("`{action}` is no action"), "name actions that there are");
        }
    }
}

/// As `1.4.0`, perhaps with `-beta.1` or `+build`.
fn is_semver(version: &str) -> bool {
    let core = version.split(['-', '+']).next().unwrap_or_default();
    let numbers: Vec<&str> = core.split('.').collect();
    let is_number = |text: &&str| !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit());
    numbers.len() == 3 && numbers.iter().all(is_number)
}

/// Whether a connector refuses what is wrong with what it was given.
pub(crate) fn is_invalid(error: &Error) -> bool {
    error.kind() == Some(ErrorKind::InvalidInput)
}
