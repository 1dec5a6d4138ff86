//! Locking for want of use: an unlocked handset that nobody touches locks itself, by the clock that nobody can set.

use std::sync::TryLockError;
use std::time::Duration;

use saksi_records::audit::{By, Event};

use crate::disk::platform::ClockReading;
use crate::error::FieldError;
use crate::handset::{Handset, Session};

impl Handset {
    /// Locks if nobody has used the handset for as long as the programme's policy says, and tells whether it is locked
    /// now. For an app's timer; every use looks for itself. A sync under way isn't interrupted, nor is it a use.
    pub fn lock_if_idle(&self) -> bool {
        let syncing = self.syncing.try_lock();
        if !matches!(syncing, Err(TryLockError::WouldBlock))
            && let Ok(mut session) = self.session()
        {
            self.look_at_clock(&mut session);
        }
        self.is_locked()
    }

    /// Says that the officer is at work, where that shows in nothing else: while a camera is open, say.
    pub fn touch(&self) -> Result<(), FieldError> {
        self.with_session(|_| Ok(()))
    }

    /// What is unlocked, for a use of it, which is noted.
    pub(crate) fn in_use<'a>(&self, session: &'a mut Option<Session>) -> Result<&'a mut Session, FieldError> {
        let now = self.look_at_clock(session);
        let session = session.as_mut().ok_or(FieldError::Locked)?;
        session.used = now;
        Ok(session)
    }

    fn look_at_clock(&self, session: &mut Option<Session>) -> ClockReading {
        let now = self.platform.clock.now();
        let limit = Duration::from_mins(self.policy().idle_lock_minutes.into());
        let idle = |session: &Session| !limit.is_zero() && session.idle_for(&now) >= limit;
        if session.as_ref().is_some_and(idle) {
            self.close(session);
            self.log_anyway(Event::Locked { by: By::Idle });
        }
        now
    }
}

impl Session {
    /// A clock that went back, or another start of the phone, can only mean that it was long ago.
    fn idle_for(&self, now: &ClockReading) -> Duration {
        let since = now.monotonic_ms.checked_sub(self.used.monotonic_ms).filter(|_| now.boot == self.used.boot);
        since.map_or(Duration::MAX, Duration::from_millis)
    }
}
