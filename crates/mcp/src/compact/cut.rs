//! Less of what is much: of many counts the largest, of long lists the beginning.

use serde_json::{Map, Value};

/// Members of an object that counts things; of more only the largest are told.
const COUNTS: usize = 15;
pub const LARGEST: usize = 10;

/// The one text that all members of an object have, such as a state for each of many figures.
pub fn all_same(members: &Map<String, Value>) -> Option<Value> {
    let first = members.values().next().filter(|first| first.is_string() && members.len() > 2)?;
    members.values().all(|member| member == first).then(|| format!("{} (all)", plain(first)).into())
}

fn plain(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// Leaves the largest of many counts.
pub fn largest(members: &mut Map<String, Value>) {
    let count = |member: &Value| member.as_u64();
    if members.len() <= COUNTS || members.values().filter_map(count).count() + 2 < members.len() {
        return;
    }
    let mut counts: Vec<(u64, String)> =
        members.iter().filter_map(|(name, it)| Some((count(it)?, name.clone()))).collect();
    counts.sort_by(|one, other| other.cmp(one));
    let more = members.len() - LARGEST;
    let kept: Vec<String> = counts.into_iter().take(LARGEST).map(|(_, name)| name).collect();
    members.retain(|name, _| kept.contains(name));
    members.insert("…".into(), format!("{more} more, none larger; `full` shows them").into());
}

/// Shortens the lists within a thing until it fits.
pub fn cut(value: &mut Value, bytes: usize) {
    let size = value.to_string().len();
    if size <= bytes {
        return;
    }
    match value {
        Value::Array(items) => {
            let mut left = bytes;
            let fit = items.iter().take_while(|item| {
                let size = item.to_string().len();
                let fits = size <= left;
                left = left.saturating_sub(size);
                fits
            });
            let kept = fit.count().max(1);
            if kept < items.len() {
                let more = items.len() - kept;
                items.truncate(kept);
                items.push(format!("{more} more; `full` shows them").into());
            }
            items.iter_mut().for_each(|item| cut(item, bytes));
        }
        Value::Object(members) => {
            // What the other members take is not there for the largest one.
            let sizes: Vec<usize> = members.values().map(|it| it.to_string().len()).collect();
            let largest = sizes.iter().copied().max().unwrap_or_default();
            let others: usize = sizes.iter().sum::<usize>() - largest;
            let room = bytes.saturating_sub(others).max(bytes / 4);
            for (member, size) in members.values_mut().zip(sizes) {
                if size == largest {
                    cut(member, room);
                }
            }
        }
        _ => {}
    }
}
