//! Origins as a descriptor writes them: `https://api.example.com`, `https://*.example.com:8443`.

use std::fmt;
use std::str::FromStr;

use url::Url;

/// A declared origin, exact or with a wildcard for one or more labels at the front of the host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Origin {
    /// As it would be written without the wildcard.
    base: Url,
    wildcard: bool,
}

impl Origin {
    /// The origin itself, when it is only one.
    pub fn exact(&self) -> Option<&Url> {
        (!self.wildcard).then_some(&self.base)
    }

    /// Whether a URL is on this origin. A wildcard does not stand for the bare domain.
    pub fn holds(&self, url: &Url) -> bool {
        let (Some(base), Some(host)) = (self.base.host_str(), url.host_str()) else {
            return false;
        };
        let host_fits = match self.wildcard {
            true => host
                .strip_suffix(base)
                .and_then(|rest| rest.strip_suffix('.'))
                .is_some_and(|labels| !labels.is_empty()),
            false => host == base,
        };
        host_fits
            && url.scheme() == self.base.scheme()
            && url.port_or_known_default() == self.base.port_or_known_default()
    }
}

impl Origin {
    /// Whether each URL on the other origin is on this one as well.
    pub fn covers(&self, other: &Origin) -> bool {
        match other.wildcard {
            false => self.holds(&other.base),
            true => self.wildcard && (self.base == other.base || self.holds(&other.base)),
        }
    }
}

/// As it is declared, in the shortest form.
impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plain = self.base.origin().ascii_serialization();
        match (self.wildcard, plain.split_once("://")) {
            (true, Some((scheme, host))) => write!(f, "{scheme}://*.{host}"),
            _ => f.write_str(&plain),
        }
    }
}

impl FromStr for Origin {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = |why: &str| format!("origin `{text}`: {why}");
        let (wildcard, plain) = match text.split_once("://*.") {
            Some((scheme, host)) => (true, format!("{scheme}://{host}")),
            None => (false, text.to_owned()),
        };
        let base = Url::parse(&plain).map_err(|error| wrong(&error.to_string()))?;
        if base.host_str().is_none_or(|host| host.contains('*')) {
            return Err(wrong("it needs a host, with `*.` only at its front"));
        }
        if base.path() != "/" || base.query().is_some() || base.fragment().is_some() {
            return Err(wrong("it has no path, query or fragment"));
        }
        if !base.username().is_empty() || base.password().is_some() {
            return Err(wrong("it names no user"));
        }
        Ok(Origin { base, wildcard })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(origin: &str, url: &str) -> bool {
        origin.parse::<Origin>().unwrap().holds(&Url::parse(url).unwrap())
    }

    #[test]
    fn exact_origins_compare_scheme_host_and_port() {
        let origin = "https://api.example.com";
        assert!(holds(origin, "https://api.example.com/v1?x=1"));
        assert!(holds(origin, "https://API.example.com:443/"));
        assert!(!holds(origin, "http://api.example.com/"));
        assert!(!holds(origin, "https://api.example.com:8443/"));
        assert!(!holds(origin, "https://api.example.com.evil.test/"));
        assert!(!holds(origin, "https://evil.test/?https://api.example.com"));
    }

    #[test]
    fn a_wildcard_stands_for_one_or_more_labels() {
        let origin = "https://*.example.com";
        assert!(holds(origin, "https://a.example.com/"));
        assert!(holds(origin, "https://a.b.example.com/"));
        assert!(!holds(origin, "https://example.com/"));
        assert!(!holds(origin, "https://evilexample.com/"));
        assert!(!holds(origin, "https://a.example.com.evil.test/"));
    }

    #[test]
    fn a_wildcard_covers_what_is_narrower() {
        let covers =
            |one: &str, other: &str| one.parse::<Origin>().unwrap().covers(&other.parse().unwrap());
        let wide = "https://*.example.com";
        for narrower in ["https://a.example.com", "https://*.a.example.com", wide] {
            assert!(covers(wide, narrower), "{narrower}");
        }
        for other in
            ["https://example.com", "https://*.com", "http://a.example.com", "https://b.com"]
        {
            assert!(!covers(wide, other), "{other}");
        }
        assert!(!covers("https://a.example.com", "https://*.a.example.com"));
        assert!(!covers("https://a.example.com", wide));
    }

    #[test]
    fn however_it_is_written_it_is_shown_alike() {
        let shown = |text: &str| text.parse::<Origin>().unwrap().to_string();
        assert_eq!(shown("https://API.example.com:443/"), "https://api.example.com");
        assert_eq!(shown("https://*.example.com:8443"), "https://*.example.com:8443");
    }

    #[test]
    fn what_is_not_an_origin_is_refused() {
        for text in
            ["example.com", "https://a.*.com", "https://a.com/v1", "https://u@a.com", "https://*"]
        {
            assert!(text.parse::<Origin>().is_err(), "{text}");
        }
    }
}
