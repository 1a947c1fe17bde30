//! How a stored connection stands, in words and as JSON.

use connector_auth::{CredentialStatus, Status, StoredConnection};
use serde_json::{Value, json};

/// One word for the status.
pub fn word(status: &Status) -> &'static str {
    match status {
        Status::Draft => "draft",
        Status::Authenticated => "authenticated",
        Status::Expiring { .. } => "expiring",
        Status::NeedsReconnect { .. } => "needs-reconnect",
    }
}

/// What a person should know about it, if anything.
pub fn note(status: &Status) -> Option<String> {
    match status {
        Status::Draft => Some("nobody has authorized it yet: connect it".into()),
        Status::Authenticated => None,
        Status::Expiring { until } => Some(format!("ends on {}: connect it again", day(*until))),
        Status::NeedsReconnect { why } => Some(format!("connect it again: {why}")),
    }
}

/// When a credential ends if nobody uses it.
pub fn end(held: &CredentialStatus) -> Option<String> {
    Some(match (held.renewable, held.refresh_expires_at, held.expires_at) {
        (true, Some(at), _) => format!(
            "The refresh token ends on {}, unless the connection is used before that",
            day(at)
        ),
        (true, None, _) => "The access token is renewed by itself".into(),
        (false, _, Some(at)) => format!("The access token ends on {}; connect again then", day(at)),
        (false, _, None) => return None,
    })
}

/// All that is known of it; times are RFC 3339.
pub fn json(entry: &StoredConnection) -> Value {
    let credential = |held: &CredentialStatus| {
        json!({
            "id": held.id,
            "scopes": held.scopes,
            "expires_at": held.expires_at.map(time),
            "refresh_expires_at": held.refresh_expires_at.map(time),
        })
    };
    json!({
        "name": entry.name,
        "connector": entry.connector,
        "environment": entry.environment,
        "status": word(&entry.status),
        "note": note(&entry.status),
        "account": entry.account.as_ref().map(|it| json!({"id": it.id, "name": it.name})),
        "client_id": entry.client_id,
        "settings": serde_json::from_str::<Value>(&entry.settings).unwrap_or_default(),
        "credentials": entry.credentials.iter().map(credential).collect::<Vec<_>>(),
    })
}

fn time(second: u64) -> String {
    let second = i64::try_from(second).unwrap_or(i64::MAX);
    jiff::Timestamp::from_second(second).map_or_else(|_| "?".into(), |time| time.to_string())
}

fn day(second: u64) -> String {
    time(second).chars().take(10).collect()
}
