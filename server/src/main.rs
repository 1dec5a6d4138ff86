//! `saksi-server`: runs a programme's server, and does its administrator's work on the same data folder.

use std::fs::File;
use std::io::{IsTerminal as _, Read as _};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use clap::{Parser, Subcommand, ValueEnum};
use saksi_records::liveness::{LivenessMode, LivenessPolicy};
use saksi_records::wire::{Policy, Retention};
use saksi_records::{HandsetId, OfficerId, RoundId};
use saksi_server::{
    Agreed, CODE_HOURS, Config, Copied, Imported, Limits, Programme, Role, Server, ServerError, TICKET_HOURS, qr, told,
};
use tracing_subscriber::EnvFilter;

/// The reference programme server of Saksi.
///
/// Without a command it runs: handsets reach it over TLS, the office over plain HTTP on the loopback, meant to stand
/// behind the office's own TLS proxy. The commands work on the same data folder, also while the server runs.
#[derive(Parser)]
#[command(version)]
struct Cli {
    /// The folder of everything the server keeps: keys, database, blobs. Made at the first start.
    #[arg(long, value_name = "DIR", env = "SAKSI_DATA", global = true)]
    data: Option<PathBuf>,
    /// The address of a database of PostgreSQL, postgres://USER:PASSWORD@HOST/NAME, which has to be there. Without it, the
    /// database is a file in the data folder.
    #[arg(long, value_name = "URL", env = "SAKSI_DATABASE", global = true, hide_env_values = true)]
    database: Option<String>,
    /// Where handsets reach the server.
    #[arg(long, value_name = "ADDRESS", default_value = "0.0.0.0:8443")]
    handset_listen: SocketAddr,
    /// Where the office's pages are.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    office_listen: SocketAddr,
    /// Where figures for Prometheus are, at /metrics. Whoever reaches it needs no login.
    #[arg(long, value_name = "ADDRESS")]
    metrics_listen: Option<SocketAddr>,
    /// With less than this left on the disk, in MB, photos wait on handsets. Records still have their receipts.
    #[arg(long, value_name = "MB", default_value_t = Limits::default().reserve / (1024 * 1024))]
    keep_free: u64,
    /// The address that tickets tell handsets, such as https://saksi.example:8443.
    #[arg(long, value_name = "URL", global = true)]
    public_url: Option<String>,
    /// The address of the office's pages as browsers see it, where a proxy stands before them.
    #[arg(long, value_name = "URL")]
    office_url: Option<String>,
    /// For how many beneficiaries of a round one proxy may collect.
    #[arg(long, value_name = "N", default_value_t = 2)]
    proxy_limit: u32,
    /// For how many days handsets keep what they have the server's receipt for; 0: for good.
    #[arg(long, value_name = "DAYS", default_value_t = 90)]
    keep_days: u32,
    /// Whether a face has to be shown to be alive before it is paid. `recorded` writes down what the checks saw and stops
    /// nobody; `off` makes none. With both a single picture is enough.
    #[arg(long, value_enum, default_value_t = Liveness::Required)]
    liveness: Liveness,
    /// Give handsets the beneficiaries' portraits, where the roster has them, and have the consent text say so. A handset
    /// fetches 4 to 8 KB for each beneficiary of its routes.
    #[arg(long)]
    portraits: bool,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Liveness {
    Required,
    Recorded,
    Off,
}

#[derive(Subcommand)]
enum Command {
    /// Import the whole roster of a round, all of it or nothing.
    ///
    /// FILE is CSV or XLSX with the columns id, nik, name, address, route, amount and, where faces are known, template and portrait.
    ImportRoster {
        /// The round's name, such as BST-2026-11.
        #[arg(long)]
        round: RoundId,
        /// What people call it.
        #[arg(long)]
        title: String,
        /// How many of those who are on the list now may be missing from the file. Without it: one in ten.
        #[arg(long, value_name = "N")]
        may_leave: Option<u64>,
        /// Many NIKs of the file end in 0, and that is right.
        #[arg(long)]
        despite_zeros: bool,
        /// Only say what the file would do.
        #[arg(long)]
        preview: bool,
        /// The file; - is the standard input.
        file: PathBuf,
    },
    /// Make a ticket that admits one handset, and print it as JSON and as a QR code.
    Ticket {
        /// A route the handset will serve; may be given several times. None: all routes.
        #[arg(long)]
        route: Vec<String>,
        /// Write the QR code as SVG into this file instead of showing it.
        #[arg(long, value_name = "FILE")]
        qr: Option<PathBuf>,
    },
    /// The key that records are sealed to.
    #[command(subcommand)]
    Keys(KeysCommand),
    /// Make a code that lets an officer set a PIN on a handset, and print it as text and as a QR code.
    AdmitOfficer {
        /// The handset's number.
        handset: HandsetId,
        /// The officer.
        officer: OfficerId,
        /// What people call the officer.
        #[arg(long, default_value = "")]
        name: String,
        /// Give it to the handset at its next sync too, to whoever holds it.
        #[arg(long)]
        by_server: bool,
    },
    /// Make a code that has a handset destroy its keys, and print it as text and as a QR code.
    EraseCode {
        /// The handset's number.
        handset: HandsetId,
    },
    /// Copy everything into a new folder: keys, database, blobs. The server may run meanwhile.
    ///
    /// A database of PostgreSQL is copied before by its own tools (pg_dump), and isn't in the folder.
    Backup {
        /// The folder, which must not be there yet.
        to: PathBuf,
    },
    /// Make the data folder of a backup. There must be none yet. Every handset then hears of its whole roster again.
    ///
    /// A database of PostgreSQL is put back before by its own tools (pg_restore).
    Restore {
        /// The backup's folder.
        from: PathBuf,
    },
    /// Add a user of the office's pages, or give one a new password and role.
    AddUser {
        /// The user's name.
        name: String,
        /// What the user may do: viewer, office or supervisor.
        #[arg(long)]
        role: Role,
        /// Make up a password and print it once, instead of asking for one.
        #[arg(long)]
        generate: bool,
    },
}

#[derive(Subcommand)]
enum KeysCommand {
    /// Make a new key, to which handsets seal from their next sync on. What was sealed before still opens.
    Rotate,
}

#[tokio::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info")))
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .init();
    match run(Cli::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) => {
            eprintln!("saksi-server: {}", told(e.as_ref()));
            ExitCode::FAILURE
        }
    }
}

async fn run(cli: Cli) -> anyhow::Result<()> {
    let Some(data) = cli.data else { bail!("which data folder? Give --data DIR, or set SAKSI_DATA") };
    let Some(command) = cli.command else {
        let mode = match cli.liveness {
            Liveness::Required => LivenessMode::Required,
            Liveness::Recorded => LivenessMode::Recorded,
            Liveness::Off => LivenessMode::Off,
        };
        let liveness = LivenessPolicy { mode, ..LivenessPolicy::default() };
        let policy = Policy {
            liveness,
            proxy_limit: cli.proxy_limit,
            retention: Retention { summaries_days: cli.keep_days, envelopes_days: cli.keep_days },
            ..Policy::default()
        };
        let config = Config {
            database: cli.database,
            handset_listen: cli.handset_listen,
            office_listen: cli.office_listen,
            public_url: cli.public_url,
            office_url: cli.office_url,
            metrics_listen: cli.metrics_listen,
            limits: Limits { reserve: cli.keep_free * 1024 * 1024, ..Limits::default() },
            policy: if cli.portraits { policy.with_portraits() } else { policy },
            ..Config::new(data)
        };
        return serve(config).await;
    };
    if let Command::Restore { from } = &command {
        let Copied { records, blobs, bytes } = Programme::restore(from, &data, cli.database.as_deref()).await?;
        println!("{records} records and {blobs} blobs of {bytes} bytes are back");
        return Ok(());
    }
    let programme = Programme::open_on(&data, cli.database.as_deref()).await?;
    if let Some(url) = &cli.public_url {
        programme.set_public_url(url).await?;
    }
    match command {
        Command::ImportRoster { round, title, may_leave, despite_zeros, preview, file } => {
            let file = read_file(&file)?;
            let done = if preview {
                preview_roster(&programme, round, &title, &file).await?
            } else {
                let agreed = Agreed { leaving: may_leave, rounded: despite_zeros };
                import_roster(&programme, round, &title, &file, agreed).await?
            };
            let Imported { rows, changed, removed, leaving, .. } = done;
            println!("{rows} beneficiaries: {changed} new or changed, {removed} removed");
            if leaving > 0 {
                println!("{leaving} of the {} who were on the list leave it", done.listed);
            }
            Ok(())
        }
        Command::Ticket { route, qr } => ticket(&programme, &route, qr).await,
        Command::Keys(KeysCommand::Rotate) => {
            println!("{}", programme.rotate_key("console").await?);
            Ok(())
        }
        Command::AdmitOfficer { handset, officer, name, by_server } => {
            show_code(&programme.admit_officer(handset, &officer, &name, by_server, "console").await?)
        }
        Command::EraseCode { handset } => show_code(&programme.erase_by_code(handset, "console").await?),
        Command::Backup { to } => {
            let Copied { records, blobs, bytes } = programme.backup(&to).await?;
            println!("{records} records and {blobs} blobs of {bytes} bytes, and the keys: keep it as safe as they are");
            Ok(())
        }
        Command::Restore { .. } => Ok(()),
        Command::AddUser { name, role, generate } => add_user(&programme, &name, role, generate).await,
    }
}

async fn serve(config: Config) -> anyhow::Result<()> {
    let unreachable = config.public_url.is_none() && config.handset_listen.ip().is_unspecified();
    let server = Server::start(config).await?;
    eprintln!("handsets: {}\noffice:   {}", server.handset_url, server.office_url);
    if unreachable {
        eprintln!("          tickets name this machine only; give --public-url https://HOST:PORT for real handsets");
    }
    if let Some(password) = &server.first_password {
        eprintln!("login:    admin, password {password} (it is not shown again)");
    }
    wait_for_end().await?;
    eprintln!("ending");
    server.shutdown().await;
    Ok(())
}

async fn preview_roster(programme: &Programme, round: RoundId, title: &str, file: &[u8]) -> anyhow::Result<Imported> {
    let seen = programme.preview_roster(round, title, file).await?;
    if let Some(count) = seen.rounded {
        eprintln!("{count} NIKs end in 0, as where a spreadsheet kept fifteen digits: look at them");
    }
    if seen.is_windows_1252 {
        eprintln!("the file isn't UTF-8 and was read as Windows-1252: look at names with accents");
    }
    Ok(seen.does)
}

async fn import_roster(
    programme: &Programme,
    round: RoundId,
    title: &str,
    file: &[u8],
    agreed: Agreed,
) -> anyhow::Result<Imported> {
    match programme.import_roster_as(round, title, file, "console", agreed).await {
        Err(e @ ServerError::Leaving { leaving, .. }) => {
            Err(e).context(format!("if they are to leave it, say so: --may-leave {leaving}"))
        }
        Err(e @ ServerError::Rounded { .. }) => Err(e).context("if they are right, say so: --despite-zeros"),
        done => Ok(done?),
    }
}

fn read_file(file: &Path) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if file.as_os_str() == "-" {
        std::io::stdin().read_to_end(&mut bytes).context("the standard input")?;
    } else {
        File::open(file).and_then(|mut it| it.read_to_end(&mut bytes)).with_context(|| file.display().to_string())?;
    }
    Ok(bytes)
}

async fn ticket(programme: &Programme, routes: &[String], file: Option<PathBuf>) -> anyhow::Result<()> {
    let ticket = programme.create_ticket(routes, "console").await?;
    println!("{}", serde_json::to_string(&ticket)?);
    let code = ticket.to_code().context("the ticket doesn't fit into a QR code")?;
    match file {
        Some(file) => std::fs::write(&file, qr::svg(&code)?).with_context(|| file.display().to_string())?,
        None => eprintln!("{}", qr::terminal(&code)?),
    }
    eprintln!("it admits one handset within {TICKET_HOURS} hours");
    Ok(())
}

fn show_code(code: &str) -> anyhow::Result<()> {
    println!("{code}");
    eprintln!("{}\nit is good once, within {CODE_HOURS} hours", qr::terminal(code)?);
    Ok(())
}

async fn add_user(programme: &Programme, name: &str, role: Role, generate: bool) -> anyhow::Result<()> {
    let password = if generate {
        let password = saksi_server::generate_password();
        println!("{password}");
        password
    } else if std::io::stdin().is_terminal() {
        let password = rpassword::prompt_password("password: ")?;
        if password != rpassword::prompt_password("again: ")? {
            bail!("the two passwords differ; nothing was changed");
        }
        password
    } else {
        let mut line = String::new();
        std::io::stdin().read_line(&mut line)?;
        line.trim_end_matches(['\r', '\n']).to_owned()
    };
    programme.create_user(name, role, &password).await?;
    eprintln!("{name} may log in as {role}");
    Ok(())
}

// Until the system or a person at the terminal ends it.
async fn wait_for_end() -> std::io::Result<()> {
    let mut end = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    tokio::select! {
        done = tokio::signal::ctrl_c() => done,
        _ = end.recv() => Ok(()),
    }
}
