//! What an administrator decides about a server.

use std::net::SocketAddr;
use std::path::PathBuf;

use saksi_records::wire::Policy;

/// How a server is to run.
#[derive(Debug, Clone)]
pub struct Config {
    /// The folder of everything it keeps: keys, database, blobs.
    pub data: PathBuf,
    /// Where handsets reach it, over TLS.
    pub handset_listen: SocketAddr,
    /// Where the office reaches it, over plain HTTP: a loopback address, or one behind the office's own TLS proxy.
    pub office_listen: SocketAddr,
    /// The address that tickets tell handsets, such as `https://saksi.example:8443`. Otherwise made of the listener's.
    pub public_url: Option<String>,
    /// The address of the office's pages as browsers see it, where a proxy stands before them. With `https`, cookies
    /// are kept from plain connections.
    pub office_url: Option<String>,
    /// What handsets are told to do.
    pub policy: Policy,
}

impl Config {
    /// The usual ports: 8443 on every interface for handsets, 8080 on the loopback for the office.
    pub fn new(data: impl Into<PathBuf>) -> Self {
        Self {
            data: data.into(),
            handset_listen: SocketAddr::from(([0, 0, 0, 0], 8443)),
            office_listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            public_url: None,
            office_url: None,
            policy: Policy::default(),
        }
    }

    /// Loopback only, on ports that are free: for demonstrations and tests.
    pub fn local(data: impl Into<PathBuf>) -> Self {
        let free = SocketAddr::from(([127, 0, 0, 1], 0));
        Self { handset_listen: free, office_listen: free, ..Self::new(data) }
    }
}
