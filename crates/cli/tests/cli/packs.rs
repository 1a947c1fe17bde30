//! Packs are made from the component and nothing else.

use std::collections::BTreeMap;
use std::path::Path;

use crate::support::{Home, Service};

/// All files below a folder, by path.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let name = entry.file_name().into_string().unwrap();
        match entry.path().is_dir() {
            true => {
                let below = files(&entry.path()).into_iter();
                found.extend(below.map(|(path, bytes)| (format!("{name}/{path}"), bytes)));
            }
            false => drop(found.insert(name, std::fs::read(entry.path()).unwrap())),
        }
    }
    found
}

#[test]
fn connections_and_variables_have_no_part_in_a_pack() {
    let service = Service::start();
    for (platform, _) in connector_pack::PLATFORMS.iter().chain(connector_pack::PACKAGES) {
        let mut home = service.guest();
        let pack = |home: &Home, out: &str| {
            home.run(&["pack", platform, "--all", "--out", out]).fine();
            files(&home.path(out))
        };
        let connect = |home: &Home, name: &str, settings: &str| {
            let args = ["connect", name, "--token", "--settings", settings];
            home.run_with_stdin(&args, &service.emulator.access_token()).fine();
        };
        let first = pack(&home, "none");
        assert!(first.len() > 2, "{platform}");
        connect(&home, "one", "{}");
        assert!(pack(&home, "one") == first, "{platform}: one connection changes it");
        connect(&home, "two", r#"{"ad_account_id": "549755885175"}"#);
        connect(&home, "three", "{}");
        assert!(pack(&home, "three") == first, "{platform}: three connections change it");
        home.set("CONNECTOR_CONNECTION", "two");
        home.set("CONNECTOR_TOKEN", "pina_2");
        assert!(pack(&home, "variables") == first, "{platform}: variables change it");
        assert!(pack(&Home::new(), "again") == first, "{platform}: it is another one elsewhere");
    }
}

#[test]
fn skills_are_folders_that_agents_read() {
    let home = Home::new();
    home.run(&["pack", "skills", "--out", "skills"]).fine();
    let files = files(&home.path("skills"));
    assert!(files.len() > 3, "one for the connector, and one for each job");
    for (path, bytes) in &files {
        let text = std::str::from_utf8(bytes).unwrap();
        let folder = path.strip_suffix("/SKILL.md").unwrap();
        let head =
            text.strip_prefix("---\n").and_then(|text| text.split_once("\n---\n")).unwrap().0;
        let (name, description) = head.split_once('\n').unwrap();
        assert_eq!(name, format!("name: {folder}"));
        let letters = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        assert!(folder.len() <= 64 && folder.chars().all(letters), "{folder}");
        let description = description.strip_prefix("description: ").unwrap();
        let description: String = serde_json::from_str(description).unwrap();
        assert!(description.len() <= 1024 && description.contains("Use when"), "{description}");
        assert!(text.len() <= 8_000, "{path}: a model reads all of it");
    }
    let whole = std::str::from_utf8(&files["pinterest/SKILL.md"]).unwrap();
    assert!(whole.contains("`boards.create`: ") && whole.contains("Scheduling is not possible"));
}

/// A limit that a component names and nobody declares would hold it for ever.
#[test]
fn every_limit_that_a_component_names_is_declared() {
    let home = Home::new();
    home.run(&["pack", "appmixer", "--all", "--out", "pack"]).fine();
    let files = files(&home.path("pack/connector/pinterest"));
    let rules = String::from_utf8(files["quota.js"].clone()).unwrap();
    let mut named = 0;
    for (path, bytes) in files.iter().filter(|(path, _)| path.ends_with("/component.json")) {
        let component: serde_json::Value = serde_json::from_slice(bytes).unwrap();
        for quota in component["quota"]["resources"].as_array().into_iter().flatten() {
            let rule = format!("\"resource\": {quota}");
            assert!(rules.contains(&rule), "{path} names {quota}: {rules}");
            named += 1;
        }
    }
    assert!(named > 50, "{named} components have a limit");
}

/// Fields for which the service's description has no schema: any call, what is shown to it as it is, and objects in
/// bulk changes and rules of audiences of which it tells nothing.
const UNKNOWN: &[&str] = &[
    "anything_else.RequestApi: body",
    "anything_else.RequestApi: query",
    "audiences.CreateAudiences: body__rule__event_source",
    "audiences.CreateAudiences: body__rule__ingestion_source",
    "audiences.UpdateAudiences: body__rule__event_source",
    "audiences.UpdateAudiences: body__rule__ingestion_source",
    "integrations.CreateNotifications: body",
    "reports.CreateBulkUpserts: optimization_goal_metadata",
    "reports.CreateBulkUpserts: quiz_pin_data",
    "reports.CreateBulkUpserts: tracking_urls",
    "reports.RunBulkUpserts: optimization_goal_metadata",
    "reports.RunBulkUpserts: quiz_pin_data",
    "reports.RunBulkUpserts: tracking_urls",
];

/// The `component.json` of each component of an Appmixer pack.
fn components(home: &Home, more: &[&str]) -> BTreeMap<String, serde_json::Value> {
    let args = [&["pack", "appmixer", "--out", "chosen"], more].concat();
    home.run(&args).fine();
    let files = files(&home.path("chosen"));
    std::fs::remove_dir_all(home.path("chosen")).unwrap();
    let components = files.into_iter().filter(|(path, _)| path.ends_with("/component.json"));
    components.map(|(path, bytes)| (path, serde_json::from_slice(&bytes).unwrap())).collect()
}

#[test]
fn a_pack_has_what_was_chosen() {
    let home = Home::new();
    let daily = components(&home, &[]);
    assert!(daily.keys().any(|path| path.starts_with("connector/pinterest/pins/")));
    assert!(!daily.keys().any(|path| path.starts_with("connector/pinterest/campaigns/")));
    let chosen = components(
        &home,
        &[
            "--groups",
            "boards,Trends",
            "--actions",
            "campaigns.list",
            "--vendor",
            "studio-fern",
            "--version",
            "1.2.0",
        ],
    );
    let modules: std::collections::BTreeSet<_> =
        chosen.keys().map(|path| path.split('/').nth(2).unwrap()).collect();
    assert_eq!(modules.into_iter().collect::<Vec<_>>(), ["boards", "campaigns", "core", "trends"]);
    let list = &chosen["studio-fern/pinterest/campaigns/ListCampaigns/component.json"];
    assert_eq!(list["name"], "studio-fern.pinterest.campaigns.ListCampaigns");
    assert_eq!((&list["version"], &list["author"]), (&"1.2.0".into(), &"studio-fern".into()));
    for (more, said) in [
        (["--groups", "Bords"], "there is no group `Bords`; there are Account, "),
        (["--actions", "boards.listed"], "there is no action or trigger `boards.listed`"),
        (["--vendor", "Studio Fern"], "`Studio Fern` is no vendor"),
        (["--version", "1.2"], "`1.2` is no version: it is three numbers"),
    ] {
        let args = [&["pack", "appmixer", "--out", "wrong"][..], &more].concat();
        let failed = home.run(&args);
        assert!(failed.code == 2 && failed.err.contains(said), "{said}: {}", failed.err);
    }
}

/// A person writes JSON where nobody knows what the service takes, and nowhere else.
#[test]
fn a_form_has_a_field_for_all_that_has_a_schema() {
    let mut written = Vec::new();
    let components = components(&Home::new(), &["--all"]);
    for component in components.values() {
        let forms = [&component["inPorts"][0], &component["properties"]];
        let fields =
            forms.into_iter().filter_map(|form| form["inspector"]["inputs"].as_object()).flatten();
        for (name, field) in fields {
            let columns = field["fields"].as_object().into_iter().flatten();
            for (column, field) in columns.chain([(name, field)]) {
                assert!(
                    field["label"].as_str().is_some_and(|it| !it.is_empty()),
                    "{name} {column} has no label"
                );
                if field["tooltip"].as_str().is_some_and(|it| it.ends_with("As JSON.")) {
                    let name = component["name"].as_str().unwrap();
                    written.push(format!(
                        "{}: {column}",
                        name.strip_prefix("connector.pinterest.").unwrap()
                    ));
                }
            }
        }
    }
    written.sort();
    written.dedup();
    assert_eq!(written, UNKNOWN);
}
