//! What a server is told.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use connector_auth::{Client, KeySource};
use connector_host::{Connector, Links, Routes, Seal};
use url::Url;

use crate::quota::Quota;
use crate::sql::Sql;

/// What a server is told.
#[derive(Debug)]
pub struct Options {
    /// What it serves. Their ids are different.
    pub connectors: Vec<Connector>,
    /// Where it keeps everything. Made when it is missing, for this user alone.
    pub folder: PathBuf,
    /// The key of the tenants' vaults.
    pub vault_key: KeySource,
    /// What marks checkpoints and cursors that are given out.
    pub seal: Seal,
    /// The address to listen at; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Under which people and services reach it, if that is another address.
    pub url: Option<Url>,
    /// What proves that it is this server, in PEM; without it somebody in front of it does, or nobody
    /// but this machine reaches it.
    pub tls: Option<Tls>,
    /// The app at the service, by the connector's id.
    pub apps: BTreeMap<String, Client>,
    /// Origins of applications that a person may be sent back to.
    pub return_to: Vec<Url>,
    /// Paths besides `/callback` at which a service's answer is taken. The first one is what services are
    /// told.
    pub callbacks: Vec<String>,
    /// Leads requests elsewhere, for tests.
    pub routes: Routes,
    /// Where links in what is written may lead; None: anywhere.
    pub links: Option<Links>,
    /// What runs SQL, if anything does.
    pub sql: Option<Arc<dyn Sql>>,
    /// Whether events may be sent to addresses that are not public.
    pub private_webhooks: bool,
    /// Seconds between two polls of a trigger, at least.
    pub poll_every: u64,
    /// How much of it anybody gets.
    pub limits: Limits,
}

/// How much of a server anybody gets. What is beyond is told when to come again.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Calls of one tenant at the same time. Default: 1,000.
    pub calls: usize,
    /// Requests of one tenant in a minute. Default: 60,000.
    pub rate: u32,
    /// Calls of one tenant in each window, where no others were set for it. Default: none.
    pub quotas: Vec<Quota>,
    /// Requests to a service that go out over one of its apps, of all tenants together, over any stretch of time
    /// as long as the window; up to 10,000. More wait for their turn, by tenant. Default: as many as the
    /// service takes.
    pub app: Option<Quota>,
    /// Sockets that callers may have open at the same time; others wait to be accepted. Default: 4,096.
    pub sockets: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { calls: 1000, rate: 60_000, quotas: Vec::new(), app: None, sockets: 4096 }
    }
}

/// Files in PEM.
#[derive(Clone, Debug)]
pub struct Tls {
    /// The certificate with those between it and the root.
    pub certificate: PathBuf,
    /// Its key.
    pub key: PathBuf,
}
