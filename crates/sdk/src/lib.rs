#![doc = include_str!("../README.md")]
// Only the generated bindings are unsafe.
#![deny(unsafe_code)]
#![deny(missing_docs)]

#[allow(unsafe_code, missing_docs, reason = "generated from wit/, where the docs are")]
pub mod bindings;
pub mod contract;

mod actions;
mod base;
mod choices;
mod component;
mod connection;
mod connection_test;
#[cfg(feature = "full")]
mod data;
mod job;
mod list;
#[cfg(feature = "full")]
mod operations;
mod raw;
mod request;
mod schema;
mod settings;
mod step;
mod triggers;
#[cfg(feature = "full")]
mod webhooks;

pub mod answer;
pub mod catalog;
pub mod checkpoint;
pub mod date;
pub mod error;
pub mod flow;
pub mod input;
mod json_array;
mod table;
#[cfg(test)]
mod testing;
pub mod text;

/// A connector: what it knows of its service, and what it can do besides single calls.
pub struct Definition {
    /// What `connector-catalog` wrote.
    pub catalog: &'static catalog::Catalog,
    /// The flows that the catalogue names.
    pub flows: &'static [(&'static str, flow::Run)],
}

/// A component that is a connector. `export!` implements it, and with it the contract's interfaces.
pub trait Component {
    /// The connector.
    fn definition() -> &'static Definition;
}

/// Declares a connector, a type of this name, and exports it as a component. It has no state.
#[macro_export]
macro_rules! export {
    ($connector:ident, $catalog:expr, $flows:expr) => {
        /// The connector. It has no state.
        pub struct $connector;

        impl $crate::Component for $connector {
            fn definition() -> &'static $crate::Definition {
                static DEFINITION: $crate::Definition =
                    $crate::Definition { catalog: $catalog, flows: $flows };
                &DEFINITION
            }
        }

        #[cfg(target_arch = "wasm32")]
        #[allow(unsafe_code, reason = "generated")]
        mod exports {
            use super::$connector;

            $crate::bindings::export!($connector with_types_in $crate::bindings);
        }
    };
}

/// The tables that `connector-catalog` wrote, with the connector's own patterns of texts, if it has any.
#[macro_export]
macro_rules! tables {
    () => {
        $crate::tables!($crate::input::pattern::NONE);
    };
    ($patterns:path) => {
        pub use tables::*;

#[allow(clippy::all, missing_docs, unused_imports, reason = "generated")]
        #[rustfmt::skip]
        mod tables {
            use $patterns as PATTERNS;

            include!(concat!(env!("OUT_DIR"), "/tables.rs"));
        }
    };
}
