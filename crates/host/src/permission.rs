//! What a caller may do with a connection, besides what the service granted.

/// The rights of a caller, to be narrowed where a program decides by itself. They hold for every
/// request that carries a credential, whatever the way in: see [`crate::rule::OPERATION`].
#[derive(Clone, Debug, Default)]
pub struct Permission {
    /// Only what needs no other scopes than these; None: no limit but what was granted.
    pub scopes: Option<Vec<String>>,
    /// Only what changes nothing at the service.
    pub read_only: bool,
    /// Nothing that takes something away or ends it.
    pub no_destructive: bool,
    /// Also requests that are none of the operations that the connector lists. What they do, nobody
    /// knows beforehand. None whose path a service may read as another one's.
    pub unlisted: bool,
}

impl Permission {
    /// Which of these scopes a caller may not use.
    pub fn lacking<'a>(&self, scopes: &'a [String]) -> Vec<&'a str> {
        let Some(allowed) = &self.scopes else { return Vec::new() };
        scopes.iter().filter(|scope| !allowed.contains(scope)).map(String::as_str).collect()
    }
}
