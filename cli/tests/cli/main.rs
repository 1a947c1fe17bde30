//! The built binary, as a person or a program uses it.

mod commands;
mod connect;
mod demo;
mod emulator;
mod files;
mod poll;
mod records;
mod refusals;
mod request;
mod secrets;
mod support;
