//! A call that has passed every uniform check, as its handler sees it.

use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::auth::{Auth, Grant};
use crate::clock::Moment;
use crate::options::Options;
use crate::page::{Asked, Page};
use crate::pictures::Pictures;
use crate::reply::Refusal;
use crate::seed::Privacy;
use crate::things::fake::noise;
use crate::world::{Board, Id, Pin, World};

/// A call that has passed every uniform check.
pub struct Call<'s> {
    /// The account.
    pub world: &'s mut World,
    /// Apps and tokens.
    pub auth: &'s mut Auth,
    /// Where uploaded pictures are kept, if they are.
    pub pictures: Option<&'s mut Pictures>,
    /// How the emulator was started.
    pub options: &'s Options,
    /// Who calls.
    pub grant: Arc<Grant>,
    /// When.
    pub now: Moment,
    /// The origin of the storage's addresses.
    pub storage: &'static str,
    /// The path as called, which is part of a list's name.
    pub path: String,
    /// The ids in the path, by name.
    pub ids: Vec<(String, String)>,
    /// The query, typed by its fields.
    pub query: Value,
    /// The body, which fits its shape; null without one.
    pub body: Value,
}

impl Call<'_> {
    /// The id in the path with this name.
    pub fn id(&self, name: &str) -> Id {
        let found = self.ids.iter().find(|(found, _)| found == name);
        found.map_or(Id(0), |(_, digits)| Id::read(digits))
    }

    /// The text in the path with this name.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.ids.iter().find(|(found, _)| found == name).map(|(_, text)| &**text)
    }

    /// The path of a collection in this call, by the template of its path.
    pub fn path_of(&self, template: &str) -> String {
        let mut path = template.to_owned();
        for (name, value) in &self.ids {
            path = path.replace(&format!("{{{name}}}"), value);
        }
        path
    }

    /// Tells one answer of an operation from another.
    pub fn seed(&self) -> u64 {
        noise(&(&self.path, self.query.to_string(), self.body.to_string()))
    }

    /// The query as a type.
    pub fn query<T: DeserializeOwned>(&self) -> Result<T, Refusal> {
        read(&self.query)
    }

    /// The body as a type.
    pub fn body<T: DeserializeOwned>(&self) -> Result<T, Refusal> {
        read(&self.body)
    }

    /// The page asked for. The list is named by the path and every query value
    /// that is not about paging.
    pub fn page(&self) -> Result<Page, Refusal> {
        let mut filters = self.query.clone();
        if let Some(filters) = filters.as_object_mut() {
            filters.retain(|key, _| !["bookmark", "page_size", "limit"].contains(&&**key));
        }
        let asked: Asked = self.query()?;
        let list = format!("{}?{filters}", self.path);
        Page::open(asked, &list, self.options.page_cap, self.options.largest_page)
    }

    /// Whether the caller may deal with a board. A secret one needs these scopes.
    pub fn sees(&self, board: &Board, secret_scopes: &[&str]) -> bool {
        board.privacy != Privacy::Secret || self.grant.has(secret_scopes)
    }

    /// A board that the caller may read.
    pub fn board(&self, id: Id) -> Result<&Board, Refusal> {
        self.readable_board(id, &["boards:read_secret"])
    }

    /// A board whose pins the caller may read.
    pub fn board_of_pins(&self, id: Id) -> Result<&Board, Refusal> {
        self.readable_board(id, &["boards:read_secret", "pins:read_secret"])
    }

    /// A board that the caller may change. Believed: a secret board needs the
    /// secret scope for writing, as its name says; no operation declares it.
    pub fn writable_board(&self, id: Id) -> Result<&Board, Refusal> {
        self.permitted(self.board(id)?, &["boards:write_secret"])
    }

    /// A board whose pins the caller may change. Believed, as above.
    pub fn writable_board_of_pins(&self, id: Id) -> Result<&Board, Refusal> {
        self.permitted(self.board_of_pins(id)?, &["boards:write_secret", "pins:write_secret"])
    }

    /// A pin that the caller may read.
    pub fn pin(&self, id: Id) -> Result<&Pin, Refusal> {
        let pin = self.world.pins.get(&id).ok_or_else(Refusal::pin_not_found)?;
        self.board_of_pins(pin.board).map_err(|_| Refusal::pin_not_found())?;
        Ok(pin)
    }

    fn readable_board(&self, id: Id, secret_scopes: &[&str]) -> Result<&Board, Refusal> {
        let board = self.world.boards.get(&id);
        board.filter(|board| self.sees(board, secret_scopes)).ok_or_else(Refusal::board_not_found)
    }

    fn permitted<'b>(
        &self,
        board: &'b Board,
        secret_scopes: &[&str],
    ) -> Result<&'b Board, Refusal> {
        match self.sees(board, secret_scopes) {
            true => Ok(board),
            false => Err(Refusal::missing_scope()),
        }
    }

    /// A section of a board.
    pub fn section(&self, board: Id, section: Id) -> Result<Id, Refusal> {
        match self.board(board)?.sections.contains_key(&section) {
            true => Ok(section),
            false => Err(Refusal::section_not_found()),
        }
    }
}

/// Reads a key that is there, so that null differs from a missing key.
pub fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    value: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(value).map(Some)
}

fn read<T: DeserializeOwned>(value: &Value) -> Result<T, Refusal> {
    T::deserialize(value).map_err(|error| Refusal::invalid(error.to_string()))
}
