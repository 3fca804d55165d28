//! One connection that is kept alive.

use std::time::Duration;

use reqwest::header::AUTHORIZATION;
use rig::http;

use super::Target;
use crate::{people::Caller, scenario::Request};

const TIMEOUT: Duration = Duration::from_secs(10);

/// A client with at most one idle connection to each service.
#[derive(Clone)]
pub struct Connection {
    client: reqwest::Client,
}

impl Connection {
    /// Not connected yet.
    pub fn new(idle: usize) -> anyhow::Result<Self> {
        let client = reqwest::Client::builder()
            .no_proxy()
            .http1_only()
            .tcp_nodelay(true)
            .timeout(TIMEOUT)
            .pool_max_idle_per_host(idle)
            .build()?;
        Ok(Self { client })
    }

    /// Sends it and reads the whole answer; false when that is not success.
    pub async fn send(&self, target: &Target, caller: &Caller, request: Request) -> bool {
        let base = match &target.gateway {
            Some(url) => url.clone(),
            None => http((request.service)(&target.addresses)),
        };
        let token = if request.as_administrator { &target.administrator.token } else { &caller.token };
        let mut call = self
            .client
            .request(request.method, format!("{base}{}", request.path))
            .header(AUTHORIZATION, format!("Bearer {token}"));
        if let Some(body) = &request.body {
            call = call.json(body);
        }
        let Ok(answer) = call.send().await else { return false };
        let is_success = answer.status().is_success();
        answer.bytes().await.is_ok() && is_success
    }
}
