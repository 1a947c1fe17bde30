//! Lists of pins, all newest first.

use std::ops::RangeTo;

use serde::Deserialize;
use url::Url;

use crate::call::Call;
use crate::page::End;
use crate::reply::{Refusal, Reply};
use crate::seed::Privacy;
use crate::shape::{
    AD_ACCOUNT, BOOKMARK, CREATIVE_TYPES, Field, PAGE_SIZE, PIN_METRICS, Rule, TEXT, may,
};
use crate::world::{Id, Pin};

/// The query of `pins/list`.
pub const LIST: &[Field] = &[
    AD_ACCOUNT,
    BOOKMARK,
    PAGE_SIZE,
    PIN_METRICS,
    CREATIVE_TYPES,
    may("pin_filter", Rule::Choice(&["exclude_native", "exclude_repins", "has_been_promoted"])),
    may("include_protected_pins", Rule::Flag),
    may("pin_type", Rule::Choice(&["PRIVATE"])),
    may("domain", TEXT),
    may("domains", Rule::List(&TEXT, 1, 100)),
    may("include_product_tag_obj", Rule::Flag),
];
/// The filters of the lists of pins.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct ListQuery {
    creative_types: Option<Vec<String>>,
    pin_filter: Option<String>,
    pin_type: Option<String>,
    include_protected_pins: bool,
    domain: Option<String>,
    domains: Vec<String>,
}

/// Whether the answer carries numbers.
#[derive(Deserialize)]
pub struct Metrics {
    /// False when left out.
    #[serde(default)]
    pub pin_metrics: bool,
}

/// `pins/list`: newest first.
pub fn list(call: &mut Call) -> Result<Reply, Refusal> {
    let query: ListQuery = call.query()?;
    let keep = |pin: &Pin| {
        let Some(board) = call.world.boards.get(&pin.board) else {
            return false;
        };
        call.sees(board, &["boards:read_secret", "pins:read_secret"])
            && (board.privacy != Privacy::Protected || query.include_protected_pins)
            && (board.privacy == Privacy::Secret || query.pin_type.is_none())
            && query.keeps(pin)
    };
    newest_first(call, |before| call.world.pins.range(before).map(|(id, _)| id), keep)
}

/// A page of pins, newest first. `range` gives the ids below one, in order.
pub fn newest_first<'c, I>(
    call: &'c Call,
    range: impl FnOnce(RangeTo<Id>) -> I,
    keep: impl Fn(&Pin) -> bool,
) -> Result<Reply, Refusal>
where
    I: DoubleEndedIterator<Item = &'c Id>,
{
    let with_metrics = call.query::<Metrics>()?.pin_metrics;
    let page = call.page()?;
    let before = page.after.as_deref().map_or(Id(u64::MAX), Id::read);
    let pins = range(..before).rev().filter_map(|id| call.world.pins.get(id));
    let kept = pins.filter(|pin| keep(pin));
    Ok(page.reply(End::AtEmptyPage, kept.map(|pin| (pin.id, pin.view(call.world, with_metrics)))))
}

impl ListQuery {
    /// Whether a pin passes. Believed: a repin is a pin that was saved from another, and
    /// all others are native.
    pub fn keeps(&self, pin: &Pin) -> bool {
        let typed = |types: &Vec<String>| types.iter().any(|name| name == pin.creative_type());
        self.creative_types.as_ref().is_none_or(typed)
            && match self.pin_filter.as_deref() {
                Some("exclude_native") => pin.parent.is_some(),
                Some("exclude_repins") => pin.parent.is_none(),
                Some(_) => false,
                None => true,
            }
            && self.leads_to_domain(pin)
    }

    fn leads_to_domain(&self, pin: &Pin) -> bool {
        let mut domains = self.domain.iter().chain(&self.domains).peekable();
        if domains.peek().is_none() {
            return true;
        }
        let link = pin.words.link.as_deref().and_then(|link| Url::parse(link).ok());
        let host = link.as_ref().and_then(Url::host_str);
        domains.any(|domain| host == Some(domain))
    }
}
