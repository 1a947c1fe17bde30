//! One file per command.

mod actions;
mod choices;
mod connect;
mod connections;
mod demo;
mod describe;
mod disconnect;
mod emulator;
mod fields;
mod inspect;
mod mcp;
mod pack;
mod poll;
mod read;
mod rename;
mod request;
mod resources;
mod run;
mod runs;
mod scopes;
mod test;
mod triggers;
mod trust;
mod watch;
mod webhook;
mod webhooks;
mod write;

use clap::Subcommand;

use crate::error::Error;
use crate::options::Options;

/// What the command line can do.
#[derive(Subcommand)]
pub enum Command {
    /// Say what the connector is, and what a connection needs
    Inspect(inspect::Inspect),
    /// List the actions
    Actions(actions::Actions),
    /// List the triggers
    Triggers(triggers::Triggers),
    /// List the webhooks
    Webhooks(webhooks::Webhooks),
    /// Show the fields of an action, a trigger or a webhook
    Describe(describe::Describe),
    /// Connect an account: in a browser, or with a token from stdin
    Connect(connect::Connect),
    /// List the connections and how they stand
    Connections(connections::Connections),
    /// Give a connection another name
    Rename(rename::Rename),
    /// Let a connection's connector do what it did not ask for when the connection was made
    Trust(trust::Trust),
    /// End a connection, and forget it
    Disconnect(disconnect::Disconnect),
    /// Say which scopes a flow needs
    Scopes(scopes::Scopes),
    /// Check the connection, and say what it may not do
    Test(test::Test),
    /// Run an action
    Run(run::Run),
    /// List the runs that are in progress or can go on, or forget one
    Runs(runs::Runs),
    /// Show what an action would send, and send nothing
    Request(request::Request),
    /// List what can be chosen for a field
    Choices(choices::Choices),
    /// Print what is new since the last poll
    Poll(poll::Poll),
    /// List the kinds of records
    Resources(resources::Resources),
    /// Show the fields of a kind of records
    Fields(fields::Fields),
    /// Read records, each once
    Read(read::Read),
    /// Write records from stdin
    Write(write::Write),
    /// Poll triggers on and on, and deliver their events
    Watch(watch::Watch),
    /// Have the service send events by itself, and read what it sent
    Webhook(webhook::Webhook),
    /// Serve the actions as tools over the Model Context Protocol
    Mcp(mcp::Mcp),
    /// Write the connector in the form that a platform installs
    Pack(pack::Pack),
    /// Run an emulator of the service until Ctrl-C
    Emulator(emulator::Emulator),
    /// Show it all on an emulator, in a few seconds
    Demo(demo::Demo),
}

impl Command {
    /// Runs the command to its end.
    pub async fn run(self, options: Options) -> Result<(), Error> {
        match self {
            Command::Inspect(command) => command.run(options).await,
            Command::Actions(command) => command.run(options).await,
            Command::Triggers(command) => command.run(options).await,
            Command::Webhooks(command) => command.run(options).await,
            Command::Describe(command) => command.run(options).await,
            Command::Connect(command) => command.run(options).await,
            Command::Connections(command) => command.run(options).await,
            Command::Rename(command) => command.run(options).await,
            Command::Trust(command) => command.run(options).await,
            Command::Disconnect(command) => command.run(options).await,
            Command::Scopes(command) => command.run(options).await,
            Command::Test(command) => command.run(options).await,
            Command::Run(command) => command.run(options).await,
            Command::Runs(command) => command.run(options).await,
            Command::Request(command) => command.run(options).await,
            Command::Choices(command) => command.run(options).await,
            Command::Poll(command) => command.run(options).await,
            Command::Resources(command) => command.run(options).await,
            Command::Fields(command) => command.run(options).await,
            Command::Read(command) => command.run(options).await,
            Command::Write(command) => command.run(options).await,
            Command::Watch(command) => command.run(options).await,
            Command::Webhook(command) => command.run(options).await,
            Command::Mcp(command) => command.run(options).await,
            Command::Pack(command) => command.run(options).await,
            Command::Emulator(command) => command.run(options).await,
            Command::Demo(command) => command.run(options).await,
        }
    }
}
