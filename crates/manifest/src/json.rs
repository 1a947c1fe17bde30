//! JSON within a manifest, as it is written.

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::node::{Node, without_spaces};

/// Any object. It is kept as it is written, with the order of its keys and without spaces between
/// its parts; more than 100 levels are refused.
#[derive(Clone, Debug, Serialize)]
#[serde(transparent)]
pub struct Json(Box<RawValue>);

impl Json {
    pub(crate) fn new(node: &Node) -> Self {
        Json(RawValue::from_string(node.compact()).expect("a node is JSON"))
    }

    pub(crate) fn node(&self) -> Node {
        Node::parse(self.get()).expect("it was parsed before")
    }

    /// The text.
    pub fn get(&self) -> &str {
        self.0.get()
    }

    /// The value. The order of keys is kept where serde_json is told to keep it.
    pub fn value(&self) -> Value {
        // It was parsed before.
        serde_json::from_str(self.get()).unwrap_or_default()
    }
}

impl PartialEq for Json {
    /// Whether it is written in the same way.
    fn eq(&self, other: &Self) -> bool {
        self.get() == other.get()
    }
}

impl AsRef<Json> for Json {
    fn as_ref(&self) -> &Json {
        self
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written = Box::<RawValue>::deserialize(deserializer)?;
        let text = without_spaces(written.get());
        let text = text.ok_or_else(|| D::Error::custom("JSON of more than 100 levels"))?;
        RawValue::from_string(text).map(Json).map_err(D::Error::custom)
    }
}

macro_rules! schema {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub(crate) Json);

        impl $name {
            /// The text.
            pub fn get(&self) -> &str {
                self.0.get()
            }

            /// The value. The order of keys is kept where serde_json is told to keep it.
            pub fn value(&self) -> Value {
                self.0.value()
            }
        }

        impl AsRef<Json> for $name {
            fn as_ref(&self) -> &Json {
                &self.0
            }
        }
    };
}

schema! {
    /// The JSON Schema of an object whose fields a person fills in. It knows all of them, each with a
    /// title.
    Form
}
schema! {
    /// The JSON Schema of what comes back. The service may add fields to it at any time.
    Document
}
