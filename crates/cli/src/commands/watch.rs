//! `watch`: polls triggers and delivers their events.

mod list;
mod sink;

use std::collections::BTreeMap;
use std::time::Duration;

use clap::Args;
use connector_durable::{Subscription, WatchOptions};

use crate::app::App;
use crate::error::Error;
use crate::options::{Options, object};
use crate::state::State;
use crate::{interrupt, known, output};

const EXAMPLES: &str = r#"Examples:
  connector watch boards.new --every 1m
  connector watch boards.new --exec 'cat >> boards.jsonl'
  connector watch --list"#;

/// Poll triggers on and on, and deliver their events
///
/// Polls triggers until Ctrl-C, or asked to end by a signal. The first poll of a trigger takes
/// stock. Each event is recorded once, by its id, and delivered at least once: printed, unless
/// another way is named. What was watched goes on where it was, also after a crash.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Watch {
    /// The ids of triggers
    #[arg(required_unless_present = "list", value_name = "TRIGGER")]
    triggers: Vec<String>,
    /// A configuration: a JSON object for all triggers, or for the one that is named (may be
    /// repeated)
    #[arg(long, value_name = "[TRIGGER=]JSON")]
    config: Vec<String>,
    /// From one poll of a trigger to the next: 90s, 5m, 1h
    #[arg(long, default_value = "5m", value_parser = duration, value_name = "TIME")]
    every: Duration,
    /// Poll nothing while so many events are undelivered
    #[arg(long, default_value_t = WatchOptions::default().backlog, value_name = "NUMBER")]
    backlog: u64,
    #[command(flatten)]
    sink: sink::Chosen,
    /// Poll each trigger once and deliver, then end; the exit code is 1 if events are left
    #[arg(long)]
    once: bool,
    /// Tells what is watched here from other watches, which may run at the same time
    #[arg(long, default_value = "default", value_parser = plain)]
    name: String,
    /// List what is watched, and how it stands
    #[arg(long, conflicts_with_all = ["triggers", "config", "once"])]
    list: bool,
}

impl Watch {
    pub async fn run(self, options: Options) -> Result<(), Error> {
        let state = State::open(options.state.as_deref())?;
        if self.list {
            return list::print(&state, options.json);
        }
        let folder = state.watch(&self.name);
        let subscriptions = subscriptions(self.triggers, &self.config)?;
        let names: Vec<String> =
            subscriptions.iter().map(|subscription| subscription.trigger.clone()).collect();
        let mut sink = self.sink.open()?;
        let json = options.json;
        let app = App::open(options).await?;
        for subscription in &subscriptions {
            known::trigger(&app.connector, &subscription.trigger)?;
        }
        let connection = app.connection()?;
        let options =
            WatchOptions { every: self.every, backlog: self.backlog, ..WatchOptions::default() };
        let name = app.remembered_as(app.entry()?.as_ref());
        let mut watch =
            connector_durable::Watch::open(&folder, &connection, &name, subscriptions, options)?;
        interrupt::listen(app.stop.clone());
        if !self.once {
            if !json {
                output::note(format!(
                    "watching {} every {}; the first poll takes stock, stop with Ctrl-C",
                    names.join(", "),
                    words(self.every)
                ));
            }
            return watch.run(&mut *sink).await.map_err(|error| app.mendable(error.into()));
        }
        let once = watch.once(&mut *sink).await;
        match once.map_err(|error| app.mendable(error.into()))? {
            0 => Ok(()),
            left => Err(Error::Unexpected(format!("{left} events are not delivered yet"))),
        }
    }
}

/// Each trigger with its configuration.
fn subscriptions(triggers: Vec<String>, configs: &[String]) -> Result<Vec<Subscription>, Error> {
    let (mut all, mut named) = (None, BTreeMap::new());
    for config in configs {
        let (trigger, text) = match config.split_once('=') {
            Some((trigger, text)) if !trigger.contains('{') => (Some(trigger), text),
            _ => (None, config.as_str()),
        };
        object(text).map_err(|error| Error::Usage(format!("--config: {error}")))?;
        let before = match trigger {
            None => all.replace(text),
            Some(trigger) if triggers.iter().any(|it| it == trigger) => named.insert(trigger, text),
            Some(trigger) => {
                return Err(Error::Usage(format!("--config: `{trigger}` is not watched")));
            }
        };
        if before.is_some() {
            return Err(Error::Usage(format!("--config: a second one like `{config}`")));
        }
    }
    let of = |trigger: &String| named.get(&**trigger).copied().or(all).unwrap_or("{}").to_owned();
    let mut subscriptions: Vec<Subscription> = Vec::new();
    for trigger in triggers {
        let subscription = Subscription { config: of(&trigger), trigger };
        if !subscriptions.contains(&subscription) {
            subscriptions.push(subscription);
        }
    }
    Ok(subscriptions)
}

/// A number with `ms`, `s`, `m` or `h`.
fn duration(text: &str) -> Result<Duration, String> {
    let wrong = || format!("`{text}`: a whole number with ms, s, m or h");
    let digits = text.find(|c: char| !c.is_ascii_digit()).ok_or_else(wrong)?;
    let (number, unit) = text.split_at(digits);
    let ms = match unit {
        "ms" => 1,
        "s" => 1000,
        "m" => 60_000,
        "h" => 3_600_000,
        _ => return Err(wrong()),
    };
    let number: u64 = number.parse().map_err(|_| wrong())?;
    let time = number.checked_mul(ms).filter(|ms| *ms > 0);
    time.map(Duration::from_millis).ok_or_else(wrong)
}

/// As it is typed.
fn words(time: Duration) -> String {
    match u64::try_from(time.as_millis()).unwrap_or(u64::MAX) {
        ms if ms % 3_600_000 == 0 => format!("{}h", ms / 3_600_000),
        ms if ms % 60_000 == 0 => format!("{}m", ms / 60_000),
        ms if ms % 1000 == 0 => format!("{}s", ms / 1000),
        ms => format!("{ms}ms"),
    }
}

/// It becomes the name of a folder.
fn plain(name: &str) -> Result<String, String> {
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    match !name.is_empty() && name.chars().all(fits) {
        true => Ok(name.to_owned()),
        false => Err("letters, digits, `-` and `_`".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_units() {
        let ms = |text| duration(text).map(|time| time.as_millis());
        assert_eq!(ms("90s"), Ok(90_000));
        assert_eq!(ms("5m"), Ok(300_000));
        assert_eq!(ms("250ms"), Ok(250));
        for text in ["90s", "5m", "2h", "250ms"] {
            assert_eq!(words(duration(text).unwrap()), text);
        }
        for wrong in ["", "5", "0s", "m", "1d", "-1s", "1.5s", "99999999999999999999h"] {
            assert!(ms(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn configurations_find_their_triggers() {
        let of = |configs: &[&str]| {
            let configs: Vec<String> = configs.iter().map(ToString::to_string).collect();
            let found = subscriptions(vec!["a.b".into(), "c.d".into()], &configs);
            found.map(|all| all.into_iter().map(|it| it.config).collect::<Vec<_>>())
        };
        assert_eq!(of(&[]).unwrap(), ["{}", "{}"]);
        assert_eq!(of(&[r#"{"x":"="}"#, "c.d={}"]).unwrap(), [r#"{"x":"="}"#, "{}"]);
        let refused = |configs| of(configs).unwrap_err().to_string();
        assert_eq!(refused(&["e.f={}"]), "--config: `e.f` is not watched");
        assert_eq!(refused(&["{}", "{}"]), "--config: a second one like `{}`");
        assert!(refused(&["c.d=[]"]).starts_with("--config: not a JSON object"));
    }
}
