//! Tells of a credential that was refused whether it belongs to another environment.

use std::sync::Arc;

use serde_json::{Map, Value};

use crate::call::Call;
use crate::connection::Connection;
use crate::contract::{Error as ConnectorError, ErrorKind};
use crate::credential::{CredentialError, FixedCredentials};
use crate::error::Error;
use crate::observer::NoopObserver;
use crate::policy::Policy;

impl Connection {
    /// Makes a refusal of the credential tell in which other environment it is good: a service
    /// says no more than that it is not good. Sends the connection test to each of the others,
    /// until one accepts.
    pub async fn diagnose(&self, failure: Error) -> Error {
        let Error::Connector(error) = failure else { return failure };
        if error.kind != ErrorKind::Unauthenticated {
            return Error::Connector(error);
        }
        let Ok(Some(there)) = self.accepted_elsewhere().await else {
            return Error::Connector(error);
        };
        let here = &self.environment;
        let message =
            format!("the token belongs to the environment `{there}`, and this is `{here}`");
        let advice = format!("Choose the environment `{there}`, or connect again for `{here}`.");
        let code = "wrong-environment".into();
        Error::Connector(Box::new(ConnectorError { code, message, advice: Some(advice), ..*error }))
    }

    async fn accepted_elsewhere(&self) -> Result<Option<String>, CredentialError> {
        let descriptor = self.connector.descriptor();
        let mut values = Vec::new();
        for credential in &descriptor.credentials {
            if let Some(value) =
                self.credentials.get(self.connector.binding(), &credential.id).await?
            {
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
                permission: self.permission.clone(),
                seal: None,
                // They are not refreshed: a refresh token is good in its own environment.
                credentials: credentials.clone(),
                transport: self.transport.clone(),
                blobs: self.blobs.clone(),
                policy: Policy { tries: 1, ..self.policy.clone() },
                limits: self.limits.clone(),
                app_limit: self.app_limit.clone(),
                shared_limits: self.shared_limits.clone(),
                party: self.party.clone(),
                routes: self.routes.clone(),
                stop: self.stop.clone(),
                signers: self.signers.clone(),
                redaction: self.redaction.clone(),
            };
            if there.run(Call::Test { granted: None }, &mut NoopObserver).await.is_ok() {
                return Ok(Some(environment.clone()));
            }
        }
        Ok(None)
    }
}
