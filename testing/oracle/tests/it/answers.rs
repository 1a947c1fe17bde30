//! Any answer that the description allows comes out as the action's output schema says, with
//! nothing lost; and every refusal is an error of the right kind.

use connector_oracle::answer::{self, Answers, REQUEST_ID, difference};
use connector_oracle::description::{Description, Operation};
use connector_oracle::dialect::faults;
use connector_oracle::engine::{Engine, Performed, perform};
use connector_oracle::findings::{Findings, place};
use connector_oracle::generate::{Maker, Optional};
use pinterest_connector::contract::ErrorKind;
use serde_json::Value;

use crate::support::{Subject, both};

/// Answers made by chance, for each action.
const RANDOM: u64 = 24;

both!(answers_come_out_whole, refusals_have_their_kind);

fn answers_come_out_whole(engine: &dyn Engine) {
    each(engine, |description, operation, subject, findings| {
        let judge = subject.judge_of_output();
        let input = Maker::of_inputs(1, Optional::None).value(&subject.input);
        for seed in 0..RANDOM {
            let optional = if seed == 0 { Optional::All } else { Optional::Some };
            let mut maker = Maker::of_answers(description, subject.seed(seed), optional);
            let answers = answer::success(description, operation, subject.is_list, &mut maker);
            let performed =
                perform(engine, &subject.id, &input, |count| answers.responses[count].clone());
            let outputs = match (&performed.end, &performed.items) {
                (Err(error), _)
                    if error.kind == ErrorKind::Rejected
                        && answer::tells_of_failure(&answers.whole) =>
                {
                    continue;
                }
                // An answer to a batch that lists nothing is none, whatever the description allows.
                (Err(error), _)
                    if error.kind == ErrorKind::Unexpected
                        && subject.output["properties"].get("results").is_some()
                        && lists_nothing(&answers.whole) =>
                {
                    continue;
                }
                (Err(error), _) => {
                    let what = format!("{:?} {}: {}", error.kind, error.code, error.message);
                    findings.add(&subject.id, what, body(&answers));
                    continue;
                }
                (Ok(output), None) if !subject.is_list => vec![output],
                (Ok(_), items) => items.iter().flatten().collect(),
            };
            for output in outputs {
                for (at, keyword, message) in faults(&judge, output) {
                    let what = format!("the output is not as promised, {}: {keyword}", place(&at));
                    findings.add(&subject.id, what, message);
                }
            }
            if let Some(what) = loss(subject, &answers, &performed, maker.strangers) {
                findings.add(&subject.id, what, body(&answers));
            }
        }
    });
}

fn lists_nothing(whole: &Value) -> bool {
    whole.as_object().is_some_and(|members| !members.values().any(Value::is_array))
}

/// What an action did not pass on.
fn loss(
    subject: &Subject,
    answers: &Answers,
    performed: &Performed,
    strangers: usize,
) -> Option<String> {
    let output = performed.end.as_ref().ok()?;
    if subject.is_list {
        if performed.requests.len() != answers.responses.len() {
            return Some(format!("{} pages were read", performed.requests.len()));
        }
        let items = Value::from(answers.items.clone());
        return difference(&items, &performed.items.clone().unwrap_or_default().into());
    }
    if subject.output["properties"].get("results").is_none() {
        return difference(&answers.whole, output);
    }
    // A batch is put in order, so only the number of results and the unknown keys can be compared.
    let text = output.to_string();
    let lost = (1..=strangers).find(|number| !text.contains(&format!("\"stranger_{number}\"")));
    if lost.is_some() {
        return Some("an unknown key is lost".to_owned());
    }
    let lists = match &answers.whole {
        Value::Object(members) => members.values().collect(),
        whole => vec![whole],
    };
    let wanted: usize = lists.into_iter().filter_map(Value::as_array).map(Vec::len).sum();
    let results = output["results"].as_array()?;
    let failed = results.iter().filter(|result| result["ok"] == false).count();
    // Inputs of which the answer says nothing are told of, too.
    let added = |result: &&Value| result["data"].is_null();
    let added = results.iter().filter(added).count();
    if results.len() < wanted || results.len() > wanted + added {
        return Some("another number of results".to_owned());
    }
    let unexplained = results.iter().any(|result| result["ok"] == result["error"].is_object());
    (output["failed"] != failed || unexplained).then(|| "it does not count its failures".to_owned())
}

fn refusals_have_their_kind(engine: &dyn Engine) {
    each(engine, |_, operation, subject, findings| {
        let input = Maker::of_inputs(1, Optional::None).value(&subject.input);
        for &status in &operation.refusals {
            let performed = perform(engine, &subject.id, &input, |_| answer::refusal(status));
            let Err(error) = performed.end else {
                findings.add(&subject.id, format!("{status} is no error"), "");
                continue;
            };
            let told = error.status == Some(status)
                && error.request_id.as_deref() == Some(REQUEST_ID)
                && error.message == "Refused for a reason of its own.";
            if error.kind != answer::kind(status) {
                findings.add(&subject.id, format!("{status} is {:?}", error.kind), error.code);
            } else if !told {
                findings.add(&subject.id, format!("{status} is not told of"), error.message);
            } else if error.kind == ErrorKind::RateLimited && error.retry_after_ms != Some(47_000) {
                findings.add(&subject.id, format!("{status} does not say when"), error.message);
            }
        }
    });
}

fn each(engine: &dyn Engine, judge: impl Fn(&Description, &Operation, &Subject, &mut Findings)) {
    let Some(description) = Description::find() else { return };
    let operations = description.operations();
    let mut findings = Findings::default();
    for subject in Subject::all(engine) {
        if let Some(operation) = operations.iter().find(|o| o.id == subject.operation_id) {
            judge(&description, operation, &subject, &mut findings);
        }
    }
    findings.settle();
}

fn body(answers: &Answers) -> String {
    String::from_utf8_lossy(&answers.responses[0].body).into_owned()
}
