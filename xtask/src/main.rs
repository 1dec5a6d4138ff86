//! `cargo xtask …`: the project's own commands.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use xtask::{android, arm64, bench, bindings, demo, load, models, test};

/// The project's own commands.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Do the main job once, on real portraits: a day of one handset, with a server and its dashboard
    Demo(demo::Args),
    /// Check all that CI checks
    Test(test::Args),
    /// Get the model files into models/
    Models(models::Args),
    /// Compare Saksi's speed with OpenCV, onnxruntime and FAISS
    Bench(bench::Args),
    /// Measure what the server takes in
    Load(load::Args),
    /// Run the face tests on emulated ARM64, and count instructions there
    Arm64(arm64::Args),
    /// Generate Kotlin, Swift and Python from the library, into bindings/ of the target folder
    Bindings,
    /// Build the library for phones, and put it and the models where the Android app packs them
    Android,
}

fn main() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Demo(args) => demo::run(&args),
        Command::Test(args) => test::run(&args),
        Command::Models(args) => models::run(&args),
        Command::Bench(args) => bench::run(&args),
        Command::Load(args) => load::run(&args),
        Command::Arm64(args) => arm64::run(&args),
        Command::Bindings => bindings::run(),
        Command::Android => android::run(),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}
