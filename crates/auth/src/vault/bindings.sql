-- What the connection is bound to: its connector, and the places that this declared; sealed. Of a
-- connection that was made before there is none, so a person is asked before it is used again.
ALTER TABLE connection ADD COLUMN binding BLOB;
