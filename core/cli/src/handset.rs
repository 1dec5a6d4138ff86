//! Opens the handset that the day's commands work on.

use std::env;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use clap::{Args, ValueEnum};
use saksi_field::text::Language;
use saksi_field::{FieldError, FileVault, Handset, HostClock, Nowhere, Platform};
use saksi_records::OfficerId;
use saksi_records::record::Consent;

use crate::{Common, photos};

/// How long another program's work with the handset is waited for.
const PATIENCE: Duration = Duration::from_secs(3);

/// Options of the commands that work on a handset.
#[derive(Args)]
pub struct HandsetArgs {
    /// The handset's folder
    #[arg(long, global = true, env = "SAKSI_HANDSET", value_name = "DIR", default_value = "handset")]
    dir: PathBuf,
    /// The officer who works with it. The PIN is asked for, or taken from SAKSI_PIN
    #[arg(long, global = true, env = "SAKSI_OFFICER", value_name = "ID", default_value = "officer")]
    officer: OfficerId,
    /// Language of what is printed
    #[arg(long, global = true, env = "SAKSI_LANG", value_name = "LANG", default_value = "en")]
    lang: Lang,
}

#[derive(Clone, Copy, ValueEnum)]
enum Lang {
    /// Bahasa Indonesia
    Id,
    /// English
    En,
}

impl HandsetArgs {
    /// The language to print in.
    pub fn language(&self) -> Language {
        match self.lang {
            Lang::Id => Language::Id,
            Lang::En => Language::En,
        }
    }

    /// Who works with it.
    pub fn officer(&self) -> &OfficerId {
        &self.officer
    }

    /// Where the handset is.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Opens it, locked. Waits a little for another program that works with it.
    pub fn open(&self, common: &Common) -> Result<Handset> {
        let (platform, engine) = (self.platform()?, Arc::new(photos::engine(common)?));
        let start = Instant::now();
        let handset = loop {
            match Handset::open(&self.dir, platform.clone(), Arc::clone(&engine)) {
                Err(FieldError::FolderInUse) if start.elapsed() < PATIENCE => {}
                opened => break opened?,
            }
        };
        Ok(handset.with_models(Arc::new(photos::models(common)?)))
    }

    /// Opens and unlocks it.
    pub fn unlocked(&self, common: &Common) -> Result<Handset> {
        let handset = self.open(common)?;
        handset.unlock(self.officer.clone(), &pin()?)?;
        Ok(handset)
    }

    /// What stands for the phone's hardware here.
    pub fn platform(&self) -> Result<Platform> {
        platform(&self.dir)
    }

    /// The consent to the programme's text, in the language that was spoken.
    pub fn consent(&self, handset: &Handset) -> Consent {
        Consent { text_version: handset.policy().consent_version, language: self.language().tag().into() }
    }
}

/// What stands for a phone's hardware here. The keystore is a file in the handset's folder.
pub fn platform(dir: &Path) -> Result<Platform> {
    std::fs::create_dir_all(dir).with_context(|| dir.display().to_string())?;
    Ok(Platform {
        keystore: Arc::new(FileVault::open(&dir.join("keystore"))?),
        clock: Arc::new(HostClock::new()),
        location: Arc::new(Nowhere),
    })
}

/// The PIN, from SAKSI_PIN or from the terminal.
pub fn pin() -> Result<String> {
    secret("SAKSI_PIN", "PIN: ")
}

/// The PIN to be set instead, from SAKSI_NEW_PIN or from the terminal.
pub fn new_pin() -> Result<String> {
    secret("SAKSI_NEW_PIN", "New PIN: ")
}

fn secret(variable: &str, prompt: &str) -> Result<String> {
    match env::var(variable) {
        Ok(secret) => Ok(secret),
        Err(_) => {
            rpassword::prompt_password(prompt).with_context(|| format!("no PIN: set {variable}, or run in a terminal"))
        }
    }
}
