//! What a request may look like, as data. `check` holds requests against it.

/// A named value in a query, a form or a JSON object.
pub struct Field {
    /// The key on the wire.
    pub name: &'static str,
    /// What the value must be.
    pub rule: Rule,
    /// Whether leaving it out is refused.
    pub required: bool,
    /// Whether JSON null is accepted.
    pub nullable: bool,
}

impl Field {
    /// The same field, which may also be null.
    pub const fn or_null(self) -> Field {
        Field { nullable: true, ..self }
    }
}

/// An optional field.
pub const fn may(name: &'static str, rule: Rule) -> Field {
    Field { name, rule, required: false, nullable: false }
}

/// A required field.
pub const fn must(name: &'static str, rule: Rule) -> Field {
    Field { name, rule, required: true, nullable: false }
}

/// What a value must be.
pub enum Rule {
    /// Decimal digits in a string.
    Id,
    /// A string of so many characters.
    Text(usize, usize),
    /// An http or https address of at most 2048 characters.
    Link,
    /// true or false.
    Flag,
    /// An integer between two bounds, both allowed.
    Whole(i64, i64),
    /// One of these strings.
    Choice(&'static [&'static str]),
    /// Base64 with padding, not empty.
    Base64,
    /// An array of so many values.
    List(&'static Rule, usize, usize),
    /// An object with these keys and no others.
    Object(&'static [Field]),
    /// An object whose named key chooses which other keys it has.
    Tagged(&'static str, &'static [(&'static str, &'static [Field])]),
}

/// Any text; the description sets no length.
pub const TEXT: Rule = Rule::Text(0, usize::MAX);

/// The ad account whose owner a call acts for.
pub const AD_ACCOUNT: Field = may("ad_account_id", Rule::Id);
/// Where a list goes on.
pub const BOOKMARK: Field = may("bookmark", TEXT);
/// How many items a page holds; 25 when left out.
pub const PAGE_SIZE: Field = may("page_size", Rule::Whole(1, 250));
/// Whether pins carry their numbers.
pub const PIN_METRICS: Field = may("pin_metrics", Rule::Flag);
/// Which kinds of pin a list holds; repeated, not comma-joined.
pub const CREATIVE_TYPES: Field = may("creative_types", Rule::List(&CREATIVE_TYPE, 1, usize::MAX));

const CREATIVE_TYPE: Rule = Rule::Choice(&[
    "REGULAR",
    "VIDEO",
    "SHOPPING",
    "CAROUSEL",
    "MAX_VIDEO",
    "SHOP_THE_PIN",
    "COLLECTION",
    "IDEA",
    "SHOWCASE",
    "QUIZ",
    "COLLAGE",
    "MAX_WIDTH_REGULAR_COLLECTION",
    "MAX_WIDTH_VIDEO_COLLECTION",
    "APP",
]);
