//! Fields of inputs, and their types.

/// A named value in an object.
#[derive(Debug)]
pub struct Field {
    /// The name, as in JSON.
    pub name: &'static str,
    /// What its value may be.
    pub ty: &'static Type,
    /// Where it goes and what a form shows. All fields of outputs share one that is empty, to keep the
    /// tables small.
    pub metadata: &'static Metadata,
}

/// What else is known of a field of an input.
#[derive(Debug)]
pub struct Metadata {
    /// What people read on a form; absent, its title is made of the name.
    pub label: Option<&'static Label>,
    /// The value that a form begins with, as JSON.
    pub default: Option<&'static str>,
    /// Where its value goes in the request.
    pub location: Location,
    /// Whether it must be filled in.
    pub required: bool,
}

/// What people read on a form. The same words serve every field that means the same.
#[derive(Debug)]
pub struct Label {
    /// The field's name, for people.
    pub title: &'static str,
    /// What to fill in.
    pub help: &'static str,
    /// Whether it is seldom needed.
    pub advanced: bool,
    /// Whether its text may be long.
    pub multiline: bool,
    /// Whether its value is to be masked.
    pub secret: bool,
    /// Whether its value is about a person, such as an e-mail address.
    pub personal: bool,
    /// Whether its value is a file, as a blob reference.
    pub file: bool,
}

/// Where a field of the input goes in the request.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Location {
    /// A part of the path.
    Path,
    /// A field of the query.
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
    /// `a[b]=1&a[c][d]=2`, and lists as with `Repeat`.
    Deep,
    /// The same, and lists as `a[0]=1&a[1]=2`.
    Indexed,
}

/// What a value may be.
#[derive(Debug)]
pub struct Type {
    /// The kind of JSON value, with its limits.
    pub kind: Kind,
    /// Whether `null` is a value of it as well.
    pub nullable: bool,
    /// The notation of the time that it is, if it is one.
    pub time: Option<Time>,
    /// What else it stands for, if that can be checked.
    pub meaning: Option<Meaning>,
    /// Whether it is, or contains, a text that is a time, to which a missing zone is added.
    pub zoned: bool,
}

/// The kinds of JSON values, with their limits. Limits are included, and hold for inputs only.
#[derive(Debug)]
pub enum Kind {
    /// Any JSON value.
    Any,
    /// `true` or `false`.
    Boolean,
    /// `i64::MIN` and `i64::MAX` stand for no limit.
    Integer {
        /// The least.
        min: i64,
        /// The largest.
        max: i64,
    },
    /// Infinities stand for no limit.
    Number {
        /// The least.
        min: f64,
        /// Whether the least itself is excluded.
        above: bool,
        /// The largest.
        max: f64,
        /// Whether the largest itself is excluded.
        below: bool,
    },
    /// Lengths in characters; `u32::MAX` stands for no limit.
    Text {
        /// The least number of characters.
        min: u32,
        /// The largest number of characters.
        max: u32,
        /// The form that it must have.
        pattern: Option<&'static Pattern>,
    },
    /// One of these texts.
    Choice(&'static [&'static str]),
    /// One of a few whole numbers.
    Numbers(&'static [i64]),
    /// A list. `u32::MAX` stands for no limit.
    List {
        /// What its items may be.
        of: &'static Type,
        /// The least number of items.
        min: u32,
        /// The largest number of items.
        max: u32,
    },
    /// An object.
    Object {
        /// The members that are known, in the order to show them.
        fields: &'static [Field],
        /// What other members it may have.
        rest: Rest,
    },
    /// One of several. With a tag, the text under that name says which.
    Union {
        /// The name of the member that says which.
        tag: Option<&'static str>,
        /// The alternatives.
        of: &'static [Variant],
    },
}

/// What an object may hold besides its fields.
#[derive(Debug)]
pub enum Rest {
    /// In inputs, none; in outputs, members that the description does not know yet.
    Unknown,
    /// Members with any name, of this type; the number is the least number of members in all.
    Map(&'static Type, u32),
}

/// One alternative of a union.
#[derive(Debug)]
pub struct Variant {
    /// The tag's value; a title where there is no tag.
    pub name: &'static str,
    /// What its value may be.
    pub ty: &'static Type,
}

/// A form that a text must have.
#[derive(Debug)]
pub struct Pattern {
    /// As the description gives it, an ECMAScript regular expression.
    pub source: &'static str,
    /// Completes "must be …".
    pub meaning: &'static str,
    /// Whether a text has this form.
    pub matches: fn(&str) -> bool,
}

/// The notations that services use for times.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Time {
    /// RFC 3339; services often leave out the zone, which is UTC.
    Rfc3339,
    /// `YYYY-MM-DD`
    Date,
    /// Seconds since 1970, as a number.
    Seconds,
    /// Milliseconds since 1970, as a number.
    Milliseconds,
    /// Seconds since 1970, as a text.
    SecondsText,
    /// Seconds or milliseconds since 1970: the size of the number tells which.
    Magnitude,
}

/// What a text or a number stands for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Meaning {
    /// The address of a page or a file on the web: http or https.
    Link,
    /// An amount of money, as a number in a text.
    Decimal,
    /// An amount as above, perhaps followed by the code of its currency.
    Price,
    /// The code of a currency, three letters.
    Currency,
    /// An IPv4 or IPv6 address.
    IpAddress,
    /// Millionths of a unit of the account's currency.
    MicroCurrency,
}
