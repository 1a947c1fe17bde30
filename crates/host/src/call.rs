//! What can be asked of a connector.

use serde::{Deserialize, Serialize};

use crate::blob;
use crate::contract::Delivery;
use crate::contract::types::Checkpoint;
use crate::redact::Redactor;

/// A call that runs as a sequence of steps. Inputs and configurations are JSON texts.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Call {
    /// Runs an action.
    Action {
        /// The id of the action.
        id: String,
        /// The input, as the JSON text of an object.
        input: String,
    },
    /// Lists the choices for a field of an action. `input`: what has been filled in so far.
    ActionChoices {
        /// The id of the action.
        id: String,
        /// The path of the field, such as `items[0].board_id`.
        field: String,
        /// The input, as the JSON text of an object.
        input: String,
        /// What the person has typed so far.
        query: Option<String>,
    },
    /// Goes on after a page of an earlier call, from the checkpoint that the page carried: see
    /// [`crate::Observer::emitted`].
    Resume {
        /// The checkpoint of the page.
        checkpoint: Checkpoint,
    },
    /// Polls a trigger. `cursor`: from the poll before, none the first time.
    Poll {
        /// The id of the trigger.
        trigger: String,
        /// The configuration, as the JSON text of an object.
        config: String,
        /// The cursor of the poll before.
        cursor: Option<String>,
    },
    /// Lists the choices for a field of a trigger's configuration.
    TriggerChoices {
        /// The id of the trigger.
        trigger: String,
        /// The path of the field, such as `items[0].board_id`.
        field: String,
        /// The configuration, as the JSON text of an object.
        config: String,
        /// What the person has typed so far.
        query: Option<String>,
    },
    /// Has a webhook's events sent to an https URL that nobody can guess. The output is the
    /// subscription: secret, to be kept for [`Call::Unsubscribe`].
    Subscribe {
        /// The id of the webhook.
        webhook: String,
        /// The configuration, as the JSON text of an object.
        config: String,
        /// An https URL.
        address: String,
    },
    /// Makes a subscription last longer. The output is the subscription to keep instead, as secret.
    Renew {
        /// The id of the webhook.
        webhook: String,
        /// The configuration, as the JSON text of an object.
        config: String,
        /// What the service gave for it, as JSON text.
        subscription: String,
    },
    /// Ends a subscription; one that is gone already is no error.
    Unsubscribe {
        /// The id of the webhook.
        webhook: String,
        /// What the service gave for it, as JSON text.
        subscription: String,
    },
    /// Makes events of what the service sent, in pages as those of a poll. The same delivery gives
    /// the same ids.
    Receive {
        /// The id of the webhook.
        webhook: String,
        /// The configuration, as the JSON text of an object.
        config: String,
        /// What the service gave for it, as JSON text.
        #[serde(default)]
        subscription: String,
        /// What arrived.
        delivery: Delivery,
        /// That of the last outcome, where the webhook has cursors.
        #[serde(default)]
        cursor: Option<String>,
    },
    /// Lists the choices for a field of a webhook's configuration.
    WebhookChoices {
        /// The id of the webhook.
        webhook: String,
        /// The path of the field, such as `items[0].board_id`.
        field: String,
        /// The configuration, as the JSON text of an object.
        config: String,
        /// What the person has typed so far.
        query: Option<String>,
    },
    /// Lists the choices for a field of the settings.
    ConnectionChoices {
        /// The path of the field, such as `items[0].board_id`.
        field: String,
        /// What the person has typed so far.
        query: Option<String>,
    },
    /// Checks that the connection works. `granted`: the scopes granted, when they are known.
    Test {
        /// The scopes, when they are known.
        granted: Option<Vec<String>>,
    },
}

impl Call {
    /// What is called, for people: the id of the action, the trigger or the webhook, the field of the
    /// settings, or `test`.
    pub fn subject(&self) -> &str {
        match self {
            Call::Action { id, .. } | Call::ActionChoices { id, .. } => id,
            Call::Poll { trigger, .. } | Call::TriggerChoices { trigger, .. } => trigger,
            Call::Subscribe { webhook, .. }
            | Call::Renew { webhook, .. }
            | Call::Unsubscribe { webhook, .. }
            | Call::Receive { webhook, .. }
            | Call::WebhookChoices { webhook, .. } => webhook,
            Call::ConnectionChoices { field, .. } => field,
            Call::Test { .. } => "test",
            Call::Resume { .. } => "resume",
        }
    }

    /// Replaces what is secret in the call itself: all of a subscription, of which nobody but the
    /// connector knows what it holds.
    pub(crate) fn redactor(&self) -> Redactor {
        let (Call::Unsubscribe { subscription, .. }
        | Call::Renew { subscription, .. }
        | Call::Receive { subscription, .. }) = self
        else {
            return Redactor::default();
        };
        let texts = blob::texts(subscription);
        Redactor::new(texts.iter().map(String::as_str))
    }

    /// The same call with another input.
    pub fn with_input(mut self, text: String) -> Self {
        match &mut self {
            Call::Action { input, .. } | Call::ActionChoices { input, .. } => *input = text,
            Call::Poll { config, .. }
            | Call::TriggerChoices { config, .. }
            | Call::Subscribe { config, .. }
            | Call::Renew { config, .. }
            | Call::Receive { config, .. }
            | Call::WebhookChoices { config, .. } => *config = text,
            Call::Unsubscribe { subscription, .. } => *subscription = text,
            Call::ConnectionChoices { .. } | Call::Resume { .. } | Call::Test { .. } => {}
        }
        self
    }

    /// The same call without what the service gave for a subscription, which is secret; of one that only
    /// has that, nothing is left.
    pub fn without_subscription(mut self) -> Self {
        if let Call::Receive { subscription, .. } | Call::Renew { subscription, .. } = &mut self {
            subscription.clear();
        }
        self
    }

    /// What the caller has filled in, as a JSON text.
    pub fn json(&self) -> &str {
        match self {
            Call::Action { input, .. } | Call::ActionChoices { input, .. } => input,
            Call::Poll { config, .. }
            | Call::TriggerChoices { config, .. }
            | Call::Subscribe { config, .. }
            | Call::Renew { config, .. }
            | Call::Receive { config, .. }
            | Call::WebhookChoices { config, .. } => config,
            Call::Unsubscribe { subscription, .. } => subscription,
            Call::ConnectionChoices { .. } | Call::Resume { .. } | Call::Test { .. } => "{}",
        }
    }
}
