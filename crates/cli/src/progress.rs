//! How far a call is: a line on stderr, when that is a terminal.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use connector_host::Transfer;
use indicatif::{BinaryBytes, ProgressBar, ProgressState, ProgressStyle};

use crate::visible::on_one_line;

/// A file on its way, when its length is known.
const TRANSFER: &str = "{bar:30} {binary_bytes} of {binary_total_bytes}, {binary_bytes_per_sec}";

/// A line that is there until [`Progress::end`].
pub struct Progress {
    bar: ProgressBar,
    /// When the wait ends that the line tells of.
    until: Arc<Mutex<Option<Instant>>>,
    words: ProgressStyle,
    bytes: ProgressStyle,
}

impl Progress {
    /// Shows nothing yet.
    pub fn new() -> Self {
        let until = Arc::new(Mutex::new(None::<Instant>));
        let shared = until.clone();
        let left = move |_: &ProgressState, out: &mut dyn std::fmt::Write| {
            let until = *shared.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            if let Some(until) = until {
                let left = until.saturating_duration_since(Instant::now());
                let _ = write!(out, "{} s left: ", left.as_secs_f64().ceil());
            }
        };
        let style = |template| ProgressStyle::with_template(template).expect("it is a template");
        let words = style("{spinner} {left}{wide_msg}").with_key("left", left);
        let bar = ProgressBar::new_spinner().with_style(words.clone());
        bar.enable_steady_tick(Duration::from_millis(100));
        Progress { bar, until, words, bytes: style(TRANSFER) }
    }

    /// A request is on its way.
    pub fn working(&self, requests: u64, items: u64) {
        self.set_until(None);
        self.say(format!("request {requests}, {items} items so far"));
    }

    /// A file is on its way.
    pub fn transferring(&self, transfer: &Transfer) {
        let (done, total) = match transfer.received {
            0 => (transfer.sent, Some(transfer.to_send)),
            received => (received, transfer.to_receive),
        };
        match total {
            Some(total) => {
                self.bar.set_style(self.bytes.clone());
                self.bar.set_length(total);
                self.bar.set_position(done);
            }
            None => self.say(format!("{} so far", BinaryBytes(done))),
        }
    }

    /// Nothing is done for some time.
    pub fn waiting(&self, time: Duration, reason: &str) {
        self.set_until(Some(Instant::now() + time));
        self.say(reason.to_owned());
    }

    /// Does something with the line out of the way.
    pub fn aside<T>(&self, work: impl FnOnce() -> T) -> T {
        self.bar.suspend(work)
    }

    /// Takes the line away.
    pub fn end(&self) {
        self.bar.finish_and_clear();
    }

    fn say(&self, text: String) {
        self.bar.set_style(self.words.clone());
        self.bar.set_message(on_one_line(&text).into_owned());
    }

    fn set_until(&self, until: Option<Instant>) {
        *self.until.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = until;
    }
}
