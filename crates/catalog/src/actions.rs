//! Joins an action's words with the facts of its operation.

use std::fmt::Write;

use anyhow::{Context, Result, bail};
use serde_json::{Map, Value, json};

use crate::load::{Catalog, option, text, texts};
use crate::partial::{partial, results};
use crate::types::{Field, Types, Way, is_required};

/// The static `ACTIONS`.
pub fn write(catalog: &Catalog, types: &mut Types) -> Result<String> {
    let mut source = String::new();
    for (group, words) in &catalog.actions {
        let id = text(words, "id")?;
        source += &action(catalog, types, group, words).with_context(|| format!("action {id}"))?;
    }
    Ok(format!("pub static ACTIONS: &[Action] = &[\n{source}];"))
}

fn action(catalog: &Catalog, types: &mut Types, group: &str, words: &Value) -> Result<String> {
    let own = own(catalog, words)?;
    let facts = match words["operation_id"].as_str() {
        Some(name) => {
            catalog.operations.get(name).with_context(|| format!("no operation {name}"))?
        }
        None => &own,
    };
    let fields = own_fields(catalog, types, words)?;
    // An action that is `like` another has the fields of that one.
    let asked = match words["like"].as_str() {
        Some(id) => like(catalog.operation(id)?, types, words, &fields)?,
        None => facts.clone(),
    };
    let input = input(types, &asked, words, &fields)?;
    let (output, listing) = output(types, facts)?;
    let method = text(facts, "method")?;
    let effect = match (words["effect"].as_str(), method) {
        (Some("read"), _) | (None, "GET") => "Read",
        (Some("idempotent"), _) | (None, "PATCH" | "DELETE") => "Idempotent",
        (Some("write") | None, _) => "Write",
        (Some(other), _) => bail!("unknown effect {other}"),
    };
    let destructive = words["destructive"].as_bool().unwrap_or(method == "DELETE");
    let method = format!("{}{}", &method[..1], method[1..].to_lowercase());
    let scopes =
        facts["security"][0]["scopes"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let credential = credential(catalog, types, facts)?;
    let flow = composed(types, words)?;
    let notes = ["beta"].into_iter().filter(|note| facts[note] == true);
    // The facts of an operation say where it works; an action of our own says where it does not.
    let has_sandbox = catalog.connection["bases"].get("sandbox").is_some();
    let is_everywhere = match words["operation_id"].is_string() {
        _ if !has_sandbox => true,
        true => facts["sandbox"] == true,
        false => facts["sandbox"] != false,
    };
    let notes = notes.chain((!is_everywhere).then_some("no-sandbox"));
    let notes =
        notes.chain(words["notes"].as_array().into_iter().flatten().filter_map(Value::as_str));
    let mut examples = String::new();
    for example in words["example"].as_array().into_iter().flatten() {
        let input: Value =
            serde_json::from_str(text(example, "input")?).context("an example is not JSON")?;
        write!(examples, "({:?}, {:?}), ", text(example, "title")?, input.to_string())?;
    }
    Ok(format!(
        "Action {{ id: {:?}, operation_id: {}, title: {:?}, summary: {:?}, group: {group:?}, method: Method::{method}, \
         path: {:?}, effect: Effect::{effect}, \
         destructive: {destructive}, scopes: {}, quota: {}, notes: {}, deprecation: {}, idempotency: {}, form: {}, input: {input}, output: &{output}, \
         credential: {credential}, internal: {}, listing: {listing}, partial: {}, each: {}, asks: {}, flow: {flow}, examples: &[{examples}] }},\n",
        text(words, "id")?,
        option(&words["operation_id"]),
        text(words, "title")?,
        text(words, "summary")?,
        text(facts, "path")?,
        texts(scopes),
        option(&facts["quota"]),
        texts(notes),
        deprecation(catalog, facts, words)?,
        option(&words["idempotency"]),
        facts["body"]["content_type"] == "application/x-www-form-urlencoded",
        words["internal"] == true,
        partial(types, facts)?,
        option(&words["each"]),
        option(&words["asks"]),
    ))
}

/// The credential of an action's requests: the first one that a connection must have. Where the
/// operation takes another one as well, a setting may choose it.
fn credential(catalog: &Catalog, types: &mut Types, facts: &Value) -> Result<String> {
    let all = catalog.connection["credentials"].as_array().into_iter().flatten();
    let mut all = all.filter(|credential| credential["required"] == true);
    let Some(first) = all.next() else { return Ok("None".to_owned()) };
    let choice = &catalog.connection["credential_choice"];
    let mut schemes = facts["security"].as_array().into_iter().flatten();
    let is_chosen = choice.is_object() && schemes.any(|way| way["scheme"] == choice["scheme"]);
    let chosen_by = if is_chosen { option(&choice["setting"]) } else { "None".to_owned() };
    let id = text(first, "id")?;
    let source = format!("CredentialUse {{ id: {id:?}, chosen_by: {chosen_by} }}");
    Ok(format!("Some(&{})", types.intern("K", "CredentialUse", source)))
}

/// What runs a composed action or trigger, with what the flow must know of it: its parameters, and
/// the action that it is `like`.
pub fn composed(types: &mut Types, words: &Value) -> Result<String> {
    let Some(flow) = words["flow"].as_str() else { return Ok("None".to_owned()) };
    let mut parameters: Vec<(&str, String)> = Vec::new();
    if let Some(like) = words["like"].as_str() {
        parameters.push(("like", like.to_owned()));
    }
    for (name, value) in words["parameters"].as_object().into_iter().flatten() {
        let value = match value {
            Value::String(text) => text.clone(),
            Value::Array(items) => {
                items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" ")
            }
            other => other.to_string(),
        };
        parameters.push((name, value));
    }
    let source = format!("Composed {{ flow: {flow:?}, parameters: &{parameters:?} }}");
    Ok(format!("Some(&{})", types.intern("P", "Composed", source)))
}

/// That the action is about to go: the service says so in the facts, and when and what instead is in the
/// words.
fn deprecation(catalog: &Catalog, facts: &Value, words: &Value) -> Result<String> {
    let said = &words["deprecated"];
    if said.is_null() && facts["deprecated"] != true {
        return Ok("None".to_owned());
    }
    if let Some(instead) = said["instead"].as_str()
        && !catalog.actions.iter().any(|(_, words)| words["id"] == instead)
    {
        bail!("deprecated: instead names {instead}, which is no action");
    }
    let (ends, instead) = (option(&said["ends"]), option(&said["instead"]));
    Ok(format!("Some(Deprecation {{ ends: {ends}, instead: {instead} }})"))
}

/// What stands for the facts of an action that is not exactly one operation: it needs the scopes of
/// all the actions that it `uses`, and works where all of them do.
fn own(catalog: &Catalog, words: &Value) -> Result<Value> {
    let mut scopes: Vec<Value> = Vec::new();
    let mut facts = json!({ "method": "POST", "path": "", "response": words["output"] });
    for id in words["uses"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        let used = catalog.operation(id)?;
        let needed = used["security"][0]["scopes"].as_array().into_iter().flatten();
        scopes.extend(needed.filter(|scope| !scopes.contains(scope)).cloned().collect::<Vec<_>>());
        if used["sandbox"] != true {
            facts["sandbox"] = false.into();
        }
        for note in ["beta", "deprecated"].into_iter().filter(|note| used[note] == true) {
            facts[note] = true.into();
        }
    }
    facts["security"] = json!([{ "scopes": scopes }]);
    match words["shape"].as_str() {
        Some("items") => facts["paging"] = json!({ "kind": "emitted" }),
        Some("raw") => facts["paging"] = json!({ "kind": "raw" }),
        Some(other) => bail!("unknown shape {other}"),
        None => {}
    }
    Ok(facts)
}

/// The fields of an action that is `like` another one: those of that action, except for fields of its
/// own, without limits on the length of lists, and with its optional fields.
fn like(facts: &Value, types: &Types, words: &Value, own: &[Value]) -> Result<Value> {
    let mut facts = facts.clone();
    let names = |list: &Value| list.as_array().cloned().unwrap_or_default();
    let is_own = |name: &str| own.iter().any(|field| field["name"] == name);
    let optional = names(&words["optional"]);
    let free = |schema: &mut Value| {
        if words["unlimited"] == true && schema["type"] == "array" {
            schema.as_object_mut().map(|schema| schema.remove("maxItems"));
        }
    };
    if let Some(parameters) = facts["parameters"].as_array_mut() {
        parameters.retain(|parameter| !is_own(parameter["name"].as_str().unwrap_or_default()));
        for parameter in parameters {
            free(&mut parameter["schema"]);
            if optional.contains(&parameter["name"]) {
                parameter["required"] = false.into();
            }
        }
    }
    if let Some(owner) = facts["body"]["schema"]["$ref"].as_str().map(str::to_owned) {
        let mut schema = types.resolve(&facts["body"]["schema"])?.clone();
        free(&mut schema);
        if let Some(properties) = schema["properties"].as_object_mut() {
            properties.retain(|name, _| !is_own(name));
        }
        if let Some(required) = schema["required"].as_array_mut() {
            required.retain(|name| !optional.contains(name));
        }
        schema["owner"] = owner.into();
        let nothing_left = schema["properties"].as_object().is_some_and(Map::is_empty);
        facts["body"] = if nothing_left {
            Value::Null
        } else {
            json!({ "schema": schema, "required": facts["body"]["required"] })
        };
    } else if facts["body"].is_object() {
        free(&mut facts["body"]["schema"]);
    }
    Ok(facts)
}

/// The fields that an action has besides those of its operation. One that says `from` is the field
/// of that name of another action.
fn own_fields(catalog: &Catalog, types: &Types, words: &Value) -> Result<Vec<Value>> {
    let mut fields = words["fields"].as_array().cloned().unwrap_or_default();
    for field in &mut fields {
        let Some(id) = field["from"].as_str() else { continue };
        let (used, name) = (catalog.operation(id)?, text(field, "name")?);
        let body = types.resolve(&used["body"]["schema"])?;
        let parameters = used["parameters"].as_array().into_iter().flatten();
        let schema = parameters
            .filter(|parameter| parameter["name"] == name)
            .map(|parameter| &parameter["schema"])
            .chain(body["properties"].get(name))
            .next()
            .with_context(|| format!("{id} has no field {name}"))?
            .clone();
        field["owner"] = used["body"]["schema"]["$ref"].clone();
        field["schema"] = schema;
    }
    Ok(fields)
}

/// The input: path fields, the body's members and query fields in one flat object. A body that is
/// not an object, or that shares a name with a parameter, becomes the field `body`.
fn input(types: &mut Types, facts: &Value, words: &Value, own: &[Value]) -> Result<String> {
    let id = text(words, "id")?;
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let mut parameters = list(&facts["parameters"]);
    parameters.iter_mut().for_each(tighten);
    let body = facts["body"]["schema"].clone();
    let shape = types.resolve(&body)?.clone();
    let properties = shape["properties"].as_object().cloned().unwrap_or_default();
    let shared = parameters
        .iter()
        .any(|parameter| properties.contains_key(parameter["name"].as_str().unwrap_or_default()));
    let flat = !shared && shape["oneOf"].is_null() && !properties.is_empty();
    let keys = |owner: &str, name: &str| {
        vec![format!("{id}/{name}"), format!("{owner}.{name}"), name.to_owned()]
    };
    let owner = body["$ref"].as_str().or(body["owner"].as_str()).unwrap_or_default();

    let mut fields: Vec<Field> = Vec::new();
    for parameter in parameters.iter().chain(own) {
        let name = text(parameter, "name")?;
        let place = match (parameter["in"].as_str(), parameter["style"].as_str()) {
            (Some("path"), _) => "Location::Path",
            (Some("query"), Some("comma")) => "Location::Query(Style::Comma)",
            (Some("query"), Some("deep")) => "Location::Query(Style::Deep)",
            (Some("query"), _) => "Location::Query(Style::Repeat)",
            _ => "Location::Body",
        };
        let required = parameter["required"] == true;
        let owner = match place {
            "Location::Path" => "path",
            _ => parameter["owner"].as_str().unwrap_or_default(),
        };
        fields.push(Field {
            name,
            schema: &parameter["schema"],
            required,
            place,
            keys: keys(owner, name),
        });
    }
    if flat {
        for (name, schema) in properties.iter().filter(|(_, schema)| schema["readOnly"] != true) {
            let required = is_required(&shape, name);
            fields.push(Field {
                name,
                schema,
                required,
                place: "Location::Body",
                keys: keys(owner, name),
            });
        }
    } else if !body.is_null() {
        let required = facts["body"]["required"] == true;
        fields.push(Field {
            name: "body",
            schema: &body,
            required,
            place: "Location::WholeBody",
            keys: keys("", "body"),
        });
    }
    let left_out = list(&words["leave_out"]);
    fields.retain(|field| !left_out.iter().any(|name| name == field.name));
    let order = list(&words["order"]);
    let rank = |field: &Field| {
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
fn tighten(parameter: &mut Value) {
    let place = parameter["in"].as_str().unwrap_or_default().to_owned();
    let joined = parameter["style"] == "comma";
    let required = parameter["required"] == true;
    let schema = &mut parameter["schema"];
    let free = |schema: &Value| {
        schema["type"] == "string" && schema["pattern"].is_null() && schema["enum"].is_null()
    };
    if place == "path" && free(schema) {
        schema["minLength"] = 1.into();
    }
    if place == "query" && required && schema["type"] == "array" && schema["minItems"].is_null() {
        schema["minItems"] = 1.into();
    }
    if joined && free(&schema["items"]) {
        schema["items"]["pattern"] = "^[^,]+$".into();
    }
}

/// The type of the output, or of an item of it, and the listing.
fn output(types: &mut Types, facts: &Value) -> Result<(String, String)> {
    let response = types.resolve(&facts["response"])?.clone();
    let paging = &facts["paging"];
    let name = paging["key"].as_str().unwrap_or("items");
    let mut schema = match paging["kind"].as_str() {
        Some("array" | "numbered") => response["items"].clone(),
        Some("emitted" | "raw") => facts["response"].clone(),
        Some(_) => types.resolve(&response["properties"][name])?["items"].clone(),
        None if partial(types, facts)? != "None" => results(types, facts, &response)?,
        None => facts["response"].clone(),
    };
    let listing = match paging["kind"].as_str() {
        None => "Listing::Single".to_owned(),
        Some("array") => "Listing::Array".to_owned(),
        Some("emitted") => "Listing::Emitted".to_owned(),
        Some("raw") => "Listing::Raw".to_owned(),
        Some("items") => format!("Listing::Items({name:?})"),
        Some("numbered") => format!(
            "Listing::Numbered {{ page: {:?}, size: {} }}",
            text(paging, "page")?,
            size(paging)
        ),
        Some("bookmark") => format!("Listing::Bookmark {{ size: {} }}", size(paging)),
        Some(other) => bail!("unknown paging {other}"),
    };
    let statuses = facts["success"].as_array().into_iter().flatten();
    let empty = statuses.into_iter().any(|status| status == 204) || facts["response"].is_null();
    if empty && let Some(schema) = schema.as_object_mut() {
        schema.insert("nullable".to_owned(), true.into());
    }
    Ok((types.write(&schema, Way::Out)?.0, listing))
}

/// The query field that sets the page size, and the largest size.
fn size(paging: &Value) -> String {
    match (paging["size"].as_str(), paging["max"].as_u64()) {
        (Some(name), Some(max)) => format!("Some(({name:?}, {max}))"),
        _ => "None".to_owned(),
    }
}
