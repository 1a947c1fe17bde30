//! Where schemas are within a schema.

use crate::node::Node;

/// A schema within another one.
pub(crate) struct Place<'a> {
    pub schema: &'a Node,
    /// The keyword that holds it.
    pub keyword: &'a str,
    /// Its name, where the keyword holds schemas by names.
    pub name: Option<&'a str>,
}

/// What a keyword holds.
enum Holds {
    Schema,
    List,
    Names,
}

fn holds(keyword: &str) -> Option<Holds> {
    Some(match keyword {
        "items"
        | "additionalProperties"
        | "not"
        | "if"
        | "then"
        | "else"
        | "contains"
        | "propertyNames" => Holds::Schema,
        "oneOf" | "anyOf" | "allOf" | "prefixItems" => Holds::List,
        "properties" | "patternProperties" | "dependentSchemas" => Holds::Names,
        _ => return None,
    })
}

/// The schemas directly within a schema that are objects, in their order.
pub(crate) fn within(schema: &Node) -> Vec<Place<'_>> {
    let mut places = Vec::new();
    for (keyword, value) in schema.members() {
        let mut add = |schema, name| places.push(Place { schema, keyword, name });
        match holds(keyword) {
            Some(Holds::Schema) => add(value, None),
            Some(Holds::List) => value.items().iter().for_each(|item| add(item, None)),
            Some(Holds::Names) => {
                value.members().iter().for_each(|(name, member)| add(member, Some(name.as_str())));
            }
            None => {}
        }
    }
    places.retain(|place| matches!(place.schema, Node::Object(_)));
    places
}

/// The value of a keyword with the schemas that are objects changed.
pub(crate) fn change<E>(
    value: &Node,
    keyword: &str,
    change: &mut impl FnMut(&Node) -> Result<Node, E>,
) -> Result<Node, E> {
    let mut one = |node: &Node| match node {
        Node::Object(_) => change(node),
        other => Ok(other.clone()),
    };
    Ok(match (holds(keyword), value) {
        (Some(Holds::Schema), value) => one(value)?,
        (Some(Holds::List), Node::List(items)) => {
            Node::List(items.iter().map(one).collect::<Result<_, E>>()?)
        }
        (Some(Holds::Names), Node::Object(members)) => {
            let member = |(name, member): &(String, Node)| Ok((name.clone(), one(member)?));
            Node::Object(members.iter().map(member).collect::<Result<_, E>>()?)
        }
        (_, value) => value.clone(),
    })
}
