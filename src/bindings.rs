//! The contract as Rust types, generated from `wit/`.
wit_bindgen::generate!({
    world: "full-plugin",
    path: "wit",
    additional_derives: [PartialEq, serde::Deserialize, serde::Serialize],
    default_bindings_module: "crate::bindings",
});
