//! Sends what is meant for one origin to another place, for tests.

use std::str::FromStr;

use url::{Host, Url};

use crate::origin::Origin;

/// Maps declared origins to other base URLs: `https://api.example.com` to
/// `http://127.0.0.1:4000`. All checks, also those on credentials, look at the declared origin;
/// then the address is replaced.
#[derive(Clone, Debug, Default)]
pub struct Routes(Vec<(Origin, Url)>);

impl Routes {
    /// `from` is an origin as a descriptor writes it. `to` is https, or http on loopback, with an
    /// optional path to put before the request's own. Fails naming what is wrong.
    pub fn add(&mut self, from: &str, to: &str) -> Result<(), String> {
        let origin = from.parse()?;
        let base = Url::parse(to).map_err(|error| format!("route to `{to}`: {error}"))?;
        if base.scheme() != "https" && !(base.scheme() == "http" && is_loopback(&base)) {
            return Err(format!("route to `{to}`: it is https, or http on loopback"));
        }
        if base.query().is_some() || base.fragment().is_some() || !base.username().is_empty() {
            return Err(format!("route to `{to}`: an address and a path, nothing else"));
        }
        self.0.push((origin, base));
        Ok(())
    }

    /// Where a URL leads; the first route that fits wins.
    pub fn apply(&self, url: &Url) -> Url {
        let Some((_, base)) = self.0.iter().find(|(origin, _)| origin.holds(url)) else {
            return url.clone();
        };
        let mut target = base.clone();
        target.set_path(&format!("{}{}", base.path().trim_end_matches('/'), url.path()));
        target.set_query(url.query());
        target
    }
}

/// Routes as `ORIGIN=URL`, with commas between them: what the variable `CONNECTOR_ROUTES` holds. An
/// empty text is none.
impl FromStr for Routes {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut routes = Routes::default();
        for route in text.split(',').filter(|route| !route.trim().is_empty()) {
            let (from, to) =
                route.trim().split_once('=').ok_or("a route is an origin, `=` and a URL")?;
            routes.add(from, to)?;
        }
        Ok(routes)
    }
}

/// Whether a URL leads to this machine itself.
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_route_replaces_the_address_and_keeps_the_rest() {
        let mut routes = Routes::default();
        routes.add("https://api.example.com", "http://127.0.0.1:4000/base/").unwrap();
        let leads = |url: &str| routes.apply(&Url::parse(url).unwrap()).to_string();
        assert_eq!(
            leads("https://api.example.com/v1/a%20b?x=%2F"),
            "http://127.0.0.1:4000/base/v1/a%20b?x=%2F"
        );
        assert_eq!(leads("https://other.example.com/v1"), "https://other.example.com/v1");
    }

    #[test]
    fn routes_are_read_from_a_variable() {
        let text = "https://a.com=http://127.0.0.1:1, https://b.com=http://127.0.0.1:2/x=y";
        let routes: Routes = text.parse().unwrap();
        let leads = |url: &str| routes.apply(&Url::parse(url).unwrap()).to_string();
        assert_eq!(leads("https://b.com/v1"), "http://127.0.0.1:2/x=y/v1");
        assert!("".parse::<Routes>().unwrap().0.is_empty());
        assert!("https://a.com".parse::<Routes>().is_err());
    }

    #[test]
    fn plain_http_leads_only_to_loopback() {
        let mut routes = Routes::default();
        assert!(routes.add("https://a.com", "http://b.com").is_err());
        assert!(routes.add("https://a.com", "https://b.com").is_ok());
        assert!(routes.add("https://a.com", "http://[::1]:1").is_ok());
    }
}
