//! Checks that an answer is of the promised kind: an object, a list, a text. Its content is not checked.

use crate::catalog::{Kind, Type};

/// What is wrong with the JSON `text` as a value of this type, if it is of another kind.
pub fn fault(text: &str, ty: &Type) -> Option<String> {
    let found = match text.as_bytes().first()? {
        b'{' => "an object",
        b'[' => "a list",
        b'"' => "a text",
        b't' | b'f' => "true or false",
        b'n' => "null",
        _ => "a number",
    };
    if takes(ty, found) { None } else { Some(format!("it is {found}")) }
}

fn takes(ty: &Type, found: &str) -> bool {
    match (&ty.kind, found) {
        (_, "null") => ty.nullable,
        (Kind::Any, _) => true,
        (Kind::Object { .. } | Kind::Union { tag: Some(_), .. }, found) => found == "an object",
        (Kind::List { .. }, found) => found == "a list",
        (Kind::Text { .. } | Kind::Choice(_), found) => found == "a text",
        (Kind::Boolean, found) => found == "true or false",
        (Kind::Integer { .. } | Kind::Number { .. } | Kind::Numbers(_), found) => {
            found == "a number"
        }
        (Kind::Union { tag: None, of }, found) => of.iter().any(|variant| takes(variant.ty, found)),
    }
}
