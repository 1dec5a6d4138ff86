//! What this library notes of itself, for the app's own log. There is no personal data in it.

use std::fmt::{self, Write as _};
use std::sync::{Arc, Mutex, Once, PoisonError};

use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

use crate::aside::Aside;
use crate::error::SaksiError;
use crate::platform::PlatformError;

static LISTENER: Mutex<Option<Aside<LogMessage>>> = Mutex::new(None);
static INSTALLED: Once = Once::new();

/// How much a message matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum LogLevel {
    /// Something failed that has to be looked at.
    Error,
    /// Something failed that the library copes with.
    Warn,
    /// Something worth knowing.
    Info,
}

/// Is told what the library notes of itself, from a thread of its own. It may call the library. What it throws stops nothing.
#[uniffi::export(foreign)]
pub trait LogListener: Send + Sync {
    /// One message. `target` is the part of the library that notes it.
    fn log(&self, level: LogLevel, target: String, message: String) -> Result<(), PlatformError>;
}

/// Gives all messages of this library to a listener from now on, instead of the one before, in all handsets of the process.
/// Without one they go nowhere.
#[uniffi::export]
pub fn set_log(listener: Option<Arc<dyn LogListener>>) -> Result<(), SaksiError> {
    let tell = |listener: Arc<dyn LogListener>| {
        Aside::new("saksi-log", move |LogMessage { level, target, text }| {
            listener.log(level, target, text).ok();
        })
    };
    let listener = listener.map(tell).transpose()?;
    *LISTENER.lock().unwrap_or_else(PoisonError::into_inner) = listener;
    let mut installed = Ok(());
    INSTALLED.call_once(|| installed = tracing::subscriber::set_global_default(ToApp));
    installed.map_err(|fault| SaksiError::internal(&fault))?;
    tracing::info!(version = env!("CARGO_PKG_VERSION"), "the log of saksi begins");
    Ok(())
}

struct LogMessage {
    level: LogLevel,
    target: String,
    text: String,
}

/// Only what this project notes goes to the app: what others note may hold anything.
struct ToApp;

impl Subscriber for ToApp {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_event() && *metadata.level() <= Level::INFO && metadata.target().starts_with("saksi")
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(LevelFilter::INFO)
    }

    fn event(&self, event: &Event<'_>) {
        let level = match *event.metadata().level() {
            Level::ERROR => LogLevel::Error,
            Level::WARN => LogLevel::Warn,
            _ => LogLevel::Info,
        };
        let mut text = Text::default();
        event.record(&mut text);
        let message = LogMessage { level, target: event.metadata().target().to_owned(), text: text.whole() };
        if let Some(listener) = &*LISTENER.lock().unwrap_or_else(PoisonError::into_inner) {
            listener.tell(message);
        }
    }

    // No span is enabled.
    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

/// The message first, then its values.
#[derive(Default)]
struct Text {
    message: String,
    values: String,
}

impl Text {
    fn whole(self) -> String {
        self.message + &self.values
    }
}

impl Visit for Text {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let written = match field.name() {
            "message" => write!(self.message, "{value:?}"),
            name => write!(self.values, ", {name}: {value:?}"),
        };
        written.ok();
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.record_debug(field, &format_args!("{value}"));
    }
}
