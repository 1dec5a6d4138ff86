//! A PostgreSQL server of our own: in a folder that goes with it, on a free port, run by somebody other than root.

use std::ffi::OsStr;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

use crate::build::there;

/// Debian's own user for it; PostgreSQL refuses to be run by root.
const USER: &str = "postgres";

/// A running server. It ends, and its folder goes, when this is dropped.
pub struct Postgres {
    /// Where it is: `postgres://USER@HOST:PORT`.
    pub url: String,
    programs: PathBuf,
    folder: tempfile::TempDir,
}

/// Starts one. `None`: PostgreSQL isn't installed. Only a durable one has on disk what it says it has.
pub fn start(is_durable: bool) -> Result<Option<Postgres>> {
    let Some(programs) = programs() else { return Ok(None) };
    let folder = tempfile::Builder::new().prefix("saksi-postgres").tempdir()?;
    if is_root()? {
        succeed(Command::new("chown").arg(USER).arg(folder.path()))?;
    }
    let data = folder.path().join("data");
    let socket = folder.path().to_str().context("a folder's name is UTF-8")?;
    succeed(
        run(&programs, "initdb")?
            .args(["--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--username", USER])
            .arg("-D")
            .arg(&data),
    )?;
    let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
    let durable = if is_durable { "on" } else { "off" };
    let options =
        format!("-p {port} -k {socket} -c listen_addresses=127.0.0.1 -c fsync={durable} -c max_connections=300");
    let server = Postgres { url: format!("postgres://{USER}@127.0.0.1:{port}"), programs, folder };
    succeed(server.control("start")?.arg("-o").arg(options).arg("-l").arg(data.join("log")))?;
    Ok(Some(server))
}

impl Postgres {
    fn control(&self, what: &str) -> Result<Command> {
        let mut command = run(&self.programs, "pg_ctl")?;
        command.arg(what).arg("-w").arg("-D").arg(self.folder.path().join("data"));
        Ok(command)
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // Whatever comes of it, the folder goes.
        let _ = self.control("stop").and_then(|mut command| succeed(command.args(["-m", "immediate"])));
    }
}

/// The folder of its programs: on the path, or where Debian puts them, the latest version.
fn programs() -> Option<PathBuf> {
    if there("initdb") && there("pg_ctl") {
        return Some(PathBuf::new());
    }
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?;
    let folders = versions.filter_map(|version| Some(version.ok()?.path().join("bin")));
    folders.filter(|folder| folder.join("initdb").is_file()).max()
}

fn run(programs: &Path, program: &str) -> Result<Command> {
    let program = programs.join(program);
    if !is_root()? {
        return Ok(Command::new(program));
    }
    let mut command = Command::new("runuser");
    command.args(["-u", USER, "--"]).arg(program).current_dir("/");
    Ok(command)
}

fn is_root() -> Result<bool> {
    let who = Command::new("id").arg("-u").output().context("id")?;
    Ok(who.stdout.trim_ascii() == b"0")
}

fn succeed(command: &mut Command) -> Result<()> {
    let program = command.get_args().map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" ");
    let done = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn()?.wait_with_output()?;
    ensure!(done.status.success(), "{program}: {}", String::from_utf8_lossy(&done.stderr));
    Ok(())
}
