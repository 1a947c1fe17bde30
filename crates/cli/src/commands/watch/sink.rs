//! Where events go.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use connector_durable::{Event, Exec, JsonLines, NotTaken, Sink, Webhook};

use super::duration;
use crate::error::Error;
use crate::{output, variables};

/// One way at most.
#[derive(Args)]
pub struct Chosen {
    /// Run a shell command for each event, with the event as its input; exit code 0 means that it
    /// is delivered
    #[arg(long, value_name = "COMMAND", group = "way")]
    exec: Option<String>,
    /// Post each event to an address, with the header event-id; if the variable
    /// CONNECTOR_WEBHOOK_SECRET holds a secret, the header event-signature holds `t=TIME,v1=HMAC`:
    /// the second it was sent, and the HMAC-SHA-256 of that, a point and the body in hex digits
    #[arg(long, value_name = "URL", group = "way")]
    webhook: Option<String>,
    /// Append each event to a file, which belongs to this watch alone
    #[arg(long, value_name = "FILE", group = "way")]
    jsonl: Option<PathBuf>,
    /// How long a command or an answer may take
    #[arg(long, default_value = "60s", value_parser = duration, value_name = "TIME")]
    timeout: Duration,
}

impl Chosen {
    pub fn open(self) -> Result<Box<dyn Sink>, Error> {
        Ok(match (self.exec, self.webhook, self.jsonl) {
            (Some(command), ..) => {
                Box::new(Exec::new(command, self.timeout).without(variables::SECRETS))
            }
            (_, Some(url), _) => {
                Box::new(Webhook::new(&url, variables::webhook_secret(), self.timeout)?)
            }
            (.., Some(path)) => Box::new(JsonLines::open(&path)?),
            _ => Box::new(Printed),
        })
    }
}

/// A line on stdout.
struct Printed;

#[async_trait::async_trait]
impl Sink for Printed {
    async fn deliver(&mut self, event: &Event) -> Result<(), NotTaken> {
        Ok(output::line(&event.json).map_err(|error| error.to_string())?)
    }
}
