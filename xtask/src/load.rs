//! `cargo xtask load`: what the server takes in, on either database.

use anyhow::{Context, Result};

use crate::build::{cargo, succeed};
use crate::postgres;

/// Measure what the server takes in: sealed records with two photos, over TLS, from many handsets
#[derive(clap::Args)]
pub struct Args {
    /// How many records
    #[arg(long, default_value_t = 500)]
    records: u32,
    /// From how many handsets
    #[arg(long, default_value_t = 100)]
    handsets: u32,
    /// How many of them send at the same time
    #[arg(long, default_value_t = 16)]
    at_once: u32,
    /// The database: postgres is started for it, in a folder of its own
    #[arg(long, value_enum, default_value_t = Database::Sqlite)]
    database: Database,
    /// How many servers share the database
    #[arg(long, default_value_t = 1)]
    processes: u32,
    /// Print JSON (it prints nothing else)
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Database {
    Sqlite,
    Postgres,
}

/// Runs the measurement in a process of its own.
pub fn run(args: &Args) -> Result<()> {
    let mut load = cargo(&["run", "--quiet", "--package", "saksi-server", "--all-features", "--example", "load", "--"]);
    for (name, value) in [
        ("--records", args.records),
        ("--handsets", args.handsets),
        ("--at-once", args.at_once),
        ("--processes", args.processes),
    ] {
        load.arg(name).arg(value.to_string());
    }
    let database = match args.database {
        Database::Sqlite => None,
        Database::Postgres => Some(postgres::start(true)?.context("PostgreSQL isn't installed")?),
    };
    match &database {
        Some(database) => load.env("SAKSI_TEST_DATABASE", &database.url),
        None => load.env_remove("SAKSI_TEST_DATABASE"),
    };
    succeed(&mut load)
}
