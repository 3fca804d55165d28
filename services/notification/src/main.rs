//! The notification service as a program.

use std::process::ExitCode;

use clap::Parser as _;
use notification_service::command::{self, Command, CommandLine};
use service_kit::program;

fn main() -> ExitCode {
    let CommandLine { config, command } = CommandLine::parse();
    program::run("notification-service", config.service.log_format, async {
        match command {
            None | Some(Command::Serve) => {
                let grace = config.service.shutdown_grace();
                program::serve(notification_service::start(config), grace).await
            }
            Some(command) => command::run(&config, command).await,
        }
    })
}
