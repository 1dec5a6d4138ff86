//! `saksi bench`: how long the main steps take on this machine.

mod camera;
mod capture;
mod commit;
mod face;
mod frame;
mod practice;
mod roster;
mod search;

use std::fs;
use std::path::PathBuf;
use std::time::Instant;

use anyhow::Result;
use clap::Subcommand;

use crate::Common;

#[derive(Subcommand)]
pub enum Command {
    /// One verification (1:1), from the bytes of a photo to the decision, step by step
    ///
    /// Milliseconds are medians. Each run decodes the photo anew.
    Face {
        /// JPEG or PNG of one person
        #[arg(long, value_name = "IMG")]
        image: PathBuf,
        /// How often
        #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..))]
        runs: u32,
        /// So many at once, each of them in one thread
        #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=256))]
        threads: u32,
        /// The longer side, in pixels, to which the photo is scaled down before a face is looked for
        #[arg(long, value_name = "PX", value_parser = clap::value_parser!(u32).range(32..=4096))]
        detect_size: Option<u32>,
    },
    /// The way from a camera's image (1280 x 720, on its side) to the face in it, for three layouts in memory
    ///
    /// The photo is put into a made-up camera image. Milliseconds are medians.
    Camera {
        /// JPEG or PNG of one person
        #[arg(long, value_name = "IMG")]
        image: PathBuf,
        /// How often
        #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..))]
        runs: u32,
    },
    /// The way that phones go: a camera's image (NV21, 1280 x 720, on its side) to guidance, template and decisions
    ///
    /// The photo is put into a made-up camera image. 1:1 is against the face itself, 1:N among 2,000 made-up people and it.
    /// Milliseconds are medians.
    Frame {
        /// JPEG or PNG of one person
        #[arg(long, value_name = "IMG")]
        image: PathBuf,
        /// How often
        #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..))]
        runs: u32,
    },
    /// One frame of guidance (720 x 1280 upright), without and with liveness, and of a statement page's capture
    ///
    /// Milliseconds are medians.
    Capture {
        /// JPEG or PNG of one person
        #[arg(long, value_name = "IMG")]
        image: PathBuf,
        /// JPEG or PNG of a statement letter on a darker ground, as photographed
        #[arg(long, value_name = "IMG")]
        page: Option<PathBuf>,
        /// How often
        #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..))]
        runs: u32,
    },
    /// A search of one face among many (1:N), among made-up templates
    ///
    /// Half of the faces that are searched for are among them, seen anew; half are not.
    Search {
        /// Among how many
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
        size: u32,
        /// How many to find
        #[arg(long, value_name = "K", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
        top: u32,
        /// How often
        #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..))]
        runs: u32,
    },
    /// The opening of a handset with a roster of so many beneficiaries, each with a face, and a search by name
    ///
    /// On a practice handset in a temporary folder, which is removed at the end (TMPDIR says where).
    Roster {
        /// How many beneficiaries
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
        size: u32,
        /// How often
        #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..))]
        runs: u32,
        /// Each with a portrait, too
        #[arg(long)]
        portraits: bool,
    },
    /// The writing down of a proxy's visit with its two photos, beside a bare write and sync of as many bytes
    ///
    /// On a practice handset in a temporary folder, which is removed at the end (TMPDIR says where).
    Commit {
        /// How often
        #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
        runs: u32,
        /// Both photos together, in KB (1000 bytes)
        #[arg(long, value_name = "K", default_value_t = 500, value_parser = clap::value_parser!(u32).range(1..=20_000))]
        photo_kb: u32,
    },
}

pub fn run(command: &Command, common: &Common) -> Result<()> {
    match command {
        Command::Face { image, runs, threads, detect_size } => face::run(image, *runs, *threads, *detect_size, common),
        Command::Camera { image, runs } => camera::run(image, *runs, common),
        Command::Frame { image, runs } => frame::run(image, *runs, common),
        Command::Capture { image, page, runs } => capture::run(image, page.as_deref(), *runs, common),
        Command::Search { size, top, runs } => search::run(*size as usize, *top as usize, *runs, common),
        Command::Roster { size, runs, portraits } => roster::run(*size, *runs, *portraits, common),
        Command::Commit { runs, photo_kb } => commit::run(*runs, *photo_kb as usize * 1000, common),
    }
}

fn milliseconds(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1000.0
}

/// The value below which the given share of them lies. `values` must not be empty.
fn percentile(values: &[f64], share: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[((sorted.len() - 1) as f64 * share).round() as usize]
}

/// The middle one; of an even number, the mean of the two in the middle. `values` must not be empty.
fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    if values.len().is_multiple_of(2) { f64::midpoint(values[middle - 1], values[middle]) } else { values[middle] }
}

/// The most memory this process ever held, in MB; `None` where the system doesn't say so in /proc.
fn peak_rss_mb() -> Option<f64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024.0 / 1e6)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_in_the_middle() {
        assert!((median(vec![3.0, 1.0, 2.0]) - 2.0).abs() < 1e-9);
        assert!((median(vec![4.0, 1.0, 2.0, 3.0]) - 2.5).abs() < 1e-9);
        assert!((median(vec![7.0]) - 7.0).abs() < 1e-9);
    }
}
