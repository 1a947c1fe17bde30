//! The facts of the API, as the catalogue has them.
//!
//! They are embedded when this crate is built, and read once, at the first look.

mod lookup;
mod pattern;
mod scheme;

use std::sync::LazyLock;

use connector_catalog::files::facts::Facts;
use serde_json::Number;
use url::Url;

pub use connector_catalog::files::facts::{Method, Operation, PagingKind, Parameter, Style};
pub use connector_catalog::files::types::{Additional, Kind, Time, Type};
pub use lookup::{Lookup, named};
pub use pattern::matches;
pub use scheme::Scheme;

/// Every operation, with its whole path on a server, and the types that they lead to.
pub static FACTS: LazyLock<Facts> = LazyLock::new(|| {
    let text = include_str!(concat!(env!("OUT_DIR"), "/facts.json"));
    let mut facts: Facts = serde_json::from_str(text).expect("the catalogue's facts can be read");
    let base = facts.base.as_ref().expect("the facts have a base");
    let base = Url::parse(base).expect("the base is an address");
    for operation in &mut facts.operations {
        operation.path.insert_str(0, base.path());
        let parameters = operation.parameters.iter_mut().map(|parameter| &mut parameter.schema);
        let body = operation.body.as_mut().map(|body| &mut body.schema);
        parameters.chain(body).chain(&mut operation.response).for_each(sort);
    }
    facts.types.values_mut().for_each(sort);
    facts
});

/// Puts members in the order of the alphabet, in which they are made up and told.
fn sort(type_: &mut Type) {
    type_.properties.sort_unstable_keys();
    if let Some(discriminator) = &mut type_.discriminator {
        discriminator.mapping.sort_unstable_keys();
    }
    type_.inner_mut().for_each(sort);
}

/// A limit of a number, if there is one.
pub fn limit(number: Option<&Number>) -> Option<f64> {
    number.and_then(Number::as_f64)
}
