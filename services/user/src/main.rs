//! The user service as a program.

use clap::Parser as _;
use service_kit::{logging, server::shutdown_signal};
use user_service::command::{self, Command, CommandLine};

fn main() -> anyhow::Result<()> {
    let CommandLine { config, command } = CommandLine::parse();
    logging::init(config.service.log_format, "info");
    actix_web::rt::System::new().block_on(async {
        if let Some(command) = command.filter(|command| !matches!(command, Command::Serve)) {
            return command::run(&config, command).await;
        }
        let grace = config.service.shutdown_grace();
        let service = user_service::start(config).await?;
        let signal = shutdown_signal().await?;
        log::info!("{signal}: stopping");
        service.stop(grace).await;
        Ok(())
    })
}
