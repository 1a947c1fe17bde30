//! A valid request of every operation, built from the facts on what the emulator holds.

use reqwest::{Method, RequestBuilder};
use serde_json::{Map, Value};

use crate::api::{Answer, Api, send};
use crate::facts::{Facts, array};
use crate::values::Values;

/// The operation that begins a job, where the handle is in its answer, and the name of the
/// parameter that takes it.
const HANDLES: &[(&str, &str, &str, &str)] = &[
    ("bulk_request/get", "bulk_request_id", "bulk_download/create", "/request_id"),
    ("leads_export/get", "leads_export_id", "leads_export/create", "/leads_export_id"),
    (
        "customer_list_uploads/",
        "customer_list_upload_id",
        "customer_list_uploads/create",
        "/customer_list_upload/id",
    ),
    ("items_batch/get", "batch_id", "items_batch/post", "/batch_id"),
    (
        "catalogs_supplemental_items_batch/get",
        "batch_id",
        "catalogs_local_inventory_items_batch/operate",
        "/batch_id",
    ),
    ("analytics/get_report", "token", "analytics/create_report", "/token"),
    (
        "analytics/get_conversion_product_report",
        "token",
        "analytics/create_conversion_product_report",
        "/token",
    ),
    ("analytics/get_mmm_report", "token", "analytics/create_mmm_report", "/token"),
    ("reports/get", "token", "reports/create", "/token"),
    ("media/get", "media_id", "media/create", "/media_id"),
    (
        "integrations_commerce/",
        "external_business_id",
        "integrations_commerce/post",
        "/external_business_id",
    ),
    (
        "campaign_ad_preview/delete",
        "ad_group_id",
        "campaign_ad_preview/create",
        "/0/data/ad_group_id",
    ),
    ("schedules/update", "schedule_id", "schedules/create", "/0/data/schedule_id"),
    ("board_sections/", "section_id", "board_sections/create", "/id"),
];

/// Ids of things that no list has.
const IDS: &[(&str, &str)] = &[
    ("business_id", "549755813599"),
    ("business_hierarchy_id", "549755813600"),
    ("brand_account_id", "549755813601"),
    ("processing_result_id", "549755813602"),
    ("billing_invoice_id", "549755813603"),
    ("interest_id", "549755813604"),
    ("pin_order_id", "549755813605"),
    ("system_user_id", "549755813606"),
    ("username", "studiofern"),
];

/// A request before it is sent.
#[derive(Clone)]
pub struct Draft {
    pub method: Method,
    pub path: String,
    pub query: Vec<(String, String)>,
    pub body: Option<Value>,
}

impl Draft {
    pub fn request(&self, api: &Api) -> RequestBuilder {
        let query =
            url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&self.query).finish();
        let request = api.request(self.method.clone(), &format!("{}?{query}", self.path));
        match &self.body {
            Some(body) => request.json(body),
            None => request,
        }
    }

    pub async fn send(&self, api: &Api) -> Answer {
        send(self.request(api)).await
    }
}

/// A valid request of an operation.
pub async fn draft(api: &Api, facts: &Facts, id: &str, full: bool) -> Draft {
    let operation = &facts.operations[id];
    let template = operation["path"].as_str().unwrap();
    let method: Method = operation["method"].as_str().unwrap().parse().unwrap();
    let mut known = Map::new();
    let mut path = "/v5".to_owned();
    for part in template.split('/').skip(1) {
        path.push('/');
        match part.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
            None => path += part,
            Some(name) => {
                let value = thing(api, facts, id, name, &path, full).await;
                path += &value;
                known.insert(name.to_owned(), value.into());
            }
        }
    }
    let changes = method == Method::PATCH || method == Method::DELETE;
    if changes
        && let Some(Value::Object(first)) =
            first(api, facts, path.trim_end_matches("/multiple")).await
    {
        known.insert("event_name".to_owned(), first.get("name").cloned().unwrap_or_default());
        known.extend(first);
    }
    for (_, name, begin, pointer) in HANDLES.iter().filter(|row| row.0 == id) {
        known.insert((*name).to_owned(), begun(api, facts, begin, pointer, full).await);
    }
    let list = path.trim_end_matches("/multiple").to_owned();
    let parent = list.rsplit_once('/').map_or("", |(parent, _)| parent);
    for kind in
        ["campaign", "ad_group", "lead_form", "customer_segment", "promotion", "order_line", "feed"]
    {
        if let Some(thing) = first(api, facts, &format!("{parent}/{kind}s")).await {
            known.insert(format!("{kind}_id"), thing["id"].clone());
        }
    }
    let board = api.board("Plants for small rooms");
    let pins = api.get(&format!("/v5/boards/{board}/pins?page_size=1")).await;
    known.insert("pin_id".to_owned(), pins.items()[0]["id"].clone());
    known.insert("board_id".to_owned(), board.into());
    let values = Values { facts, full, known, wanted: wanted(id) };
    let mut query = Vec::new();
    for parameter in array(&operation["parameters"]).filter(|parameter| parameter["in"] == "query")
    {
        let name = parameter["name"].as_str().unwrap();
        if !full && parameter["required"] != true || name == "bookmark" {
            continue;
        }
        let value = match handle(id, name) {
            Some((begin, pointer)) => begun(api, facts, begin, pointer, full).await,
            None => values.of(name, &parameter["schema"]),
        };
        write(&mut query, name, parameter["style"].as_str(), &value);
    }
    let body =
        operation["body"].as_object().map(|body| adjusted(id, values.of("", &body["schema"])));
    Draft { method, path, query, body }
}

/// The id of a thing that is there, for a parameter at the end of a path.
async fn thing(api: &Api, facts: &Facts, id: &str, name: &str, path: &str, full: bool) -> String {
    if let Some((begin, pointer)) = handle(id, name) {
        return text(&begun(api, facts, begin, pointer, full).await);
    }
    if let Some((_, id)) = IDS.iter().find(|(other, _)| *other == name) {
        return (*id).to_owned();
    }
    if let Some(first) = first(api, facts, path.trim_end_matches('/')).await {
        return [name, "id"].iter().find_map(|key| first.get(*key)).map(text).unwrap();
    }
    let parameters = array(&facts.operations[id]["parameters"]);
    let parameter = parameters.into_iter().find(|parameter| parameter["name"] == name).unwrap();
    text(&Values { facts, full, known: Map::new(), wanted: &[] }.of(name, &parameter["schema"]))
}

fn handle(id: &str, name: &str) -> Option<(&'static str, &'static str)> {
    let fits =
        |row: &&(&str, &str, &str, &str)| id.starts_with(row.0) && row.1 == name && id != row.2;
    HANDLES.iter().find(fits).map(|row| (row.2, row.3))
}

async fn begun(api: &Api, facts: &Facts, begin: &str, pointer: &str, full: bool) -> Value {
    let answer = Box::pin(draft(api, facts, begin, full)).await.send(api).await;
    answer.body.pointer(pointer).unwrap_or_else(|| panic!("{begin}: {}", answer.body)).clone()
}

/// The first thing of the list at a path, if an operation lists it without asking for more.
async fn first(api: &Api, facts: &Facts, path: &str) -> Option<Value> {
    let asks = |operation: &Value| {
        array(&operation["parameters"]).any(|p| p["in"] == "query" && p["required"] == true)
    };
    let lists = |operation: &&Value| {
        operation["method"] == "GET"
            && operation["paging"].is_object()
            && !asks(operation)
            && fits(
                operation["path"].as_str().unwrap_or(""),
                path.strip_prefix("/v5").unwrap_or(path),
            )
    };
    let list = facts.operations.values().find(lists)?;
    let answer = api.get(path).await;
    let key = list["paging"]["key"].as_str().unwrap_or("items");
    let items = if answer.body.is_array() { &answer.body } else { &answer.body[key] };
    items.get(0).cloned()
}

fn fits(template: &str, path: &str) -> bool {
    let mut parts = template.split('/').zip(path.split('/'));
    template.matches('/').count() == path.matches('/').count()
        && parts.all(|(wanted, part)| {
            wanted == part || wanted.starts_with('{') && part.chars().any(|c| c.is_ascii_digit())
        })
}

/// What a handler that is written by hand knows better than the facts: a JSON merge patch.
const BY_HAND: &[(&str, &str)] = &[
    (
        "pins/create",
        r#"{ "media_source": { "source_type": "image_url", "url": "https://images.example/a.jpg" },
             "sponsor_id": null, "parent_pin_id": null, "board_section_id": null }"#,
    ),
    ("pins/update", r#"{ "carousel_slots": null, "board_section_id": null }"#),
    ("pins/save", r#"{ "board_section_id": null }"#),
    (
        "oauth/token",
        r#"{ "grant_type": "client_credentials", "scope": "boards:read", "continuous_refresh": "true" }"#,
    ),
    ("token/revoke", r#"{ "token_type_hint": null }"#),
];

/// Keys that an operation needs although no type requires them.
fn wanted(id: &str) -> &'static [&'static str] {
    match id {
        "pins/create" | "pins/save" => &["board_id"],
        "product_group_promotions/update" => &["id"],
        _ => &[],
    }
}

fn adjusted(id: &str, mut body: Value) -> Value {
    let patch = BY_HAND.iter().find(|(other, _)| *other == id).map_or("{}", |(_, patch)| patch);
    let patch: Map<String, Value> = serde_json::from_str(patch).unwrap();
    for (key, value) in patch {
        body[&key] = value;
    }
    if let Some(object) =
        body.as_object_mut().filter(|_| BY_HAND.iter().any(|(other, _)| *other == id))
    {
        object.retain(|_, value| !value.is_null());
    }
    body
}

/// A scalar as it is written in a path, a query or a form.
pub fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn write(query: &mut Vec<(String, String)>, name: &str, style: Option<&str>, value: &Value) {
    match (style, value) {
        (Some("repeat"), Value::Array(items)) => {
            query.extend(items.iter().map(|item| (name.to_owned(), text(item))));
        }
        (Some("comma"), Value::Array(items)) => {
            let joined: Vec<_> = items.iter().map(text).collect();
            query.push((name.to_owned(), joined.join(",")));
        }
        (Some("deep"), Value::Object(object)) => {
            for (key, value) in object {
                write(query, &format!("{name}[{key}]"), style, value);
            }
        }
        _ => query.push((name.to_owned(), text(value))),
    }
}
