//! `man`: the manual pages.

use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;

use clap::Args;
use clap_mangen::{Man as Page, generate_to};

use crate::error::Error;
use crate::{help, output};

const EXAMPLES: &str = r#"Examples:
  connector man | man -l -
  connector man --out ~/.local/share/man/man1"#;

/// Print the manual page, or write one for each command
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Man {
    /// Write the pages of all commands to this folder instead
    #[arg(long, value_name = "FOLDER")]
    out: Option<PathBuf>,
}

impl Man {
    pub fn run(self) -> Result<(), Error> {
        let Some(folder) = self.out else {
            let mut page = Vec::new();
            Page::new(help::written()).render(&mut page).map_err(Error::Output)?;
            return io::stdout().lock().write_all(&page).map_err(Error::Output);
        };
        let wrong = || Error::io(folder.display());
        fs::create_dir_all(&folder).map_err(wrong())?;
        generate_to(help::written(), &folder).map_err(wrong())?;
        output::line(format!("The pages are in {}", folder.display()))
    }
}
