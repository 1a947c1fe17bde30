//! `webhooks`: what the service can send by itself.

use clap::Args;

use super::triggers;
use crate::app::App;
use crate::error::Error;
use crate::options::Options;

const EXAMPLES: &str = r#"Examples:
  connector webhooks"#;

/// List the webhooks
///
/// With --json: an array of webhooks.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Webhooks {}

impl Webhooks {
    pub async fn run(self, options: Options) -> Result<(), Error> {
        let app = App::open(options).await?;
        let webhooks = app.connector.instantiate()?.webhooks()?.into_iter();
        let webhooks: Vec<_> = webhooks.map(|webhook| webhook.trigger).collect();
        triggers::print(&app, "webhooks", &webhooks)
    }
}
