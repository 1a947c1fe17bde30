//! Blobs that are `https:` URLs.

use std::sync::Arc;
use std::time::Duration;

use http::header::LOCATION;
use percent_encoding::percent_decode_str;
use reqwest::{Client, redirect};
use tokio::io::AsyncWrite;
use url::Url;

use super::address::{PublicAddresses, may_be_public};
use crate::blob::{BlobError, shown};
use crate::http::{Receive, USER_AGENT, causes};
use crate::progress::Progress;
use crate::routes::Routes;

/// Redirects in a row.
const REDIRECTS: u32 = 5;

/// How `https:` URLs are fetched: with a plain GET that carries no credential and no cookie, never
/// through a proxy, over https also after each redirect.
#[derive(Clone, Debug)]
pub struct Fetch {
    /// Bytes of one file, at most. Default: 4 GiB.
    pub bytes: u64,
    /// Whether hosts may have private, loopback or link-local addresses. Default: no, so that a
    /// reference cannot reach into the network that this host stands in.
    pub private_addresses: bool,
    /// Bytes a second that a file arrives with at least. Default: 64 KiB.
    pub rate: u64,
    /// Leads URLs elsewhere, for tests.
    pub routes: Routes,
}

impl Default for Fetch {
    fn default() -> Self {
        Fetch {
            bytes: 4 << 30,
            private_addresses: false,
            rate: 64 << 10,
            routes: Routes::default(),
        }
    }
}

impl Fetch {
    /// What a URL leads to, whole and in memory: `bytes` should be small.
    ///
    /// # Errors
    ///
    /// When it may not be fetched, is too long, or does not come.
    pub async fn read(&self, url: &str) -> Result<Vec<u8>, BlobError> {
        let mut read = Vec::new();
        self.write(url, &mut read).await?;
        Ok(read)
    }

    /// Writes what a URL leads to.
    pub(super) async fn write(
        &self,
        reference: &str,
        into: &mut (dyn AsyncWrite + Send + Unpin),
    ) -> Result<(), BlobError> {
        let wrong = |why: String| BlobError::Unreadable(format!("`{}`: {why}", shown(reference)));
        let client = self.client().map_err(|error| wrong(causes(&error.without_url())))?;
        let mut url = Url::parse(reference).map_err(|error| wrong(error.to_string()))?;
        for _ in 0..=REDIRECTS {
            self.check(&url)?;
            let receive = Receive::new(Duration::from_secs(60), self.rate);
            let request = client.get(self.routes.apply(&url));
            let mut response =
                receive.head(request).await.map_err(|error| wrong(error.to_string()))?;
            let status = response.status();
            let target = response.headers().get(LOCATION).and_then(|target| target.to_str().ok());
            if let (true, Some(target)) = (status.is_redirection(), target) {
                url = url.join(target).map_err(|error| wrong(error.to_string()))?;
                continue;
            }
            if !status.is_success() {
                return Err(wrong(format!("the server answers {status}")));
            }
            let body = receive.save(&mut response, into, self.bytes, &Progress::default()).await;
            return body.map_err(|error| wrong(error.to_string()));
        }
        Err(wrong(format!("more than {REDIRECTS} redirects")))
    }

    /// The rules for a URL and for each redirect's target. Names are checked as they are resolved.
    fn check(&self, url: &Url) -> Result<(), BlobError> {
        let refuse =
            |why: &str| Err(BlobError::Refused(format!("`{}`: {why}", shown(url.as_str()))));
        if url.scheme() != "https" {
            return refuse("only https is fetched");
        }
        if !url.username().is_empty() || url.password().is_some() {
            return refuse("a URL to fetch names no user");
        }
        if !self.private_addresses && !may_be_public(url) {
            return refuse("it is not a public address");
        }
        Ok(())
    }

    /// Nothing is decompressed: a file is wanted as it is.
    fn client(&self) -> reqwest::Result<Client> {
        let builder = Client::builder()
            .redirect(redirect::Policy::none())
            .referer(false)
            .retry(reqwest::retry::never())
            .no_proxy()
            .no_gzip()
            .no_brotli()
            .connect_timeout(Duration::from_secs(10))
            .user_agent(USER_AGENT);
        match self.private_addresses {
            true => builder,
            false => builder.dns_resolver(Arc::new(PublicAddresses)),
        }
        .build()
    }
}

/// The last segment of the path.
pub(super) fn name(reference: &str) -> Option<String> {
    let url = Url::parse(reference).ok()?;
    let last = url.path_segments()?.next_back()?;
    let name = percent_decode_str(last).decode_utf8_lossy().into_owned();
    (!name.is_empty()).then_some(name)
}
