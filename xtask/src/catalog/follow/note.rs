//! What is said of a change.

/// One change, as users and maintainers are told of it.
pub struct Note {
    /// One sentence for users.
    pub said: String,
    /// What a person must decide; nothing where the catalogue follows by itself.
    pub decide: Option<String>,
    /// Where the repository names what changed, as `file:line`.
    pub places: Vec<String>,
}

impl Note {
    /// A change that the catalogue follows by itself.
    pub fn followed(said: String) -> Self {
        Self { said, decide: None, places: Vec::new() }
    }

    /// A change that a person must decide about.
    pub fn open(said: String, decide: &str, places: Vec<String>) -> Self {
        Self { said, decide: Some(decide.to_owned()), places }
    }
}
