//! `cargo xtask android`: what the Android app packs: the library for each kind of phone, and the face models.

use std::env;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use saksi_face::Manifest;

use crate::build::{cargo, succeed, there, workspace};
use crate::models;

/// The kinds of phones in the field.
const PHONES: [&str; 3] = ["arm64-v8a", "armeabi-v7a", "x86_64"];

/// Android 15 loads only libraries that are aligned to 16 KB.
const PAGES: &str = "-C link-arg=-Wl,-z,max-page-size=16384";

/// Builds the library into the app's `jniLibs`, and copies the models into its `assets`.
pub fn run() -> Result<()> {
    ensure!(there("cargo-ndk"), "cargo-ndk is not installed: cargo install cargo-ndk");
    ensure!(
        ["ANDROID_NDK_HOME", "ANDROID_NDK_ROOT", "ANDROID_HOME"].iter().any(|name| env::var_os(name).is_some()),
        "there is no Android NDK: install it with Android Studio's SDK manager, and set ANDROID_NDK_HOME to its folder"
    );
    let app = workspace().join("android/app/src/main");
    let mut build = cargo(&["ndk", "--platform", "26"]);
    for phone in PHONES {
        build.args(["-t", phone]);
    }
    build.arg("-o").arg(app.join("jniLibs")).args(["build", "--release", "-p", "saksi-ffi"]);
    succeed(build.env("RUSTFLAGS", PAGES))?;
    copy_models(&app.join("assets/models"))
}

fn copy_models(assets: &Path) -> Result<()> {
    let models = models::ensure()?;
    fs::create_dir_all(assets).with_context(|| assets.display().to_string())?;
    for model in Manifest::bundled().models {
        let (from, to) = (models.join(&model.file), assets.join(&model.file));
        fs::copy(&from, &to).with_context(|| from.display().to_string())?;
    }
    Ok(())
}
