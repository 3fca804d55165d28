//! The settings that every service has, from flags or the environment.

use std::{net::IpAddr, time::Duration};

use clap::{ArgAction, Args};
use ipnet::IpNet;

use crate::{
    auth::TokenPolicy, db::DbSettings, http::cors::Origins, logging::LogFormat, server::Threads, trace,
};

/// What is for each deployment to decide about the edge.
#[derive(Debug, Clone, Default, Args)]
pub struct EdgeSettings {
    /// Origins whose pages may call the API from a browser, separated by commas. [default: none but its own]
    #[arg(long, env = "CORS_ALLOWED_ORIGINS", default_value = "", hide_default_value = true)]
    pub cors_allowed_origins: Origins,

    /// Refuse PUT, PATCH and DELETE that come without If-Match (428).
    #[arg(long, env = "REQUIRE_IF_MATCH", default_value_t = false, action = ArgAction::Set)]
    pub require_if_match: bool,
}

/// Settings common to the three services. A missing or bad one stops the start and is named. No `Debug`: some are
/// secrets.
#[derive(Clone, Args)]
pub struct ServiceSettings {
    /// libpq URL of the database; each service uses its own schema and, best, its own role.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    pub database_url: String,

    /// Connections in the pool; each HTTP worker has one more, which its small reads share.
    #[arg(long, env = "DATABASE_POOL_SIZE", default_value_t = 4)]
    pub database_pool_size: u32,

    /// Milliseconds that one statement may run.
    #[arg(long, env = "STATEMENT_TIMEOUT_MS", default_value_t = 5_000)]
    pub statement_timeout_ms: u32,

    /// HTTP worker threads.
    #[arg(long, env = "HTTP_WORKERS", default_value_t = 2)]
    pub http_workers: usize,

    /// Secret that signs paging cursors; the same in all replicas.
    #[arg(long, env = "CURSOR_SECRET", hide_env_values = true)]
    pub cursor_secret: String,

    /// `iss` of access tokens.
    #[arg(long, env = "TOKEN_ISSUER", default_value = "docket")]
    pub token_issuer: String,

    /// `aud` of access tokens.
    #[arg(long, env = "TOKEN_AUDIENCE", default_value = "docket")]
    pub token_audience: String,

    /// Addresses or networks of proxies whose X-Forwarded-For is believed, separated by commas.
    #[arg(long, env = "TRUSTED_PROXIES", value_delimiter = ',', value_parser = network)]
    pub trusted_proxies: Vec<IpNet>,

    /// What the edge is strict about.
    #[command(flatten)]
    pub edge: EdgeSettings,

    /// Seconds between "not ready" and the end of accepting, so that load balancers notice.
    #[arg(long, env = "SHUTDOWN_GRACE_SECONDS", default_value_t = 5)]
    pub shutdown_grace_seconds: u64,

    /// Collector of OpenTelemetry traces (OTLP over HTTP), for instance http://collector:4318; without it there are none.
    #[arg(long, env = "OTEL_EXPORTER_OTLP_ENDPOINT", value_parser = trace::endpoint)]
    pub otlp_endpoint: Option<String>,

    /// Look of the log.
    #[arg(long, env = "LOG_FORMAT", value_enum, default_value_t = LogFormat::Json)]
    pub log_format: LogFormat,
}

impl ServiceSettings {
    /// The pool's part of the settings, for a service's schema.
    #[must_use]
    pub fn db(&self, schema: &str) -> DbSettings {
        DbSettings {
            url: self.database_url.clone(),
            schema: schema.to_owned(),
            pool_size: self.database_pool_size,
            statement_timeout_ms: self.statement_timeout_ms,
        }
    }

    /// The threads of its HTTP server.
    #[must_use]
    pub fn threads(&self) -> Threads {
        Threads {
            workers: self.http_workers,
            blocking: usize::try_from(self.database_pool_size).unwrap_or(usize::MAX),
        }
    }

    /// Whose tokens are accepted.
    #[must_use]
    pub fn token_policy(&self) -> TokenPolicy {
        TokenPolicy { issuer: self.token_issuer.clone(), audience: self.token_audience.clone() }
    }

    /// The grace between unready and closed.
    #[must_use]
    pub fn shutdown_grace(&self) -> Duration {
        Duration::from_secs(self.shutdown_grace_seconds)
    }
}

/// `10.0.0.0/8`, or one address.
///
/// # Errors
/// When it is neither.
pub fn network(text: &str) -> Result<IpNet, String> {
    text.parse::<IpNet>()
        .or_else(|_| text.parse::<IpAddr>().map(IpNet::from))
        .map_err(|_| format!("{text} is neither an address nor a network"))
}

/// Where another service is: `http://task-service:8002`. Among each other services speak http; a mesh beneath them encrypts.
///
/// # Errors
/// When it is not of that form.
pub fn service_url(text: &str) -> Result<String, String> {
    base_url(text, &["http"]).ok_or_else(|| "it is not of the form http://host:port".to_owned())
}

/// Where people reach Docket: `https://docket.example.org`.
///
/// # Errors
/// When it is not of that form.
pub fn public_url(text: &str) -> Result<String, String> {
    let form = "it is not of the form https://docket.example.org or http://host:port";
    base_url(text, &["http", "https"]).ok_or_else(|| form.to_owned())
}

/// To which paths are added: without a slash at its end, and with nothing after its path.
fn base_url(text: &str, schemes: &[&str]) -> Option<String> {
    let url = reqwest::Url::parse(text).ok()?;
    let is_base = schemes.contains(&url.scheme()) && url.query().is_none() && url.fragment().is_none();
    is_base.then(|| text.trim_end_matches('/').to_owned())
}

#[cfg(test)]
mod tests {
    use super::{network, public_url, service_url};

    #[test]
    fn a_url_that_leads_nowhere_stops_the_start() {
        for right in ["http://user-service:8001", "http://127.0.0.1:8001/", "http://inside.example/docket"] {
            assert_eq!(service_url(right).as_deref(), Ok(right.trim_end_matches('/')));
        }
        for wrong in
            ["", "user-service:8001", "127.0.0.1:8001", "https://user-service", "http://", "http://user?"]
        {
            assert!(service_url(wrong).is_err(), "{wrong}");
        }
        assert_eq!(public_url("https://docket.example.org/").as_deref(), Ok("https://docket.example.org"));
        for wrong in
            ["", "docket.example.org", "ftp://docket.example.org", "https://docket.example.org/#tasks"]
        {
            assert!(public_url(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_trusted_proxy_is_an_address_or_a_network() {
        assert_eq!(network("127.0.0.1").map(|net| net.to_string()).as_deref(), Ok("127.0.0.1/32"));
        assert_eq!(network("10.0.0.0/8").map(|net| net.to_string()).as_deref(), Ok("10.0.0.0/8"));
        assert!(network("gateway").is_err());
    }
}
