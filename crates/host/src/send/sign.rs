//! Has a request signed, where the contract has no case for how its credential travels.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::clock::Clock;
use crate::connection::Connection;
use crate::contract::{Body, Extension};
use crate::error::Error;
use crate::request::{Checked, check_credential};
use crate::rule;
use crate::secret::Secret;
use crate::signing::{Payload, Signing};

impl Connection {
    /// `id`: that of the credential.
    pub(super) async fn sign(
        &self,
        extension: &Extension,
        id: &str,
        secret: &Secret,
        checked: &mut Checked<'_>,
        body: &Body,
    ) -> Result<(), Error> {
        let refuse = |why: String| {
            let message = format!("the placement `{}` of `{id}`: {why}", extension.name);
            Error::refused(rule::EXTENSION, message)
        };
        let signer = self.signers.get(&extension.name);
        let signer = signer.ok_or_else(|| refuse("this host has no signer of that name".into()))?;
        let value: Value = serde_json::from_str(&extension.value)
            .map_err(|error| refuse(format!("its value is not JSON: {error}")))?;
        let mut others = BTreeMap::new();
        for other in signer.others(&value) {
            check_credential(&self.connector, &self.environment, &other, &checked.url)?;
            if let Some(secret) = self.credentials.get(self.connector.binding(), &other).await? {
                checked.hidden.push(secret.clone());
                others.insert(other, secret);
            }
        }
        let mut signing = Signing {
            value: &value,
            secret,
            others,
            now: Clock::default().now(),
            method: &checked.method,
            url: &mut checked.url,
            headers: &mut checked.headers,
            payload: Payload::of(body),
            hidden: Vec::new(),
        };
        signer.sign(&mut signing).await.map_err(|error| refuse(error.to_string()))?;
        let hidden = signing.hidden;
        checked.hidden.extend(hidden);
        Ok(())
    }
}
