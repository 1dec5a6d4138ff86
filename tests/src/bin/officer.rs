//! An officer's day in a process of its own, so that a test can kill it.
//!
//! `officer DIR [STEP NTH]` waits for a line, unlocks the handset in DIR and writes down visit after visit. It prints
//! `ready`, then each record once it is acknowledged. With a step it says `at STEP` when it gets there for the n-th time
//! after `ready`, and goes no further.

use std::env;
use std::fs;
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;

use anyhow::{Context, Result};
use saksi_face::{Engine, Manifest};
use saksi_field::{Handset, step};
use saksi_records::record::NotServedReason;
use saksi_tests::crowd::{next_unpaid, person, proxy_visit, round};
use saksi_tests::{models, platform_of, unlock};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

static READY: AtomicBool = AtomicBool::new(false);

fn main() -> Result<()> {
    let mut arguments = env::args().skip(1);
    let folder = PathBuf::from(arguments.next().context("whose day?")?);
    if let (Some(step), Some(nth)) = (arguments.next(), arguments.next()) {
        tracing::subscriber::set_global_default(Stop { step, left: AtomicU64::new(nth.parse()?) })?;
    }
    let models = models().context("no models")?;
    let engine = Engine::load(&Manifest::bundled(), |file| fs::read(models.join(file)))?;
    let handset = Handset::open(&folder, platform_of(&folder), Arc::new(engine))?;
    if io::stdin().read_line(&mut String::new())? == 0 {
        return Ok(());
    }
    unlock(&handset);
    tell("ready")?;
    READY.store(true, Ordering::Relaxed);
    let mut n = 0;
    loop {
        n = next_unpaid(&handset, n);
        tell(&handset.commit(proxy_visit(&handset, n)?)?.record.to_string())?;
        tell(&handset.not_served(&round(), &person(n + 1), NotServedReason::Absent)?.record.to_string())?;
    }
}

/// One write, so that a line is there whole or not at all.
fn tell(line: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(format!("{line}\n").as_bytes())?;
    out.flush()
}

/// Listens for one step, and stays there.
struct Stop {
    step: String,
    left: AtomicU64,
}

impl Subscriber for Stop {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == step::TARGET
    }

    fn event(&self, event: &Event<'_>) {
        struct Is<'a>(&'a str, bool);
        impl Visit for Is<'_> {
            fn record_debug(&mut self, _: &Field, _: &dyn std::fmt::Debug) {}

            fn record_str(&mut self, _: &Field, value: &str) {
                self.1 = value == self.0;
            }
        }
        let mut is = Is(&self.step, false);
        event.record(&mut is);
        if is.1 && READY.load(Ordering::Relaxed) && self.left.fetch_sub(1, Ordering::Relaxed) == 1 {
            tell(&format!("at {}", self.step)).expect("the test listens");
            loop {
                thread::park();
            }
        }
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}
