//! The shape of the compiled catalogue: tables that live in the component's data segment, so that
//! nothing is parsed or built when it is instantiated.

use crate::contract::{Effect, Method};

/// One action: most are exactly one operation of the API.
#[derive(Debug)]
pub struct Action {
    /// `resource.verb`.
    pub id: &'static str,
    /// Pinterest's own name of the operation that it is, if it is one.
    pub operation_id: Option<&'static str>,
    pub title: &'static str,
    /// One sentence.
    pub summary: &'static str,
    pub group: &'static str,
    pub method: Method,
    /// Below the base URL, with `{name}` for path fields.
    pub path: &'static str,
    pub effect: Effect,
    /// Takes something away or ends it.
    pub destructive: bool,
    /// All of them are needed.
    pub scopes: &'static [&'static str],
    /// Whether a conversion token does as well, instead of the access token.
    pub conversion_token: bool,
    /// The name of the rate limit it counts against.
    pub quota: Option<&'static str>,
    /// `beta`, `deprecated`, `no-sandbox`.
    pub notes: &'static [&'static str],
    /// The input, in the order to show it.
    pub input: &'static [Field],
    /// What it answers with; for lists, one item.
    pub output: &'static Type,
    pub listing: Listing,
    /// How a success tells of inputs that failed.
    pub partial: Option<Partial>,
    /// The list in the input whose items are read one by one: one that is wrong fails alone.
    pub each: Option<&'static str>,
    /// What runs it, when it is composed of several operations.
    pub flow: Option<crate::flow::Run>,
    /// Inputs that work, as (title, JSON).
    pub examples: &'static [(&'static str, &'static str)],
}

/// How an answer holds more than one item.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Listing {
    /// It is one thing.
    Single,
    /// `{"items": […], "bookmark": …}`, page by page.
    Bookmark {
        /// The query field that sets the page size, and the largest size.
        size: Option<(&'static str, u32)>,
    },
    /// `{"items": […]}`, all at once, under this name.
    Items(&'static str),
    /// `[…]`
    Array,
    /// As a flow emits it.
    Emitted,
}

/// How a success tells of inputs that failed.
#[derive(Debug, Clone, Copy)]
pub enum Partial {
    /// A list in the order of the input, under the name `items` or by itself; in each item, this
    /// JSON pointer leads to its error. `several`: an error may speak of several inputs.
    Each { items: &'static str, error: &'static str, several: bool },
    /// Successes and errors in a list each. An error is about its `data`, or about itself.
    Matched { errors: &'static str },
    /// This JSON pointer leads to why all of it failed.
    Whole { error: &'static str },
}

/// A named value in an object.
#[derive(Debug)]
pub struct Field {
    pub name: &'static str,
    pub ty: &'static Type,
    /// Fields of outputs all share one, which says nothing: that keeps the tables small.
    pub about: &'static About,
}

/// What a field of an input is besides its name and type.
#[derive(Debug)]
pub struct About {
    pub words: Option<&'static Words>,
    /// JSON.
    pub default: Option<&'static str>,
    pub place: Place,
    pub required: bool,
}

/// What people read on a form. The same words serve every field that means the same.
#[derive(Debug)]
pub struct Words {
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
pub enum Place {
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

/// The ways in which Pinterest tells a time.
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

/// Where the choices for a field come from.
#[derive(Debug)]
pub struct Source {
    /// The names of the fields that it serves.
    pub fields: &'static [&'static str],
    /// The id of the list action that answers.
    pub action: &'static str,
    /// The name means this only where it is part of the path.
    pub path_only: bool,
    /// A JSON pointer into an item; `*` where the item's members are the choices.
    pub value: &'static str,
    /// JSON pointers into an item.
    pub title: &'static [&'static str],
    /// Fields that must be filled in first; they are given to the action under these names.
    pub needs: &'static [&'static str],
    /// Fields that narrow the list when they are filled in.
    pub may: &'static [&'static str],
    /// What else is given to the action, as names and JSON.
    pub fixed: &'static [(&'static str, &'static str)],
}

/// One kind of thing that Pinterest keeps, or figures about one.
#[derive(Debug)]
pub struct Resource {
    pub id: &'static str,
    pub title: &'static str,
    pub key: &'static [&'static str],
    pub parents: &'static [&'static str],
    pub analytic: bool,
    pub incremental: Option<&'static str>,
    /// The input of the list that takes a value of that field.
    pub since: Option<&'static str>,
    /// Ids of actions.
    pub list: Option<&'static str>,
    pub get: Option<&'static str>,
    pub create: Option<&'static str>,
    pub update: Option<&'static str>,
    pub delete: Option<&'static str>,
}

/// What an error of the API means. The first rule that fits an answer is used.
#[derive(Debug)]
pub struct ErrorRule {
    /// From and to.
    pub status: Option<(u16, u16)>,
    pub code: Option<i64>,
    /// One of these is in what Pinterest says, in any case; empty: whatever it says.
    pub says: &'static [&'static str],
    /// Pinterest says how long to wait.
    pub waits: bool,
    pub kind: crate::contract::ErrorKind,
    /// The error's stable code.
    pub word: &'static str,
    pub advice: Option<&'static str>,
}

/// Something to watch for: the new items of a list.
#[derive(Debug)]
pub struct Trigger {
    /// `resource.event`.
    pub id: &'static str,
    pub title: &'static str,
    pub summary: &'static str,
    pub group: &'static str,
    /// The list that it reads.
    pub action: &'static Action,
    /// The fields of the action that a person fills in, and the trigger's own.
    pub config: &'static [Field],
    /// JSON pointers into an item: what tells items apart, and when it came to be. Without a key it
    /// is the whole item.
    pub key: &'static [&'static str],
    pub time: Option<&'static str>,
    /// JSON pointers to what makes an item an event again when it changes.
    pub changed: &'static [&'static str],
    /// Only items count that have one of these texts here.
    pub when: Option<(&'static str, &'static [&'static str])>,
    /// Whether the first poll tells what is there, unless the configuration says otherwise.
    pub existing: bool,
    /// What polls it, where it is more than one list; what subscribes to a webhook.
    pub flow: Option<crate::flow::Run>,
    /// An event, as JSON.
    pub sample: &'static str,
}
