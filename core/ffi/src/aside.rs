//! Calls to the app from a thread of their own: whoever is told may take its time, throw, or call back.

use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;

use crate::error::SaksiError;

/// What waits for an app that doesn't listen; what comes after that is dropped.
const LONGEST_QUEUE: usize = 1024;

/// A queue to the app. Its thread ends with it.
pub(crate) struct Aside<T>(SyncSender<T>);

impl<T: Send + 'static> Aside<T> {
    /// Begins the thread, which hands on one message after another.
    pub(crate) fn new(name: &str, mut call: impl FnMut(T) + Send + 'static) -> Result<Self, SaksiError> {
        let (sender, messages) = sync_channel(LONGEST_QUEUE);
        let told = move || messages.into_iter().for_each(&mut call);
        thread::Builder::new().name(name.to_owned()).spawn(told).map_err(|fault| SaksiError::internal(&fault))?;
        Ok(Self(sender))
    }

    /// Returns at once.
    pub(crate) fn tell(&self, message: T) {
        self.0.try_send(message).ok();
    }
}
