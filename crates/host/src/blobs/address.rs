//! Which addresses are on the public internet: a reference to any other would let its author look
//! into the network that the host stands in.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::LazyLock;

use ipnet::IpNet;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::net::lookup_host;
use url::{Host, Url};

/// Resolves names to public addresses only. The client connects to exactly what was checked here,
/// so a name cannot change its mind in between.
#[derive(Debug)]
pub struct PublicAddresses;

impl Resolve for PublicAddresses {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let all = lookup_host((name.as_str(), 0)).await?;
            let public: Vec<SocketAddr> = all.filter(|address| is_public(address.ip())).collect();
            match public.is_empty() {
                true => Err("it is not a public address".into()),
                false => Ok(Box::new(public.into_iter()) as Addrs),
            }
        })
    }
}

/// IANA's registries of special-purpose addresses for IPv4 and IPv6, as of 2025, whole: also
/// those entries that may be reached from anywhere, for none of them is a place where people keep
/// files. <https://www.iana.org/assignments/iana-ipv4-special-registry>,
/// <https://www.iana.org/assignments/iana-ipv6-special-registry>
const SPECIAL: [&str; 51] = [
    "0.0.0.0/8",          // this network
    "0.0.0.0/32",         // this host
    "10.0.0.0/8",         // private use
    "100.64.0.0/10",      // shared address space
    "127.0.0.0/8",        // loopback
    "169.254.0.0/16",     // link local
    "172.16.0.0/12",      // private use
    "192.0.0.0/24",       // IETF protocol assignments
    "192.0.0.0/29",       // IPv4 service continuity
    "192.0.0.8/32",       // IPv4 dummy address
    "192.0.0.9/32",       // port control protocol anycast
    "192.0.0.10/32",      // TURN anycast
    "192.0.0.170/32",     // NAT64/DNS64 discovery
    "192.0.0.171/32",     // NAT64/DNS64 discovery
    "192.0.2.0/24",       // documentation
    "192.31.196.0/24",    // AS112
    "192.52.193.0/24",    // AMT
    "192.88.99.0/24",     // 6to4 relay anycast, deprecated
    "192.168.0.0/16",     // private use
    "192.175.48.0/24",    // direct delegation AS112
    "198.18.0.0/15",      // benchmarking
    "198.51.100.0/24",    // documentation
    "203.0.113.0/24",     // documentation
    "240.0.0.0/4",        // reserved
    "255.255.255.255/32", // limited broadcast
    "::1/128",            // loopback
    "::/128",             // unspecified
    "::ffff:0:0/96",      // IPv4-mapped
    "64:ff9b::/96",       // IPv4-IPv6 translation, looked into before
    "64:ff9b:1::/48",     // IPv4-IPv6 translation, local
    "100::/64",           // discard only
    "100:0:0:1::/64",     // dummy prefix
    "2001::/23",          // IETF protocol assignments
    "2001::/32",          // Teredo
    "2001:1::1/128",      // port control protocol anycast
    "2001:1::2/128",      // TURN anycast
    "2001:1::3/128",      // DNS-SD service registration anycast
    "2001:2::/48",        // benchmarking
    "2001:3::/32",        // AMT
    "2001:4:112::/48",    // AS112
    "2001:10::/28",       // ORCHID, deprecated
    "2001:20::/28",       // ORCHIDv2
    "2001:30::/28",       // drone remote identification
    "2001:db8::/32",      // documentation
    "2002::/16",          // 6to4
    "2620:4f:8000::/48",  // direct delegation AS112
    "3fff::/20",          // documentation
    "5f00::/16",          // segment routing
    "fc00::/7",           // unique local
    "fe80::/10",          // link local
    // Not in these registries, but in one of their own.
    "224.0.0.0/4", // multicast
];
/// Of IPv6 only this is given out to hosts.
const UNICAST: &str = "2000::/3";
/// Behind it stands an IPv4 address.
const TRANSLATED: &str = "64:ff9b::/96";

static RANGES: LazyLock<Vec<IpNet>> = LazyLock::new(|| SPECIAL.iter().map(|it| net(it)).collect());
static HOSTS: LazyLock<(IpNet, IpNet)> = LazyLock::new(|| (net(UNICAST), net(TRANSLATED)));

/// Whether the host of a URL is a name, of which [`PublicAddresses`] finds out, or an address that a host
/// of the public internet may have.
pub fn may_be_public(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => is_public(address.into()),
        Some(Host::Ipv6(address)) => is_public(address.into()),
        Some(Host::Domain(_)) => true,
        None => false,
    }
}

/// Whether a host of the public internet may have the address.
fn is_public(address: IpAddr) -> bool {
    let (unicast, translated) = &*HOSTS;
    if let (true, IpAddr::V6(address)) = (translated.contains(&address), address) {
        let [.., a, b, c, d] = address.octets();
        return is_public(Ipv4Addr::new(a, b, c, d).into());
    }
    let special = RANGES.iter().any(|range| range.contains(&address));
    !special && (address.is_ipv4() || unicast.contains(&address))
}

fn net(text: &str) -> IpNet {
    text.parse().expect("the table holds ranges")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_end_of_a_special_range_passes() {
        for range in RANGES.iter().filter(|range| **range != net(TRANSLATED)) {
            for address in [range.network(), range.broadcast()] {
                assert!(!is_public(address), "{address} of {range}");
            }
        }
        let beside = ["9.255.255.255", "11.0.0.0", "100.128.0.0", "172.32.0.0", "192.0.1.0"];
        let more = ["192.88.98.255", "192.88.100.0", "198.20.0.0", "223.255.255.255", "2001:200::"];
        let last = ["2620:4f:7fff::1", "2620:4f:8001::1", "2003::1", "2001:db9::1", "3ffe::1"];
        for address in [&beside[..], &more, &last].concat() {
            assert!(is_public(address.parse().unwrap()), "{address}");
        }
    }

    #[test]
    fn only_addresses_of_the_public_internet_pass() {
        let passes = |text: &str| is_public(text.parse().unwrap());
        for public in ["8.8.8.8", "172.15.0.1", "100.63.0.1", "2606:4700::1", "64:ff9b::808:808"] {
            assert!(passes(public), "{public}");
        }
        let inner = [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "127.0.0.1",
            "169.254.169.254",
            "172.16.0.1",
            "192.168.0.1",
            "192.0.0.8",
            "198.18.0.1",
            "192.0.0.9",
            "192.31.196.1",
            "192.52.193.1",
            "192.88.99.1",
            "192.175.48.1",
            "240.0.0.1",
            "203.0.113.5",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:10.0.0.1",
            "::ffff:8.8.8.8",
            "fe80::1",
            "fd00::1",
            "ff02::1",
            "64:ff9b::a00:1",
            "2001:db8::1",
            "2001::1",
            "2002:a00:1::",
            "64:ff9b::c058:6301",
            "64:ff9b:1::808:808",
            "100::1",
            "2001:20::1",
            "2620:4f:8000::1",
            "3fff::1",
            "4000::1",
            "5f00::1",
            "fec0::1",
            "::808:808",
        ];
        for address in inner {
            assert!(!passes(address), "{address}");
        }
    }
}
