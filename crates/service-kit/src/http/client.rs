//! `ClientAddress`: who is calling, for throttling and the audit log.

use std::{collections::BTreeMap, convert::Infallible, net::IpAddr};

use actix_web::{FromRequest, HttpRequest, dev::Payload, web};
use futures_util::future::{Ready, ready};
use ipnet::IpNet;
use paperclip::{
    actix::OperationModifier,
    v2::{
        models::{DefaultOperationRaw, DefaultSchemaRaw},
        schema::Apiv2Schema,
    },
};

/// The proxies whose `X-Forwarded-For` is believed, as networks.
#[derive(Debug, Clone, Default)]
pub struct TrustedProxies(pub Vec<IpNet>);

/// The client's address: the peer's, or what a trusted proxy says it is.
#[derive(Debug, Clone)]
pub struct ClientAddress(pub String);

impl ClientAddress {
    pub(super) fn of(req: &HttpRequest) -> Self {
        let Some(peer) = req.peer_addr().map(|address| address.ip()) else {
            return Self("unknown".to_owned());
        };
        let hops = req.headers().get_all("x-forwarded-for").filter_map(|value| value.to_str().ok());
        let hops: Vec<IpAddr> =
            hops.flat_map(|list| list.split(',')).filter_map(|hop| hop.trim().parse().ok()).collect();
        let trusted = req.app_data::<web::Data<TrustedProxies>>();
        Self(trusted.map_or(peer, |trusted| trusted.client(peer, &hops)).to_string())
    }
}

impl TrustedProxies {
    /// From the right, the first of `hops` that is not one of our own proxies: one of them saw it. Where all of them are
    /// (a client in the network of the proxies), the farthest.
    fn client(&self, peer: IpAddr, hops: &[IpAddr]) -> IpAddr {
        let is_trusted = |ip: &IpAddr| self.0.iter().any(|net| net.contains(ip));
        if !is_trusted(&peer) {
            return peer;
        }
        let seen = hops.iter().rev().find(|hop| !is_trusted(hop)).or_else(|| hops.first());
        seen.copied().unwrap_or(peer)
    }
}

impl FromRequest for ClientAddress {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self::of(req)))
    }
}

impl Apiv2Schema for ClientAddress {}

impl OperationModifier for ClientAddress {
    fn update_parameter(_: &mut DefaultOperationRaw) {}

    fn update_definitions(_: &mut BTreeMap<String, DefaultSchemaRaw>) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn the_client_is_the_first_that_is_none_of_our_proxies() {
        let proxies = TrustedProxies(vec!["10.0.0.0/8".parse().expect("a network")]);
        for (peer, hops, client) in [
            // Nobody whom we trust said anything.
            ("192.0.2.1", vec!["203.0.113.9"], "192.0.2.1"),
            ("10.0.0.2", vec![], "10.0.0.2"),
            ("10.0.0.2", vec!["203.0.113.9"], "203.0.113.9"),
            // What stands further left may be made up.
            ("10.0.0.2", vec!["198.51.100.7", "203.0.113.9", "10.0.0.3"], "203.0.113.9"),
            // From inside of the cluster.
            ("10.0.0.2", vec!["10.1.1.1"], "10.1.1.1"),
        ] {
            let hops: Vec<IpAddr> = hops.into_iter().map(ip).collect();
            assert_eq!(proxies.client(ip(peer), &hops), ip(client), "{peer} {hops:?}");
        }
    }
}
