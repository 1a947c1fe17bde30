-- Exactly one row: which key opens this vault.
CREATE TABLE vault (
  id TEXT NOT NULL,
  key_place TEXT NOT NULL,
  -- Sealed; opens under the right key only.
  proof BLOB NOT NULL
) STRICT;

CREATE TABLE connection (
  -- Random and for ever; locks and sealed secrets are bound to it.
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  connector TEXT NOT NULL,
  environment TEXT NOT NULL,
  -- JSON object.
  settings TEXT NOT NULL,
  -- Asked for; JSON list.
  scopes TEXT,
  client_id TEXT,
  -- Sealed.
  client_secret BLOB,
  account_id TEXT,
  account_name TEXT
) STRICT;

CREATE TABLE credential (
  connection TEXT NOT NULL REFERENCES connection ON DELETE CASCADE,
  id TEXT NOT NULL,
  -- Grows with each change of the tokens.
  version INTEGER NOT NULL,
  -- Sealed, as is the next one.
  access_token BLOB NOT NULL,
  refresh_token BLOB,
  by_app INTEGER NOT NULL,
  -- Granted; JSON list.
  scopes TEXT,
  -- Times are seconds since 1970-01-01 UTC.
  stored_at INTEGER NOT NULL,
  expires_at INTEGER,
  refresh_expires_at INTEGER,
  -- A refresh was begun then, and what came of it is not known.
  refreshing_since INTEGER,
  -- Why the service does not renew these tokens any more.
  refused TEXT,
  PRIMARY KEY (connection, id)
) STRICT, WITHOUT ROWID;
