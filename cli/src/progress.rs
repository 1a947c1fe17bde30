//! How far a call is: a line on stderr, when that is a terminal.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressState, ProgressStyle};

/// A line that is there until [`Progress::end`].
pub struct Progress {
    bar: ProgressBar,
    /// When the wait ends that the line tells of.
    until: Arc<Mutex<Option<Instant>>>,
}

impl Progress {
    /// Shows nothing yet.
    pub fn new() -> Self {
        let until = Arc::new(Mutex::new(None::<Instant>));
        let shared = until.clone();
        let left = move |_: &ProgressState, out: &mut dyn std::fmt::Write| {
            let until = *shared.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
            if let Some(until) = until {
                let left = until.saturating_duration_since(Instant::now());
                let _ = write!(out, "{} s left: ", left.as_secs_f64().ceil());
            }
        };
        let style = ProgressStyle::with_template("{spinner} {left}{wide_msg}");
        let style = style.expect("the template is one").with_key("left", left);
        let bar = ProgressBar::new_spinner().with_style(style);
        bar.enable_steady_tick(Duration::from_millis(100));
        Progress { bar, until }
    }

    /// A request is on its way.
    pub fn working(&self, requests: u64, items: u64) {
        self.set_until(None);
        self.bar.set_message(format!("request {requests}, {items} items so far"));
    }

    /// Nothing is done for some time.
    pub fn waiting(&self, time: Duration, reason: &str) {
        self.set_until(Some(Instant::now() + time));
        self.bar.set_message(reason.to_owned());
    }

    /// Does something with the line out of the way.
    pub fn aside<T>(&self, work: impl FnOnce() -> T) -> T {
        self.bar.suspend(work)
    }

    /// Takes the line away.
    pub fn end(&self) {
        self.bar.finish_and_clear();
    }

    fn set_until(&self, until: Option<Instant>) {
        *self.until.lock().unwrap_or_else(|poisoned| poisoned.into_inner()) = until;
    }
}
