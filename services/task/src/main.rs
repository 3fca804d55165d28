//! The task service as a program.

use std::process::ExitCode;

use clap::Parser as _;
use service_kit::program;
use task_service::command::{self, Command, CommandLine};

fn main() -> ExitCode {
    let CommandLine { config, command } = CommandLine::parse();
    program::run("task-service", config.service.log_format, async {
        match command {
            None | Some(Command::Serve) => {
                let grace = config.service.shutdown_grace();
                program::serve(task_service::start(config), grace).await
            }
            Some(command) => command::run(&config, command).await,
        }
    })
}
