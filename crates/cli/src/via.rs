//! `--via`: calls that a cluster runs.

use connector_host::contract::actions::Shape;
use connector_worker::{Answer, Ingress, PagesTo, Submission};
use serde_json::Value;
use url::Url;

use crate::app::App;
use crate::error::Error;
use crate::input::Input;
use crate::options::Options;
use crate::random;
use crate::{known, output};

/// Where the cluster is.
#[derive(Clone, Debug)]
pub struct Via(Url);

/// Reads `restate=http://127.0.0.1:8080`.
pub fn read(text: &str) -> Result<Via, String> {
    let url = text.strip_prefix("restate=").ok_or("`restate=` and the URL of its ingress")?;
    url.parse().map(Via).map_err(|error| format!("`{url}`: {error}"))
}

impl Via {
    /// Submits an action under a key of its own, waits for the outcome and prints it.
    pub async fn run(
        &self,
        options: Options,
        action: &str,
        input: &Input,
        limit: Option<u64>,
    ) -> Result<(), Error> {
        let app = App::open(options).await?;
        let described = known::action(&app.connector, action)?;
        let name = app.options.connection()?;
        let name =
            name.ok_or_else(|| Error::Usage("say --connection, as the cluster names it".into()))?;
        let input = serde_json::from_str(&input.read(&described.input)?);
        let input = input.map_err(|error| Error::Usage(format!("--input: {error}")))?;
        let asked = Submission {
            connection: name.to_owned(),
            action: action.to_owned(),
            input,
            limit,
            approval: false,
            pages: PagesTo::Answer,
        };
        let ingress = Ingress::new(self.0.clone());
        // Asked for again under the same key, it is run once.
        let key = random::text()?;
        let answer: Answer = ingress.call(&["Action", "run"], Some(&key), &asked).await?;
        for item in &answer.items {
            output::line(item.to_string())?;
        }
        match (described.action.shape, &answer.output) {
            (Shape::Single, output) => output::json(output),
            (Shape::Items, Value::Null) => Ok(()),
            (Shape::Items, output) => {
                output::note(output.to_string());
                Ok(())
            }
        }
    }
}
