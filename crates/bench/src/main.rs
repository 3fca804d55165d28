//! `bench`: runs Docket as separate processes on loopback, fills it, and measures each scenario from outside: throughput,
//! latency, and processor time per request, of the services and of Postgres apart; beside them, in the same run, what the
//! same SQL costs in pgbench and the same bytes in a bare actix. Prints one Markdown report.

mod bench;
mod cpu;
mod data;
mod floor;
mod load;
mod measured;
mod options;
mod people;
mod report;
mod run;
mod scale;
mod scenario;

use std::process::ExitCode;

use clap::Parser as _;

use options::{Command, Options};

fn main() -> ExitCode {
    let options = Options::parse();
    let outcome = match options.command {
        Some(Command::Floor { listen }) => floor::actix::serve(listen).map_err(Into::into),
        None => run(&options),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    if options.scale {
        println!("{}", runtime.block_on(scale::run(options))?);
    } else {
        println!("{}", runtime.block_on(run::run(options))?);
    }
    Ok(())
}
