//! `cargo xtask arm64`: the face tests compiled for ARM64 and run under emulation, so that the NEON paths are executed, and
//! how many instructions a verification takes there, beside OpenCV and onnxruntime.

use std::env;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

use serde_json::json;

use crate::build::{cargo, succeed, there, workspace};
use crate::models;

/// Run the face tests on emulated ARM64, and count instructions there
#[derive(clap::Args)]
pub struct Args {
    /// Leave out the tests
    #[arg(long)]
    count_only: bool,
    /// How often each step is counted
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    runs: u32,
    /// Which processor QEMU emulates for that: cortex-a72 has no dot products of bytes
    #[arg(long, default_value = "cortex-a76")]
    processor: String,
    /// Print what was counted as a list in JSON
    #[arg(long, requires = "count_only")]
    json: bool,
}

const TARGET: &str = "aarch64-unknown-linux-gnu";
const LINKER: &str = "aarch64-linux-gnu-gcc";
const EMULATOR: &str = "qemu-aarch64";
/// What a program finds that was linked here.
const ROOT: &str = "/usr/aarch64-linux-gnu";

/// Runs the tests of `saksi-face`, then counts. Compiles the network runtime for ARM64 first, which takes minutes.
pub fn run(args: &Args) -> Result<()> {
    for (program, package) in [(LINKER, "gcc-aarch64-linux-gnu"), (EMULATOR, "qemu-user")] {
        ensure!(there(program), "{program} is missing: Debian has it in {package}");
    }
    succeed(Command::new("rustup").args(["target", "add", TARGET]))
        .with_context(|| format!("the standard library for {TARGET} comes from rustup"))?;
    models::ensure()?;
    models::portraits()?;
    if !args.count_only {
        let tests = ["test", "--lib", "--test", "it"];
        succeed(of_faces(&tests, &format!("{EMULATOR} -L {ROOT}")).args(["--", "--show-output"]))?;
    }
    count(args)
}

/// A cargo command on `saksi-face` for ARM64, which runs what it has built by `runner`.
fn of_faces(command: &[&str], runner: &str) -> Command {
    let mut cargo = cargo(command);
    cargo
        .args(["--target", TARGET, "--package", "saksi-face", "--all-features"])
        .env("CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER", LINKER)
        .env("CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUNNER", runner);
    cargo
}

/// Counts on both sides and prints a table in Markdown, or in JSON.
fn count(args: &Args) -> Result<()> {
    let (counter, runs) = (Counter::build(&args.processor)?, args.runs);
    let (models, photo) = (workspace().join("models"), workspace().join("models/portraits/obama.jpg"));
    let mut steps = of_faces(&["run", "--quiet", "--example", "steps"], &counter.emulator(Path::new(ROOT)).join(" "));
    steps.arg("--").args([&models, &photo]).arg(runs.to_string());
    let own = counter.count(&mut steps, "", runs)?;

    let others = counter.peers().and_then(|(mut python, folder)| {
        let small_gallery = ["320", "100"];
        python.args([&models, &photo]).args(small_gallery).env("PYTHONPATH", folder.join("packages"));
        // OpenCV warns there of what it doesn't use.
        python.stderr(Stdio::null());
        counter.count(&mut python, &format!("count {runs}\n"), runs)
    });
    let others = others.unwrap_or_else(|error| {
        eprintln!("SKIPPED: the peers: {error:#}");
        Vec::new()
    });
    let of = |side: &[(String, f64)], name: &str| side.iter().find(|step| step.0 == name).map(|step| step.1);
    let rows = ROWS.into_iter().filter_map(|(work, name, peer, peer_name)| {
        let other = of(&others, peer_name).map(|other| (peer, other));
        Some((work, of(&own, name)?, other))
    });
    if args.json {
        // Without a peer these are null: it has no such work, or isn't there.
        let row = |(work, own, other): (&str, f64, Option<(&str, f64)>)| {
            let ratio = other.map(|other| own / other.1);
            let (peer, other) = other.unzip();
            json!({"work": work, "saksi_m": own, "peer": peer, "peer_m": other, "ratio": ratio})
        };
        println!("{}", serde_json::to_string_pretty(&rows.map(row).collect::<Vec<_>>())?);
        return Ok(());
    }
    println!("Millions of instructions on ARM64 ({}), in one thread.", args.processor);
    println!("\n| work | Saksi | peer | ratio |\n|---|---|---|---|");
    for (work, own, other) in rows {
        match other {
            Some((peer, other)) => println!("| {work} | {own:.1} | {peer} {other:.1} | {:.2} |", own / other),
            None => println!("| {work} | {own:.1} | | |"),
        }
    }
    Ok(())
}

/// Work, our step, the peer, its step.
const ROWS: [(&str, &str, &str, &str); 9] = [
    ("JPEG to pixels", "decode", "OpenCV", "opencv_decode"),
    ("detection, with scaling down", "detect", "OpenCV", "opencv_detect"),
    ("detection, without", "detect_small", "onnxruntime", "onnxruntime_detect"),
    ("two close-ups", "close_up", "", ""),
    ("alignment", "align", "", ""),
    ("quality", "quality", "", ""),
    ("aligned crop to template", "embed", "OpenCV", "opencv_embed"),
    ("aligned crop to template", "embed", "onnxruntime", "onnxruntime_embed"),
    ("JPEG to decision (1:1), close-ups too; the peer without", "total", "OpenCV", "opencv_total"),
];

/// The plugin of QEMU that counts, and where it writes to.
struct Counter<'a> {
    /// A phone's: what it lacks (SVE, matrix products) no library may choose.
    processor: &'a str,
    plugin: PathBuf,
    log: PathBuf,
    /// Beside the programs that cargo has built.
    folder: PathBuf,
}

impl<'a> Counter<'a> {
    fn build(processor: &'a str) -> Result<Self> {
        let folder = env::current_exe()?.with_file_name("arm64");
        fs::create_dir_all(&folder)?;
        let (plugin, log) = (folder.join("count.so"), folder.join("counts"));
        let version = Command::new(EMULATOR).arg("--version").output()?;
        let version = String::from_utf8_lossy(&version.stdout);
        let major = version.split_whitespace().nth(2).and_then(|number| number.split('.').next()?.parse::<u32>().ok());
        let interface = if major.context("QEMU doesn't say which it is")? < 9 { 1 } else { 2 };
        let compiler = Command::new("cc")
            .args(["-O2", "-shared", "-fPIC", &format!("-DPLUGIN_VERSION={interface}"), "-o"])
            .arg(&plugin)
            .arg(workspace().join("xtask/arm64/count.c"))
            .status();
        ensure!(compiler.is_ok_and(|status| status.success()), "the counter needs a C compiler");
        Ok(Self { processor, plugin, log, folder })
    }

    /// QEMU with the counter in it, for programs that find their libraries in `root`.
    fn emulator(&self, root: &Path) -> Vec<String> {
        let [root, plugin, log] = [root, &self.plugin, &self.log].map(|path| path.display().to_string());
        let parts = [EMULATOR, "-cpu", self.processor, "-L", &root, "-plugin", &plugin, "-d", "plugin", "-D", &log];
        parts.map(str::to_owned).to_vec()
    }

    /// The peers' program under emulation, and the folder that Python for ARM64 is in; made where it isn't there yet.
    fn peers(&self) -> Result<(Command, PathBuf)> {
        let root = self.folder.join("python");
        succeed(Command::new("sh").arg(workspace().join("xtask/arm64/python.sh")).arg(&root))?;
        let [program, arguments @ ..] = &self.emulator(&root)[..] else { unreachable!("it isn't empty") };
        let mut python = Command::new(program);
        python.args(arguments).arg(root.join("usr/bin/python3")).arg(workspace().join("xtask/peers/peers.py"));
        Ok((python, root))
    }

    /// The steps that a program names on its output, each with its millions of instructions a run.
    fn count(&self, program: &mut Command, input: &str, runs: u32) -> Result<Vec<(String, f64)>> {
        let mut running = program.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        running.stdin.take().context("its standard input is piped")?.write_all(input.as_bytes())?;
        let output = running.wait_with_output()?;
        ensure!(output.status.success(), "what is counted ended with {}", output.status);
        let said = String::from_utf8(output.stdout)?;
        let names = said.lines().filter(|line| !line.starts_with('{'));
        let counts = fs::read_to_string(&self.log)?;
        let counts = counts.lines().map(str::parse).collect::<Result<Vec<u64>, _>>().context("the counter's lines")?;
        // Of each step one count before and one after, and before all of them what loading asked for.
        let steps: Vec<_> = names.rev().zip(counts.rchunks_exact(2)).collect();
        let million = 1e6 * f64::from(runs);
        Ok(steps.into_iter().map(|(name, of)| (name.to_owned(), (of[1] - of[0]) as f64 / million)).collect())
    }
}
