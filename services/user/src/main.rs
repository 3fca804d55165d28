//! The user service as a program.

use std::process::ExitCode;

use clap::Parser as _;
use service_kit::program;
use user_service::command::{self, Command, CommandLine};

fn main() -> ExitCode {
    let CommandLine { config, command } = CommandLine::parse();
    program::run("user-service", config.service.log_format, async {
        match command {
            None | Some(Command::Serve) => {
                let grace = config.service.shutdown_grace();
                program::serve(user_service::start(config), grace).await
            }
            Some(command) => command::run(&config, command).await,
        }
    })
}
