//! The built binary, as a person or a program uses it.

mod commands;
mod connect;
mod demo;
mod emulator;
mod files;
mod poll;
mod refusals;
mod request;
mod resume;
mod secrets;
mod support;
mod video;
mod watch;
