//! The classes of the nodes: what they do is in `glue/`, what they are is here.

use connector_forms::Form;
use serde_json::{Value, json};

use super::credentials::Credential;
use super::form::{Methods, Spot, members};
use super::names::{camel, help, order, title_case};
use super::operations::{Resource, resources};
use super::package::Names;
use super::typescript::{expression, string};
use crate::File;

/// What nodes of a pack share.
pub struct Pack<'a> {
    pub manifest: &'a Value,
    pub names: &'a Names,
    pub credentials: &'a [Credential<'a>],
}

/// The node with all actions.
pub fn actions(pack: &Pack) -> Vec<File> {
    let mut methods = Methods::default();
    let all = resources(pack.manifest);
    let class = &pack.names.class;
    let mut files = Vec::new();
    for resource in &all {
        let properties = resource.properties(&mut methods);
        files.push(description(class, resource, properties));
    }
    let mut options: Vec<_> = all
        .iter()
        .map(|resource| json!({"name": title_case(&resource.title), "value": resource.value}))
        .collect();
    options.sort_by_key(|option| order(option["name"].as_str().unwrap_or_default()));
    let resource = json!({
        "displayName": "Resource",
        "name": "resource",
        "type": "options",
        "noDataExpression": true,
        "default": all.first().map(|first| &first.value),
        "options": options,
    });
    let imports: String = all
        .iter()
        .map(|it| format!("import {{ {0}Description }} from './resources/{0}';\n", it.value))
        .collect();
    let spread: String =
        all.iter().map(|it| format!("\t\t\t...{}Description,\n", it.value)).collect();
    let head = head(pack, class, &class_title(pack), "transform", "={{$parameter[\"operation\"]}}");
    let node = format!(
        "import {{ NodeApiError, NodeConnectionTypes }} from 'n8n-workflow';
import type {{
\tIExecuteFunctions,
\tINodeExecutionData,
\tINodeType,
\tINodeTypeDescription,
\tJsonObject,
}} from 'n8n-workflow';

import {{ loads, searches }} from '../shared/choices';
import {{ failed }} from '../shared/failure';
import {{ perform }} from '../shared/perform';
{imports}
export class {class} implements INodeType {{
\tdescription: INodeTypeDescription = {{
{head}\t\tusableAsTool: true,
\t\tinputs: [NodeConnectionTypes.Main],
\t\toutputs: [NodeConnectionTypes.Main],
\t\tcredentials: {credentials},
\t\tproperties: [
{authentication}\t\t\t{resource},
{spread}\t\t],
\t}};

\tmethods = {{
\t\tlistSearch: searches({search}),
\t\tloadOptions: loads({load}),
\t}};

\tasync execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {{
\t\tconst returnData: INodeExecutionData[] = [];
\t\tfor (let i = 0; i < this.getInputData().length; i++) {{
\t\t\ttry {{
\t\t\t\treturnData.push(...(await perform(this, i)));
\t\t\t}} catch (error) {{
\t\t\t\tif (!this.continueOnFail()) {{
\t\t\t\t\tthrow new NodeApiError(this.getNode(), error as JsonObject, {{ itemIndex: i }});
\t\t\t\t}}
\t\t\t\treturnData.push({{ ...failed(error), pairedItem: {{ item: i }} }});
\t\t\t}}
\t\t}}
\t\treturn [returnData];
\t}}
}}
",
        credentials = expression(&chosen(pack), 2),
        authentication = authentication(pack),
        resource = expression(&resource, 3),
        search = expression(&json!(methods.search), 2),
        load = expression(&json!(methods.load), 2),
    );
    files.push(File::new(format!("nodes/{class}/{class}.node.ts"), node));
    files
}

fn description(class: &str, resource: &Resource, properties: Vec<Value>) -> File {
    let list = expression(&properties.into(), 0);
    let text = format!(
        "{}\nexport const {}Description: INodeProperties[] = {list};\n",
        imports(&list),
        resource.value,
    );
    File::new(format!("nodes/{class}/resources/{}.ts", resource.value), text)
}

/// What descriptions import.
fn imports(list: &str) -> String {
    let mut text = String::from("import type { INodeProperties } from 'n8n-workflow';\n");
    if list.contains("ordered(") {
        text.push_str("\nimport { ordered } from '../../shared/ordered';\n");
    }
    text
}

/// The node with all triggers that are polled, if there are any.
pub fn triggers(pack: &Pack) -> Option<File> {
    let entries = pack.manifest["triggers"].as_array().filter(|all| !all.is_empty())?;
    let class = format!("{}Trigger", pack.names.class);
    let mut methods = Methods::default();
    let properties = events(entries, &mut methods);
    let title = format!("{} Trigger", class_title(pack));
    let head = head(pack, &class, &title, "trigger", "={{$parameter[\"event\"]}}");
    let samples: serde_json::Map<_, _> = entries
        .iter()
        .filter_map(|it| Some((it["trigger"]["id"].as_str()?.to_owned(), it["sample"].clone())))
        .collect();
    let node = format!(
        "import {{ NodeConnectionTypes }} from 'n8n-workflow';
import type {{
\tIDataObject,
\tINodeExecutionData,
\tINodeType,
\tINodeTypeDescription,
\tIPollFunctions,
}} from 'n8n-workflow';

import {{ loads, searches }} from '../shared/choices';
import {{ poll }} from '../shared/poll';

/** What an event looks like, for a workflow that is tried out before there is one. */
const samples: Record<string, IDataObject> = {samples};

export class {class} implements INodeType {{
\tdescription: INodeTypeDescription = {{
{head}\t\tpolling: true,
\t\tinputs: [],
\t\toutputs: [NodeConnectionTypes.Main],
\t\tcredentials: {credentials},
\t\tproperties: [
{authentication}{properties}\t\t],
\t}};

\tmethods = {{
\t\tlistSearch: searches({search}),
\t\tloadOptions: loads({load}),
\t}};

\tasync poll(this: IPollFunctions): Promise<INodeExecutionData[][] | null> {{
\t\treturn await poll(this, samples);
\t}}
}}
",
        samples = expression(&samples.into(), 0),
        credentials = expression(&chosen(pack), 2),
        authentication = authentication(pack),
        properties = listed(&properties),
        search = expression(&json!(methods.search), 2),
        load = expression(&json!(methods.load), 2),
    );
    Some(File::new(format!("nodes/{class}/{class}.node.ts"), node))
}

/// The parameter `event`, and the parameters of each.
pub fn events(entries: &[Value], methods: &mut Methods) -> Vec<Value> {
    let mut options: Vec<_> = entries
        .iter()
        .map(|entry| {
            let trigger = &entry["trigger"];
            json!({
                "name": title_case(trigger["title"].as_str().unwrap_or_default()),
                "value": trigger["id"],
                "description": help(trigger["summary"].as_str().unwrap_or_default()),
            })
        })
        .collect();
    options.sort_by_key(|option| order(option["name"].as_str().unwrap_or_default()));
    let mut properties = vec![json!({
        "displayName": "Event",
        "name": "event",
        "type": "options",
        "noDataExpression": true,
        "default": entries[0]["trigger"]["id"],
        "options": options,
    })];
    for entry in entries {
        let show = json!({"event": [entry["trigger"]["id"]]});
        let show = show.as_object().cloned().unwrap_or_default();
        let at = Spot { show, more: "Options", ..Spot::default() };
        properties.extend(members(&Form::whole(&entry["config"]).schema, &at, methods));
    }
    properties
}

pub fn listed(properties: &[Value]) -> String {
    properties.iter().map(|it| format!("\t\t\t{},\n", expression(it, 3))).collect()
}

pub fn class_title(pack: &Pack) -> String {
    pack.manifest["connector"]["title"].as_str().unwrap_or_default().to_owned()
}

/// The first members of a node's description.
pub fn head(pack: &Pack, class: &str, title: &str, group: &str, subtitle: &str) -> String {
    let icon = &pack.names.icon;
    let summary = help(pack.manifest["connector"]["summary"].as_str().unwrap_or_default());
    format!(
        "\t\tdisplayName: {},
\t\tname: {},
\t\ticon: {{ light: 'file:../../icons/{icon}.svg', dark: 'file:../../icons/{icon}.dark.svg' }},
\t\tgroup: ['{group}'],
\t\tversion: 1,
\t\tsubtitle: {},
\t\tdescription: {},
\t\tdefaults: {{
\t\t\tname: {},
\t\t}},
",
        string(title),
        string(&camel_class(class)),
        string(subtitle),
        string(&summary),
        string(title),
    )
}

/// The name of a class as that of its node.
pub fn camel_class(class: &str) -> String {
    camel(class)
}

/// The credentials of a node: of those that are needed, the one of the way that was chosen.
pub fn chosen(pack: &Pack) -> Value {
    let several = ways(pack).len() > 1;
    let listed = pack.credentials.iter().map(|credential| {
        let mut one = json!({"name": credential.name, "displayName": credential.title});
        let first = credential.of["id"] == pack.credentials[0].of["id"];
        one["required"] = json!(first && credential.of["required"] == true);
        if several && first {
            let way = credential.way.option().0;
            one["displayOptions"] = json!({"show": {"authentication": [way]}});
        }
        one
    });
    listed.collect()
}

/// The ways to get the value of the first credential.
fn ways<'a>(pack: &'a Pack) -> Vec<&'a Credential<'a>> {
    let of_first = |it: &&Credential| it.of["id"] == pack.credentials[0].of["id"];
    pack.credentials.iter().filter(of_first).collect()
}

/// The parameter that chooses among them.
pub fn authentication(pack: &Pack) -> String {
    let ways = ways(pack);
    if ways.len() < 2 {
        return String::new();
    }
    let mut options: Vec<_> = ways
        .iter()
        .map(|it| it.way.option())
        .map(|(value, name)| json!({"name": name, "value": value}))
        .collect();
    options.sort_by_key(|option| order(option["name"].as_str().unwrap_or_default()));
    let field = json!({
        "displayName": "Authentication",
        "name": "authentication",
        "type": "options",
        "default": ways[0].way.option().0,
        "options": options,
    });
    listed(&[field])
}
