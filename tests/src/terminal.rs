//! `saksi`, as an officer calls it: on one handset of a kit.

use std::fs;
use std::process::{Command, Output};

use serde_json::Value;
use xtask::build::programs;

use crate::{FieldKit, PIN};

/// The terminal's handset, and the files that its commands are given.
pub struct Terminal<'a> {
    kit: &'a FieldKit,
}

impl FieldKit {
    /// A terminal whose handset isn't provisioned yet.
    pub fn terminal(&self) -> Terminal<'_> {
        Terminal { kit: self }
    }

    /// A terminal whose handset is provisioned and has its roster.
    pub fn provisioned_terminal(&self) -> Terminal<'_> {
        let terminal = self.terminal();
        let ticket = terminal.file("ticket.json", &serde_json::to_vec(&self.ticket()).expect("plain data"));
        terminal.told(&["provision", "--ticket", &ticket]);
        terminal.told(&["sync", "--roster"]);
        terminal
    }
}

impl Terminal<'_> {
    /// Where a file is, there or not.
    pub fn path(&self, name: &str) -> String {
        self.kit.handset_folder(name).display().to_string()
    }

    /// Writes a file, and says where it is.
    pub fn file(&self, name: &str, bytes: &[u8]) -> String {
        let path = self.path(name);
        fs::write(&path, bytes).expect("written");
        path
    }

    /// What a command answers, in English unless it's told otherwise.
    pub fn run(&self, arguments: &[&str]) -> Output {
        self.run_with(PIN, arguments)
    }

    /// The same with whatever PIN is at hand.
    pub fn run_with(&self, pin: &str, arguments: &[&str]) -> Output {
        let mut saksi = Command::new(programs().expect("the programs build").join("saksi"));
        saksi.args(arguments).arg("--models").arg(self.kit.models());
        saksi.envs([("SAKSI_HANDSET", &*self.path("handset")), ("SAKSI_PIN", pin), ("SAKSI_LANG", "en")]);
        saksi.output().expect("starts")
    }

    /// Whether a command did its work, and all that it said.
    pub fn says(&self, arguments: &[&str]) -> (bool, String) {
        let Output { status, stdout, stderr } = self.run(arguments);
        (status.success(), String::from_utf8_lossy(&[stdout, stderr].concat()).into_owned())
    }

    /// What a command answers as JSON, whether or not it did its work.
    pub fn json(&self, arguments: &[&str]) -> Output {
        self.run(&[arguments, &["--json"]].concat())
    }

    /// The JSON of a command that does its work.
    pub fn told(&self, arguments: &[&str]) -> Value {
        let Output { status, stdout, stderr } = self.json(arguments);
        assert!(status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&stderr));
        serde_json::from_slice(&stdout).expect("JSON")
    }
}
