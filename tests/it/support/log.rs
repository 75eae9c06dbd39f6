//! What the program logs, for a test to read.

use std::io::Write;
use std::sync::{Arc, LazyLock, Mutex};

use tracing::subscriber::DefaultGuard;
use tracing::{Dispatch, Level, Subscriber};
use tracing_subscriber::fmt::MakeWriter;

/// Somebody who always listens. Tests run side by side, and a line of code that is reached for the first time just as the last of
/// them stops listening would else be noted, for all of them, as one that nobody wants to hear of.
static ALWAYS: LazyLock<Dispatch> = LazyLock::new(|| {
    Dispatch::new(tracing_subscriber::fmt().with_max_level(Level::DEBUG).with_writer(std::io::sink).finish())
});

/// Listens on this thread until the guard is dropped.
pub fn listen(subscriber: impl Subscriber + Send + Sync + 'static) -> DefaultGuard {
    LazyLock::force(&ALWAYS);
    tracing::subscriber::set_default(subscriber)
}

/// A log that a test reads: `tracing_subscriber::fmt().with_writer(log.clone())`.
#[derive(Clone, Default)]
pub struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;
    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

impl Log {
    /// What has been logged so far.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}
