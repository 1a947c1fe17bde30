//! The first page on actions: how to read the others, and every action in a line.

use super::manifest::{Manifest, Shape};
use super::markdown::{GENERATED, Table, prose, slug};

const HOW_TO_READ: &str = "\
Every action, by group. The same facts are in `connector.json` for programs, with the whole JSON
Schema of each input and output.

How to read the pages:

- A field with **\\*** is required; a nested one only when the field around it is there.
- `items[].url` is the field `url` of each element of the list `items`; `.*` stands for any name.
- Where an object is of one of several kinds, what each kind has is folded away below the table, as
  `media_source` with `source_type: image_url`; exactly one kind is to be given.
- *Else* is what counts when a field is left out.
- *Choices*: a form can offer a list from the account, through the component's `choices`.
- *Seldom needed*: a form may fold the field away.
- A deep or large object is folded into the row of its field, which then names what is inside.
- Answers come from the conformance cases, with long lists and texts cut; where there is no such
  case, the fields that are known. Pinterest adds fields without notice, and they come through.
";

pub fn page(manifest: &Manifest) -> String {
    let count = manifest.actions.len();
    let mut page = format!("{GENERATED}# {count} actions\n\n{HOW_TO_READ}\n");
    page += "See also the [triggers](../triggers.md), the [webhooks](../webhooks.md) and the \
             [resources](../resources.md).\n\n";
    for (group, actions) in manifest.groups() {
        let file = slug(group) + ".md";
        page += &format!("## {group}\n\n[Inputs, answers and examples]({file})\n\n");
        let mut table = Table::new(["Action", "What it does", ""]);
        for action in actions {
            let about = &action.about;
            let mut marks: Vec<_> = about.notes.iter().map(String::as_str).collect();
            marks.extend((about.shape == Shape::Items).then_some("list"));
            let link = format!("[{}]({file}#{})", prose(&about.title), about.id);
            table.row([link, prose(&about.summary), marks.join(", ")]);
        }
        page += &table.finish();
    }
    page.trim_end().to_owned() + "\n"
}
