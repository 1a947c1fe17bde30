//! JSON within a manifest, as it is written.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

macro_rules! json {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Box<RawValue>);

        impl $name {
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

        impl PartialEq for $name {
            /// Whether it is written in the same way.
            fn eq(&self, other: &Self) -> bool {
                self.get() == other.get()
            }
        }
    };
}

json! {
    /// Any object.
    Json
}
json! {
    /// The JSON Schema of an object whose fields a person fills in. It knows all of them, each with a
    /// title.
    Form
}
json! {
    /// The JSON Schema of what comes back. The service may add fields to it at any time.
    Document
}
