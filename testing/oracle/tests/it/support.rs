//! The actions under judgement, with what the connector says of them.

use connector_oracle::dialect::compile;
use connector_oracle::engine::Engine;
use jsonschema::Validator;
use pinterest_connector::contract::actions::{Action, Shape};
use serde_json::{Map, Value};

/// Runs a judgement natively and as a component.
macro_rules! both {
    ($($name:ident),*) => {$(
        mod $name {
            #[test]
            fn natively() {
                super::$name(&connector_oracle::engine::Native)
            }

            #[test]
            fn as_a_component() {
                super::$name(&crate::component::connector())
            }
        }
    )*};
}
pub(crate) use both;

/// An action that is an operation of the API, described.
pub struct Subject {
    pub id: String,
    pub operation_id: String,
    pub is_list: bool,
    pub input: Value,
    pub output: Value,
    pub examples: Vec<Value>,
}

impl Subject {
    /// All of them.
    pub fn all(engine: &dyn Engine) -> Vec<Subject> {
        let subjects = engine.list().into_iter().filter_map(|action| Subject::of(engine, action));
        subjects.collect()
    }

    fn of(engine: &dyn Engine, action: Action) -> Option<Subject> {
        let described = engine.describe(&action.id);
        let json = |text: &str| serde_json::from_str(text).expect("it is JSON");
        Some(Subject {
            operation_id: action.operation_id?,
            is_list: action.shape == Shape::Items,
            input: json(&described.input),
            output: json(&described.output),
            examples: described.examples.iter().map(|example| json(&example.input)).collect(),
            id: action.id,
        })
    }

    pub fn judge_of_input(&self) -> Validator {
        compile(&self.input).unwrap_or_else(|cause| panic!("{}: {cause}", self.id))
    }

    pub fn judge_of_output(&self) -> Validator {
        compile(&self.output).unwrap_or_else(|cause| panic!("{}: {cause}", self.id))
    }

    /// A seed of its own.
    pub fn seed(&self, number: u64) -> u64 {
        self.id.bytes().fold(number, |seed, byte| seed.wrapping_mul(31).wrapping_add(byte.into()))
    }
}

/// The members of an input.
pub fn members(input: &Value) -> &Map<String, Value> {
    input.as_object().expect("an input is an object")
}
