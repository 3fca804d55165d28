//! What the `main` of every service does: logging, a runtime, an exit code; and the two commands that all of them have.

use std::{net::SocketAddr, process::ExitCode, time::Duration};

use anyhow::Context as _;

use crate::{
    logging::{self, LogFormat},
    server::{RunningService, ShutdownSignal},
};

/// How long the sign of life may take.
const ALIVE_WITHIN: Duration = Duration::from_secs(2);

/// What is logged where `RUST_LOG` says nothing: of what libraries say by `tracing`, the RabbitMQ client's comings and goings
/// are no news.
const LOGGED: &str = "info,tracing=warn";

/// Runs `work` to its end on a runtime of its own; what goes wrong is told on standard error, with the program's name.
pub fn run(name: &str, log_format: LogFormat, work: impl Future<Output = anyhow::Result<()>>) -> ExitCode {
    logging::init(log_format, LOGGED);
    match actix_web::rt::System::new().block_on(work) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{name}: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Starts a service and serves until SIGTERM or Ctrl-C; then an orderly end, with `grace` between unready and closed.
/// A signal while it starts ends it at once: the first process of a container has no other way to hear of it.
///
/// # Errors
/// When the service does not start.
pub async fn serve(
    start: impl Future<Output = anyhow::Result<RunningService>>,
    grace: Duration,
) -> anyhow::Result<()> {
    let mut signal = ShutdownSignal::listen()?;
    let service = tokio::select! {
        started = start => started?,
        name = signal.received() => {
            log::info!("{name}: stopping before the start was done");
            return Ok(());
        }
    };
    let name = signal.received().await;
    log::info!("{name}: stopping");
    service.stop(grace).await;
    Ok(())
}

/// Asks the running service on this machine for its sign of life.
///
/// # Errors
/// When it does not answer, or not in time.
pub async fn healthcheck(ops_listen: SocketAddr) -> anyhow::Result<()> {
    let url = format!("http://127.0.0.1:{}/livez", ops_listen.port());
    let client = reqwest::Client::builder().timeout(ALIVE_WITHIN).no_proxy().build()?;
    client.get(url).send().await?.error_for_status().context("not alive")?;
    Ok(())
}
