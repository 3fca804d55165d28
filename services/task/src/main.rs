//! The task service as a program.

use std::process::ExitCode;

use clap::Parser as _;
use service_kit::{logging, server::shutdown_signal};
use task_service::{
    Config,
    command::{self, Command, CommandLine},
};

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
            eprintln!("task-service: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn serve(config: Config) -> anyhow::Result<()> {
    let grace = config.service.shutdown_grace();
    let service = task_service::start(config).await?;
    let signal = shutdown_signal().await?;
    log::info!("{signal}: stopping");
    service.stop(grace).await;
    Ok(())
}
