//! The notification service as a program.

use std::process::ExitCode;

use clap::Parser as _;
use notification_service::{
    Config,
    command::{self, Command, CommandLine},
};
use service_kit::{logging, server::shutdown_signal};

fn main() -> ExitCode {
    let CommandLine { config, command } = CommandLine::parse();
    logging::init(config.service.log_format, "info");
    let outcome = actix_web::rt::System::new().block_on(async {
        match command {
            None | Some(Command::Serve) => serve(config).await,
            Some(command) => command::run(&config, command).await,
        }
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("notification-service: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn serve(config: Config) -> anyhow::Result<()> {
    let grace = config.service.shutdown_grace();
    let service = notification_service::start(config).await?;
    let signal = shutdown_signal().await?;
    log::info!("{signal}: stopping");
    service.stop(grace).await;
    Ok(())
}
