//! What a phone tells of itself: its clocks and where it is.

use std::time::Instant;

use jiff::Timestamp;
use saksi_records::record::Fix;

/// The handset's clocks. An implementation MUST answer at once and may be called from any thread.
pub trait Clock: Send + Sync {
    /// What the clocks say now.
    fn now(&self) -> ClockReading;
}

/// What the clocks said at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClockReading {
    /// The wall clock (UTC).
    pub wall: Timestamp,
    /// Which run of the handset since its last start.
    pub boot: String,
    /// Milliseconds since that start, counted on while asleep.
    pub monotonic_ms: u64,
}

/// Where the handset is. An implementation MUST answer at once with the last fix it has.
pub trait Location: Send + Sync {
    /// The last fix, if there is one.
    fn last_fix(&self) -> Option<Fix>;
}

/// The clocks of this machine. On Linux the kernel's boot id and uptime; elsewhere the run is this process.
pub struct HostClock {
    started: Instant,
    run: String,
}

impl HostClock {
    /// Starts counting, where the machine doesn't.
    pub fn new() -> Self {
        Self { started: Instant::now(), run: uuid::Uuid::new_v4().to_string() }
    }

    fn from_kernel() -> Option<(String, u64)> {
        let boot = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
        let uptime = std::fs::read_to_string("/proc/uptime").ok()?;
        let seconds: f64 = uptime.split_whitespace().next()?.parse().ok()?;
        Some((boot.trim().to_owned(), (seconds * 1000.0) as u64))
    }
}

impl Default for HostClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for HostClock {
    fn now(&self) -> ClockReading {
        let (boot, monotonic_ms) = Self::from_kernel()
            .unwrap_or_else(|| (self.run.clone(), self.started.elapsed().as_millis().try_into().unwrap_or(u64::MAX)));
        ClockReading { wall: Timestamp::now(), boot, monotonic_ms }
    }
}

/// A machine that doesn't know where it is.
pub struct Nowhere;

impl Location for Nowhere {
    fn last_fix(&self) -> Option<Fix> {
        None
    }
}
