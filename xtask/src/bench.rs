//! `cargo xtask bench`: Saksi beside OpenCV, onnxruntime and FAISS, in turn, in one thread each, on this machine.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use crate::build::{programs, workspace};
use crate::{models, python};

/// Compare Saksi's speed with OpenCV, onnxruntime and FAISS
#[derive(clap::Args)]
pub struct Args {
    /// The photo: JPEG or PNG of one person [default: a sample portrait]
    #[arg(long, value_name = "IMG")]
    image: Option<PathBuf>,
    /// How often each side has its turn
    #[arg(long, default_value_t = 9, value_parser = clap::value_parser!(u32).range(1..))]
    turns: u32,
    /// Runs in a turn
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..))]
    runs: u32,
    /// The longer side, in pixels, to which the photo is scaled down before a face is looked for
    #[arg(long, value_name = "PX", default_value_t = 320)]
    detect_size: u32,
    /// Size of the gallery that is searched
    #[arg(long, value_name = "N", default_value_t = 100_000)]
    gallery: u32,
}

/// Times both sides and prints a table in Markdown.
pub fn run(args: &Args) -> Result<()> {
    let models = models::ensure()?;
    let image = match &args.image {
        Some(image) => image.clone(),
        None => models::portraits()?.join("obama.jpg"),
    };
    let saksi = programs()?.join("saksi");
    let mut peers = match peers_python() {
        Ok(python) => Some(Peers::start(&python, &models, &image, args)?),
        Err(error) => {
            println!("SKIPPED: the peers: {error:#}");
            None
        }
    };
    let (mut own, mut others) = (Vec::new(), Vec::new());
    for turn in 1..=args.turns {
        eprintln!("turn {turn} of {}", args.turns);
        own.push(own_turn(&saksi, &models, &image, peers.as_ref().map(|peers| text(&peers.facts, "scaled")), args)?);
        if let Some(peers) = &mut peers {
            others.push(peers.turn(args.runs)?);
        }
    }
    let side = |turns: &[Value], key: &str| median(turns.iter().filter_map(|turn| turn[key].as_f64()).collect());
    println!("{} turns of {} runs in one thread; medians of the turns' medians.", args.turns, args.runs);
    if let Some(Peers { facts, .. }) = &peers {
        let [opencv, onnxruntime, faiss] = ["opencv", "onnxruntime", "faiss"].map(|peer| text(facts, peer));
        println!("OpenCV {opencv}, onnxruntime {onnxruntime}, FAISS {faiss}.");
    }
    println!("\n| work | Saksi | peer | ratio |\n|---|---|---|---|");
    for (work, key, peer, peer_key) in ROWS {
        let Some(own) = side(&own, key) else { continue };
        match side(&others, peer_key) {
            Some(other) => println!("| {work} | {own:.2} ms | {peer} {other:.2} ms | {:.2} |", own / other),
            None => println!("| {work} | {own:.2} ms | {peer} not measured | |"),
        }
    }
    for (what, key, unit) in [("models on disk to ready", "load_ms", "ms"), ("peak memory", "peak_rss_mb", "MB")] {
        if let Some(value) = side(&own, key) {
            println!("| {what} | {value:.0} {unit} | | |");
        }
    }
    Ok(())
}

/// Work, our figure, the peer, its figure.
const ROWS: [(&str, &str, &str, &str); 8] = [
    ("JPEG to pixels", "decode", "OpenCV", "opencv_decode"),
    ("detection, with scaling down", "detect", "OpenCV", "opencv_detect"),
    ("detection, scaled down before", "detect_scaled", "onnxruntime", "onnxruntime_detect"),
    ("detection, with scaling down; the peer without", "detect", "onnxruntime", "onnxruntime_detect"),
    ("aligned crop to template", "embed", "OpenCV", "opencv_embed"),
    ("aligned crop to template", "embed", "onnxruntime", "onnxruntime_embed"),
    ("JPEG to decision (1:1)", "total", "OpenCV", "opencv_total"),
    ("search (1:N), ten best", "search", "FAISS IndexFlatIP", "faiss_search"),
];

/// `scaled` is the photo as the peers have scaled it down.
fn own_turn(saksi: &Path, models: &Path, image: &Path, scaled: Option<&str>, args: &Args) -> Result<Value> {
    let call = |arguments: &[&str]| -> Result<Value> {
        let output =
            Command::new(saksi).arg("bench").args(arguments).arg("--json").arg("--models").arg(models).output()?;
        ensure!(output.status.success(), "saksi bench: {}", String::from_utf8_lossy(&output.stderr).trim());
        Ok(serde_json::from_slice(&output.stdout)?)
    };
    let (image, runs) = (image.display().to_string(), args.runs.to_string());
    let (size, gallery) = (args.detect_size.to_string(), args.gallery.to_string());
    let face =
        |image: &str| call(&["face", "--image", image, "--runs", &runs, "--threads", "1", "--detect-size", &size]);
    let mut turn = face(&image)?;
    if let Some(scaled) = scaled {
        turn["detect_scaled"] = face(scaled)?["detect"].take();
    }
    turn["search"] = call(&["search", "--size", &gallery, "--top", "10", "--runs", &runs])?["top1_ms"].take();
    Ok(turn)
}

/// The peers' process: one turn for each line it is sent.
struct Peers {
    process: Child,
    /// Nothing once they are to end.
    to: Option<ChildStdin>,
    from: BufReader<ChildStdout>,
    /// Their versions, and where the photo lies that they have scaled down.
    facts: Value,
}

impl Peers {
    fn start(python: &Path, models: &Path, image: &Path, args: &Args) -> Result<Self> {
        let mut process = Command::new(python)
            .arg(workspace().join("xtask/peers/peers.py"))
            .args([models, image])
            .args([args.detect_size.to_string(), args.gallery.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // OpenCV warns there of what it doesn't use.
            .stderr(Stdio::null())
            .spawn()?;
        let to = Some(process.stdin.take().context("its standard input is piped")?);
        let from = BufReader::new(process.stdout.take().context("its standard output is piped")?);
        let mut peers = Self { process, to, from, facts: Value::Null };
        peers.facts = peers.answer()?;
        Ok(peers)
    }

    fn turn(&mut self, runs: u32) -> Result<Value> {
        let to = self.to.as_mut().context("they have ended")?;
        writeln!(to, "{runs}")?;
        to.flush()?;
        self.answer()
    }

    fn answer(&mut self) -> Result<Value> {
        let mut line = String::new();
        if self.from.read_line(&mut line)? == 0 {
            bail!("the peers' program ended: call xtask/peers/peers.py by hand to see why");
        }
        Ok(serde_json::from_str(&line)?)
    }
}

impl Drop for Peers {
    /// The end of their input ends them, and they leave nothing behind.
    fn drop(&mut self) {
        self.to = None;
        let _ = self.process.wait();
    }
}

/// Python in a virtual environment with the peers, in the target folder; made where it isn't there yet.
fn peers_python() -> Result<PathBuf> {
    let environment = programs()?.join("peers");
    let requirements = workspace().join("xtask/peers/requirements.txt");
    let installed = environment.join("requirements.txt");
    let wanted = std::fs::read(&requirements)?;
    if std::fs::read(&installed).is_ok_and(|there| there == wanted) {
        return Ok(python::of(&environment));
    }
    let python = python::make(&environment, &requirements)?;
    std::fs::write(&installed, wanted)?;
    Ok(python)
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}

fn text<'a>(facts: &'a Value, key: &str) -> &'a str {
    facts[key].as_str().unwrap_or("?")
}
