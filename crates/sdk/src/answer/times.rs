//! What the scanner asks of the types: which members are times, or can hold one.

use connector_scan::Times;

use super::members;
use crate::catalog::{Kind, Rest, Time, Type};

impl Times for Type {
    fn member(&self, name: &str) -> Option<&'static dyn Times> {
        member(self, name).map(|ty| ty as _)
    }

    fn element(&self) -> Option<&'static dyn Times> {
        members::item(self).filter(|ty| ty.zoned).map(|ty| ty as _)
    }

    fn is_time(&self) -> bool {
        self.time == Some(Time::Rfc3339)
    }
}

/// The type of a member that is a time or can hold one; the alternatives of a union agree on what a name
/// means.
fn member(ty: &Type, name: &str) -> Option<&'static Type> {
    let member = match &ty.kind {
        Kind::Object { fields, rest } => {
            match (fields.iter().find(|field| field.name == name), rest) {
                (Some(field), _) => Some(field.ty),
                (None, Rest::Map(ty, _)) => Some(*ty),
                (None, _) => None,
            }
        }
        Kind::Union { of, .. } => of.iter().find_map(|variant| member(variant.ty, name)),
        _ => None,
    };
    member.filter(|ty| ty.zoned)
}
