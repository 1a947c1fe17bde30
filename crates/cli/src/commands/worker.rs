//! `worker`: joins a cluster.

use std::io;
use std::net::SocketAddr;

use clap::Args;
use connector_host::Connector;
use connector_worker::{Ingress, Options as WorkerOptions, register, serve};
use url::Url;

use crate::app::App;
use crate::error::Error;
use crate::options::Options;
use crate::{interrupt, output, variables};

const EXAMPLES: &str = r#"Examples:
  connector worker --restate http://127.0.0.1:9070
  connector worker --restate http://restate:9070 --ingress http://restate:8080 \
    --listen 0.0.0.0:9080 --advertise http://workers:9080"#;

/// Join a cluster as a worker, and run what Restate hands out
///
/// All workers of a cluster have the same components and the same key in CONNECTOR_CLUSTER_KEY: 32 random
/// bytes in base64. `docs/cluster.md` says how to run one. Ends with Ctrl-C; what is under way then
/// another worker goes on with.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Worker {
    /// The admin API of the Restate server
    #[arg(long, value_name = "URL")]
    restate: Url,
    /// Its ingress [default: port 8080 of the same host]
    #[arg(long, value_name = "URL")]
    ingress: Option<Url>,
    /// The address to listen at. Workers of one machine may share it
    #[arg(long, default_value = "127.0.0.1:9080", value_name = "ADDRESS")]
    listen: SocketAddr,
    /// Where the server reaches all workers, if that is another address: that of a balancer in front of them
    #[arg(long, value_name = "URL")]
    advertise: Option<Url>,
    /// Post events also to addresses that are not public
    #[arg(long)]
    private_sinks: bool,
}

impl Worker {
    pub async fn run(self, options: Options) -> Result<(), Error> {
        let key = variables::cluster_key()?;
        let ingress = match self.ingress {
            Some(ingress) => ingress,
            None => ingress_of(&self.restate)?,
        };
        let mut components = options.components.clone();
        let more = components.split_off(components.len().min(1));
        let app = App::open_with(Options { components, ..options }, INSTANCES).await?;
        let mut connectors = vec![app.connector.clone()];
        for path in more {
            connectors.push(Connector::load(&app.engine, &path)?);
        }
        let worker = connector_worker::Worker::new(WorkerOptions {
            connectors,
            key,
            ingress: Ingress::new(ingress),
            routes: app.routes()?,
            blobs: app.shared_blobs()?,
            links: app.options.links.clone(),
            renewals: app.state.renewals(),
            sink_secret: variables::webhook_secret(),
            private_sinks: self.private_sinks,
        })
        .map_err(Error::io("renewals"))?;
        interrupt::listen(app.stop.clone());
        let (admin, advertise) = (self.restate, self.advertise);
        let ready = async |address: SocketAddr| {
            let here = format!("http://{address}").parse().map_err(io::Error::other)?;
            let place = advertise.unwrap_or(here);
            register(&admin, &place).await.map_err(io::Error::other)?;
            output::note(format_args!("Working at {place}; stop it with Ctrl-C"));
            Ok(())
        };
        serve(worker, self.listen, ready, app.stop.cancelled()).await.map_err(Error::io("worker"))
    }
}

/// Steps that are taken at the same time.
const INSTANCES: u32 = 256;

fn ingress_of(admin: &Url) -> Result<Url, Error> {
    let mut url = admin.clone();
    let set = url.set_port(Some(8080));
    set.map_err(|()| Error::Usage(format!("--restate: {admin} has no host")))?;
    Ok(url)
}
