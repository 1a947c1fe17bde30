-- What webhooks gave to their subscribers, who end it with that.
CREATE TABLE subscription (
  id TEXT PRIMARY KEY,
  -- Whose it is: a connection's id, or another word.
  owner TEXT NOT NULL,
  webhook TEXT NOT NULL,
  -- JSON object without secrets, to tell one from another.
  config TEXT NOT NULL,
  -- Seconds since 1970-01-01 UTC.
  made_at INTEGER NOT NULL,
  -- Sealed.
  content BLOB NOT NULL
) STRICT;
