//! What makes the folder a package of n8n's community: its manifests, its icons, what it says of itself.

use serde_json::{Value, json};

use super::names::{pascal, words};
use crate::File;

/// How the pack is called, and where it is at home.
pub struct Names {
    /// Of the package: `n8n-nodes-` and the service.
    pub package: String,
    /// Of the node, as a class and as a file.
    pub class: String,
    /// Of the icons' files.
    pub icon: String,
    /// Who publishes it.
    pub author: String,
    /// The repository, as a web page.
    pub home: String,
}

impl Names {
    pub fn new(connector: &Value, vendor: Option<&str>) -> Self {
        let id = connector["id"].as_str().unwrap_or_default();
        let icon = words(id).replace(' ', "-");
        let name = format!("n8n-nodes-{icon}");
        let author = vendor.unwrap_or(id).to_owned();
        Names {
            class: pascal(&words(id)),
            home: format!("https://github.com/{author}/{name}"),
            package: match vendor {
                Some(vendor) => format!("@{vendor}/{name}"),
                None => name,
            },
            icon,
            author,
        }
    }
}

/// The manifests of the package. `credentials` and `nodes` are the names of their classes.
pub fn files(
    connector: &Value,
    names: &Names,
    credentials: &[&str],
    nodes: &[String],
) -> Vec<File> {
    let paths =
        |folder: &str, kind: &str, classes: &mut dyn Iterator<Item = &str>| -> Vec<String> {
            let path = |class: &str| match kind {
                "node" => format!("dist/{folder}/{class}/{class}.node.js"),
                _ => format!("dist/{folder}/{class}.credentials.js"),
            };
            classes.map(path).collect()
        };
    let title = connector["title"].as_str().unwrap_or_default();
    vec![
        File::json(
            "package.json",
            &json!({
                "name": names.package,
                "version": connector["version"],
                "description": format!("n8n nodes for {title}: {}", connector["summary"].as_str().unwrap_or_default()),
                "license": "MIT",
                "homepage": names.home,
                "keywords": ["n8n-community-node-package", connector["id"]],
                "author": {
                    "name": names.author,
                    "email": format!("{}@users.noreply.github.com", names.author),
                },
                "repository": {"type": "git", "url": format!("{}.git", names.home)},
                "scripts": {
                    "build": "n8n-node build",
                    "dev": "n8n-node dev",
                    "lint": "n8n-node lint",
                    "release": "n8n-node release",
                    "prepublishOnly": "n8n-node prerelease",
                },
                "files": ["dist"],
                "n8n": {
                    "n8nNodesApiVersion": 1,
                    "strict": true,
                    "credentials": paths("credentials", "credentials", &mut credentials.iter().copied()),
                    "nodes": paths("nodes", "node", &mut nodes.iter().map(String::as_str)),
                },
                "devDependencies": {
                    "@n8n/node-cli": "0.48.3",
                    "@types/node": "^22.20.0",
                    "eslint": "9.32.0",
                    "prettier": "3.6.2",
                    "typescript": "5.9.2",
                },
                "peerDependencies": {"n8n-workflow": "*"},
            }),
        ),
        File::json(
            "tsconfig.json",
            &json!({
                "compilerOptions": {
                    "strict": true,
                    "module": "commonjs",
                    "moduleResolution": "node",
                    "target": "es2022",
                    "lib": ["es2023"],
                    "allowJs": true,
                    "useUnknownInCatchVariables": false,
                    "forceConsistentCasingInFileNames": true,
                    "noImplicitReturns": true,
                    "noUnusedLocals": true,
                    "esModuleInterop": true,
                    "resolveJsonModule": true,
                    "skipLibCheck": true,
                    "outDir": "./dist/",
                },
                "include": ["credentials/**/*", "nodes/**/*", "nodes/**/*.json", "package.json"],
            }),
        ),
        // The linter demands this text.
        File::new(
            "eslint.config.mjs",
            "import { config } from '@n8n/node-cli/eslint';\n\nexport default config;\n",
        ),
        File::new(".gitignore", "dist\nnode_modules\n"),
        File::new(format!("icons/{}.svg", names.icon), icon(title, "#334155", "#ffffff")),
        File::new(format!("icons/{}.dark.svg", names.icon), icon(title, "#cbd5e1", "#0f172a")),
    ]
}

/// What n8n's list of nodes says about a node.
pub fn codex(names: &Names, node: &str, words: &[String]) -> Value {
    let page = |part: &str| json!([{"url": format!("{}{part}", names.home)}]);
    let mut codex = json!({
        "node": format!("{}.{node}", names.package),
        "nodeVersion": "1.0",
        "codexVersion": "1.0",
        "categories": ["Miscellaneous"],
        "resources": {
            "credentialDocumentation": page("#credentials"),
            "primaryDocumentation": page(""),
        },
    });
    if !words.is_empty() {
        codex["alias"] = json!(words);
    }
    codex
}

/// A disc with the first letter: the manifest has no picture.
fn icon(title: &str, disc: &str, letter: &str) -> String {
    let first: String = title.chars().take(1).collect();
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 60 60\">\
         <circle cx=\"30\" cy=\"30\" r=\"30\" fill=\"{disc}\"/>\
         <text x=\"30\" y=\"42\" fill=\"{letter}\" font-family=\"sans-serif\" font-size=\"34\" \
         text-anchor=\"middle\">{first}</text></svg>\n"
    )
}
