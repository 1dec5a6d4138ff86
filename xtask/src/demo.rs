//! `cargo xtask demo`: the main job once, on real portraits, with the real models, the real cryptography and a real
//! server: every step is a command of the same programs that a programme would run.

use std::io::{self, BufRead as _, BufReader};
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use saksi_records::Ticket;
use serde_json::Value;

use crate::props::{
    self, AMOUNT, BENEFICIARY_AGAIN, BENEFICIARY_ONCE_MORE, PROXY_NAME, PROXY_NIK, PROXY_PHONE, ROSTER, ROUND,
    ROUND_TITLE, STRANGER,
};
use crate::{build, models};

/// Show the main job.
#[derive(clap::Args)]
pub struct Args {
    /// Check each outcome against the server's own data, and end
    #[arg(long)]
    check: bool,
}

const PIN: &str = "482915";
const USER: &str = "demo";

/// The exit codes of `saksi` that the demonstration meets.
const DONE: i32 = 0;
const FAILED: i32 = 1;
const NO_MATCH: i32 = 3;
const ALREADY_PAID: i32 = 4;
const OFFLINE: i32 = 5;

/// Runs the demonstration and checks every outcome.
pub fn check() -> Result<()> {
    run(&Args { check: true })
}

/// Runs the demonstration.
pub fn run(args: &Args) -> Result<()> {
    let models = models::ensure()?;
    let portraits = models::portraits()?;
    println!(
        "Faces come from still portraits, so this server runs with --liveness off; a programme's asks for living people."
    );
    println!("building …");
    let programs = build::programs()?;
    let folder = tempfile::tempdir()?;
    let stage = Stage { programs, models, folder: folder.path().to_owned(), ports: free_ports()? };

    let mut server = stage.start_server()?;
    let password = stage.office(&["add-user", USER, "--role", "supervisor", "--generate"])?;
    morning(&stage, &portraits)?;

    step("the handset goes offline: the server is stopped", || server.stop())?;
    door_to_door(&stage, &portraits)?;

    server = step("the server is back", || stage.start_server())?;
    let synced = stage.saksi("sync: photos, then envelopes; each with a signed receipt", DONE, &["sync"])?;
    ensure!(synced["sent"] == 3 && synced["waiting"] == 0, "not all was sent: {synced}");

    let dashboard = Dashboard::log_in(&stage, password.trim())?;
    let shown = step("the dashboard has changed by itself", || dashboard.summary())?;
    println!(
        "      in person {}, by proxy {}, not served {}, remaining {}; paid Rp {} of {}",
        shown["in_person"], shown["proxy"], shown["not_served"], shown["remaining"], shown["paid"], shown["due"]
    );
    let expected = [("in_person", 1), ("proxy", 1), ("not_served", 1), ("remaining", 3), ("paid", 2 * AMOUNT)];
    for (key, value) in expected {
        ensure!(shown[key] == value, "the server says {key} is {}, not {value}", shown[key]);
    }
    if args.check {
        println!("all outcomes are as they must be, by the server's own data");
        return server.stop();
    }
    println!("\nDashboard: {}   login: {USER}   password: {}", stage.dashboard_url(), password.trim());
    println!("Enter ends the demonstration.");
    io::stdin().read_line(&mut String::new())?;
    server.stop()
}

/// Does one step, and prints it with its time.
fn step<T>(what: &str, act: impl FnOnce() -> Result<T>) -> Result<T> {
    let start = Instant::now();
    let result = act().with_context(|| what.to_owned())?;
    println!("{:>6.0} ms  {what}", start.elapsed().as_secs_f64() * 1000.0);
    Ok(result)
}

/// The supervisor's work: roster in, handset out.
fn morning(stage: &Stage, portraits: &Path) -> Result<()> {
    let plain = stage.folder.join("roster.csv");
    let enrolled = stage.folder.join("enrolled.csv");
    let photos = stage.folder.join("enrolment");
    props::write_roster(&plain, &photos, portraits)?;
    props::write_statement(&stage.statement())?;
    stage.saksi(
        "templates, and pictures for cards, from one portrait of each person",
        DONE,
        &["roster", "enrol", text(&plain), "--photos", text(&photos), "--out", text(&enrolled), "--portraits"],
    )?;
    step("the office imports the roster", || {
        stage.office(&["import-roster", "--round", ROUND, "--title", ROUND_TITLE, text(&enrolled)])
    })?;
    let qr = stage.folder.join("ticket.png");
    step("the supervisor shows a QR code", || {
        let ticket = stage.office(&["ticket", "--qr", text(&stage.folder.join("ticket.svg"))])?;
        let ticket: Ticket = ticket.parse().context("what the office printed")?;
        props::write_qr(&ticket.to_code().context("the ticket is too long")?, &qr)
    })?;
    stage.saksi(
        "the handset scans it and registers",
        DONE,
        &["provision", "--ticket", text(&qr), "--label", "Handset 12"],
    )?;
    let synced = stage.saksi("it fetches its roster", DONE, &["sync"])?;
    ensure!(synced["roster_changes"].as_u64() > Some(0), "no roster came: {synced}");
    Ok(())
}

/// The postman's work, without any connection.
fn door_to_door(stage: &Stage, portraits: &Path) -> Result<()> {
    let portrait = |name: &str| portraits.join(name).display().to_string();
    let (again, once_more, stranger) =
        (portrait(BENEFICIARY_AGAIN), portrait(BENEFICIARY_ONCE_MORE), portrait(STRANGER));
    let [first, .., absent, ill] = &ROSTER;

    let shown = stage.folder.join("card.jpg");
    stage.saksi("a beneficiary's card, with a portrait", DONE, &["card", first.id, "--portrait", text(&shown)])?;
    ensure!(shown.exists(), "the card has no portrait");
    let found =
        stage.saksi("another portrait of an enrolled person: found 1:N", DONE, &["identify", &again, "--consent"])?;
    ensure!(found["beneficiary"] == first.id, "found {found}");
    println!("      {} at {}, {} searched", first.name, found["similarity"], found["searched"]);
    let pay = |photo| ["visit", "in-person", "--photo", photo, "--consent"];
    let paid = stage.saksi("and paid", DONE, &pay(&again))?;
    ensure!(paid["beneficiary"] == first.id && paid["amount"] == AMOUNT, "paid {paid}");
    println!("      receipt code {}", paid["code"].as_str().unwrap_or_default());
    stage.saksi("the same person again: refused, already paid", ALREADY_PAID, &pay(&once_more))?;
    stage.saksi("a stranger: not matched", NO_MATCH, &pay(&stranger))?;

    let statement = stage.statement();
    let mut proxy = vec![
        "visit",
        "proxy",
        "--beneficiary",
        ill.id,
        "--name",
        PROXY_NAME,
        "--nik",
        PROXY_NIK,
        "--phone",
        PROXY_PHONE,
    ];
    proxy.extend(["--relation", "neighbour", "--reason", "ill", "--consent", "--photo", &stranger]);
    stage.saksi("a proxy without the statement letter: refused", FAILED, &proxy)?;
    proxy.extend(["--statement", text(&statement)]);
    let collected = stage.saksi("a proxy with photo and statement letter: recorded", DONE, &proxy)?;
    ensure!(collected["kind"] == "proxy" && collected["beneficiary"] == ill.id, "recorded {collected}");
    let absent = ["visit", "not-served", "--beneficiary", absent.id, "--reason", "absent"];
    stage.saksi("nobody at home: recorded", DONE, &absent)?;

    let failed = stage.saksi("sync without a server: nothing is lost", OFFLINE, &["sync"])?;
    ensure!(failed["sent"] == 0 && failed["waiting"] == 3, "the outbox has changed: {failed}");
    let outbox = stage.saksi("the outbox has grown", DONE, &["outbox"])?;
    ensure!(outbox["counts"]["waiting"] == 3, "the outbox: {outbox}");
    println!("      {} records wait", outbox["counts"]["waiting"]);
    Ok(())
}

/// What the demonstration plays on.
struct Stage {
    programs: PathBuf,
    models: PathBuf,
    folder: PathBuf,
    /// For handsets, and for the office.
    ports: [u16; 2],
}

impl Stage {
    /// Runs `saksi` as one step that must end with this exit code; returns the JSON it printed, if any.
    fn saksi(&self, what: &str, code: i32, arguments: &[&str]) -> Result<Value> {
        step(what, || {
            let output = Command::new(self.programs.join("saksi"))
                .args(arguments)
                .arg("--json")
                .env("SAKSI_MODELS", &self.models)
                .env("SAKSI_HANDSET", self.folder.join("handset"))
                .env("SAKSI_PIN", PIN)
                .env("SAKSI_OFFICER", "juru-bayar-7")
                .stdin(Stdio::null())
                .output()
                .context("saksi can't be started")?;
            let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
            ensure!(output.status.code() == Some(code), "ended with {}, not {code}: {said}", output.status);
            if code != DONE {
                println!("           {said}");
            }
            Ok(serde_json::from_slice(&output.stdout).unwrap_or(Value::Null))
        })
    }

    /// Runs a command of `saksi-server` on the data folder; returns what it printed.
    fn office(&self, arguments: &[&str]) -> Result<String> {
        let output = self.server(arguments).output().context("saksi-server can't be started")?;
        printed(&output)
    }

    fn server(&self, arguments: &[&str]) -> Command {
        let mut server = Command::new(self.programs.join("saksi-server"));
        server.arg("--data").arg(self.folder.join("server")).args(arguments).stdin(Stdio::null());
        server
    }

    fn start_server(&self) -> Result<RunningServer> {
        let [handsets, office] = self.ports.map(|port| format!("127.0.0.1:{port}"));
        let mut process = self
            .server(&["--handset-listen", &handsets, "--office-listen", &office, "--liveness", "off", "--portraits"])
            .stderr(Stdio::piped())
            .spawn()
            .context("saksi-server can't be started")?;
        let log = process.stderr.take().context("its log was asked for")?;
        let server = RunningServer { process };
        // It says where the office is once it listens; what it says later is let go.
        let mut lines = BufReader::new(log).lines();
        let mut said = String::new();
        for line in lines.by_ref() {
            let line = line?;
            if line.starts_with("office:") {
                std::thread::spawn(move || lines.for_each(drop));
                return Ok(server);
            }
            said = line;
        }
        bail!("the server doesn't start: {said}");
    }

    fn statement(&self) -> PathBuf {
        self.folder.join("statement.png")
    }

    fn dashboard_url(&self) -> String {
        format!("http://127.0.0.1:{}", self.ports[1])
    }
}

/// A server's process, which ends with this.
struct RunningServer {
    process: Child,
}

impl RunningServer {
    fn stop(&mut self) -> Result<()> {
        self.process.kill().ok();
        self.process.wait()?;
        Ok(())
    }
}

impl Drop for RunningServer {
    fn drop(&mut self) {
        self.stop().ok();
    }
}

/// The dashboard, as a logged-in browser.
struct Dashboard {
    http: ureq::Agent,
    url: String,
    session: String,
}

impl Dashboard {
    fn log_in(stage: &Stage, password: &str) -> Result<Self> {
        let http: ureq::Agent =
            ureq::Agent::config_builder().max_redirects(0).timeout_global(Some(Duration::from_secs(20))).build().into();
        let url = stage.dashboard_url();
        let answer = http
            .post(format!("{url}/office/login"))
            .header("Origin", &url)
            .send_form([("name", USER), ("password", password)])
            .context("the dashboard's login")?;
        let cookie = answer.headers().get("set-cookie").and_then(|cookie| cookie.to_str().ok()).unwrap_or_default();
        let session = cookie.split(';').next().filter(|cookie| !cookie.is_empty());
        let session = session.context("the dashboard refuses the login")?.to_owned();
        Ok(Self { http, url, session })
    }

    /// The round's figures, as the server has them.
    fn summary(&self) -> Result<Value> {
        let url = format!("{}/office/api/summary.json?round={ROUND}", self.url);
        let body = self.http.get(url).header("Cookie", &self.session).call()?.body_mut().read_to_string()?;
        Ok(serde_json::from_str(&body)?)
    }
}

fn printed(output: &Output) -> Result<String> {
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr).trim());
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn text(path: &Path) -> &str {
    path.to_str().expect("the demonstration names its own files")
}

/// Two ports that nobody uses: the server must come back on the same.
fn free_ports() -> Result<[u16; 2]> {
    let listeners = [TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?, TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?];
    Ok([listeners[0].local_addr()?.port(), listeners[1].local_addr()?.port()])
}
