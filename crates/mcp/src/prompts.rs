//! Prompts: the common jobs, as the connector words them.

use rmcp::model::{GetPromptResult, JsonObject, Prompt, PromptArgument, PromptMessage, Role};

use crate::vocabulary::Job;

/// A job as a prompt, which takes what its text leaves open.
pub fn prompt(job: &Job) -> Prompt {
    let arguments = open(&job.text).map(|name| PromptArgument::new(name).with_required(false));
    let arguments: Vec<_> = arguments.collect();
    let arguments = (!arguments.is_empty()).then_some(arguments);
    Prompt::new(&job.name, Some(&job.title), arguments)
}

/// The text of a job with what was given in its places.
pub fn filled(job: &Job, given: &JsonObject) -> GetPromptResult {
    let text = open(&job.text).fold(job.text.clone(), |text, name| {
        let value = given.get(name).and_then(|value| value.as_str()).filter(|it| !it.is_empty());
        text.replace(&format!("{{{name}}}"), value.unwrap_or("(ask me)"))
    });
    GetPromptResult::new(vec![PromptMessage::new_text(Role::User, text)])
        .with_description(&job.title)
}

/// The names in braces.
fn open(text: &str) -> impl Iterator<Item = &str> {
    text.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_text_leaves_open_is_an_argument() {
        let (name, title) = ("plan".into(), "Plan a week".into());
        let job = Job { name, title, text: "Plan {count} things about {topic}.".into() };
        let arguments = prompt(&job).arguments.unwrap();
        assert_eq!(
            arguments.iter().map(|it| it.name.as_str()).collect::<Vec<_>>(),
            ["count", "topic"]
        );
        let given = JsonObject::from_iter([("count".to_owned(), "five".into())]);
        let result = serde_json::to_value(filled(&job, &given)).unwrap();
        assert_eq!(result["messages"][0]["content"]["text"], "Plan five things about (ask me).");
    }
}
