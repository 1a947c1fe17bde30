//! The page on the data model.

use std::collections::BTreeMap;

use super::manifest::{Manifest, Resource};
use super::markdown::{GENERATED, Table, code, codes, prose, slug};

const INTRODUCTION: &str = "\
What Pinterest keeps, seen as tables of rows, for hosts that read and write records.

- *Key*: the fields that tell rows apart.
- *Parents*: the input fields that say whose rows are meant.
- *Grows*: the field that grows when a row is made or changed, to read only what is new.
- *Figures* are computed about other resources and not kept by themselves.
";

pub fn page(manifest: &Manifest) -> String {
    let groups = manifest.actions.iter().map(|it| (it.about.id.as_str(), it.about.group.as_str()));
    let groups: BTreeMap<_, _> = groups.collect();
    let mut page = format!("{GENERATED}# Resources\n\n{INTRODUCTION}\n");
    let mut table = Table::new(["Resource", "Key", "Parents", "Grows", "Actions"]);
    for resource in &manifest.resources {
        let figures = if resource.analytic { " (figures)" } else { "" };
        let name = format!("[{}](#{}){figures}", prose(&resource.title), resource.id);
        let grows = resource.incremental.as_ref().map(code).unwrap_or_default();
        let actions = actions(resource, &groups);
        table.row([name, codes(&resource.key), codes(&resource.parents), grows, actions]);
    }
    page += &table.finish();
    for resource in &manifest.resources {
        let fields = resource.fields.iter().map(|it| format!("{} {}", code(&it.name), it.kind));
        let fields = fields.collect::<Vec<_>>().join(", ");
        page += &format!("<a id=\"{}\"></a>\n\n## {}\n\n", resource.id, prose(&resource.title));
        let fields = if fields.is_empty() { "none that all rows have".into() } else { fields };
        page += &format!("Id {}. Fields: {fields}.\n\n", code(&resource.id));
    }
    page.trim_end().to_owned() + "\n"
}

fn actions(resource: &Resource, groups: &BTreeMap<&str, &str>) -> String {
    let links = [
        ("list", &resource.list_action),
        ("get", &resource.get_action),
        ("create", &resource.create_action),
        ("update", &resource.update_action),
        ("delete", &resource.delete_action),
    ];
    let link = |(verb, id): (&str, &Option<String>)| {
        let id = id.as_deref()?;
        let group = groups.get(id)?;
        Some(format!("[{verb}](actions/{}.md#{id})", slug(group)))
    };
    links.into_iter().filter_map(link).collect::<Vec<_>>().join(", ")
}
