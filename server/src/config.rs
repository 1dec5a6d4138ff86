//! What an administrator decides about a server.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use saksi_records::wire::Policy;

/// How a server is to run.
#[derive(Debug, Clone)]
pub struct Config {
    /// The folder of everything it keeps: keys, database, blobs.
    pub data: PathBuf,
    /// The address of its database, where that is PostgreSQL; otherwise it is a file in the folder.
    pub database: Option<String>,
    /// Where handsets reach it, over TLS.
    pub handset_listen: SocketAddr,
    /// Where the office reaches it, over plain HTTP: a loopback address, or one behind the office's own TLS proxy.
    pub office_listen: SocketAddr,
    /// The address that tickets tell handsets, such as `https://saksi.example:8443`. Otherwise made of the listener's.
    pub public_url: Option<String>,
    /// The address of the office's pages as browsers see it, where a proxy stands before them. With `https`, cookies
    /// are kept from plain connections.
    pub office_url: Option<String>,
    /// Where figures for Prometheus are, if anywhere: whoever reaches it needs no login.
    pub metrics_listen: Option<SocketAddr>,
    /// How much one handset may ask for, and how much of the disk stays free.
    pub limits: Limits,
    /// What handsets are told to do.
    pub policy: Policy,
}

/// What keeps one handset from taking what all need.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// So many requests a handset may make at once.
    pub burst: u32,
    /// And so many more each second.
    pub per_s: u32,
    /// A sender that is silent for so long is gone, and so is one that then sends less than [`Limits::SLOWEST`].
    pub silence: Duration,
    /// With less than this left on the disk, in bytes, no photo is taken in. Records still have their receipts.
    pub reserve: u64,
}

impl Limits {
    /// The fewest bytes in a second that an upload has to bring on average. A third of what the oldest mobile networks do.
    pub const SLOWEST: u64 = 256;
}

impl Default for Limits {
    fn default() -> Self {
        Self { burst: 2000, per_s: 50, silence: Duration::from_secs(30), reserve: 512 * 1024 * 1024 }
    }
}

impl Config {
    /// The usual ports: 8443 on every interface for handsets, 8080 on the loopback for the office.
    pub fn new(data: impl Into<PathBuf>) -> Self {
        Self {
            data: data.into(),
            database: None,
            handset_listen: SocketAddr::from(([0, 0, 0, 0], 8443)),
            office_listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            public_url: None,
            office_url: None,
            metrics_listen: None,
            limits: Limits::default(),
            policy: Policy::default(),
        }
    }

    /// Loopback only, on ports that are free: for demonstrations and tests.
    pub fn local(data: impl Into<PathBuf>) -> Self {
        let free = SocketAddr::from(([127, 0, 0, 1], 0));
        Self { handset_listen: free, office_listen: free, ..Self::new(data) }
    }
}
