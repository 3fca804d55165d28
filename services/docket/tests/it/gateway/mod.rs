//! Both gateways, the launcher's and nginx, held to the same promises, in front of services that only say what they
//! were asked.

mod aborts;
mod echo;
mod headers;
mod launcher;
mod limits;
mod nginx;
mod outages;
mod routes;
mod streams;
mod wire;

use std::net::{Ipv4Addr, SocketAddr};

use docket::gateway::{self, Gateway, Upstreams};
use tokio_util::sync::CancellationToken;

use nginx::Nginx;

/// A gateway under test, named for messages.
struct Front {
    name: &'static str,
    address: SocketAddr,
    _nginx: Option<Nginx>,
}

/// Every gateway that there is here, in front of `upstreams`.
async fn fronts(upstreams: Upstreams) -> Vec<Front> {
    let launcher = launcher(upstreams);
    let mut fronts = vec![Front { name: "launcher", address: launcher.address, _nginx: None }];
    if let Some(nginx) = Nginx::start(upstreams).await {
        fronts.push(Front { name: "nginx", address: nginx.address, _nginx: Some(nginx) });
    }
    fronts
}

fn launcher(upstreams: Upstreams) -> Gateway {
    gateway::start((Ipv4Addr::LOCALHOST, 0).into(), 1, upstreams, &CancellationToken::new()).unwrap()
}
