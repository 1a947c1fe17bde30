//! `new`: a connector to begin with.

mod templates;

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use self::templates::Language;
use crate::error::Error;
use crate::options::Options;
use crate::output;

const EXAMPLES: &str = r#"Examples:
  connector new acme --lang python
  connector new acme --lang javascript --into ~/src/acme"#;

/// Make a connector to begin with
///
/// A folder with a small connector that builds and passes `check`: two actions, in Python and JavaScript a
/// trigger besides, cases, the contract, and a README with the commands.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct New {
    /// What it is called: lower-case letters, digits and hyphens
    #[arg(value_parser = name)]
    name: String,

    /// The language to write it in
    #[arg(long = "lang", value_enum, default_value_t = Spoken::Rust)]
    language: Spoken,

    /// The folder to make [default: the name]
    #[arg(long, value_name = "FOLDER")]
    into: Option<PathBuf>,

    /// For Rust: the folder with the crates `sdk` and `catalog` [default: those that this program was
    /// built with, or the published ones]
    #[arg(long, value_name = "FOLDER")]
    crates: Option<PathBuf>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Spoken {
    Rust,
    Python,
    Javascript,
}

impl New {
    pub fn run(self, options: &Options) -> Result<(), Error> {
        let folder = self.into.unwrap_or_else(|| PathBuf::from(&self.name));
        let is_empty = fs::read_dir(&folder).map_or(true, |mut entries| entries.next().is_none());
        if !is_empty {
            let what = format!("{} is there and not empty; say --into FOLDER", folder.display());
            return Err(Error::Usage(what));
        }
        let language = match self.language {
            Spoken::Rust => Language::Rust,
            Spoken::Python => Language::Python,
            Spoken::Javascript => Language::JavaScript,
        };
        let crates = self.crates.or_else(own_crates);
        let crates = crates.map(|path| std::path::absolute(&path).unwrap_or(path));
        for (path, text) in templates::files(language, &self.name, crates.as_deref()) {
            write(&folder.join(path), &text)?;
        }
        if options.json {
            return output::json(&serde_json::json!({"folder": folder.display().to_string()}));
        }
        output::lines([
            format!("{} is made; what to do next is in its README.md:", folder.display()),
            format!("  cd {}", crate::shell::word(&folder.display().to_string())),
            format!("  {}", language.build()),
        ])
    }
}

fn write(path: &Path, text: &str) -> Result<(), Error> {
    let named = || Error::io(path.display());
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(named())?;
    }
    fs::write(path, text).map_err(named())
}

/// The crates of the repository that this program was built in, while it is where cargo put it.
fn own_crates() -> Option<PathBuf> {
    let program = env::current_exe().ok()?;
    let mut crates = program.ancestors().skip(1).map(|folder| folder.join("crates"));
    crates.find(|crates| crates.join("sdk/Cargo.toml").exists())
}

fn name(text: &str) -> Result<String, String> {
    let is_letter = |byte: u8| byte.is_ascii_lowercase();
    let rest = |byte: u8| is_letter(byte) || byte.is_ascii_digit() || byte == b'-';
    let fits = text.bytes().next().is_some_and(is_letter)
        && text.bytes().all(rest)
        && !text.ends_with('-')
        && !text.contains("--")
        && text.len() <= 64;
    match fits {
        true => Ok(text.to_owned()),
        false => Err("lower-case letters, digits and single hyphens, a letter first".into()),
    }
}
