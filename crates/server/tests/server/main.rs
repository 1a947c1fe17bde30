//! The server against the emulator, asked as anybody would ask it.

mod attacks;
mod connect;
mod hooks;
mod isolation;
mod limited;
mod lists;
mod quotas;
mod rights;
mod runs;
mod secrets;
mod several;
mod sql;
mod subscriptions;
mod support;
mod tools;
mod web;
