//! The contract as Rust types, generated from `wit/`.
#[cfg(feature = "full")]
wit_bindgen::generate!({
    world: "full-connector",
    path: "wit",
    additional_derives: [PartialEq, serde::Deserialize, serde::Serialize],
    pub_export_macro: true,
    default_bindings_module: "connector_sdk::bindings",
});

#[cfg(not(feature = "full"))]
wit_bindgen::generate!({
    world: "connector",
    path: "wit",
    additional_derives: [PartialEq, serde::Deserialize, serde::Serialize],
    pub_export_macro: true,
    default_bindings_module: "connector_sdk::bindings",
});
