//! `webhook receive`: the events of what the service sent.

use clap::Args;
use connector_host::Call;
use connector_host::contract::{Delivery, Header};

use super::run;
use crate::app::App;
use crate::error::Error;
use crate::input::Input;
use crate::{files, known};

/// The same body gives the same ids.
#[derive(Args)]
pub struct Receive {
    /// The id of a webhook
    webhook: String,
    /// The webhook's configuration
    #[command(flatten)]
    input: Input,
    /// The body, byte by byte as it came: a file, or - for stdin
    #[arg(long, value_name = "FILE|-")]
    body: String,
    /// A header of what was sent (may be repeated)
    #[arg(long = "header", value_name = "NAME: VALUE")]
    headers: Vec<String>,
}

impl Receive {
    pub async fn run(self, app: &App) -> Result<(), Error> {
        if self.body == "-" && self.input.is_stdin() {
            return Err(Error::Usage("--body and --input cannot both be stdin".into()));
        }
        let delivery = Delivery {
            headers: self.headers.iter().map(|text| header(text)).collect::<Result<_, _>>()?,
            body: files::bytes("--body", &self.body)?,
        };
        let described = known::webhook(&app.connector, &self.webhook)?;
        let config = self.input.read(&described.config)?;
        let call = Call::Receive { webhook: self.webhook, config, delivery };
        run(&app.connection()?, call).await?;
        Ok(())
    }
}

/// What is wrong is not repeated: it may be a secret.
fn header(text: &str) -> Result<Header, Error> {
    let wrong = || Error::Usage("--header: a name, `:` and a value".into());
    let (name, value) = text.split_once(':').ok_or_else(wrong)?;
    Ok(Header { name: name.trim().to_owned(), value: value.trim().to_owned() })
}
