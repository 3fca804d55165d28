//! The way out: an HTTP client that connects to no address which the policy does not admit. A name's addresses are judged
//! after it was looked up, and the connection is made to the very ones that passed, so that no later answer of a name
//! server leads elsewhere. There are no redirects and no proxies.

use std::{
    io,
    net::SocketAddr,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use actix_web::web::Bytes;
use http_body_util::Full;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{
        Client,
        connect::{HttpConnector, dns::Name},
    },
    rt::{TokioExecutor, TokioTimer},
};
use tower_service::Service;

use super::{target::Policy, trust::Trust};

const CONNECT: Duration = Duration::from_secs(5);
/// A connection waits this long for the next delivery to the same host, …
const IDLE: Duration = Duration::from_secs(20);
/// … and no more of them than this.
const IDLE_PER_HOST: usize = 2;

/// What the refusal of an address is called in the log of deliveries.
pub const REFUSED: &str = "it does not lead to a public address";

/// A client that connects to admitted addresses only. An address in the URL itself is not looked up: judge it before.
pub type Guarded = Client<HttpsConnector<HttpConnector<Lookup>>, Full<Bytes>>;

/// A client for `http` (`is_plain`) or `https` targets.
#[must_use]
pub fn client(policy: &Policy, trust: &Trust, is_plain: bool) -> Guarded {
    let mut http = HttpConnector::new_with_resolver(Lookup { policy: policy.clone(), is_plain });
    http.enforce_http(false);
    http.set_connect_timeout(Some(CONNECT));
    http.set_nodelay(true);
    let connector = HttpsConnectorBuilder::new().with_tls_config(trust.config());
    let connector = if is_plain { connector.https_or_http() } else { connector.https_only() };
    Client::builder(TokioExecutor::new())
        .pool_timer(TokioTimer::new())
        .pool_idle_timeout(IDLE)
        .pool_max_idle_per_host(IDLE_PER_HOST)
        .build(connector.enable_http1().wrap_connector(http))
}

/// Looks names up and keeps back what is not admitted.
#[derive(Clone)]
pub struct Lookup {
    policy: Policy,
    is_plain: bool,
}

type Found = Pin<Box<dyn Future<Output = io::Result<std::vec::IntoIter<SocketAddr>>> + Send>>;

impl Service<Name> for Lookup {
    type Response = std::vec::IntoIter<SocketAddr>;
    type Error = io::Error;
    type Future = Found;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, name: Name) -> Found {
        let Self { policy, is_plain } = self.clone();
        Box::pin(async move {
            // The port is the connector's to say.
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let admitted: Vec<_> = found.filter(|to| policy.admits(to.ip(), is_plain)).collect();
            if admitted.is_empty() {
                return Err(io::Error::new(io::ErrorKind::PermissionDenied, REFUSED));
            }
            Ok(admitted.into_iter())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn look(allowed: &[&str], name: &str, is_plain: bool) -> io::Result<Vec<SocketAddr>> {
        let allowed = allowed.iter().map(|net| net.parse().expect("a network")).collect();
        let mut lookup = Lookup { policy: Policy::new(allowed), is_plain };
        let name: Name = name.parse().expect("a name");
        Ok(lookup.call(name).await?.collect())
    }

    #[tokio::test]
    async fn a_name_that_leads_inside_is_refused_unless_allowed() {
        let refused = look(&[], "localhost", false).await.expect_err("localhost is inside");
        assert_eq!(refused.kind(), io::ErrorKind::PermissionDenied);
        let found = look(&["127.0.0.0/8"], "localhost", true).await.expect("allowed");
        assert!(found.iter().all(|to| to.ip().is_loopback() && to.is_ipv4()), "{found:?}");
    }
}
