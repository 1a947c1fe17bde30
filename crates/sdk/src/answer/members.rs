//! Which parts of a value can hold a time.

use connector_scan::Times;

use crate::catalog::{Kind, Rest, Time, Type};

/// What the scanner asks, which remembers the answers.
impl Times for Type {
    fn member(&self, name: &str) -> Option<&'static dyn Times> {
        Members::of(self).get(name).filter(|ty| ty.zoned).map(|ty| ty as _)
    }

    fn element(&self) -> Option<&'static dyn Times> {
        item(self).filter(|ty| ty.zoned).map(|ty| ty as _)
    }

    fn is_time(&self) -> bool {
        self.time == Some(Time::Rfc3339)
    }
}

/// The members of an object that can hold a time: those that have a name, and the type of all others.
#[derive(Default)]
pub struct Members {
    named: Vec<(&'static str, &'static Type)>,
    others: Option<&'static Type>,
}

impl Members {
    /// The alternatives of a union agree on what a name means, so the tag need not be read.
    pub fn of(ty: &Type) -> Members {
        let mut members = Members::default();
        members.add(ty);
        members
    }

    fn add(&mut self, ty: &Type) {
        match &ty.kind {
            Kind::Object { fields, rest } => {
                let others = match rest {
                    Rest::Map(ty, _) if ty.zoned => Some(*ty),
                    _ => None,
                };
                // What has a name is not one of the others.
                let named = fields.iter().filter(|field| field.ty.zoned || others.is_some());
                self.named.extend(named.map(|field| (field.name, field.ty)));
                self.others = self.others.or(others);
            }
            Kind::Union { of, .. } => of.iter().for_each(|variant| self.add(variant.ty)),
            _ => {}
        }
    }

    pub fn get(&self, name: &str) -> Option<&'static Type> {
        let named = self.named.iter().find(|(own, _)| *own == name);
        named.map(|(_, ty)| *ty).or(self.others)
    }
}

/// The type of the items of a list.
pub fn item(ty: &Type) -> Option<&'static Type> {
    match &ty.kind {
        Kind::List { of, .. } => Some(of),
        Kind::Union { of, .. } => {
            of.iter().filter_map(|variant| item(variant.ty)).find(|ty| ty.zoned)
        }
        _ => None,
    }
}
