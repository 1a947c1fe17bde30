//! What was found.

use std::collections::BTreeMap;
use std::fmt;

use connector_host::LoadError;
use serde::Serialize;

/// Something that the contract does not allow.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Fault {
    /// What it is about: `descriptor`, the id of an action, the name of a case.
    pub about: String,
    /// What is wrong.
    pub fault: String,
    /// What to do.
    pub mend: String,
}

/// All that was found.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Report {
    /// In the order in which they were found; none: the connector does as the contract asks.
    pub faults: Vec<Fault>,
    /// What is allowed, and worth a look; and what could not be checked, and why.
    pub notes: Vec<String>,
    /// How many of each kind of thing were checked.
    pub checked: BTreeMap<&'static str, usize>,
}

impl Report {
    /// Whether nothing is to be mended.
    pub fn is_good(&self) -> bool {
        self.faults.is_empty()
    }

    /// That of a component which this host does not load at all.
    pub fn unloadable(error: &LoadError) -> Self {
        let mut report = Report::default();
        let mend = match error {
            LoadError::Imports(_) => {
                "build it without the system's interfaces; only `diagnostics` may be \
                                      imported"
            }
            LoadError::OtherVersion(_) => "build it with the files of the contract in `wit/`",
            LoadError::NotAConnector(_) => "export the world `connector` as `wit/world.wit` says",
            LoadError::Descriptor(_) => "mend what `connection.describe` answers with",
            _ => "see the contract in `wit/`",
        };
        report.fault("the component", error.to_string(), mend);
        report
    }

    pub(crate) fn fault(
        &mut self,
        about: impl Into<String>,
        fault: impl Into<String>,
        mend: impl Into<String>,
    ) {
        let fault = Fault { about: about.into(), fault: fault.into(), mend: mend.into() };
        if !self.faults.contains(&fault) {
            self.faults.push(fault);
        }
    }

    pub(crate) fn note(&mut self, note: impl Into<String>) {
        let note = note.into();
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    pub(crate) fn count(&mut self, kind: &'static str, more: usize) {
        *self.checked.entry(kind).or_default() += more;
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}\n  mend: {}", self.about, self.fault, self.mend)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for fault in &self.faults {
            writeln!(f, "{fault}")?;
        }
        for note in &self.notes {
            writeln!(f, "note: {note}")?;
        }
        let checked: Vec<String> =
            self.checked.iter().map(|(kind, count)| format!("{count} {kind}")).collect();
        let faults = match self.faults.len() {
            0 => "no faults".to_owned(),
            1 => "1 fault".to_owned(),
            many => format!("{many} faults"),
        };
        write!(f, "{faults}; checked: {}", checked.join(", "))
    }
}
