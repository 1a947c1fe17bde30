//! Joins an action's words with the facts of its operation.

use std::fmt::Write;

use anyhow::{Context, Result, bail};
use serde_json::{Map, Value};

use crate::asked::{self, Asked, Own};
use crate::files::connection::Credential;
use crate::files::facts::{
    Body, Method, Operation, Paging, PagingKind, Parameter, Place, Security, Style,
};
use crate::files::types::{Kind, Type};
use crate::files::words::{Action, Effect, Shape};
use crate::load::{Catalog, option, texts};
use crate::partial::{partial, results};
use crate::types::{Field, Types, Way};

/// The media type of a form.
const FORM: &str = "application/x-www-form-urlencoded";

/// The static `ACTIONS`.
pub fn write(catalog: &Catalog, types: &mut Types) -> Result<String> {
    let mut source = String::new();
    for (group, words) in &catalog.actions {
        source += &action(catalog, types, group, words)
            .with_context(|| format!("action {}", words.id))?;
    }
    Ok(format!("pub static ACTIONS: &[Action] = &[\n{source}];"))
}

fn action(catalog: &Catalog, types: &mut Types, group: &str, words: &Action) -> Result<String> {
    let composed_facts;
    let facts = match &words.operation_id {
        Some(name) => {
            catalog.operations.get(name).with_context(|| format!("no operation {name}"))?
        }
        None => {
            composed_facts = facts_of_composed(catalog, words)?;
            &composed_facts
        }
    };
    let own = asked::own_fields(catalog, types, words)?;
    // An action that is `like` another has the fields of that one.
    let asked = match &words.like {
        Some(id) => asked::like(catalog.operation(id)?, types, words, &own)?,
        None => Asked::of(facts),
    };
    let input = input(types, asked, words, &own)?;
    let (output, listing) = output(types, facts, words)?;
    let effect = match (words.effect, facts.method) {
        (Some(Effect::Read), _) | (None, Method::Get) => "Read",
        (Some(Effect::Idempotent), _) | (None, Method::Patch | Method::Delete) => "Idempotent",
        (Some(Effect::Write) | None, _) => "Write",
    };
    let destructive = words.destructive.unwrap_or(facts.method == Method::Delete);
    let scopes = facts.security.first().map_or(&[][..], |way| &way.scopes);
    let credential = credential(catalog, types, facts);
    let flow = composed(types, words.flow.as_deref(), words.like.as_deref(), &words.parameters);
    let has_sandbox = catalog.connection.bases.contains_key("sandbox");
    let notes = [("beta", facts.beta), ("no-sandbox", has_sandbox && !facts.sandbox)];
    let notes = notes.into_iter().filter(|(_, is_so)| *is_so).map(|(note, _)| note);
    let notes = notes.chain(words.notes.iter().map(String::as_str));
    let mut examples = String::new();
    for example in &words.example {
        let input: Value =
            serde_json::from_str(&example.input).context("an example is not JSON")?;
        write!(examples, "({:?}, {:?}), ", example.title, input.to_string())?;
    }
    Ok(format!(
        "Action {{ id: {:?}, operation_id: {}, title: {:?}, summary: {:?}, group: {group:?}, method: Method::{:?}, \
         path: {:?}, effect: Effect::{effect}, \
         destructive: {destructive}, scopes: {}, quota: {}, notes: {}, deprecation: {}, idempotency: {}, form: {}, input: {input}, output: &{output}, \
         credential: {credential}, internal: {}, listing: {listing}, partial: {}, each: {}, asks: {}, flow: {flow}, examples: &[{examples}] }},\n",
        words.id,
        option(words.operation_id.as_deref()),
        words.title,
        words.summary,
        facts.method,
        facts.path,
        texts(scopes),
        option(facts.quota.as_deref()),
        texts(notes),
        deprecation(catalog, facts, words)?,
        option(words.idempotency.as_deref()),
        form(facts.body.as_ref()),
        words.internal == Some(true),
        partial(types, facts)?,
        option(words.each.as_deref()),
        option(words.asks.as_deref()),
    ))
}

/// The credential of an action's requests, or the group of it: the one that the operation's security
/// names, otherwise the first one that a connection must have. Where the operation takes another one as
/// well, a setting may choose it.
fn credential(catalog: &Catalog, types: &mut Types, facts: &Operation) -> String {
    let all = &catalog.connection.credentials;
    let scheme = facts.security.first().map(|way| &way.scheme);
    let is_named =
        |it: &&Credential| scheme == Some(&it.id) || it.group.iter().any(|it| scheme == Some(it));
    let required = || all.iter().find(|credential| credential.required);
    let Some(first) = all.iter().find(is_named).or_else(required) else {
        return "None".to_owned();
    };
    let choice = catalog.connection.credential_choice.as_ref();
    let choice = choice.filter(|it| facts.security.iter().any(|way| way.scheme == it.scheme));
    let chosen_by = option(choice.map(|choice| choice.setting.as_str()));
    let id = match &first.group {
        Some(group) if scheme != Some(&first.id) => group,
        _ => &first.id,
    };
    let source = format!("CredentialUse {{ id: {id:?}, chosen_by: {chosen_by} }}");
    format!("Some(&{})", types.intern("K", "CredentialUse", source))
}

/// How a form holds lists and objects, where the body is one.
fn form(body: Option<&Body>) -> &'static str {
    match body.filter(|body| body.content_type.as_deref() == Some(FORM)).map(|body| body.style) {
        None => "None",
        Some(None | Some(Style::Deep)) => "Some(Style::Deep)",
        Some(Some(Style::Repeat)) => "Some(Style::Repeat)",
        Some(Some(Style::Comma)) => "Some(Style::Comma)",
        Some(Some(Style::Indexed)) => "Some(Style::Indexed)",
    }
}

/// The flow of a composed action or trigger, with what it must know of this one: the parameters, and
/// the action that it is `like`.
pub fn composed(
    types: &mut Types,
    flow: Option<&str>,
    like: Option<&str>,
    parameters: &Map<String, Value>,
) -> String {
    let Some(flow) = flow else { return "None".to_owned() };
    let mut all: Vec<(&str, String)> = Vec::new();
    all.extend(like.map(|like| ("like", like.to_owned())));
    for (name, value) in parameters {
        let value = match value {
            Value::String(text) => text.clone(),
            Value::Array(items) => {
                items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" ")
            }
            other => other.to_string(),
        };
        all.push((name, value));
    }
    let source = format!("Composed {{ flow: {flow:?}, parameters: &{all:?} }}");
    format!("Some(&{})", types.intern("P", "Composed", source))
}

/// That the action is about to go: the service says so in the facts, and when and what instead is in the
/// words.
fn deprecation(catalog: &Catalog, facts: &Operation, words: &Action) -> Result<String> {
    let said = words.deprecated.as_ref();
    if said.is_none() && !facts.deprecated {
        return Ok("None".to_owned());
    }
    let ends = said.and_then(|said| said.ends.as_deref());
    let instead = said.and_then(|said| said.instead.as_deref());
    if let Some(instead) = instead
        && !catalog.has_action(instead)
    {
        bail!("deprecated: instead names {instead}, which is no action");
    }
    let (ends, instead) = (option(ends), option(instead));
    Ok(format!("Some(Deprecation {{ ends: {ends}, instead: {instead} }})"))
}

/// What stands for the facts of an action that is not exactly one operation: it needs the scopes of
/// all the actions that it `uses`, and works where all of them do.
fn facts_of_composed(catalog: &Catalog, words: &Action) -> Result<Operation> {
    let mut facts = Operation {
        id: String::new(),
        method: Method::Post,
        path: String::new(),
        parameters: Vec::new(),
        body: None,
        response: words.output.clone(),
        success: Vec::new(),
        errors: Vec::new(),
        security: Vec::new(),
        quota: None,
        sandbox: true,
        deprecated: false,
        beta: false,
        paging: None,
        partial: None,
    };
    let mut scopes: Vec<String> = Vec::new();
    for id in &words.uses {
        let used = catalog.operation(id)?;
        for scope in used.security.first().into_iter().flat_map(|way| &way.scopes) {
            if !scopes.contains(scope) {
                scopes.push(scope.clone());
            }
        }
        facts.sandbox &= used.sandbox;
        facts.deprecated |= used.deprecated;
        facts.beta |= used.beta;
    }
    facts.security.push(Security { scheme: String::new(), scopes });
    Ok(facts)
}

/// The input: path fields, the body's members and query fields in one flat object. A body that is
/// not an object, or that shares a name with a parameter, becomes the field `body`.
fn input(types: &mut Types, asked: Asked, words: &Action, own: &[Own]) -> Result<String> {
    let Asked { mut parameters, body, owner } = asked;
    parameters.iter_mut().for_each(tighten);
    let shape = match &body {
        Some(body) => types.resolve(&body.schema)?.clone(),
        None => Type::default(),
    };
    let shared = parameters.iter().any(|it| shape.properties.contains_key(&it.name));
    let flat = !shared && shape.one_of.is_empty() && !shape.properties.is_empty();
    let keys = |owner: &str, name: &str| {
        vec![format!("{}/{name}", words.id), format!("{owner}.{name}"), name.to_owned()]
    };

    let mut fields: Vec<Field> = Vec::new();
    for Parameter { name, place, required, style, schema } in &parameters {
        let (place, owner) = match (place, style) {
            (Place::Path, _) => ("Location::Path", "path"),
            (Place::Query, Some(Style::Comma)) => ("Location::Query(Style::Comma)", ""),
            (Place::Query, Some(Style::Deep)) => ("Location::Query(Style::Deep)", ""),
            (Place::Query, Some(Style::Indexed)) => ("Location::Query(Style::Indexed)", ""),
            (Place::Query, _) => ("Location::Query(Style::Repeat)", ""),
        };
        fields.push(Field { name, schema, required: *required, place, keys: keys(owner, name) });
    }
    for Own { name, required, schema, owner } in own {
        let place = "Location::Body";
        fields.push(Field { name, schema, required: *required, place, keys: keys(owner, name) });
    }
    if flat {
        let sent = shape.properties.iter().filter(|(_, schema)| !schema.read_only);
        for (name, schema) in sent {
            let (required, place) = (shape.requires(name), "Location::Body");
            fields.push(Field { name, schema, required, place, keys: keys(&owner, name) });
        }
    } else if let Some(Body { required, schema, .. }) = &body {
        let (name, place) = ("body", "Location::WholeBody");
        fields.push(Field { name, schema, required: *required, place, keys: keys("", name) });
    }
    fields.retain(|field| !words.leave_out.iter().any(|name| name == field.name));
    let rank = |field: &Field| {
        let order = &words.order;
        let listed = order.iter().position(|name| name == field.name).unwrap_or(order.len());
        let paging = matches!(field.name, "ad_account_id" | "page_size" | "bookmark")
            && field.place != "Location::Path";
        (listed, field.place != "Location::Path", !field.required, paging)
    };
    fields.sort_by_key(rank);
    Ok(types.fields(&fields, Way::In)?.0)
}

/// Adds limits that the description does not state: a required list in the query must not be empty, an
/// item of a comma-separated list must not contain a comma, and a segment of the path must not be
/// blank.
fn tighten(parameter: &mut Parameter) {
    let Parameter { place, style, required, schema, .. } = parameter;
    let free = |schema: &Type| {
        schema.kind == Some(Kind::String) && schema.pattern.is_none() && schema.options.is_empty()
    };
    if *place == Place::Path && free(schema) {
        schema.min_length = Some(1);
    }
    if *place == Place::Query && *required && schema.kind == Some(Kind::Array) {
        schema.min_items.get_or_insert(1);
    }
    if *style == Some(Style::Comma)
        && let Some(items) = schema.items.as_deref_mut().filter(|items| free(items))
    {
        items.pattern = Some("^[^,]+$".to_owned());
    }
}

/// The type of the output, or of an item of it, and the listing.
fn output(types: &mut Types, facts: &Operation, words: &Action) -> Result<(String, String)> {
    // An operation is shaped by its facts.
    let shape = words.shape.filter(|_| words.operation_id.is_none());
    let response = match &facts.response {
        Some(response) => types.resolve(response)?.clone(),
        None => Type::default(),
    };
    let items = |list: &Type| list.items.as_deref().cloned();
    let key = facts.paging.as_ref().and_then(|paging| paging.key.as_deref()).unwrap_or("items");
    let (mut schema, listing) = match (shape, &facts.paging) {
        (Some(Shape::Items), _) => (facts.response.clone(), "Listing::Emitted".to_owned()),
        (Some(Shape::Raw), _) => (facts.response.clone(), "Listing::Raw".to_owned()),
        (None, None) => {
            let schema = match partial(types, facts)?.as_str() {
                "None" => facts.response.clone(),
                _ => Some(results(types, facts, &response)?),
            };
            (schema, "Listing::Single".to_owned())
        }
        (None, Some(paging)) => {
            let list = || -> Result<Option<Type>> {
                let list = response.properties.get(key);
                Ok(list.map(|list| types.resolve(list)).transpose()?.and_then(items))
            };
            match paging.kind {
                PagingKind::Array => (items(&response), "Listing::Array".to_owned()),
                PagingKind::Numbered => {
                    let page = paging.page.as_deref().context("paging without its page")?;
                    let size = size(paging);
                    let listing = format!("Listing::Numbered {{ page: {page:?}, size: {size} }}");
                    (items(&response), listing)
                }
                PagingKind::Items => (list()?, format!("Listing::Items({key:?})")),
                PagingKind::Bookmark => {
                    (list()?, format!("Listing::Bookmark {{ size: {} }}", size(paging)))
                }
            }
        }
    };
    let may_be_empty = facts.success.contains(&204) || facts.response.is_none();
    if may_be_empty && let Some(schema) = &mut schema {
        schema.nullable = true;
    }
    Ok((types.write(&schema.unwrap_or_default(), Way::Out)?.0, listing))
}

/// The query field that sets the page size, and the largest size.
fn size(paging: &Paging) -> String {
    match (&paging.size, paging.max) {
        (Some(name), Some(max)) => format!("Some(({name:?}, {max}))"),
        _ => "None".to_owned(),
    }
}
