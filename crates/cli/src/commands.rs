//! One file per command.

mod actions;
mod check;
mod choices;
#[cfg(feature = "worker")]
mod cluster;
mod completions;
#[cfg(feature = "compose")]
mod compose;
mod connect;
mod connections;
mod demo;
mod describe;
mod disconnect;
mod emulator;
mod fields;
mod inspect;
mod live_check;
mod man;
#[cfg(feature = "mcp")]
mod mcp;
mod new;
#[cfg(feature = "packs")]
mod pack;
mod poll;
mod read;
mod rename;
mod request;
mod resources;
mod run;
mod runs;
mod scopes;
#[cfg(feature = "serve")]
mod serve;
#[cfg(feature = "sql")]
mod sql;
#[cfg(feature = "sql")]
mod sync;
mod test;
mod triggers;
mod trust;
mod watch;
mod webhook;
mod webhooks;
#[cfg(feature = "worker")]
mod worker;
mod write;

use clap::Subcommand;

use crate::error::Error;
use crate::options::Options;

/// What the command line can do. The first line of a command's documentation is shown in lists.
#[derive(Subcommand)]
pub enum Command {
    Inspect(inspect::Inspect),
    Actions(actions::Actions),
    Triggers(triggers::Triggers),
    Webhooks(webhooks::Webhooks),
    Describe(describe::Describe),
    Connect(connect::Connect),
    Connections(connections::Connections),
    Rename(rename::Rename),
    Trust(trust::Trust),
    Disconnect(disconnect::Disconnect),
    Scopes(scopes::Scopes),
    Test(test::Test),
    LiveCheck(live_check::LiveCheck),
    Run(run::Run),
    Runs(runs::Runs),
    Request(request::Request),
    Choices(choices::Choices),
    Poll(poll::Poll),
    Resources(resources::Resources),
    Fields(fields::Fields),
    Read(read::Read),
    Write(write::Write),
    #[cfg(feature = "sql")]
    Sql(sql::Sql),
    #[cfg(feature = "sql")]
    Sync(sync::Sync),
    Watch(watch::Watch),
    Webhook(webhook::Webhook),
    #[cfg(feature = "mcp")]
    Mcp(mcp::Mcp),
    #[cfg(feature = "serve")]
    Serve(serve::Serve),
    #[cfg(feature = "worker")]
    Worker(worker::Worker),
    #[cfg(feature = "worker")]
    Cluster(cluster::Cluster),
    #[cfg(feature = "packs")]
    Pack(pack::Pack),
    #[cfg(feature = "compose")]
    Compose(compose::Compose),
    New(new::New),
    Check(check::Check),
    Emulator(emulator::Emulator),
    Demo(demo::Demo),
    Completions(completions::Completions),
    Man(man::Man),
}

/// What builds a program that has a command, where one can be built without it.
const BUILT_BY: [(&str, &str); 8] = [
    ("mcp", "make build"),
    ("serve", "make build"),
    ("pack", "make build"),
    ("compose", "make build"),
    ("sql", "make sql"),
    ("sync", "make sql"),
    ("worker", "make worker"),
    ("cluster", "make worker"),
];

/// Why this program does not know a command that another one has, and what to do.
pub fn left_out(name: &str) -> Option<String> {
    let (_, how) = BUILT_BY.iter().find(|(command, _)| *command == name)?;
    Some(format!("this program was built without `connector {name}`; `{how}` builds one with it"))
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
            Command::LiveCheck(command) => command.run(options).await,
            Command::Run(command) => command.run(options).await,
            Command::Runs(command) => command.run(options),
            Command::Request(command) => command.run(options).await,
            Command::Choices(command) => command.run(options).await,
            Command::Poll(command) => command.run(options).await,
            Command::Resources(command) => command.run(options).await,
            Command::Fields(command) => command.run(options).await,
            Command::Read(command) => command.run(options).await,
            Command::Write(command) => command.run(options).await,
            #[cfg(feature = "sql")]
            Command::Sql(command) => command.run(options).await,
            #[cfg(feature = "sql")]
            Command::Sync(command) => command.run(options).await,
            Command::Watch(command) => command.run(options).await,
            Command::Webhook(command) => command.run(options).await,
            #[cfg(feature = "mcp")]
            Command::Mcp(command) => command.run(options).await,
            #[cfg(feature = "serve")]
            Command::Serve(command) => command.run(options).await,
            #[cfg(feature = "worker")]
            Command::Worker(command) => command.run(options).await,
            #[cfg(feature = "worker")]
            Command::Cluster(command) => command.run(options).await,
            #[cfg(feature = "packs")]
            Command::Pack(command) => command.run(options).await,
            #[cfg(feature = "compose")]
            Command::Compose(command) => command.run(options).await,
            Command::New(command) => command.run(&options),
            Command::Check(command) => command.run(options),
            Command::Emulator(command) => command.run(options).await,
            Command::Demo(command) => command.run(options).await,
            Command::Completions(command) => command.run(),
            Command::Man(command) => command.run(),
        }
    }
}
