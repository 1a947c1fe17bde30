//! An in-memory Pinterest on loopback.
//!
//! It behaves like the real one as far as the API description and recordings of
//! real servers tell, and refuses what the real one refuses. Where neither tells,
//! a comment says "believed". It speaks plain HTTP on 127.0.0.1, and keeps
//! nothing once it stops, unless [`Options::kept`] names a folder for it.
//!
//! Two listeners play Pinterest's two environments: [`Emulator::origin`] stands
//! for `https://api.pinterest.com` and, under `/oauth/`, for
//! `https://www.pinterest.com`; [`Emulator::sandbox_origin`] stands for
//! `https://api-sandbox.pinterest.com`. Each has its own tokens and data.
//!
//! What is close to the heart of the API is written by hand (`api`, `world`). Every other
//! operation is answered from the facts in the catalogue (`generic`): things are kept (`things`), jobs take
//! their time, and what nobody has said is made up, the same for the same call. An item of a batch
//! whose JSON has the words `fail-me` fails in the dialect of its resource.
//!
//! [`Control`] is the side door for tests: it injects faults, counts requests
//! and uploads, adds pins as another client would, issues odd tokens and moves the clock. The
//! same is served over HTTP under `/emulator/`, where also the storage is, to which files are
//! uploaded and from which the results of jobs are downloaded without a credential.

#![forbid(unsafe_code)]

mod api;
mod auth;
mod call;
mod check;
mod clock;
mod control;
mod dispatch;
mod environment;
mod facts;
mod fault;
mod fault_effect;
mod gallery;
mod generic;
mod kept;
mod limits;
mod log;
mod options;
mod page;
mod pictures;
mod remote;
mod reply;
mod room;
mod routes;
mod seed;
mod serve;
mod shape;
mod state;
mod things;
mod token;
mod uploads;
mod world;

use std::io;
use std::net::{Ipv4Addr, SocketAddr};

use tokio::net::TcpListener;
use tokio::sync::watch;

pub use auth::SCOPES;
pub use control::{Control, OutsidePin};
pub use environment::{Environment, STORAGE_PATH};
pub use fault::{Fault, FaultKind, Match};
pub use kept::forget;
pub use log::Recorded;
pub use options::{Consent, Limits, Options};
pub use pictures::drawn as picture;
pub use seed::{Privacy, Seed, SeedBoard};
pub use token::TokenSpec;

use clock::Clock;
use pictures::Pictures;
use state::Shared;

/// A running emulator. It stops when this is dropped.
pub struct Emulator {
    production: Listener,
    sandbox: Listener,
    /// Dropping it tells the listeners to stop.
    _running: watch::Sender<()>,
}

struct Listener {
    address: SocketAddr,
    control: Control,
    access_token: String,
}

impl Emulator {
    /// Starts an emulator on the current tokio runtime. Fails when the port is taken, and with
    /// [`io::ErrorKind::InvalidData`] when what is kept of it cannot be read: [`forget`] helps.
    pub async fn start(options: Options) -> io::Result<Emulator> {
        let clock = Clock::default();
        let (running, stopped) = watch::channel(());
        let production = Listener::start(
            Environment::Production,
            options.port,
            &options,
            &clock,
            stopped.clone(),
        )
        .await?;
        let sandbox = Listener::start(Environment::Sandbox, 0, &options, &clock, stopped).await?;
        Ok(Emulator { production, sandbox, _running: running })
    }

    /// Where production listens: `http://127.0.0.1:PORT`.
    pub fn origin(&self) -> String {
        format!("http://{}", self.production.address)
    }

    /// Where the sandbox listens: `http://127.0.0.1:PORT`.
    pub fn sandbox_origin(&self) -> String {
        format!("http://{}", self.sandbox.address)
    }

    /// Pinterest's origins, and what stands for each. Whoever plays Pinterest leads requests so.
    pub fn places(&self) -> [(&'static str, String); 6] {
        let (origin, sandbox) = (self.origin(), self.sandbox_origin());
        [
            ("https://api.pinterest.com", origin.clone()),
            ("https://api-sandbox.pinterest.com", sandbox.clone()),
            ("https://www.pinterest.com", origin.clone()),
            ("https://i.pinimg.com", format!("{origin}{}", pictures::PATH.trim_end_matches('/'))),
            (Environment::Production.storage(), format!("{origin}{STORAGE_PATH}")),
            (Environment::Sandbox.storage(), format!("{sandbox}{STORAGE_PATH}")),
        ]
    }

    /// A user's token with every scope, for production.
    pub fn access_token(&self) -> String {
        self.production.access_token.clone()
    }

    /// A user's token with every scope, for the sandbox.
    pub fn sandbox_access_token(&self) -> String {
        self.sandbox.access_token.clone()
    }

    /// The client id and secret of the app with Standard access, in production.
    pub fn client(&self) -> (String, String) {
        self.production.control.client()
    }

    /// Reaches into production.
    pub fn control(&self) -> Control {
        self.production.control.clone()
    }

    /// Reaches into the sandbox.
    pub fn sandbox_control(&self) -> Control {
        self.sandbox.control.clone()
    }
}

impl Listener {
    async fn start(
        environment: Environment,
        port: u16,
        options: &Options,
        clock: &Clock,
        mut stopped: watch::Receiver<()>,
    ) -> io::Result<Listener> {
        let shared = Shared::new(environment, options, clock.clone())?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let address = listener.local_addr()?;
        shared.lock().pictures = options
            .pictures
            .then(|| Pictures::new(format!("http://{address}"), options.kept.as_deref()));
        let control = Control::new(shared.clone());
        let router = serve::router(&shared)
            .merge(remote::router(control.clone()))
            .merge(uploads::router(&shared))
            .merge(gallery::router(&shared));
        // The sender is never used, so this ends only when it is dropped.
        let stop = async move { drop(stopped.changed().await) };
        tokio::spawn(axum::serve(listener, router).with_graceful_shutdown(stop).into_future());
        let access_token = shared.lock().access_token.clone();
        Ok(Listener { address, control, access_token })
    }
}
