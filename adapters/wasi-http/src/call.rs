//! A call, and the forms in which its end is told.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;
use serde_json::value::{RawValue, to_raw_value};

use crate::answer::Answer;
use crate::begun::{Begun, Form};
use crate::bindings::automation::connector::connection::Descriptor;
use crate::bindings::automation::connector::types::{Error, Outcome, Step};
use crate::blobs::Blobs;
use crate::budget::Budget;
use crate::credentials;
use crate::drive::{End, Sink};
use crate::failure::Failure;
use crate::incoming::Asked;
use crate::run::Run;
use crate::values;

/// Members that are told before all others: what has been found out of a delivery.
pub type Head = BTreeMap<&'static str, Box<RawValue>>;

/// A call with its first step.
pub struct Call {
    pub begun: Begun,
    pub head: Head,
    pub first: Result<Step, Error>,
    /// How many items are wanted.
    pub wanted: Option<u64>,
    /// Where it goes on, if it began before, and whether it changed something then.
    pub before: (Option<Vec<u8>>, bool),
}

/// A document, or the last line. What is not there is left out.
#[derive(Serialize, Default)]
struct Told<'a> {
    #[serde(flatten)]
    head: Head,
    #[serde(skip_serializing_if = "Option::is_none")]
    items: Option<&'a [Box<RawValue>]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    events: Option<&'a [Box<RawValue>]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    output: Option<&'a RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    subscription: Option<&'a RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cursor: Option<&'a str>,
    /// With `after_ms`: the call goes on with this text.
    #[serde(skip_serializing_if = "Option::is_none")]
    r#continue: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    after_ms: Option<u64>,
}

impl Call {
    /// Runs it and answers.
    pub fn run(
        self,
        descriptor: &Descriptor,
        settings: &Value,
        asked: &Asked,
        answer: &mut Answer,
    ) -> Result<(), Failure> {
        let Call { begun, head, first, wanted, before: (last, changed) } = self;
        let form = begun.form;
        // A call that is refused at once is no list.
        let first = match first {
            Err(error) if !head.is_empty() => {
                answer.fail_after(&error.into(), &head);
                return Ok(());
            }
            other => other?,
        };
        let mut secrets = credentials::secrets(descriptor)?;
        if let Some(kept) = &begun.kept {
            secrets.extend_from_slice(&kept.keys);
            credentials::sort(&mut secrets);
        }
        let mut run = Run {
            descriptor,
            settings,
            begun,
            blobs: Blobs::default(),
            secrets,
            budget: Budget::new()?,
            routes: values::routes()?,
            changed,
            last,
            wrote: false,
        };
        let streams = asked.streams && matches!(form, Form::Items | Form::Events);
        let mut head = head;
        if streams {
            answer.lines();
            if !head.is_empty() {
                answer.line(&std::mem::take(&mut head));
            }
        }
        let mut sink = Sink {
            lines: streams.then_some(&mut *answer),
            items: Vec::new(),
            bytes: 0,
            wanted: wanted.unwrap_or(u64::MAX),
            name: if form == Form::Events { "events" } else { "items" },
        };
        let end = run.drive(first, &mut sink);
        let (items, name) = (std::mem::take(&mut sink.items), sink.name);
        let end = match end {
            Err(failure) if !items.is_empty() || !head.is_empty() => {
                if !items.is_empty() {
                    head.insert(name, to_raw_value(&items).expect("JSON has a text"));
                }
                answer.fail_after(&failure, &head);
                return Ok(());
            }
            other => other?,
        };
        // What was emitted is told, whatever was announced.
        let form = if form == Form::Output && !items.is_empty() { Form::Items } else { form };
        tell(form, head, &end, (!streams).then_some(&*items), answer)
    }
}

/// Tells of a delivery that no events are made of.
pub fn tell_of(head: Head, asked: &Asked, answer: &mut Answer) {
    if asked.streams {
        answer.lines();
        answer.line(&head);
    } else {
        answer.json(200, &Told { head, events: Some(&[]), ..Told::default() });
    }
}

/// Tells how a call ended; `items` where they have not been told before.
fn tell(
    form: Form,
    head: Head,
    end: &End,
    items: Option<&[Box<RawValue>]>,
    answer: &mut Answer,
) -> Result<(), Failure> {
    let mut told = Told { head, ..Told::default() };
    match form {
        Form::Output | Form::Subscription => {}
        Form::Items => told.items = items,
        Form::Events => told.events = items,
    }
    let mut status = 200;
    let output;
    match end {
        End::Enough => {}
        End::Later(token, ms) => {
            status = 202;
            (told.r#continue, told.after_ms) = (Some(&**token), Some(*ms));
        }
        End::Done(Outcome { output: text, cursor }) => {
            output = serde_json::from_str::<&RawValue>(text)
                .map_err(|error| Failure::new(502, "unexpected", format!("the output: {error}")))?;
            if form == Form::Output {
                answer.json(200, &output);
                return Ok(());
            }
            if form == Form::Subscription && !output.get().starts_with('{') {
                let detail = "the subscription that the connector made is not an object";
                return Err(Failure::new(502, "unexpected", detail));
            }
            told.subscription = Some(output).filter(|_| form == Form::Subscription);
            told.output = Some(output).filter(|_| form == Form::Items);
            told.cursor = cursor.as_deref();
        }
    }
    match items {
        Some(_) => answer.json(status, &told),
        None => {
            answer.line(&told);
        }
    }
    Ok(())
}
