//! `inspect`: what the connector is.

use clap::Args;
use connector_host::contract::{Credential, CredentialSource, Descriptor, Oauth2};

use crate::app::App;
use crate::error::Error;
use crate::options::Options;
use crate::output::{Column, Line};
use crate::{manifest, output};

const EXAMPLES: &str = r#"Examples:
  connector inspect
  connector inspect --json > connector.json
  connector inspect --json --inline | jq '.actions[0].input'"#;

/// Say what the connector is, and what a connection needs
///
/// With --json: the whole manifest. What repeats in its schemas is in `$defs`, and they refer to it.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Inspect {
    /// With --json: self-contained schemas, for programs that do not resolve `$ref`; several times
    /// as long
    #[arg(long)]
    inline: bool,
}

impl Inspect {
    pub async fn run(self, options: Options) -> Result<(), Error> {
        if self.inline && !options.json {
            return Err(Error::Usage("--inline is for the manifest; say --json too".into()));
        }
        let app = App::open(options).await?;
        if app.options.json {
            return output::line(manifest::text(&app.connector, self.inline)?);
        }
        let descriptor = app.connector.descriptor();
        let mut lines = head(&app, descriptor)?;
        for credential in &descriptor.credentials {
            lines.extend(credential_lines(credential));
        }
        lines.extend(["".into(), output::heading("Setting up")]);
        for (number, step) in (1..).zip(&descriptor.setup) {
            lines.push(format!("  {number}. {}", step.title).into());
            lines.extend(output::prose("     ", &step.text));
            lines.extend(step.url.iter().map(|url| format!("     {url}").into()));
        }
        output::lines(lines)
    }
}

fn head(app: &App, descriptor: &Descriptor) -> Result<Vec<Line>, Error> {
    let mut instance = app.connector.instantiate()?;
    let (actions, triggers) = (instance.actions()?.len(), instance.triggers()?.len());
    let size = std::fs::metadata(&app.component).map_err(Error::io(app.component.display()))?;
    let row = |name: &str, value: String| [name.to_owned(), value];
    let mut rows = vec![
        row("id", descriptor.id.clone()),
        row("version", descriptor.version.clone()),
        row("API version", descriptor.api_version.clone()),
        row("actions", actions.to_string()),
        row("triggers", triggers.to_string()),
        row("webhooks", instance.webhooks()?.len().to_string()),
        row("size", format!("{} KiB", size.len().div_ceil(1024))),
    ];
    let environments = descriptor.environments.iter();
    rows.extend(environments.map(|it| row("environment", format!("{}: {}", it.id, it.help))));
    rows.extend(descriptor.origins.iter().map(|origin| row("origin", origin.clone())));
    let quotas = descriptor.quotas.iter();
    rows.extend(quotas.map(|quota| {
        let seconds = quota.window_ms / 1000;
        row("quota", format!("{}: {} calls in {seconds} s", quota.id, quota.calls))
    }));
    let mut lines = vec![output::heading(&descriptor.title)];
    lines.extend(output::prose("", &descriptor.summary));
    lines.push("".into());
    lines.extend(output::table("  ", [Column::whole(""), Column::prose("")], &rows));
    Ok(lines)
}

fn credential_lines(credential: &Credential) -> Vec<Line> {
    let need = if credential.required { "required" } else { "optional" };
    let title = format!("Credential {}: {}, {need}", credential.id, credential.title);
    let mut lines = vec!["".into(), output::heading(title)];
    lines.extend(credential.origins.iter().map(|bound| {
        let only = bound.environment.as_ref();
        let only = only.map_or(String::new(), |only| format!(" in {only}"));
        format!("  sent to {}{only}", bound.origin).into()
    }));
    match &credential.source {
        CredentialSource::Secret(help) => lines.extend(output::prose("  ", help)),
        CredentialSource::Pair(pair) => {
            let text = format!("{} and {}: {}", pair.user, pair.password, pair.help);
            lines.extend(output::prose("  ", &text));
        }
        CredentialSource::SharedConsent(shared) => {
            let text = format!("comes with the consent of {}", shared.credential);
            lines.extend(output::prose("  ", &text));
        }
        CredentialSource::Other(extension) => {
            lines.extend(output::prose("  ", &format!("by {}", extension.name)));
        }
        CredentialSource::Oauth2(oauth) => lines.extend(oauth_lines(oauth)),
    }
    lines
}

fn oauth_lines(oauth: &Oauth2) -> Vec<Line> {
    let endpoints = oauth.endpoints.iter();
    let mut lines: Vec<Line> = endpoints
        .map(|it| format!("  OAuth in {}: {}", it.environment, it.authorize_url).into())
        .collect();
    let rows: Vec<[String; 3]> = oauth
        .scopes
        .iter()
        .map(|scope| {
            let asked = match (scope.minimum, scope.suggested) {
                (true, _) => "always",
                (false, true) => "suggested",
                (false, false) => "",
            };
            [scope.id.clone(), asked.into(), scope.purpose.clone()]
        })
        .collect();
    let head = [Column::whole(""), Column::whole(""), Column::prose("")];
    lines.extend(output::table("  ", head, &rows));
    lines
}
