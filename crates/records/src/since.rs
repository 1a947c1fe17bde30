//! How rows from a point in time on are found.

use connector_host::Connector;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::schema::{self, Action};
use crate::{Error, Resource, time};

/// The extension of the descriptor that tells how long figures change.
const RESTATED: &str = "restated";

/// Microseconds of a day.
const DAY: i64 = 86_400_000_000;

/// How long figures may change after their day, and by which inputs, dates, they are asked for.
#[derive(Debug, Deserialize)]
pub(crate) struct Restated {
    days: u32,
    from: String,
    to: String,
}

/// The ways, best first.
pub(crate) enum Since {
    /// The list takes a time from which on it has rows, in the field of this name and schema.
    Asked { field: String, schema: Value, changed: String },
    /// All pages are read, and rows that changed before are left out.
    Sifted { changed: String },
    /// Figures by day, which may still change: those of the last days are read again.
    Restated(Restated),
    /// Rows have no time of change, so those already given are known by their keys.
    Known,
}

impl Since {
    pub fn of(connector: &Connector, resource: &Resource, action: &Action) -> Self {
        if let Some(restated) = restated(connector).filter(|_| resource.analytic) {
            let inputs = schema::properties(&action.input);
            if [&restated.from, &restated.to].iter().all(|name| inputs.contains_key(*name)) {
                return Since::Restated(restated);
            }
        }
        let Some(changed) = resource.changed().map(str::to_owned) else { return Since::Known };
        let Some(field) = resource.since.clone() else { return Since::Sifted { changed } };
        let schema = schema::properties(&action.input).remove(&field).unwrap_or_default();
        Since::Asked { field, schema, changed }
    }

    /// The field that tells when a row was made or changed.
    pub fn changed(&self) -> Option<&str> {
        match self {
            Since::Asked { changed, .. } | Since::Sifted { changed } => Some(changed),
            Since::Restated(_) | Since::Known => None,
        }
    }

    /// Whether rows from a point in time on can be told from others.
    pub fn is_timed(&self) -> bool {
        !matches!(self, Since::Known)
    }

    /// Whether rows that were given are given again when they may have changed.
    pub fn is_restated(&self) -> bool {
        matches!(self, Since::Restated(_))
    }

    /// Asks for rows from the mark on, where that can be asked, unless the caller said otherwise.
    pub fn ask(&self, mark: Option<i64>, input: &mut Map<String, Value>) {
        if let (Since::Asked { field, schema, .. }, Some(mark)) = (self, mark) {
            input.entry(field.clone()).or_insert_with(|| time::value(mark, schema));
        }
    }

    /// Asks for the figures of the days since the last run, and of those before that may have changed; in the first
    /// run for those since `mark`, or else of the days that may change. `began`: when the run did.
    pub fn ask_figures(
        &self,
        mark: Option<i64>,
        first: bool,
        began: i64,
        input: &mut Map<String, Value>,
    ) {
        let Since::Restated(Restated { days, from, to }) = self else { return };
        let date = json!({"format": "date"});
        let before = if first && mark.is_some() { 0 } else { i64::from(*days) * DAY };
        let begin = mark.unwrap_or(began).saturating_sub(before);
        input.entry(from.clone()).or_insert_with(|| time::value(begin, &date));
        input.entry(to.clone()).or_insert_with(|| time::value(began, &date));
    }

    /// For people.
    pub fn words(&self) -> String {
        match self {
            Since::Asked { field, changed, .. } => {
                format!("incremental by `{changed}`, which the service filters by `{field}`")
            }
            Since::Sifted { changed } => {
                format!(
                    "the service does not filter by `{changed}`: reads all and leaves out what is older"
                )
            }
            Since::Restated(Restated { days, .. }) => {
                format!(
                    "figures of {days} days may still change: they are read again with each run"
                )
            }
            Since::Known => {
                "rows have no time of change: reads all and leaves out the keys already given"
                    .into()
            }
        }
    }
}

/// For how many days figures of a resource may still change after their day, where the connector says so and they
/// can be asked for by days.
pub fn restated_days(connector: &Connector, resource: &Resource) -> Result<Option<u32>, Error> {
    let Ok(reader) = resource.reader() else { return Ok(None) };
    let action = Action::find(connector, reader)?;
    Ok(match Since::of(connector, resource, &action) {
        Since::Restated(Restated { days, .. }) => Some(days),
        _ => None,
    })
}

fn restated(connector: &Connector) -> Option<Restated> {
    let extensions = &connector.descriptor().extensions;
    let found = extensions.iter().find(|extension| extension.name == RESTATED)?;
    serde_json::from_str(&found.value).ok()
}
