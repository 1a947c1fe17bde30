//! Serves a connector over the Model Context Protocol.
