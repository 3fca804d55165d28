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
        let trusted = req.app_data::<web::Data<TrustedProxies>>();
        let is_trusted =
            |ip: &IpAddr| trusted.is_some_and(|proxies| proxies.0.iter().any(|net| net.contains(ip)));
        let mut client = peer;
        if is_trusted(&peer) {
            let hops = req.headers().get_all("x-forwarded-for").filter_map(|value| value.to_str().ok());
            let hops: Vec<IpAddr> =
                hops.flat_map(|list| list.split(',')).filter_map(|hop| hop.trim().parse().ok()).collect();
            // From the right: the first hop that is not one of our own proxies was seen by one of them.
            client = hops.into_iter().rev().find(|hop| !is_trusted(hop)).unwrap_or(peer);
        }
        Self(client.to_string())
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
