//! Who called: takes progress, and can perhaps be asked.

use std::time::Duration;

use rmcp::RoleServer;
use rmcp::model::{ElicitRequestParams, ElicitationAction, ElicitationSchema};
use rmcp::service::{ElicitationMode, Peer};

use crate::collect::Progress;

/// How long a person may take to answer.
const PATIENCE: Duration = Duration::from_secs(300);

/// Who called.
pub struct Caller {
    pub progress: Progress,
    /// The client.
    pub peer: Peer<RoleServer>,
}

/// What a person said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said {
    Yes,
    No,
    /// Nobody could be asked.
    Nothing,
}

impl Caller {
    /// Asks the person, where the client can.
    pub async fn ask(&self, question: String) -> Said {
        if !self.peer.supported_elicitation_modes().contains(&ElicitationMode::Form) {
            return Said::Nothing;
        }
        let Ok(schema) = ElicitationSchema::builder().required_bool("confirm").build() else {
            return Said::Nothing;
        };
        let question = ElicitRequestParams::FormElicitationParams {
            meta: None,
            message: question,
            requested_schema: schema,
        };
        match self.peer.create_elicitation_with_timeout(question, Some(PATIENCE)).await {
            Ok(answer) if answer.action == ElicitationAction::Accept => {
                let confirmed = answer.content.and_then(|content| content["confirm"].as_bool());
                if confirmed == Some(true) { Said::Yes } else { Said::No }
            }
            Ok(_) => Said::No,
            // The newer protocol lets no server ask.
            Err(error) => {
                tracing::debug!("nobody was asked: {error}");
                Said::Nothing
            }
        }
    }
}
