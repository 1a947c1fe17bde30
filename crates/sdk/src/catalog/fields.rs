//! Fields of inputs, and their types.

/// A named value in an object.
#[derive(Debug)]
pub struct Field {
    pub name: &'static str,
    pub ty: &'static Type,
    /// Fields of outputs all share one, which says nothing: that keeps the tables small.
    pub metadata: &'static Metadata,
}

/// What a field of an input is besides its name and type.
#[derive(Debug)]
pub struct Metadata {
    pub label: Option<&'static Label>,
    /// JSON.
    pub default: Option<&'static str>,
    pub location: Location,
    pub required: bool,
}

/// What people read on a form. The same words serve every field that means the same.
#[derive(Debug)]
pub struct Label {
    pub title: &'static str,
    pub help: &'static str,
    /// Seldom needed.
    pub advanced: bool,
    /// Long text.
    pub multiline: bool,
    /// To be masked.
    pub secret: bool,
    /// Tells of a person, such as an e-mail address.
    pub personal: bool,
    /// A file, as a blob reference.
    pub file: bool,
}

/// Where a field of the input goes in the request.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Location {
    Path,
    Query(Style),
    /// A member of the body, or of an object within it.
    Body,
    /// The body itself.
    WholeBody,
}

/// How a list or an object is written in a query.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Style {
    /// `a=1&a=2`
    Repeat,
    /// `a=1,2`
    Comma,
    /// `a[b]=1&a[c][d]=2`
    Deep,
}

/// What a value may be.
#[derive(Debug)]
pub struct Type {
    pub kind: Kind,
    pub nullable: bool,
    /// How it tells a time, if it does.
    pub time: Option<Time>,
    /// What else it stands for, if that can be checked.
    pub meaning: Option<Meaning>,
    /// It, or something within it, is a text that tells a time and needs its zone.
    pub zoned: bool,
}

#[derive(Debug)]
pub enum Kind {
    Any,
    Boolean,
    /// `i64::MIN` and `i64::MAX` stand for no limit.
    Integer {
        min: i64,
        max: i64,
    },
    /// Infinities stand for no limit. `above` and `below`: the limit itself is ruled out.
    Number {
        min: f64,
        above: bool,
        max: f64,
        below: bool,
    },
    /// Lengths in characters; `u32::MAX` stands for no limit.
    Text {
        min: u32,
        max: u32,
        pattern: Option<&'static Pattern>,
    },
    Choice(&'static [&'static str]),
    /// One of a few whole numbers.
    Numbers(&'static [i64]),
    List {
        of: &'static Type,
        min: u32,
        max: u32,
    },
    Object {
        fields: &'static [Field],
        rest: Rest,
    },
    /// One of several. With a tag, the text under that name says which.
    Union {
        tag: Option<&'static str>,
        of: &'static [Variant],
    },
}

/// What an object may hold besides its fields.
#[derive(Debug)]
pub enum Rest {
    /// In input, nothing; in output, keys that the description does not know yet.
    Unknown,
    /// Anything, of this type, and at least so many members in all.
    Map(&'static Type, u32),
}

#[derive(Debug)]
pub struct Variant {
    /// The tag's value; a title where there is no tag.
    pub name: &'static str,
    pub ty: &'static Type,
}

/// A form that a text must have.
#[derive(Debug)]
pub struct Pattern {
    /// As the description gives it, an ECMAScript regular expression.
    pub source: &'static str,
    /// Completes "must be …".
    pub meaning: &'static str,
    pub matches: fn(&str) -> bool,
}

/// The ways in which a service tells a time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Time {
    /// RFC 3339, on the wire often without a zone: it is UTC.
    Rfc3339,
    /// `YYYY-MM-DD`
    Date,
    Seconds,
    Milliseconds,
    /// Seconds, as a text.
    SecondsText,
    /// Seconds or milliseconds: the size of the number tells.
    Magnitude,
}

/// What a text or a number stands for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Meaning {
    /// The address of a page or a file on the web: http or https.
    Link,
    /// An amount of money, as a number in a text.
    Decimal,
    /// The same, perhaps with the code of its currency behind it.
    Price,
    /// The code of a currency, three letters.
    Currency,
    IpAddress,
    /// Millionths of a unit of the account's currency.
    MicroCurrency,
}
