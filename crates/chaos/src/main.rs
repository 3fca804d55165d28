//! `chaos`: runs Docket as separate processes on loopback, kills its parts with SIGKILL while clients write, and then
//! counts: every acknowledged assignment has its notification, once and in order. Prints one Markdown report.
//!
//! It looks at Docket from outside (HTTP, SQL, an SMTP sink), never by what the services think of themselves.

mod audit;
mod clients;
mod killer;
mod options;
mod report;
mod scenarios;

use std::process::ExitCode;

use clap::Parser as _;

use options::Options;

fn main() -> ExitCode {
    let options = Options::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let outcome = match runtime {
        Ok(runtime) => runtime.block_on(scenarios::run(&options)),
        Err(error) => Err(error.into()),
    };
    match outcome {
        Ok(report) => {
            println!("{report}");
            if report.holds() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(error) => {
            eprintln!("chaos: {error:#}");
            ExitCode::FAILURE
        }
    }
}
