//! One rule by which a delivery is checked, out of the contract's words.

use std::time::Duration;

use connector_deliveries as deliveries;
use connector_deliveries::Scheme;
use connector_host::contract::webhooks::{Algorithm, Encoding, Signature, SigningKey};

/// A signature of the contract, read.
#[derive(Clone, Debug)]
pub(crate) struct Rule {
    pub rule: deliveries::Rule,
    pub key: SigningKey,
}

/// Why there is no rule.
pub(crate) enum Unusable {
    /// The host does not know the algorithm of this name.
    Algorithm(String),
    /// What is wrong, for people.
    Wrong(String),
}

impl Rule {
    pub fn new(said: &Signature) -> Result<Self, Unusable> {
        let time = said.time.as_ref();
        let rule = deliveries::Rule::new(&deliveries::Signature {
            header: &said.header,
            element: said.element.as_deref(),
            prefix: &said.prefix,
            encoding: encoding(said.encoding),
            scheme: scheme(&said.algorithm)?,
            key_encoding: encoding(said.key_encoding),
            signed: &said.signed,
            time: time.map(|it| (&*it.time, Duration::from_millis(it.tolerance_ms.into()))),
        });
        Ok(Rule { rule: rule.map_err(Unusable::Wrong)?, key: said.key.clone() })
    }
}

fn encoding(said: Encoding) -> deliveries::Encoding {
    match said {
        Encoding::Plain => deliveries::Encoding::Plain,
        Encoding::Hex => deliveries::Encoding::Hex,
        Encoding::Base64 => deliveries::Encoding::Base64,
    }
}

fn scheme(said: &Algorithm) -> Result<Scheme, Unusable> {
    Ok(match said {
        Algorithm::HmacSha256 => Scheme::HmacSha256,
        Algorithm::HmacSha1 => Scheme::HmacSha1,
        Algorithm::HmacSha512 => Scheme::HmacSha512,
        Algorithm::Ed25519 => Scheme::Ed25519,
        Algorithm::Token => Scheme::Token,
        Algorithm::Other(extension) => return Err(Unusable::Algorithm(extension.name.clone())),
    })
}
