//! What tests of several modules need.

use connector_host::contract::Effect;
use connector_host::contract::actions::{Action, Description, Shape};

/// An action that reads one thing.
pub fn action(id: &str) -> Action {
    Action {
        id: id.into(),
        operation_id: Some(id.into()),
        title: String::new(),
        summary: String::new(),
        group: String::new(),
        scopes: Vec::new(),
        effect: Effect::Read,
        destructive: false,
        shape: Shape::Single,
        notes: Vec::new(),
        deprecation: None,
        extensions: Vec::new(),
    }
}

/// Its description.
pub fn description(id: &str, input: &str, output: &str) -> Description {
    let (input, output) = (input.to_owned(), output.to_owned());
    Description { action: action(id), input, output, examples: Vec::new() }
}
