//! `webhook receive`: the events of what the service sent.

use clap::Args;
use connector_host::contract::{Delivery, Header, Method};
use connector_host::{Call, Connection};
use connector_webhooks::{Verdict, Webhook};
use serde_json::Value;

use super::owner;
use super::subscriptions::Kept;
use crate::app::App;
use crate::cursor::CursorFile;
use crate::error::Error;
use crate::input::Input;
use crate::{files, known, output, stream};

/// The same body gives the same ids. Where the service signs, the signature must be right. Where deliveries
/// only say that there is something new, --subscription goes on where the delivery before it ended.
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
    /// The address that it was sent to, as the service knows it
    #[arg(long)]
    url: Option<String>,
    /// The subscription that it was sent for, whose configuration and key count
    #[arg(long, value_name = "ID")]
    subscription: Option<String>,
    /// Do not check the signature, so that what anybody wrote becomes events
    #[arg(long)]
    unverified: bool,
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
            method: Method::Post,
            url: self.url.unwrap_or_default(),
            headers: self.headers.iter().map(|text| header(text)).collect::<Result<_, _>>()?,
            body: files::bytes("--body", &self.body)?,
        };
        let connection = app.connection()?;
        let kept = match &self.subscription {
            Some(id) => Some(Kept::find(app, &connection, &owner(app)?, id)?),
            None => None,
        };
        let config = match &kept {
            Some(kept) if kept.webhook != self.webhook => {
                let message = format!("the subscription is one of {}", kept.webhook);
                return Err(Error::Usage(message));
            }
            Some(kept) => Value::Object(kept.config(app, &self.input)?).to_string(),
            None => self.input.read(&known::webhook(&app.connector, &self.webhook)?.config)?,
        };
        match self.unverified {
            true => output::note("The signature is not checked: anybody may have sent this"),
            false => verify(&connection, &self.webhook, kept.as_ref(), &delivery).await?,
        }
        let subscription = kept.map_or("{}".to_owned(), |kept| kept.content.expose().to_owned());
        let cursors = self.subscription.map(|id| -> Result<_, Error> {
            CursorFile::open(CursorFile::path_of_subscription(app, &id)?)
        });
        let cursors = cursors.transpose()?;
        let cursor = cursors.as_ref().map(CursorFile::read).transpose()?.flatten();
        let webhook = self.webhook;
        let call = Call::Receive { webhook, config, subscription, delivery, cursor };
        let mut events = stream::JsonLines::silent();
        let outcome = stream::run(&connection, call, None, &mut events).await?;
        match (cursors, outcome.cursor) {
            (Some(file), Some(cursor)) => file.write(&cursor),
            _ => Ok(()),
        }
    }
}

async fn verify(
    connection: &Connection,
    id: &str,
    kept: Option<&Kept>,
    delivery: &Delivery,
) -> Result<(), Error> {
    let webhook = Webhook::find(connection, id).await?;
    let keys = webhook.keys(connection, kept.map(|kept| &kept.content)).await?;
    match webhook.verify(&keys, delivery)? {
        Verdict::Right | Verdict::NotSigned => Ok(()),
        Verdict::NoKeyYet if kept.is_none() => {
            let message =
                "it is signed with a key of the subscription: name that with --subscription";
            Err(Error::Declined(format!("{message}; --unverified reads it all the same")))
        }
        wrong @ (Verdict::NoKey(_) | Verdict::NoKeyYet) => {
            let message = format!("the signature cannot be checked: {wrong}");
            Err(Error::Declined(format!("{message}; --unverified reads it all the same")))
        }
        wrong => {
            let message = format!("{wrong}: somebody else may have sent this");
            Err(Error::Declined(format!("{message}; --unverified reads it all the same")))
        }
    }
}

/// What is wrong is not repeated: it may be a secret.
fn header(text: &str) -> Result<Header, Error> {
    let wrong = || Error::Usage("--header: a name, `:` and a value".into());
    let (name, value) = text.split_once(':').ok_or_else(wrong)?;
    Ok(Header { name: name.trim().to_ascii_lowercase(), value: value.trim().to_owned() })
}
