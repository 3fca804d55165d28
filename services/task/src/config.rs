//! The settings of this service, from flags or the environment; read once.

use std::net::SocketAddr;

use clap::Parser;
use messaging::BusOptions;
use service_kit::settings::{self, ServiceSettings};

/// Settings. No `Debug`: some are secrets.
#[derive(Clone, Parser)]
pub struct Config {
    /// Settings common to the three services.
    #[command(flatten)]
    pub service: ServiceSettings,

    /// Where the API is served.
    #[arg(long, env = "LISTEN", default_value = "127.0.0.1:8002")]
    pub listen: SocketAddr,

    /// Where the signs of life are served; never routed from outside.
    #[arg(long, env = "OPS_LISTEN", default_value = "127.0.0.1:9002")]
    pub ops_listen: SocketAddr,

    /// Which event bus, and where.
    #[command(flatten)]
    pub bus: BusOptions,

    /// The user service: public keys of tokens, and accounts that no event has told of yet.
    #[arg(long, env = "USER_SERVICE_URL", default_value = "http://127.0.0.1:8001", value_parser = settings::service_url)]
    pub user_service_url: String,
}
