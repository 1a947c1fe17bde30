//! A list of many pages, made of the first page of a case.

use connector_host::contract::{Reply, Response, Step};
use connector_host::{Call, Error};
use serde_json::Value;

use crate::case::Case;
use crate::probe::{self, Probe};
use crate::report::Report;

/// Pages of such a list.
const PAGES: usize = 1000;
/// After so many an instance has taken what it needs.
const SETTLED: usize = 100;
/// Bytes by which it may still grow: an allocator takes its memory in pieces.
const GROWTH: usize = 4 << 20;

/// What a service answers page after page.
pub(crate) struct LongList {
    call: Call,
    settings: String,
    first: Value,
    /// The text in the first answer by which the connector asks for the second page.
    mark: Mark,
}

enum Mark {
    /// Every page names the next by a text of its own.
    Text(String),
    Number(u64),
    /// The connector counts by itself, so that every page is like the first.
    Same,
}

/// The list of a case that asks for a second page.
pub(crate) fn of(case: &Case) -> Option<LongList> {
    let [first, second, ..] = case.requests.as_slice() else { return None };
    let url = |request: &Value| request["url"].as_str().unwrap_or_default().to_owned();
    let (before, after) = (url(first), url(second));
    if before == after || before.split('?').next() != after.split('?').next() {
        return None;
    }
    let first = case.responses.first()?.clone();
    let text = first.to_string();
    let known: Vec<String> = values(&before);
    let mut new = values(&after).into_iter().filter(|value| !known.contains(value));
    let mark = new.find_map(|value| match value.parse() {
        Ok(number) => text.contains(&value).then_some(Mark::Number(number)),
        Err(_) => text.contains(&value).then_some(Mark::Text(value)),
    });
    let id = case.call["id"].as_str()?.to_owned();
    let object = |key: &str| case.call.get(key).map_or("{}".to_owned(), Value::to_string);
    let call = Call::Action { id, input: object("input") };
    Some(LongList { call, settings: object("settings"), first, mark: mark.unwrap_or(Mark::Same) })
}

/// The values in the query of a URL.
fn values(url: &str) -> Vec<String> {
    let query = url.split_once('?').map_or("", |(_, query)| query);
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs.map(|(_, value)| value.to_owned()).filter(|value| !value.is_empty()).collect()
}

impl LongList {
    /// The answer with the page of this number, counted from 0.
    fn page(&self, number: usize) -> Reply {
        let mut written = self.first.clone();
        let replace = |text: &str| match &self.mark {
            Mark::Text(mark) => text.replace(mark.as_str(), &format!("{mark}{number}")),
            _ => text.to_owned(),
        };
        self.each(&mut written, number, &replace);
        let body = match (written.get("body"), written["text"].as_str()) {
            (Some(body), _) => body.to_string(),
            (None, text) => text.unwrap_or_default().to_owned(),
        };
        let headers = written["headers"].as_object().into_iter().flatten();
        let headers = headers.map(|(name, value)| connector_host::contract::Header {
            name: name.clone(),
            value: value.as_str().unwrap_or_default().to_owned(),
        });
        let status = written["status"].as_u64().and_then(|it| u16::try_from(it).ok());
        Reply::Response(Response {
            status: status.unwrap_or(200),
            headers: headers.collect(),
            body: body.into_bytes(),
        })
    }

    fn each(&self, value: &mut Value, number: usize, replace: &impl Fn(&str) -> String) {
        match value {
            Value::String(text) => *text = replace(text),
            Value::Number(old) => {
                if let Mark::Number(mark) = self.mark
                    && old.as_u64() == Some(mark)
                {
                    *value = (mark + number as u64).into();
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|it| self.each(it, number, replace)),
            Value::Object(members) => {
                members.values_mut().for_each(|it| self.each(it, number, replace));
            }
            _ => {}
        }
    }
}

/// Plays it in one instance, which must not grow with the pages.
pub(crate) fn check(probe: &Probe<'_>, name: &str, list: &LongList, report: &mut Report) {
    let Ok(mut instance) = probe.connector.instantiate() else { return };
    let mut next: Result<Step, Error> =
        instance.start(&list.call, &list.settings, &probe::context());
    let (mut pages, mut asked, mut settled, mut longest) = (0, 0, 0, 0);
    while pages < PAGES {
        next = match next {
            Ok(Step::Send(pending)) => {
                longest = longest.max(pending.checkpoint.len());
                asked += 1;
                instance.resume(&pending.checkpoint, &list.page(asked - 1))
            }
            Ok(Step::Emit(page)) => {
                pages += 1;
                instance.resume(&page.checkpoint, &Reply::Proceed)
            }
            Ok(Step::Pause(pause)) => instance.resume(&pause.checkpoint, &Reply::Proceed),
            Ok(Step::Done(_) | Step::Read(_)) | Err(Error::Connector(_)) => {
                return report.note(format!(
                    "{name}: a list of {PAGES} pages could not be made of it; it ended after {pages}"
                ));
            }
            Err(error) => {
                let mend = "keep nothing in memory from page to page";
                let fault = format!("after {pages} pages it does not answer: {error}");
                return report.fault(name, fault, mend);
            }
        };
        if pages == SETTLED && settled == 0 {
            settled = instance.memory_bytes();
        }
    }
    let grown = instance.memory_bytes().saturating_sub(settled);
    if grown > GROWTH {
        let fault = format!("its memory grows by {grown} bytes over {} pages", PAGES - SETTLED);
        report.fault(name, fault, "keep nothing in memory from page to page");
    }
    report.count("pages of long lists", pages);
    if longest > 64 << 10 {
        let fault = format!("after {PAGES} pages its checkpoint has {longest} bytes");
        report.fault(name, fault, "keep where the list goes on, and not what it has seen");
    }
}
