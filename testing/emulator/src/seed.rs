//! What an account holds at first.

use serde::{Deserialize, Serialize};

/// Who may see a board.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Privacy {
    /// Everyone.
    Public,
    /// Everyone with the link.
    Protected,
    /// The owner and collaborators; tokens need the secret scopes.
    Secret,
}

/// What an account holds at first.
#[derive(Clone, Debug)]
pub struct Seed {
    /// The account's name in addresses.
    pub username: String,
    /// The account's name for people.
    pub business_name: String,
    /// Views in a month; -1 is what Pinterest says before it has counted.
    pub monthly_views: i64,
    /// The boards in order of creation.
    pub boards: Vec<SeedBoard>,
}

/// A board that an account holds at first.
#[derive(Clone, Debug, Deserialize)]
pub struct SeedBoard {
    /// Its name, unique in the account.
    pub name: String,
    /// Who may see it.
    #[serde(default = "public")]
    pub privacy: Privacy,
    /// Its sections in order of creation.
    #[serde(default)]
    pub sections: Vec<String>,
    /// How many pins it holds. A third of them is spread over the sections.
    #[serde(default)]
    pub pins: usize,
}

impl SeedBoard {
    /// A public board without sections.
    pub fn new(name: impl Into<String>, pins: usize) -> SeedBoard {
        SeedBoard { name: name.into(), privacy: Privacy::Public, sections: Vec::new(), pins }
    }
}

fn public() -> Privacy {
    Privacy::Public
}

/// A small studio: boards made in an order that is not the order of their names,
/// one with sections, one secret, one empty, one with more pins than two pages.
impl Default for Seed {
    fn default() -> Seed {
        let sections = ["Hanging pots", "Propagation", "Low light"].map(str::to_owned).into();
        let boards = vec![
            SeedBoard { sections, ..SeedBoard::new("Plants for small rooms", 62) },
            SeedBoard::new("Autumn table", 9),
            SeedBoard::new("Workshop notes", 4),
            SeedBoard { privacy: Privacy::Secret, ..SeedBoard::new("Drafts for spring", 3) },
            SeedBoard::new("Botanical prints", 27),
            SeedBoard::new("Moss and stone", 0),
        ];
        Seed {
            username: "studiofern".to_owned(),
            business_name: "Studio Fern".to_owned(),
            monthly_views: -1,
            boards,
        }
    }
}

impl Seed {
    /// An account without boards.
    pub fn empty() -> Seed {
        Seed { boards: Vec::new(), ..Seed::default() }
    }
}
