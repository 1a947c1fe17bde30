//! The built binary, as a person or a program uses it.

mod actionable;
mod bound;
mod commands;
mod connect;
mod connections;
mod demo;
mod emulator;
mod exit_codes;
mod files;
mod help;
mod hints;
mod packs;
mod poll;
mod records;
mod refusals;
mod request;
mod resume;
mod secrets;
mod set;
mod state;
mod support;
mod tables;
mod terminal;
mod video;
mod watch;
mod webhooks;
