//! `cargo xtask models`: gets the model files, and sample portraits for tests and the demo, each checked by its hash.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use ring::digest::{SHA256, digest};
use saksi_face::{Manifest, Model};
use tempfile::TempDir;

/// Get the model files into models/
#[derive(clap::Args)]
pub struct Args {
    /// Take the files from a folder instead of the Python package; brings the optional liveness models too
    #[arg(long, value_name = "DIR")]
    from: Option<PathBuf>,
    /// Get the sample portraits for tests and the demo as well
    #[arg(long)]
    portraits: bool,
}

/// Gets what was asked for.
pub fn run(args: &Args) -> Result<()> {
    let manifest = Manifest::bundled();
    match &args.from {
        Some(source) => copy(&manifest.models, source, &models_folder())?,
        None => download(&manifest, &models_folder())?,
    }
    if args.portraits {
        portraits()?;
    }
    Ok(())
}

/// The folder with the model files, which are downloaded if they aren't there yet.
pub fn ensure() -> Result<PathBuf> {
    download(&Manifest::bundled(), &models_folder())?;
    Ok(models_folder())
}

/// The folder with the sample portraits, which are downloaded if they aren't there yet.
pub fn portraits() -> Result<PathBuf> {
    let folder = models_folder().join("portraits");
    for Portraits { package, version, archive, path, files } in &PORTRAITS {
        let there = |(name, sha256): &(&str, &str)| fs::read(folder.join(name)).is_ok_and(|it| hash(&it) == *sha256);
        if files.iter().all(there) {
            println!("portraits: {} of {package} are there", files.len());
            continue;
        }
        let unpacked = unpacked(package, version, *archive)?;
        for (file, sha256) in *files {
            let bytes = fs::read(unpacked.path().join(path).join(file));
            let bytes = bytes.with_context(|| format!("{file} in {package} {version}"))?;
            let actual = hash(&bytes);
            ensure!(actual == *sha256, "{file} has SHA-256 {actual}: {package} {version} is not what it was");
            write(&folder.join(file), &bytes)?;
        }
        println!("portraits: got {} of {package} into {}", files.len(), folder.display());
    }
    Ok(folder)
}

/// Pictures of people that a package carries, with their SHA-256.
struct Portraits {
    package: &'static str,
    version: &'static str,
    archive: Archive,
    /// Their folder in the package.
    path: &'static str,
    files: &'static [(&'static str, &'static str)],
}

const PORTRAITS: [Portraits; 2] = [
    Portraits {
        package: "face_recognition",
        version: "1.3.0",
        archive: Archive::Source,
        path: "face_recognition-1.3.0/tests/test_images",
        files: &[
            ("biden.jpg", "3c17508bb91554c637a2eabddfae790e5bb1caba93130814fc2ac50be9760c4c"),
            ("obama.jpg", "0930e3aa8cae5920329c0c8cbc6a2ab70f47b0e67b432875beaa95cbf7e741f6"),
            ("obama2.jpg", "a7efcc907375274796f39646510704aa86672d59f6d5469d69af3c85590976a6"),
            ("obama3.jpg", "76ac6bf97c36dc2da0ad16a537d6a5ac1b10f48d49aac29a0cca9a17cdbc3ca3"),
            ("obama_partial_face.jpg", "c2d1f09e7ef3042352b41e41286e6eb0522f64f88308be13886991b95db52117"),
            ("obama_partial_face2.jpg", "9a812347f97633542b8cd9992de22def11b74f79d82056bc3ee830f13878e028"),
        ],
    },
    Portraits {
        package: "scikit_image",
        version: "0.25.2",
        archive: Archive::Wheel,
        path: "skimage/data",
        files: &[("astronaut.png", "88431cd9653ccd539741b555fb0a46b61558b301d4110412b5bc28b5e3ea6cb5")],
    },
];

fn models_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../models")
}

/// Gets the files that a Python package carries, and whose right bytes aren't there yet.
fn download(manifest: &Manifest, folder: &Path) -> Result<()> {
    let (there, missing): (Vec<&Model>, Vec<&Model>) =
        manifest.models.iter().filter(|m| m.source.package.is_some()).partition(|model| is_there(model, folder));
    for model in &there {
        println!("models: {} is there", model.file);
    }
    let mut packages: Vec<(&str, &str)> = missing.iter().filter_map(|m| package(m)).collect();
    packages.dedup();
    for of in packages {
        let wanted: Vec<&Model> = missing.iter().copied().filter(|model| package(model) == Some(of)).collect();
        // Optional ones are done without where their package can't be had.
        let optional = wanted.iter().all(|model| model.optional);
        match install_from(of, &wanted, folder) {
            Err(error) if optional => println!("models: done without what {} {} has: {error:#}", of.0, of.1),
            other => other?,
        }
    }
    Ok(())
}

fn install_from((name, version): (&str, &str), models: &[&Model], folder: &Path) -> Result<()> {
    let unpacked = unpacked(name, version, Archive::Wheel)?;
    for model in models {
        let path = model.source.path.as_deref().unwrap_or(&model.file);
        install(model, &unpacked.path().join(path), folder)?;
    }
    Ok(())
}

/// Takes the files from a folder; those that are optional only where it has them.
fn copy(models: &[Model], source: &Path, folder: &Path) -> Result<()> {
    ensure!(source.is_dir(), "{} is not a folder", source.display());
    for model in models {
        let from = source.join(&model.file);
        if is_there(model, folder) {
            println!("models: {} is there", model.file);
        } else if from.exists() || !model.optional {
            install(model, &from, folder)?;
        } else {
            println!("models: {} is optional and not in {}", model.file, source.display());
        }
    }
    Ok(())
}

fn package(model: &Model) -> Option<(&str, &str)> {
    Some((model.source.package.as_deref()?, model.source.version.as_deref()?))
}

fn is_there(model: &Model, folder: &Path) -> bool {
    fs::read(folder.join(&model.file)).is_ok_and(|bytes| model.verify(&bytes).is_ok())
}

/// Checks a file and puts it in place whole.
fn install(model: &Model, from: &Path, folder: &Path) -> Result<()> {
    let bytes = fs::read(from).with_context(|| from.display().to_string())?;
    model.verify(&bytes).with_context(|| from.display().to_string())?;
    write(&folder.join(&model.file), &bytes)?;
    println!("models: got {} ({} bytes, SHA-256 as in the manifest)", model.file, model.bytes);
    Ok(())
}

fn hash(bytes: &[u8]) -> String {
    hex::encode(digest(&SHA256, bytes))
}

/// Writes beside the target and renames, so that there's never half a file under the name.
fn write(target: &Path, bytes: &[u8]) -> Result<()> {
    let folder = target.parent().context("a file lies in a folder")?;
    fs::create_dir_all(folder)?;
    let mut name = target.file_name().context("a file has a name")?.to_owned();
    name.push(".partial");
    let partial = folder.join(name);
    let mut file = File::create(&partial).with_context(|| partial.display().to_string())?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&partial, target).with_context(|| target.display().to_string())
}

#[derive(Clone, Copy, PartialEq)]
enum Archive {
    Wheel,
    Source,
}

/// Downloads a package with the machine's own pip, and unpacks it with the Python that comes with it.
fn unpacked(name: &str, version: &str, archive: Archive) -> Result<TempDir> {
    let folder = tempfile::tempdir()?;
    let into = folder.path().display().to_string();
    let requirement = format!("{name}=={version}");
    let mut download = vec!["download", "--no-deps", "--quiet", "--disable-pip-version-check", "--dest", &into];
    match archive {
        Archive::Source => download.extend(["--no-binary", ":all:"]),
        // Only files are taken out of a wheel, so one for a fixed platform does on every machine.
        Archive::Wheel => {
            download.extend([
                "--only-binary",
                ":all:",
                "--platform",
                "manylinux2014_x86_64",
                "--python-version",
                "3.11",
            ]);
        }
    }
    download.push(&requirement);
    println!("getting {requirement} with pip …");
    pip(&download)?;

    let (suffix, module) = match archive {
        Archive::Wheel => (".whl", "zipfile"),
        Archive::Source => (".tar.gz", "tarfile"),
    };
    let file = fs::read_dir(folder.path())?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .find(|path| path.to_string_lossy().ends_with(suffix))
        .with_context(|| format!("pip downloaded {requirement}, yet no {suffix}"))?;
    let file = file.display().to_string();
    let output = Command::new("python3").args(["-m", module, "-e", &file, &into]).output();
    let output = output.context("python3, which unpacks what pip downloaded, can't be started")?;
    ensure!(output.status.success(), "{file} can't be unpacked: {}", String::from_utf8_lossy(&output.stderr).trim());
    Ok(folder)
}

/// The first of the ways to call pip that exists here.
fn pip(arguments: &[&str]) -> Result<()> {
    let ways: [(&str, &[&str]); 3] = [("python3", &["-m", "pip"]), ("pip3", &[]), ("pip", &[])];
    for (program, module) in ways {
        let output = match Command::new(program).args(module).args(arguments).output() {
            Ok(output) => output,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error).with_context(|| format!("{program} can't be started")),
        };
        let said = String::from_utf8_lossy(&output.stderr);
        if output.status.success() {
            return Ok(());
        }
        if !said.contains("No module named pip") {
            bail!("pip can't download the package; offline, use --from DIR. It said: {}", said.trim());
        }
    }
    bail!("no pip here: install Python's pip, or get the files elsewhere and use --from DIR")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A manifest's entries over made-up files: the first needed, the second optional.
    fn models() -> Vec<Model> {
        let mut models = Manifest::bundled().models;
        models.truncate(2);
        for (model, bytes) in models.iter_mut().zip([b"first", b"other"]) {
            model.bytes = 5;
            model.sha256 = hex::encode(digest(&SHA256, bytes));
        }
        models[1].optional = true;
        models
    }

    fn folders() -> (TempDir, TempDir) {
        (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"))
    }

    #[test]
    fn files_are_copied_once_and_optional_ones_may_lack() {
        let (models, (source, target)) = (models(), folders());
        fs::write(source.path().join(&models[0].file), b"first").expect("writes");
        copy(&models, source.path(), target.path()).expect("the needed file is there");
        assert_eq!(fs::read(target.path().join(&models[0].file)).expect("copied"), b"first");
        fs::remove_file(source.path().join(&models[0].file)).expect("removes");
        copy(&models, source.path(), target.path()).expect("it has all it needs");
    }

    #[test]
    fn a_missing_cut_or_wrong_file_is_named_and_nothing_is_written() {
        let (models, (source, target)) = (models(), folders());
        let file = source.path().join(&models[0].file);
        for bytes in [None, Some(&b"fir"[..]), Some(b"wrong")] {
            if let Some(bytes) = bytes {
                fs::write(&file, bytes).expect("writes");
            }
            let error = copy(&models, source.path(), target.path()).expect_err("not the file meant");
            assert!(format!("{error:#}").contains(&models[0].file), "{error:#}");
            assert_eq!(fs::read_dir(target.path()).expect("a folder").count(), 0);
        }
    }

    #[test]
    fn a_damaged_file_is_replaced() {
        let (models, (source, target)) = (models(), folders());
        fs::write(source.path().join(&models[0].file), b"first").expect("writes");
        fs::write(target.path().join(&models[0].file), b"half").expect("writes");
        copy(&models, source.path(), target.path()).expect("the right file is there");
        assert_eq!(fs::read(target.path().join(&models[0].file)).expect("copied"), b"first");
    }
}
