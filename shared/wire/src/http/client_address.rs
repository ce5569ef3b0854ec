//! Where a request comes from: what is counted, and what is shown.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use http::header::USER_AGENT;
use iam_domain::ops::RequestInfo;

use crate::http::request::Request;

/// Longest part of `User-Agent` that is kept, in bytes.
const MAX_USER_AGENT: usize = 512;

/// The facts about `request`. `trusted` names a header to which the operator's reverse proxy appends the client's address;
/// without one it is as the runtime tells, which behind a proxy is the proxy's.
pub(crate) fn info(request: &Request, id: &str, dialect: &'static str, trusted: Option<&str>) -> RequestInfo {
    let peer = request.last_header("spin-client-addr").and_then(parse);
    let forwarded = trusted.and_then(|name| appended(request, name));
    let counted = if trusted.is_some() { forwarded } else { peer };
    // An address that nobody vouches for may be that of a proxy, and its wait would be everybody's. Proxies are as a rule
    // where the internet does not reach.
    let is_one_client = |address: &IpAddr| trusted.is_some() || is_public(*address);
    // Without a header to trust, the client may say who it is: it is shown, and nothing more.
    let said = || if trusted.is_some() { None } else { parse(request.header("x-real-ip")?.split(',').next()?) };
    RequestInfo {
        id: id.to_owned(),
        dialect,
        address: counted.map(network),
        client: counted.filter(is_one_client).map(network),
        ip: forwarded.or_else(said).or(peer).map(|address| address.to_string()),
        user_agent: user_agent(request),
    }
}

/// The address that the operator's proxy has appended. What stands before the last comma, the client may have written
/// itself.
fn appended(request: &Request, header: &str) -> Option<IpAddr> {
    parse(request.last_header(header)?.rsplit(',').next()?)
}

/// An address, with or without a port.
fn parse(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let address = text.parse::<SocketAddr>().map(|address| address.ip()).or_else(|_| text.parse::<IpAddr>());
    address.ok().map(|address| address.to_canonical())
}

/// The part of an address that one customer of a provider has: all of an IPv4 address, the first half of an IPv6 one.
fn network(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)).to_string(),
    }
}

/// Whether the internet may send from an address, so that its network is somebody's.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [first, second, ..] = address.octets();
    // 100.64.0.0/10 (RFC 6598): customers behind the translation of their provider.
    let is_shared = first == 100 && second & 0xc0 == 64;
    let is_here = first == 0 || address.is_loopback() || address.is_private() || address.is_link_local();
    !is_here && !is_shared
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    // 64:ff9b::/96 (RFC 6052): the whole of IPv4, in one network of ours.
    let is_translated = matches!(address.segments(), [0x64, 0xff9b, 0, 0, 0, 0, ..]);
    let is_here = address.is_unspecified()
        || address.is_loopback()
        || address.is_unique_local()
        || address.is_unicast_link_local();
    !is_here && !is_translated
}

/// What the client calls itself, whatever bytes it is made of.
fn user_agent(request: &Request) -> Option<String> {
    let sent = String::from_utf8_lossy(request.headers().get(USER_AGENT)?.as_bytes());
    let clean = sent.replace(char::is_control, " ");
    let kept = clean.get(..clean.floor_char_boundary(MAX_USER_AGENT))?.trim();
    (!kept.is_empty()).then(|| kept.to_owned())
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderName, HeaderValue, Method};
    use iam_domain::store::LocalFuture;

    use super::*;
    use crate::http::request::BodySource;

    struct Nothing;

    impl BodySource for Nothing {
        fn chunk(&mut self) -> LocalFuture<'_, Option<Result<bytes::Bytes, String>>> {
            Box::pin(std::future::ready(None))
        }
    }

    fn of(headers: &[(&'static str, &[u8])], trusted: Option<&str>) -> RequestInfo {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(HeaderName::from_static(name), HeaderValue::from_bytes(value).unwrap());
        }
        let request = Request::new(Method::GET, String::new(), String::new(), map, Box::new(Nothing));
        info(&request, "id", "eazyrent", trusted)
    }

    /// Network that registrations are counted for, and the one that passwords are.
    fn counted(headers: &[(&'static str, &[u8])], trusted: Option<&str>) -> (Option<String>, Option<String>) {
        let info = of(headers, trusted);
        (info.address, info.client)
    }

    fn both(network: &str) -> (Option<String>, Option<String>) {
        (Some(network.to_owned()), Some(network.to_owned()))
    }

    #[test]
    fn the_network_of_the_client() {
        let forged: &[(_, &[u8])] = &[("spin-client-addr", b"1.1.1.1:1"), ("spin-client-addr", b"192.0.2.7:4711")];
        assert_eq!(counted(forged, None), both("192.0.2.7"));
        assert_eq!(counted(&[("spin-client-addr", b"[2001:db8:1:2:3:4:5:6]:80")], None), both("2001:db8:1:2::"));
        assert_eq!(counted(&[("spin-client-addr", b"::ffff:192.0.2.7")], None), both("192.0.2.7"));
        let forwarded: &[(_, &[u8])] =
            &[("spin-client-addr", b"10.0.0.1:80"), ("x-forwarded-for", b"9.9.9.9, 198.51.100.3")];
        assert_eq!(counted(forwarded, Some("x-forwarded-for")), both("198.51.100.3"));
        // The operator vouches for the header, not for what is counted in its absence.
        assert_eq!(counted(forwarded, Some("x-client")), (None, None));
        assert_eq!(counted(&[("x-client", b"unknown")], Some("x-client")), (None, None));
        assert_eq!(counted(&[("x-client", b"10.1.2.3")], Some("x-client")), both("10.1.2.3"));
        assert_eq!(counted(&[], None), (None, None));
        // A client's word counts for nothing.
        assert_eq!(counted(&[("x-real-ip", b"9.9.9.9")], None), (None, None));
    }

    #[test]
    fn an_address_that_may_be_a_proxys_is_nobodys() {
        for inner in [
            "127.0.0.1",
            "127.9.9.9:80",
            "10.0.0.1",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "169.254.1.1",
            "100.64.0.1",
            "100.127.255.255",
            "0.0.0.0",
            "[::1]:80",
            "::",
            "fe80::1",
            "fd00::1",
            "fc00::1",
            "::ffff:10.0.0.1",
            "64:ff9b::c000:207",
        ] {
            let info = of(&[("spin-client-addr", inner.as_bytes())], None);
            assert!(info.address.is_some() && info.client.is_none(), "{inner}: {info:?}");
        }
        for outer in [
            "9.9.9.9",
            "172.15.0.1",
            "172.32.0.1",
            "100.63.0.1",
            "100.128.0.1",
            "192.169.0.1",
            "2001:db8::1",
            "2a01:e0a::1",
        ] {
            let info = of(&[("spin-client-addr", outer.as_bytes())], None);
            assert!(info.client.is_some() && info.address == info.client, "{outer}: {info:?}");
        }
    }

    #[test]
    fn the_address_that_is_shown() {
        let shown = |headers: &[(&'static str, &[u8])], trusted| of(headers, trusted).ip;
        let peer: (&'static str, &[u8]) = ("spin-client-addr", b"[2001:db8:1:2:3:4:5:6]:80");
        assert_eq!(shown(&[peer], None).as_deref(), Some("2001:db8:1:2:3:4:5:6"));
        assert_eq!(shown(&[peer, ("x-real-ip", b" 192.0.2.9 , 10.0.0.1")], None).as_deref(), Some("192.0.2.9"));
        for no_address in ["", "unknown", "<script>", "1.2.3", "192.0.2.9; DROP TABLE session"] {
            let said = ("x-real-ip", no_address.as_bytes());
            assert_eq!(shown(&[peer, said], None).as_deref(), Some("2001:db8:1:2:3:4:5:6"), "{no_address}");
        }
        let all = [peer, ("x-real-ip", b"9.9.9.9".as_slice()), ("x-forwarded-for", b"8.8.8.8, 192.0.2.4:77")];
        assert_eq!(shown(&all, Some("x-forwarded-for")).as_deref(), Some("192.0.2.4"));
        // Where there is a header to trust, the client's word is not taken instead of it.
        assert_eq!(shown(&all, Some("x-client")).as_deref(), Some("2001:db8:1:2:3:4:5:6"));
        assert_eq!(shown(&[], None), None);
    }

    #[test]
    fn what_the_client_calls_itself() {
        let agent = |bytes: &[u8]| of(&[("user-agent", bytes)], None).user_agent;
        assert_eq!(agent(b"curl/8.5.0").as_deref(), Some("curl/8.5.0"));
        assert_eq!(agent("Bücher/1 📚".as_bytes()).as_deref(), Some("Bücher/1 📚"));
        assert_eq!(agent(b"a\xffb\tc").as_deref(), Some("a\u{fffd}b c"));
        assert_eq!(agent(b" \t "), None);
        assert_eq!(of(&[], None).user_agent, None);
        assert_eq!(agent(&[b'x'; 2000]), Some("x".repeat(512)));
        // 511 bytes and the first of two.
        let cut = "x".to_owned() + &"é".repeat(300);
        assert_eq!(agent(cut.as_bytes()), Some("x".to_owned() + &"é".repeat(255)));
        assert_eq!(agent(&[0xff; 400]).map(|text| text.len()), Some(510));
    }
}
