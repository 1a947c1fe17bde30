//! The clients' methods, with an overload for each call.

use serde_json::Value;

use super::types::Types;
use crate::typed::{Call, Kind, Things, pascal};

/// Methods in the order to write them.
const METHODS: [&str; 6] = ["run", "list", "poll", "choices", "subscribe", "receive"];

/// Of a method: its overloads, from the first parameter on, and what they give.
#[derive(Default)]
pub struct Clients {
    overloads: [Vec<(String, String)>; 6],
}

impl Clients {
    /// The methods of one call.
    pub fn add(&mut self, call: &Call, things: &Things, types: &mut Types) {
        let (taken, given) = match call.kind {
            Kind::Single => ("Input", "Output"),
            Kind::Items => ("Input", "Item"),
            Kind::Trigger | Kind::Webhook => ("Config", "Data"),
        };
        let input = types.named(format!("{}{taken}", pascal(call.id)), &call.input);
        let output = match things.name_of(call.output) {
            Some(_) => call.output.clone(),
            None => things.given(call.id, call.output),
        };
        let output = types.named(format!("{}{given}", pascal(call.id)), &output);
        let id = format!("Literal[{}]", Value::from(call.id));
        let action = match call.is_open() {
            true => format!("action: {id}, input: {input} | None = None, limit: int | None = None"),
            false => format!("action: {id}, input: {input}, limit: int | None = None"),
        };
        match call.kind {
            Kind::Single => self.overload("run", action, output),
            Kind::Items => {
                self.overload("run", action.clone(), format!("_List[{output}]"));
                self.overload("list", action, output);
            }
            Kind::Trigger => {
                let taken = format!("trigger: {id}, config: {input}, cursor: str | None = None");
                self.overload("poll", taken, format!("Poll[{output}]"));
            }
            Kind::Webhook => {
                let taken = format!("webhook: {id}, config: {input}");
                self.overload("subscribe", format!("{taken}, address: str"), "Any".to_owned());
                let more = "subscription: Any, delivery: Delivery, cursor: str | None = None";
                self.overload("receive", format!("{taken}, {more}"), format!("Poll[{output}]"));
            }
        }
        if !call.choices.is_empty() {
            // The path of an item has its number in it.
            let has_items = call.choices.iter().any(|path| path.contains("[]"));
            let paths = call.choices.iter().map(|path| Value::from(path.as_str()).to_string());
            let field = if has_items {
                "str".to_owned()
            } else {
                format!("Literal[{}]", paths.collect::<Vec<_>>().join(", "))
            };
            let taken = format!(
                "of: {id}, field: {field}, input: Mapping[str, Any] | None = None, query: str | None = None"
            );
            self.overload("choices", taken, "Choice".to_owned());
        }
    }

    fn overload(&mut self, method: &str, taken: String, given: String) {
        let at = METHODS.iter().position(|known| *known == method).unwrap_or_default();
        self.overloads[at].push((taken, given));
    }

    /// Both classes.
    pub fn text(&self) -> String {
        let class = |name: &str, base: &str, is_async: bool| {
            let methods: String = METHODS
                .iter()
                .zip(&self.overloads)
                .map(|(method, overloads)| methods(method, overloads, is_async))
                .collect();
            format!(
                "\n\nclass {name}({base}):\n{}",
                if methods.is_empty() { "    ...\n" } else { &methods }
            )
        };
        class("Client", "Connector", false) + &class("AsyncClient", "AsyncConnector", true)
    }
}

/// One method; a single overload is none of several.
fn methods(method: &str, overloads: &[(String, String)], is_async: bool) -> String {
    let each = overloads.iter().enumerate().map(|(at, (taken, given))| {
        // What is narrower than the driver's own methods is no fault.
        let ignore = if at == 0 { "  # type: ignore[override]" } else { "" };
        let given = match (method, is_async) {
            ("list", false) => format!("Generator[{given}, None, Any]"),
            ("choices", false) => format!("Iterator[{given}]"),
            ("list" | "choices", true) => format!("AsyncGenerator[{given}, None]"),
            _ => given.clone(),
        };
        let streams = matches!(method, "list" | "choices");
        let def = if is_async && !streams { "async def" } else { "def" };
        match overloads.len() {
            1 => format!("    {def} {method}(self, {taken}) -> {given}: ...{ignore}\n"),
            _ => format!(
                "    @overload{ignore}\n    {def} {method}(self, {taken}) -> {given}: ...\n"
            ),
        }
    });
    each.collect()
}
