//! Finds out whether a credential that was refused belongs to another environment.

use std::sync::Arc;

use serde_json::{Map, Value};

use crate::call::Call;
use crate::connection::Connection;
use crate::credential::{CredentialError, FixedCredentials};
use crate::driver::Quiet;
use crate::policy::Policy;

impl Connection {
    /// The environment in which the connection test passes with the same credentials, when this
    /// one refuses them. Sends a request to each of the others, until one accepts; a service says
    /// no more than that a token is not good.
    pub async fn accepted_elsewhere(&self) -> Result<Option<String>, CredentialError> {
        let descriptor = self.connector.descriptor();
        let mut values = Vec::new();
        for credential in &descriptor.credentials {
            if let Some(value) = self.credentials.get(&credential.id).await? {
                values.push((credential.id.clone(), value));
            }
        }
        let credentials = Arc::new(FixedCredentials::new(values));
        let settings: Map<String, Value> = serde_json::from_str(&self.settings).unwrap_or_default();
        let others = descriptor.environments.iter().map(|environment| &environment.id);
        for environment in others.filter(|other| **other != self.environment) {
            let mut settings = settings.clone();
            settings.insert("environment".into(), environment.as_str().into());
            let there = Connection {
                connector: self.connector.clone(),
                settings: Value::Object(settings).to_string(),
                environment: environment.clone(),
                granted: None,
                // They are not refreshed: a refresh token is good in its own environment.
                credentials: credentials.clone(),
                transport: self.transport.clone(),
                blobs: self.blobs.clone(),
                policy: Policy { tries: 1, ..self.policy.clone() },
                routes: self.routes.clone(),
            };
            if there.run(Call::Test { granted: None }, &mut Quiet).await.is_ok() {
                return Ok(Some(environment.clone()));
            }
        }
        Ok(None)
    }
}
