//! Whether a component and the native code are of the same sources.

use std::path::{Path, PathBuf};
use std::time::SystemTime;
use std::{fs, io};

use anyhow::{Context, bail};
use connector_host::Connector;
use pinterest_connector::Connector as Native;
use pinterest_connector::contract::{actions, connection, operations, triggers, webhooks};
use serde::Serialize;
use serde_json::Value;

/// Fails when a file of those that cargo notes beside what it builds is newer than that.
pub fn is_up_to_date(built: &Path) -> anyhow::Result<()> {
    let date = changed(built).with_context(|| format!("{} cannot be read", built.display()))?;
    let Ok(notes) = fs::read_to_string(built.with_extension("d")) else {
        // It is not where cargo put it. What it says about itself is compared all the same.
        return Ok(());
    };
    for source in sources(&notes) {
        if changed(&source).map_or(true, |changed| changed > date) {
            let (built, source) = (built.display(), source.display());
            bail!("{built} is older than {source}: build it again (`make component build`)");
        }
    }
    Ok(())
}

/// When a file, or a folder with all that is in it, was changed last.
fn changed(path: &Path) -> io::Result<SystemTime> {
    let file = fs::metadata(path)?;
    let mut last = file.modified()?;
    if file.is_dir() {
        for inside in fs::read_dir(path)? {
            last = last.max(changed(&inside?.path())?);
        }
    }
    Ok(last)
}

/// `built: source source`, with a backslash before blanks in names.
fn sources(notes: &str) -> Vec<PathBuf> {
    let line = notes.lines().next().unwrap_or_default();
    let sources = line.split_once(": ").map_or("", |(_, sources)| sources);
    let sources = sources.replace("\\ ", "\0");
    sources.split_whitespace().map(|source| source.replace('\0', " ").into()).collect()
}

/// Fails when the component says anything about itself that the native code does not say.
pub fn describes_itself_alike(component: &Connector) -> anyhow::Result<()> {
    let mut guest = component.instantiate()?;
    alike("its description", component.descriptor(), <Native as connection::Guest>::describe())?;
    alike("its actions", guest.actions()?, <Native as actions::Guest>::list_actions())?;
    alike("its triggers", guest.triggers()?, <Native as triggers::Guest>::list_triggers())?;
    alike("its webhooks", guest.webhooks()?, <Native as webhooks::Guest>::list_webhooks())?;
    let native = (<Native as operations::Guest>::bases(), <Native as operations::Guest>::all());
    alike("what it lists as operations", guest.operations()?, Some(native))?;
    for id in guest.actions()?.into_iter().map(|it| it.id) {
        let native = <Native as actions::Guest>::describe(id.clone());
        alike(&id, guest.action(&id)?, native.map_err(|error| anyhow::anyhow!(error.message))?)?;
    }
    for id in guest.triggers()?.into_iter().map(|it| it.id) {
        let native = <Native as triggers::Guest>::describe(id.clone());
        alike(&id, guest.trigger(&id)?, native.map_err(|error| anyhow::anyhow!(error.message))?)?;
    }
    Ok(())
}

fn alike(what: &str, guest: impl Serialize, native: impl Serialize) -> anyhow::Result<()> {
    match difference(&serde_json::to_value(native)?, &serde_json::to_value(guest)?) {
        None => Ok(()),
        Some(place) => bail!(
            "the component is not of the code that this program was built of: {what} differs at \
             `{place}`; build both again (`make component build`)"
        ),
    }
}

/// The first place where two values differ, as a JSON pointer without the indexes.
pub fn difference(one: &Value, other: &Value) -> Option<String> {
    match (one, other) {
        (Value::Object(one), Value::Object(other)) if one.keys().eq(other.keys()) => {
            let mut members = one.iter().zip(other.values());
            members
                .find_map(|((key, one), other)| Some(format!("/{key}{}", difference(one, other)?)))
        }
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => {
            let mut items = one.iter().zip(other);
            items.find_map(|(one, other)| Some(format!("/-{}", difference(one, other)?)))
        }
        _ => (one != other).then(String::new),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_older_than_its_sources_is_refused() {
        let folder = std::env::temp_dir().join(format!("fuzz {}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let (built, source) = (folder.join("a.wasm"), folder.join("a.rs"));
        fs::write(&built, "").unwrap();
        fs::write(&source, "").unwrap();
        let escaped = |path: &Path| path.display().to_string().replace(' ', "\\ ");
        let notes = format!("{}: {}\n", escaped(&built), escaped(&source));
        fs::write(built.with_extension("d"), notes).unwrap();
        let date = |time| fs::File::options().write(true).open(&source).unwrap().set_modified(time);
        let now = SystemTime::now();
        date(now - Duration::from_secs(60)).unwrap();
        let fresh = is_up_to_date(&built);
        date(now + Duration::from_secs(60)).unwrap();
        let old = is_up_to_date(&built);
        fs::remove_dir_all(&folder).unwrap();
        assert!(fresh.is_ok(), "{fresh:?}");
        assert!(old.unwrap_err().to_string().contains("is older than"));
    }

    #[test]
    fn the_place_of_a_difference_is_told() {
        let (one, other) = (json!({"a": [{"b": 1}], "c": 2}), json!({"a": [{"b": 2}], "c": 2}));
        assert_eq!(difference(&one, &other).as_deref(), Some("/a/-/b"));
        assert_eq!(difference(&one, &json!([])).as_deref(), Some(""));
        assert_eq!(difference(&one, &one), None);
    }
}
