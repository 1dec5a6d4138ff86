//! Disks that a test can fill, write-protect and cut from their power; they need the right to mount.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::skipped;

/// A mount of its own over a folder.
pub struct Disk {
    /// Where it is mounted.
    pub folder: PathBuf,
}

impl Disk {
    /// A new disk of this size, in memory.
    pub fn in_memory(folder: &Path, size: &str) -> Option<Self> {
        fs::create_dir_all(folder).expect("a folder");
        Self::mount(folder, &["-t", "tmpfs", "-o", &format!("size={size}"), "saksi"])
    }

    /// The folder as it is, but so that it can be made read-only.
    pub fn over(folder: &Path) -> Option<Self> {
        Self::mount(folder, &["--bind", &folder.display().to_string()])
    }

    /// Makes it read-only (`ro`), or not (`rw`).
    pub fn remount(&self, how: &str) {
        let done = Command::new("mount").args(["-o", &format!("remount,bind,{how}")]).arg(&self.folder).status();
        assert!(done.is_ok_and(|status| status.success()), "remount,{how}");
    }

    /// Makes one that is in memory as large as this.
    pub fn resize(&self, size: &str) {
        let done = Command::new("mount").args(["-o", &format!("remount,size={size}")]).arg(&self.folder).status();
        assert!(done.is_ok_and(|status| status.success()), "remount,size={size}");
    }

    /// Bytes that can still be written.
    pub fn free(&self) -> u64 {
        let told = Command::new("df").args(["-B1", "--output=avail"]).arg(&self.folder).output().expect("df");
        String::from_utf8_lossy(&told.stdout)
            .lines()
            .nth(1)
            .and_then(|line| line.trim().parse().ok())
            .expect("a number")
    }

    /// Fills it to the last byte with a file, whose path is returned.
    pub fn fill(&self) -> PathBuf {
        let path = self.folder.join("ballast");
        let mut ballast = File::create(&path).expect("room for a name");
        for size in [1 << 20, 1 << 12, 1] {
            let bytes = vec![1; size];
            while ballast.write_all(&bytes).is_ok() {}
        }
        path
    }

    fn mount(folder: &Path, arguments: &[&str]) -> Option<Self> {
        if succeeds(Command::new("mount").args(arguments).arg(folder)) {
            return Some(Self { folder: folder.to_owned() });
        }
        skipped("nothing can be mounted here; it needs root on Linux");
        None
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // Lazily: a handset may still have its store open.
        Command::new("umount").arg("-l").arg(&self.folder).status().ok();
    }
}

/// A disk with a journal (ext4, as phones have it or f2fs) whose power can fail: what had not left the kernel's cache is
/// gone then. What had is there, so this disk has no cache of its own to lose.
pub struct PoweredDisk {
    image: PathBuf,
    failures: u32,
    mounted: Option<Disk>,
}

impl PoweredDisk {
    const BYTES: u64 = 256 << 20;

    /// A new, empty disk over a folder, in a file beside it.
    pub fn new(folder: &Path) -> Option<Self> {
        fs::create_dir_all(folder).expect("a folder");
        let image = folder.with_extension("disk-0");
        File::create(&image).and_then(|file| file.set_len(Self::BYTES)).expect("room for a disk");
        if !succeeds(Command::new("mkfs.ext4").args(["-q", "-E", "lazy_itable_init=0"]).arg(&image)) {
            skipped("mkfs.ext4 is missing: the power can't fail");
            return None;
        }
        let mounted = Some(Self::mount(&image, folder)?);
        Some(Self { image, failures: 0, mounted })
    }

    /// The power fails; whoever writes must have been stopped, and is killed before it's back. Returns what `kill` does.
    pub fn fails<T>(&mut self, kill: impl FnOnce() -> T) -> T {
        self.failures += 1;
        let left = self.image.with_extension(format!("disk-{}", self.failures));
        fs::copy(&self.image, &left).expect("room for what is left");
        let told = kill();
        let folder = self.mounted.take().expect("it was on").folder.clone();
        fs::remove_file(&self.image).expect("its end");
        self.image = left;
        self.mounted = Some(Self::mount(&self.image, &folder).expect("it could be mounted before"));
        told
    }

    /// It, while its power is on.
    pub fn disk(&self) -> &Disk {
        self.mounted.as_ref().expect("its power is on")
    }

    fn mount(image: &Path, folder: &Path) -> Option<Disk> {
        // Without `commit` the journal would be written every five seconds, whoever asks for it or not.
        Disk::mount(folder, &["-t", "ext4", "-o", "loop,commit=300", &image.display().to_string()])
    }
}

fn succeeds(command: &mut Command) -> bool {
    command.output().is_ok_and(|output| output.status.success())
}
