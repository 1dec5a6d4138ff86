//! An officer's day in a process of its own, so that a test can kill it.
//!
//! `officer DIR write [STEP NTH]` waits for a line, unlocks the handset in DIR and writes down visit after visit, with a
//! compaction now and then. It prints `ready`, then each record once it is acknowledged. With a step it says `at STEP`
//! when it gets there for the n-th time after `ready`, and goes no further.
//!
//! `officer DIR visit [STEP NTH]` does the steps of one proxy's visit, keeps each, and says `kept N`; then it waits.
//!
//! `officer DIR admit STEP NTH` waits for a line, which is a code, and takes it with the PIN of `saksi_tests::NEW_PIN`.
//!
//! `officer DIR day` recognises, pays, takes a proxy's photos, prints `unlocked`, waits for a line, locks the handset,
//! prints `locked` and waits again: for whoever looks into its memory.

use std::alloc::System;
use std::env;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;

use anyhow::{Context, Result};
use saksi_face::{Engine, Manifest};
use saksi_field::{Handset, crash_points};
use saksi_records::record::NotServedReason;
use saksi_tests::crowd::{PROXY_STEPS, next_unpaid, person, proxy_step, proxy_visit, round};
use saksi_tests::{NEW_PIN, beneficiary, consent, models, platform_of, portrait_path, props, proxy, unlock};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};
use zeroizing_alloc::ZeroAlloc;

/// As the product has it: wipes what is freed: names, faces and photos pass through many buffers, of libraries too, before they are dropped.
#[global_allocator]
static MEMORY: ZeroAlloc<System> = ZeroAlloc(System);

static READY: AtomicBool = AtomicBool::new(false);

fn main() -> Result<()> {
    let mut arguments = env::args().skip(1);
    let folder = PathBuf::from(arguments.next().context("whose day?")?);
    let task = arguments.next().context("what to do?")?;
    if let (Some(step), Some(nth)) = (arguments.next(), arguments.next()) {
        tracing::subscriber::set_global_default(Stop { step, left: AtomicU64::new(nth.parse()?) })?;
    }
    let models = models().context("no models")?;
    let engine = Engine::load(&Manifest::bundled(), |file| fs::read(models.join(file)))?;
    let mut line = String::new();
    if io::stdin().read_line(&mut line)? == 0 {
        return Ok(());
    }
    // Not before: until now the folder may be another process's.
    let handset = Handset::open(&folder, platform_of(&folder), Arc::new(engine))?;
    if task == "admit" {
        return admit(&handset, &line);
    }
    unlock(&handset);
    match task.as_str() {
        "day" => day(&handset, &models),
        "visit" => visit(&handset),
        _ => write(&handset),
    }
}

fn admit(handset: &Handset, code: &str) -> Result<()> {
    tell("ready")?;
    READY.store(true, Ordering::Relaxed);
    handset.admit(code, NEW_PIN)?;
    tell("admitted")?;
    Ok(())
}

fn write(handset: &Handset) -> Result<()> {
    tell("ready")?;
    READY.store(true, Ordering::Relaxed);
    let mut n = 0;
    loop {
        n = next_unpaid(handset, n);
        tell(&handset.commit(&proxy_visit(handset, n)?)?.record.to_string())?;
        tell(&handset.not_served(&round(), &person(n + 1), NotServedReason::Absent)?.record.to_string())?;
        if n % 4 == 0 {
            handset.compact()?;
        }
    }
}

fn visit(handset: &Handset) -> Result<()> {
    tell("ready")?;
    READY.store(true, Ordering::Relaxed);
    let n = next_unpaid(handset, 0);
    let mut visit = handset.visit_by_proxy(&round(), &person(n))?;
    for step in 0..PROXY_STEPS {
        proxy_step(handset, &mut visit, step, n)?;
        handset.keep(&visit)?;
        tell(&format!("kept {}", step + 1))?;
    }
    loop {
        thread::park();
    }
}

fn day(handset: &Handset, models: &Path) -> Result<()> {
    let read = |name| fs::read(portrait_path(models, name));
    let consent = consent(handset);
    let seen = handset.identify(&consent, &read(props::BENEFICIARY_AGAIN)?)?;
    let mut visit = handset.visit_in_person(&saksi_tests::round(), &seen.beneficiary)?;
    visit.take(consent.clone())?;
    visit.take(seen)?;
    handset.commit(&visit)?;
    drop(visit);
    let mut visit = handset.visit_by_proxy(&saksi_tests::round(), &beneficiary(5))?;
    visit.take(consent.clone())?;
    visit.take(proxy())?;
    visit.take(handset.proxy_face(&consent, &read(props::STRANGER)?)?)?;
    let letter = tempfile::NamedTempFile::new()?;
    props::write_statement(letter.path())?;
    visit.take(handset.statement_page(&fs::read(letter.path())?)?)?;
    handset.commit(&visit)?;
    drop(visit);
    drop(handset.card(&beneficiary(0))?);
    handset.with_roster(|roster| drop(roster.find("melati")))?;
    tell("unlocked")?;
    told_to_go_on()?;
    handset.lock();
    tell("locked")?;
    told_to_go_on()?;
    Ok(())
}

/// Whether a line came; none does where the test has ended.
fn told_to_go_on() -> io::Result<bool> {
    Ok(io::stdin().read_line(&mut String::new())? > 0)
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
        metadata.target() == crash_points::TARGET
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
