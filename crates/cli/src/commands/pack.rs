//! `pack`: the connector in the form that a platform installs.

use std::fmt::Display;
use std::path::PathBuf;

use clap::Args;
use clap::builder::PossibleValuesParser;
use connector_openapi::{Format, Wanted};
use connector_pack::{
    Choice, FOR_MODELS, File, PACKAGES, PLATFORMS, POLLING, Program, Publisher, Source, write,
};

use crate::app::App;
use crate::error::Error;
use crate::options::Options;
use crate::output;

const EXAMPLES: &str = r#"Examples:
  connector pack appmixer --out my-pack
  connector pack celigo --all --out my-pack
  connector pack appmixer --groups Boards,Pins --vendor studio-fern --version 1.2.0 --out my-pack
  connector pack n8n --out my-pack
  connector pack npm --out my-package
  connector pack python --out my-wheels
  connector pack openapi --version 2 --groups Boards,Pins --out my-api
  connector pack skills --out my-skills
  connector pack mcpb --out my-bundle --publisher io.github.studio-fern \
    --address https://github.com/studio-fern/mcp/releases/download/v1"#;

/// Write the connector in the form that a platform installs
///
/// The pack has what was chosen of the actions and triggers in it (where a platform only polls, those that are polled),
/// and needs no other file. It is made from the component and nothing else: whatever is connected here, the bytes are
/// the same. For programs there are packages of
/// `npm` and `python`, typed and with webhooks too. For language models there are
/// `mcpb`, a bundle of this program and the component that desktop clients install, and `skills`. `openapi` describes
/// the actions of a connection as `connector serve` offers them, for tools that take OpenAPI.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Pack {
    /// The platform
    #[arg(value_parser = PossibleValuesParser::new(names()))]
    platform: String,
    /// The folder to write it to: a new or an empty one
    #[arg(long, value_name = "FOLDER")]
    out: PathBuf,
    /// Who publishes the bundle, as a reverse domain: writes server.json for the MCP registry, too
    #[arg(long, value_name = "NAMESPACE", requires = "address")]
    publisher: Option<String>,
    /// The https address of the folder in which the bundle will be found
    #[arg(long, value_name = "URL", requires = "publisher")]
    address: Option<String>,
    /// Of `openapi`: the address of the server
    #[arg(long, value_name = "URL", default_value = "http://localhost:8930")]
    server: String,
    /// Only what is in these groups, with commas between them; without a choice, a pack has what the
    /// connector calls daily work in it, and a package of `npm` or `python` everything
    #[arg(long, value_name = "GROUPS", value_delimiter = ',', conflicts_with = "all")]
    groups: Vec<String>,
    /// Only these actions and triggers, beside those of the groups, with commas between them
    #[arg(long, value_name = "IDS", value_delimiter = ',', conflicts_with = "all")]
    actions: Vec<String>,
    /// All actions and triggers
    #[arg(long)]
    all: bool,
    /// In whose name it is published: the vendor of an Appmixer bundle, the scope of a package
    #[arg(long, value_name = "NAME")]
    vendor: Option<String>,
    /// The version of the pack, such as 1.2.0, instead of the connector's; of `openapi`: 3 for OpenAPI 3.1, 2 for 2.0
    #[arg(long, value_name = "VERSION")]
    version: Option<String>,
}

/// What describes the actions as a server offers them.
const OPENAPI: &str = "openapi";
/// Bytes that Power Automate takes of a description.
const LARGEST: usize = 1 << 20;

fn names() -> Vec<&'static str> {
    PLATFORMS
        .iter()
        .chain(PACKAGES)
        .chain(FOR_MODELS)
        .map(|(name, _)| *name)
        .chain([OPENAPI])
        .collect()
}

impl Pack {
    pub async fn run(self, options: Options) -> Result<(), Error> {
        let app = App::open(options).await?;
        if self.platform == OPENAPI {
            return self.openapi(&app);
        }
        let wasm = std::fs::read(&app.component).map_err(Error::io(app.component.display()))?;
        let mut source = Source::new(&app.engine, wasm).map_err(failed)?;
        if !self.is_of(FOR_MODELS) {
            self.choose(&mut source)?;
        } else if self.all
            || !self.groups.is_empty()
            || !self.actions.is_empty()
            || self.vendor.is_some()
        {
            let sentence =
                "has the whole connector in it: what is listed is chosen where it is used";
            return Err(Error::Usage(format!("{} {sentence}", self.platform)));
        }
        let polls = POLLING.contains(&&*self.platform);
        let named = self.publisher.zip(self.address);
        source.publisher = named.map(|(namespace, address)| Publisher { namespace, address });
        if self.platform == "mcpb" {
            source.program = Some(this_program()?);
        }
        let files = source.pack(&self.platform).map_err(failed)?;
        write(&files, &self.out).map_err(failed)?;
        if !polls {
            return output::line(format!("{} files in {}", files.len(), self.out.display()));
        }
        let webhooks: Vec<String> =
            app.connector.instantiate()?.webhooks()?.into_iter().map(|it| it.trigger.id).collect();
        if !webhooks.is_empty() {
            let webhooks = webhooks.join(", ");
            output::note(format_args!("Not in it, because {} polls: {webhooks}", self.platform));
        }
        output::line(format!("{} files in {}", files.len(), self.out.display()))
    }
}

impl Pack {
    /// Whether the pack is one of these.
    fn is_of(&self, kind: &[(&str, connector_pack::Pack)]) -> bool {
        kind.iter().any(|(name, _)| *name == self.platform)
    }

    fn choose(&self, source: &mut Source) -> Result<(), Error> {
        let usage = |error: _| Error::Usage(format!("{error:#}"));
        let (groups, actions) = (self.groups.clone(), self.actions.clone());
        // What nobody has to look through is in it, unless it was chosen.
        let all = self.all || self.is_of(PACKAGES) && groups.is_empty() && actions.is_empty();
        source.choose(&Choice { groups, actions, all }).map_err(usage)?;
        self.vendor.as_deref().map_or(Ok(()), |vendor| source.set_vendor(vendor)).map_err(usage)?;
        self.version.as_deref().map_or(Ok(()), |it| source.set_version(it)).map_err(usage)
    }

    /// The description that a connector server gives of a connection.
    fn openapi(self, app: &App) -> Result<(), Error> {
        let connection = app.options.connections.first();
        let connection = connection.map_or(&*app.connector.descriptor().id, |name| name);
        if !self.actions.is_empty() || self.vendor.is_some() {
            return Err(Error::Usage(
                "openapi takes --groups, and no --actions or --vendor".into(),
            ));
        }
        let groups = Some(self.groups).filter(|groups| !groups.is_empty());
        let wanted = Wanted { groups, ..Wanted::new(self.server, connection) };
        let (format, name, most) = match self.version.as_deref() {
            Some("2") => (Format::V2, "swagger.json", LARGEST),
            None | Some("3") => (Format::V3, "openapi.json", usize::MAX),
            Some(other) => {
                let sentence = "--version of openapi is 3, for OpenAPI 3.1, or 2, for 2.0; not";
                return Err(Error::Usage(format!("{sentence} {other}")));
            }
        };
        let document = connector_openapi::document(&app.connector, &wanted, format);
        let text = document.map_err(|error| Error::Usage(error.to_string()))?.to_string();
        if text.len() > most {
            output::note(format_args!(
                "It has {} KiB; Power Automate takes {}: choose some --groups",
                text.len() >> 10,
                LARGEST >> 10
            ));
        }
        write(&[File::new(name, text)], &self.out).map_err(failed)?;
        output::line(format!("{name} in {}", self.out.display()))
    }
}

/// This program, for others like this machine.
fn this_program() -> Result<Program, Error> {
    let path = std::env::current_exe().map_err(Error::io("this program"))?;
    let bytes = std::fs::read(&path).map_err(Error::io(path.display()))?;
    let system = match std::env::consts::OS {
        "macos" => "darwin",
        "windows" => "win32",
        _ => "linux",
    };
    let name = format!("connector{}", std::env::consts::EXE_SUFFIX);
    Ok(Program { bytes, name, system })
}

/// With everything that led to it.
fn failed(error: impl Display) -> Error {
    Error::Unexpected(format!("{error:#}"))
}
