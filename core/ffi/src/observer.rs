//! What an app is told when something changes on its handset.

use std::sync::Arc;

use saksi_field::{Change, OutboxCounts};

use crate::aside::Aside;
use crate::error::SaksiError;
use crate::handset::Handset;
use crate::platform::PlatformError;

/// Is told what changes on a handset, one change after another, from a thread of its own. It may call the handset. What it
/// throws stops nothing.
#[uniffi::export(foreign)]
pub trait Observer: Send + Sync {
    /// The handset was locked or unlocked: by an officer, by the programme, for want of use, or by a fault.
    fn lock_changed(&self, locked: bool) -> Result<(), PlatformError>;

    /// A record was written, sent or set aside.
    fn outbox_changed(&self, counts: OutboxCounts) -> Result<(), PlatformError>;

    /// Something of the roster was taken in, from a file or from the server.
    fn roster_changed(&self) -> Result<(), PlatformError>;
}

#[uniffi::export]
impl Handset {
    /// Tells an observer from now on, instead of the one before. Without one nobody is told. An observer that holds the handset
    /// keeps it open until then.
    pub fn observe(&self, observer: Option<Arc<dyn Observer>>) -> Result<(), SaksiError> {
        let told = observer.map(Told::new).transpose()?;
        self.0.observe(told.map(|told| Arc::new(told) as Arc<dyn saksi_field::Observer>));
        Ok(())
    }
}

struct Told(Aside<Change>);

impl Told {
    fn new(app: Arc<dyn Observer>) -> Result<Self, SaksiError> {
        let tell = move |change| {
            let heard = match change {
                Change::Lock { locked } => app.lock_changed(locked),
                Change::Outbox(counts) => app.outbox_changed(counts),
                Change::Roster => app.roster_changed(),
            };
            heard.ok();
        };
        Ok(Self(Aside::new("saksi-observer", tell)?))
    }
}

impl saksi_field::Observer for Told {
    fn changed(&self, change: Change) {
        self.0.tell(change);
    }
}
