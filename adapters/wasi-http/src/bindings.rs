//! The connector and the values around the adapter, as Rust types.

wit_bindgen::generate!({
    world: "automation:adapters/around",
    path: ["../../wit", "../wit"],
    generate_all,
});
