//! The data model: what the service keeps, and which actions read and write it.

use crate::catalog::{Catalog, Field, Kind, Resource, Time, Type};
use crate::contract::data;

pub fn resources(catalog: &Catalog) -> Vec<data::Resource> {
    catalog.resources.iter().map(|one| resource(catalog, one)).collect()
}

fn resource(catalog: &Catalog, resource: &Resource) -> data::Resource {
    let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
    let id = |action: Option<&str>| action.map(str::to_owned);
    let answers = |id: &str| catalog.actions.iter().find(|action| action.id == id);
    let row =
        resource.list.or(resource.get).or(resource.create).or(resource.update).and_then(answers);
    data::Resource {
        id: resource.id.to_owned(),
        title: resource.title.to_owned(),
        fields: row.map_or_else(Vec::new, |action| fields(action.output)),
        key: owned(resource.key),
        parents: owned(resource.parents),
        analytic: resource.analytic,
        incremental: id(resource.incremental),
        since: id(resource.since),
        list_action: id(resource.list),
        get_action: id(resource.get),
        create_action: id(resource.create),
        update_action: id(resource.update),
        delete_action: id(resource.delete),
    }
}

/// The fields of a row. For a batch's output they are those of a result's data; for a union, those of
/// all its alternatives.
fn fields(row: &Type) -> Vec<data::Field> {
    match &row.kind {
        Kind::Object { fields, .. } => match find(fields, "results").and_then(result_data) {
            Some(data) => self::fields(data),
            None => fields.iter().map(field).collect(),
        },
        Kind::Union { of, .. } => {
            let mut all: Vec<data::Field> = Vec::new();
            for field in of.iter().flat_map(|variant| fields(variant.ty)) {
                if !all.iter().any(|known| known.name == field.name) {
                    all.push(field);
                }
            }
            all
        }
        _ => Vec::new(),
    }
}

fn find(fields: &[Field], name: &str) -> Option<&'static Type> {
    fields.iter().find(|field| field.name == name).map(|field| field.ty)
}

fn result_data(results: &Type) -> Option<&'static Type> {
    let Kind::List { of: Type { kind: Kind::Object { fields, .. }, .. }, .. } = &results.kind
    else {
        return None;
    };
    find(fields, "data")
}

fn field(field: &Field) -> data::Field {
    let kind = match (&field.ty.kind, field.ty.time) {
        (_, Some(Time::Date)) => "date",
        (_, Some(_)) => "time",
        (Kind::Boolean, _) => "boolean",
        (Kind::Integer { .. } | Kind::Numbers(_), _) => "integer",
        (Kind::Number { .. }, _) => "number",
        (Kind::Text { .. } | Kind::Choice(_), _) => "text",
        (Kind::List { .. }, _) => "list",
        (Kind::Any | Kind::Object { .. } | Kind::Union { .. }, _) => "object",
    };
    data::Field { name: field.name.to_owned(), kind: kind.to_owned() }
}
