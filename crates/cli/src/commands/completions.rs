//! `completions`: what a shell needs to complete commands and options.

use std::io;

use clap::Args;
use clap_complete::{Shell, generate};

use crate::error::Error;
use crate::help;

const EXAMPLES: &str = r#"Examples:
  source <(connector completions bash)
  connector completions zsh > ~/.zfunc/_connector
  connector completions fish > ~/.config/fish/completions/connector.fish"#;

/// Print completions for a shell
///
/// Where to put them is the shell's to say; the examples show it for some.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Completions {
    /// The shell
    shell: Shell,
}

impl Completions {
    pub fn run(self) -> Result<(), Error> {
        let mut script = Vec::new();
        generate(self.shell, &mut help::written(), "connector", &mut script);
        io::Write::write_all(&mut io::stdout().lock(), &script).map_err(Error::Output)
    }
}
