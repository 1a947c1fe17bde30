//! `request`: what an action would send.

use clap::Args;
use connector_host::contract::actions::{Action, Shape};
use connector_host::contract::{self, Context, Placement, Step};
use connector_host::{Call, Mask};

use crate::app::App;
use crate::error::Error;
use crate::input::Input;
use crate::options::Options;
use crate::request_format::{self, Place, RequestFormat};
use crate::{known, output};

const EXAMPLES: &str = r#"Examples:
  connector request boards.create --set name=Recipes
  connector request boards.list --curl"#;

/// Show what an action would send, and send nothing
///
/// No credential is read for it: its place is shown, not its value. Where scopes are lacking, the
/// request is shown with a warning.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Request {
    /// The id of an action
    action: String,
    #[command(flatten)]
    input: Input,
    /// As a command for a shell that has the credential in the variable TOKEN, user:password for HTTP Basic
    #[arg(long, conflicts_with = "json")]
    curl: bool,
}

impl Request {
    pub async fn run(self, options: Options) -> Result<(), Error> {
        let app = App::open(options).await?;
        let description = known::action(&app.connector, &self.action)?;
        let input = self.input.read(&description.input)?;
        let mask = Mask::new(&description.input, &input);
        let call = Call::Action { id: self.action, input };
        let (request, refusal) = match app.connection()?.preview(&call, &Context::fresh())? {
            // Masked before it is quoted for anything.
            (Step::Send(pending), refusal) => (mask.request(pending.request), refusal),
            _ => return output::line("It sends nothing at first"),
        };
        if let Some(refusal) = refusal {
            let why = mask.apply(refusal.to_string());
            output::note(format_args!("warning: it would not be sent: {why}"));
        }
        let shown = RequestFormat { request: &request, credential: credential(&app, &request) };
        let text = match (app.options.json, self.curl) {
            (true, _) => format!("{:#}", shown.json()),
            (false, true) => shown
                .curl()
                .map_err(|why| Error::Usage(format!("curl cannot send this request: {why}")))?,
            (false, false) => shown.text() + more(&description.action),
        };
        let text = mask.apply(text);
        match self.curl {
            // A shell reads it as it is.
            true => output::for_programs(format!("{text}\n").as_bytes()),
            false => output::line(text),
        }
    }
}

/// Whether it is all that would be sent.
fn more(action: &Action) -> &'static str {
    match (action.shape, &action.operation_id) {
        (Shape::Items, _) => "\nA list: more pages may follow",
        (Shape::Single, None) => "\nMore requests may follow, depending on the answer",
        (Shape::Single, Some(_)) => "",
    }
}

/// The credential's id, and where it goes.
fn credential<'a>(
    app: &'a App,
    request: &'a contract::Request,
) -> Option<request_format::Credential<'a>> {
    let id = request.credential.as_deref()?;
    let mut declared = app.connector.descriptor().credentials.iter();
    let declared = declared.find(|declared| declared.id == id);
    let place = match &declared?.placement {
        Placement::Bearer => Place::Header("authorization", "Bearer "),
        Placement::Header(header) => Place::Header(&header.name, &header.prefix),
        Placement::Basic => Place::Basic,
        Placement::Query(name) => Place::Query(name),
        Placement::Other(extension) => Place::Signed(&extension.name),
    };
    Some(request_format::Credential { id, place })
}
