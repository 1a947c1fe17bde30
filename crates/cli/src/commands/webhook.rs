//! `webhook`: has the service send events by itself, and reads what it sent.

mod delivery;
mod listen;
mod subscriptions;

use clap::{Args, Subcommand};
use connector_host::{Call, Connection, Mask, Secret};
use serde_json::json;
use url::Url;

pub use self::subscriptions::end_all;
use crate::app::App;
use crate::error::Error;
use crate::input::Input;
use crate::options::Options;
use crate::{interrupt, known, output, stream};

const EXAMPLES: &str = r#"Examples:
  connector webhook subscribe leads.received --address https://example.com/hooks/4f1c9a
  connector webhook listen leads.received --address https://example.com/hooks/4f1c9a
  connector webhook subscriptions"#;

/// Have the service send events by itself, and read what it sent
///
/// Whoever has an address of their own need not poll. Subscriptions are kept encrypted, beside the
/// connections.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Webhook {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Have events sent to an address of yours
    Subscribe {
        /// The id of a webhook
        webhook: String,
        /// The webhook's configuration
        #[command(flatten)]
        input: Input,
        /// Where events are sent: an https URL that nobody can guess
        #[arg(long, value_name = "URL")]
        address: String,
    },
    /// List the subscriptions. Values that are marked as secret are not shown
    Subscriptions,
    /// Make a subscription that ends last longer
    Renew(subscriptions::Renew),
    /// End a subscription
    Unsubscribe {
        /// The id of a subscription
        #[arg(value_name = "ID")]
        subscription: String,
    },
    /// Answer what the service sends, and print its events
    Listen(Box<listen::Listen>),
    /// Print the events of what was sent, each on a line
    Receive(delivery::Receive),
}

impl Webhook {
    pub async fn run(self, options: Options) -> Result<(), Error> {
        let app = App::open(options).await?;
        match self.what {
            What::Subscribe { webhook, input, address } => {
                subscribe(&app, webhook, &input, address).await
            }
            What::Subscriptions => subscriptions::print(&app),
            What::Renew(renew) => renew.run(&app).await,
            What::Unsubscribe { subscription } => {
                subscriptions::end(&app, &app.connection()?, &owner(&app)?, &subscription).await?;
                output::line(format!("The subscription {subscription} has ended"))
            }
            What::Listen(listen) => listen.run(&app).await,
            What::Receive(receive) => receive.run(&app).await,
        }
    }
}

async fn subscribe(
    app: &App,
    webhook: String,
    input: &Input,
    address: String,
) -> Result<(), Error> {
    https(&address)?;
    let schema = known::webhook(&app.connector, &webhook)?.config;
    let config = input.read(&schema)?;
    let shown = Mask::new(&schema, &config).apply(config.clone());
    // Opened first: a subscription that nobody keeps could not be ended.
    let (vault, owner) = (app.vault()?, owner(app)?);
    // Nor one whose answer nobody waits for.
    interrupt::listen(app.stop.clone());
    let call = Call::Subscribe { webhook: webhook.clone(), config, address };
    let subscription = Secret::new(run(&app.connection()?, call).await?);
    let id = vault.keep_subscription(&owner, &webhook, &shown, &subscription)?;
    match app.options.json {
        true => output::json(&json!({"id": id, "webhook": webhook})),
        false => output::line(format!("end it with: connector webhook unsubscribe {id}")),
    }
}

/// Where a service sends events to.
fn https(address: &str) -> Result<Url, Error> {
    let url = Url::parse(address).ok().filter(|url| url.scheme() == "https");
    url.ok_or_else(|| Error::Usage("--address: must be an https URL".into()))
}

/// Runs a call to its output; events are printed, each on a line.
async fn run(connection: &Connection, call: Call) -> Result<String, Error> {
    Ok(stream::run(connection, call, None, &mut stream::JsonLines::silent()).await?.output)
}

/// Whose subscriptions are meant: without a stored connection those that were made in the same
/// environment without one.
fn owner(app: &App) -> Result<String, Error> {
    let entry = app.entry()?;
    let remembered = app.remembered_as(entry.as_ref());
    Ok(match entry {
        Some(_) => remembered,
        None => {
            let connector = &app.connector.descriptor().id;
            format!("{connector}/{}/{remembered}", app.environment(None))
        }
    })
}
