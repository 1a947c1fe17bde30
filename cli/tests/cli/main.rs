//! The built binary, as a person or a program uses it.

mod actionable;
mod bound;
mod commands;
mod connect;
mod connections;
mod demo;
mod emulator;
mod files;
mod poll;
mod records;
mod refusals;
mod request;
mod resume;
mod secrets;
mod state;
mod support;
mod terminal;
mod video;
mod watch;
mod webhooks;
