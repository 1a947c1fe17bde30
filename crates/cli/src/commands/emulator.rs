//! `emulator`: the service, on this machine.

use clap::builder::PossibleValuesParser;
use clap::{Args, Subcommand};
use serde_json::json;

use crate::emulated::{self, Consent, Emulated, Limits};
use crate::error::Error;
use crate::options::Options;
use crate::output;
use crate::state::State;

const EXAMPLES: &str = r#"Examples:
  connector emulator
  connector emulator --port 4010 --keep
  connector emulator reset"#;

/// Run an emulator of the service until Ctrl-C
///
/// What it was told is then gone, unless --keep is given.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Emulator {
    /// The port on 127.0.0.1; 0 takes a free one
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// Go on with the account that `--emulator` keeps in the state folder
    #[arg(long)]
    keep: bool,
    /// Who answers when an app asks for access: a person on a page, or the emulator at once
    #[arg(long, default_value = "ask", value_parser = PossibleValuesParser::new(["ask", "allow", "deny"]))]
    consent: String,
    /// Refuse no call for being one too many, as the service would
    #[arg(long)]
    no_limits: bool,
    #[command(subcommand)]
    instead: Option<Instead>,
}

#[derive(Subcommand)]
enum Instead {
    /// Forget what `--emulator` has kept in the state folder
    Reset,
}

impl Emulator {
    pub async fn run(self, options: Options) -> Result<(), Error> {
        let kept = || Ok::<_, Error>(State::open(options.state.as_deref())?.emulator());
        if let Some(Instead::Reset) = self.instead {
            let folder = kept()?;
            emulated::forget(&folder).map_err(Error::io(folder.display()))?;
            return output::line("The emulator's account is as it was at first");
        }
        let consent = match self.consent.as_str() {
            "allow" => Consent::Allow,
            "deny" => Consent::Deny,
            _ => Consent::Ask,
        };
        let kept = if self.keep { Some(kept()?) } else { None };
        let wrong = Error::io(format!("emulator at port {}", self.port));
        let limits = if self.no_limits { Limits::lifted() } else { Limits::default() };
        let started =
            emulated::Options { port: self.port, kept, consent, limits, ..Default::default() };
        let emulated = Emulated::start(started).await.map_err(wrong)?;
        let (client_id, client_secret) = emulated.0.client();
        let token = emulated.0.access_token();
        let routes = emulated.0.places().map(|(origin, place)| format!("{origin}={place}"));
        match options.json {
            // On one line: a program reads it while the emulator runs.
            true => output::line(
                json!({
                    "origin": emulated.0.origin(),
                    "sandbox_origin": emulated.0.sandbox_origin(),
                    "access_token": token,
                    "sandbox_access_token": emulated.0.sandbox_access_token(),
                    "client_id": client_id,
                    "client_secret": client_secret,
                    "routes": routes,
                })
                .to_string(),
            )?,
            false => output::lines([
                format!("The emulator listens at {}", emulated.0.origin()),
                format!(
                    "and as the sandbox at {}; stop it with Ctrl-C",
                    emulated.0.sandbox_origin()
                ),
                String::new(),
                "To use it from another terminal:".into(),
                format!("  export CONNECTOR_ROUTES={}", routes.join(",")),
                format!("  export CONNECTOR_TOKEN={token}"),
                "  connector test".into(),
                String::new(),
                "Or instead of the token, to go through OAuth:".into(),
                format!("  export CONNECTOR_CLIENT_ID={client_id}"),
                format!("  export CONNECTOR_CLIENT_SECRET={client_secret}"),
                "  connector connect".into(),
            ])?,
        }
        tokio::signal::ctrl_c().await.map_err(Error::io("Ctrl-C"))
    }
}
