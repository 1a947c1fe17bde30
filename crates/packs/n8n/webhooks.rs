//! The node with all triggers for which the service calls.

use serde_json::json;

use super::form::Methods;
use super::nodes::{Pack, authentication, chosen, class_title, events, head, listed};
use super::typescript::expression;
use crate::File;

/// The end of its class.
pub const SUFFIX: &str = "WebhookTrigger";

/// The node, if the connector has such triggers.
pub fn node(pack: &Pack) -> Option<File> {
    let entries = pack.manifest["webhooks"].as_array().filter(|all| !all.is_empty())?;
    let class = format!("{}{SUFFIX}", pack.names.class);
    let mut methods = Methods::default();
    let properties = events(entries, &mut methods);
    let title = format!("{} Webhook Trigger", class_title(pack));
    let head = head(pack, &class, &title, "trigger", "={{$parameter[\"event\"]}}");
    // A service may look whether somebody is there before it sends anything.
    let webhooks = json!([
        {"name": "setup", "httpMethod": "GET,HEAD", "responseMode": "onReceived", "path": "webhook", "ndvHideUrl": true},
        {"name": "default", "httpMethod": "POST", "responseMode": "onReceived", "path": "webhook"},
    ]);
    let node = format!(
        "import {{ NodeConnectionTypes }} from 'n8n-workflow';
import type {{
\tIHookFunctions,
\tINodeType,
\tINodeTypeDescription,
\tIWebhookFunctions,
\tIWebhookResponseData,
}} from 'n8n-workflow';

import {{ loads, searches }} from '../shared/choices';
import {{ deliver }} from '../shared/deliver';
import {{ isSubscribed, subscribe, unsubscribe }} from '../shared/subscription';

export class {class} implements INodeType {{
\tdescription: INodeTypeDescription = {{
{head}\t\tinputs: [],
\t\toutputs: [NodeConnectionTypes.Main],
\t\tcredentials: {credentials},
\t\twebhooks: {webhooks},
\t\tproperties: [
{authentication}{properties}\t\t],
\t}};

\tmethods = {{
\t\tlistSearch: searches({search}),
\t\tloadOptions: loads({load}),
\t}};

\twebhookMethods = {{
\t\tdefault: {{
\t\t\tasync checkExists(this: IHookFunctions): Promise<boolean> {{
\t\t\t\treturn await isSubscribed(this);
\t\t\t}},
\t\t\tasync create(this: IHookFunctions): Promise<boolean> {{
\t\t\t\treturn await subscribe(this);
\t\t\t}},
\t\t\tasync delete(this: IHookFunctions): Promise<boolean> {{
\t\t\t\treturn await unsubscribe(this);
\t\t\t}},
\t\t}},
\t}};

\tasync webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {{
\t\treturn await deliver(this);
\t}}
}}
",
        credentials = expression(&chosen(pack), 2),
        webhooks = expression(&webhooks, 2),
        authentication = authentication(pack),
        properties = listed(&properties),
        search = expression(&json!(methods.search), 2),
        load = expression(&json!(methods.load), 2),
    );
    Some(File::new(format!("nodes/{class}/{class}.node.ts"), node))
}
