//! Help that fits the terminal: commands in groups, texts broken between words, and what every
//! command shares said once.

use clap::builder::Styles;
use clap::{Arg, Command, CommandFactory};

use crate::Cli;
use crate::error::EXIT_CODES;
use crate::output;

/// Lines are no longer than this, however wide the terminal is.
const WIDEST: usize = 100;
/// Of what is no terminal.
const USUAL: usize = 80;
/// clap puts the help of options this far to the right.
const INDENT: usize = 10;

/// What belongs together; each command is in one of them.
const GROUPS: [(&str, &[&str]); 8] = [
    (
        "Look around",
        &[
            "inspect",
            "actions",
            "triggers",
            "webhooks",
            "resources",
            "fields",
            "describe",
            "scopes",
        ],
    ),
    ("Connect", &["connect", "connections", "test", "live-check", "trust", "rename", "disconnect"]),
    ("Call", &["run", "request", "choices", "runs"]),
    ("Wait for events", &["poll", "watch", "webhook"]),
    ("Move records", &["read", "write", "sync", "sql"]),
    (
        "Serve and try",
        &["mcp", "serve", "worker", "cluster", "pack", "compose", "emulator", "demo"],
    ),
    ("Write a connector", &["new", "check"]),
    ("This program", &["completions", "man", "help"]),
];

const FIRST: [(&str, &str); 4] = [
    ("connector --emulator run boards.list", "try an action, without an account"),
    ("connector actions --search board", "find one"),
    ("connector inspect", "what to set up for an account"),
    ("connector connect", "connect it"),
];

/// Variables that are no option's; those are named with their options.
const VARIABLES: [(&str, &str); 7] = [
    ("CONNECTOR_TOKEN", "an access token, instead of a connection"),
    ("CONNECTOR_CLIENT_ID", "the id of your app at the service, for connect"),
    ("CONNECTOR_CLIENT_SECRET", "its secret"),
    ("CONNECTOR_VAULT_KEY", "seals what is stored: 32 bytes in base64"),
    ("CONNECTOR_WEBHOOK_SECRET", "signs what watch --webhook posts"),
    ("CONNECTOR_MCP_TOKEN", "what clients of mcp --http have to send"),
    ("NO_COLOR", "no colours, whatever its value"),
];

/// The command line with its help as written, for manual pages and completions.
pub fn written() -> Command {
    let ending = [
        section("First steps", &FIRST),
        section("Variables", &VARIABLES),
        section("Exit codes", &codes()),
    ];
    Cli::command().after_help(ending.join("\n\n"))
}

/// The command line as it is typed and as it is shown.
pub fn command() -> Command {
    let width = output::width().or_else(output::error_width).unwrap_or(USUAL).min(WIDEST);
    let command = written();
    let overview = overview(&command);
    let mut command = command
        .override_usage("connector [OPTIONS] <COMMAND>")
        .help_template(format!(
            "{{about-with-newline}}\n{{usage-heading}} {{usage}}\n\n{overview}\n\n\
             {{all-args}}{{after-help}}"
        ))
        .next_line_help(true)
        .mut_args(|arg| fitted(arg, width))
        .mut_subcommands(|command| subcommand(command, width, 0));
    // From here on every command has the options of every command.
    command.build();
    command.mut_subcommands(|command| match command.get_name() {
        // It has a copy of all the others, which the overview lists.
        "help" => command.mut_subcommands(|copy| copy.hide(true)).hide(true),
        _ => shared_hidden(command).hide(true),
    })
}

/// A command whose text is so far to the right in the help of the one that it is below.
fn subcommand(command: Command, width: usize, indent: usize) -> Command {
    let text = command.get_long_about().or(command.get_about()).map(ToString::to_string);
    let examples = command.get_after_help().map(ToString::to_string);
    let shared = "Options of every command, such as --emulator, --connection and --json: \
                  connector --help";
    let ending: Vec<String> = examples.into_iter().chain([broken(shared, width)]).collect();
    let leaf = command.get_subcommands().next().is_none();
    command
        .about(broken(&text.unwrap_or_default(), width.saturating_sub(indent)))
        .long_about(None)
        .after_help(ending.join("\n\n"))
        .next_line_help(leaf)
        .mut_args(|arg| fitted(arg, width))
        .mut_subcommands(|command| subcommand(command, width, INDENT))
}

fn shared_hidden(command: Command) -> Command {
    command
        .mut_args(|arg| match arg.is_global_set() {
            true => arg.hide(true),
            false => arg,
        })
        .mut_subcommands(shared_hidden)
}

/// An argument whose help has all that clap would put behind it, and is broken.
fn fitted(arg: Arg, width: usize) -> Arg {
    let help = arg.get_long_help().or(arg.get_help()).map(ToString::to_string);
    let mut help = help.unwrap_or_default();
    let values = arg.get_possible_values();
    let has_help = values.iter().any(|value| value.get_help().is_some());
    let shown = !arg.is_hide_possible_values_set() && arg.get_action().takes_values();
    let mut marks = Vec::new();
    if shown && !has_help && !values.is_empty() {
        let names: Vec<&str> = values.iter().map(clap::builder::PossibleValue::get_name).collect();
        marks.push(format!("[possible values: {}]", names.join(", ")));
    }
    let defaults: Vec<_> = arg.get_default_values().iter().map(|it| it.to_string_lossy()).collect();
    if !defaults.is_empty() && arg.get_action().takes_values() {
        marks.push(format!("[default: {}]", defaults.join(", ")));
    }
    if let Some(variable) = arg.get_env() {
        marks.push(format!("[env: {}]", variable.to_string_lossy()));
    }
    for mark in marks {
        help += &format!("{}{mark}", if help.is_empty() { "" } else { " " });
    }
    if shown && has_help {
        for value in &values {
            let text = value.get_help().map(ToString::to_string).unwrap_or_default();
            help += &format!("\n  {}: {text}", value.get_name());
        }
    }
    // Clap's debug build refuses to hide the values of what takes none.
    let takes_values = arg.get_action().takes_values();
    arg.help(broken(&help, width.saturating_sub(INDENT)))
        .long_help(None)
        .hide_default_value(takes_values)
        .hide_env(true)
        .hide_possible_values(takes_values)
}

fn broken(text: &str, width: usize) -> String {
    output::wrapped(text, width.max(20)).join("\n")
}

/// The groups with a line for each command.
fn overview(command: &Command) -> String {
    // None for what this program is built without.
    let about = |name: &&str| match *name {
        "help" => Some("Print this, or the help of a command".to_owned()),
        name => command.find_subcommand(name)?.get_about().map(ToString::to_string),
    };
    let group = |(title, names): &(&str, &[&str])| {
        let lines = names.iter().filter_map(|name| Some((name.to_string(), about(name)?)));
        let lines: Vec<_> = lines.collect();
        section(title, &lines)
    };
    GROUPS.iter().map(group).collect::<Vec<_>>().join("\n\n")
}

fn codes() -> Vec<(String, &'static str)> {
    EXIT_CODES.iter().map(|(code, meaning)| (code.to_string(), *meaning)).collect()
}

fn section(title: &str, rows: &[(impl AsRef<str>, impl AsRef<str>)]) -> String {
    let style = *Styles::styled().get_header();
    let widest = rows.iter().map(|(name, _)| name.as_ref().len()).max().unwrap_or_default();
    let rows =
        rows.iter().map(|(name, text)| format!("\n  {:widest$}  {}", name.as_ref(), text.as_ref()));
    format!("{style}{title}:{style:#}{}", rows.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::left_out;

    #[test]
    fn each_command_is_in_one_group() {
        let mut command = written();
        command.build();
        let mut commands: Vec<&str> = command.get_subcommands().map(Command::get_name).collect();
        let mut grouped: Vec<&str> =
            GROUPS.iter().flat_map(|(_, names)| names.iter().copied()).collect();
        grouped.retain(|name| commands.contains(name) || left_out(name).is_none());
        commands.sort_unstable();
        grouped.sort_unstable();
        assert_eq!(commands, grouped);
    }

    #[test]
    fn each_command_says_what_it_does_and_shows_how() {
        for command in written().get_subcommands() {
            let name = command.get_name();
            assert!(command.get_about().is_some(), "{name}");
            let examples = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            assert!(examples.starts_with("Examples:\n  "), "{name}: {examples}");
            assert!(
                examples.contains(&format!("connector {name}"))
                    || examples.contains(&format!(" {name} ")),
                "{name}: {examples}"
            );
        }
    }

    #[test]
    fn help_fits_eighty_columns() {
        let mut commands = vec![(String::from("connector"), command())];
        while let Some((name, mut command)) = commands.pop() {
            let help = command.render_help().to_string();
            for line in help.lines() {
                // A command to copy stays on one line.
                let words = line.trim_start();
                let wide = console::measure_text_width(line) > USUAL;
                assert!(
                    !wide || words.starts_with("connector ") || words.starts_with("--input"),
                    "{name}: {line}"
                );
            }
            for sub in command.get_subcommands() {
                commands.push((format!("{name} {}", sub.get_name()), sub.clone()));
            }
        }
    }
}
