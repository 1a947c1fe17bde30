//! Figures of what people see and click: made up, and the same for the same thing on the same day,
//! so that days add up to their week and ads to their campaign.
//!
//! Everything is a share of the impressions of a day. A rate is a quotient of sums.

use crate::things::fake::noise;
use jiff::civil::{Date, Weekday};
use serde_json::{Number, Value};

/// How many there are in a thousand impressions, by the first of these words in the name of a
/// figure. No two of them that lead to each other add up to more than what they are shares of.
const SHARES: &[(&str, f64)] = &[
    ("SPEND", 4_200_000.0),
    ("WATCH_TIME", 900_000.0),
    ("ADD_TO_CART", 2.2),
    ("WISHLIST", 0.4),
    ("CHECKOUT", 1.1),
    ("SIGNUP", 0.7),
    ("LEAD", 0.6),
    ("PAGE_VISIT", 8.0),
    ("WEB_SESSIONS", 9.0),
    ("CONVERSION", 2.0),
    ("INSTALL", 0.3),
    ("IMPRESSION_USER", 640.0),
    ("IMPRESSION", 1000.0),
    ("P0_", 300.0),
    ("P25", 210.0),
    ("P50", 150.0),
    ("P75", 110.0),
    ("P95", 80.0),
    ("95_PERCENT", 80.0),
    ("P100", 60.0),
    ("MRC_VIEW", 220.0),
    ("3SEC", 180.0),
    ("10S", 120.0),
    ("15SEC", 90.0),
    ("VIDEO", 300.0),
    ("OUTBOUND", 11.0),
    ("CLICK", 30.0),
    ("SAVE", 14.0),
    ("REPIN", 14.0),
    ("ENGAGEMENT", 75.0),
    ("COMMENT", 0.6),
    ("REACTION", 3.5),
    ("FOLLOW", 0.9),
    ("PROFILE", 2.8),
];
/// The share of what no word tells.
const OTHER: (&str, f64) = ("", 1.5);
/// What a conversion is worth, in micro-dollars.
const WORTH: f64 = 38_000_000.0;
/// In a million.
const MICRO: f64 = 1_000_000.0;

/// What has figures of its own: a Pin or an ad.
#[derive(Clone)]
pub struct Leaf {
    /// Tells its figures from those of others.
    pub key: String,
    /// Its first day; there was nothing to see before.
    pub since: Date,
}

/// One of so many equal parts of every figure: an hour of a day, an app of all apps.
#[derive(Clone, Copy)]
pub struct Part {
    /// From 0 on.
    pub index: u64,
    /// How many there are.
    pub of: u64,
}

/// All of it.
pub const WHOLE: Part = Part { index: 0, of: 1 };

/// The things and days that a figure sums up.
#[derive(Clone, Copy)]
pub struct Sum<'l> {
    /// The things.
    pub leaves: &'l [Leaf],
    /// The days.
    pub days: &'l [Date],
    /// Which part of them.
    pub part: Part,
}

impl Sum<'_> {
    /// A figure by its name: `PIN_CLICK`, `SPEND_IN_DOLLAR`, `SAVE_RATE`.
    pub fn figure(&self, name: &str) -> Value {
        let in_dollars = !name.contains("MICRO_DOLLAR");
        let money = |micro: f64| if in_dollars { micro / MICRO } else { micro };
        let has = |word: &str| name.contains(word);
        let without = |words: &[&str]| {
            words.iter().fold(name.to_owned(), |name, word| name.replace(word, ""))
        };
        let per = |amount: f64, count: f64| if count > 0.0 { amount / count } else { 0.0 };
        let spend = || self.total("SPEND");
        match () {
            () if has("VALUE_IN_MICRO") => whole(self.total(name) * WORTH),
            () if has("COST_PER") => {
                let of = without(&["COST_PER_", "ACTION", "_IN_DOLLAR"]);
                number(per(spend() / MICRO, self.total(&of)))
            }
            () if has("ROAS") => number(per(self.total(name) * WORTH, spend())),
            () if has("CPC") => number(money(per(spend(), self.total("CLICK")))),
            () if has("CPM") => number(money(per(spend() * 1000.0, self.total("IMPRESSION")))),
            () if has("ECPE") => number(money(per(spend(), self.total("ENGAGEMENT")))),
            () if has("ECPV") || has("ECPCV") => number(money(per(spend(), self.total("VIDEO")))),
            () if has("CTR") => {
                let of = if has("OUTBOUND") { "OUTBOUND" } else { "CLICK" };
                number(per(self.total(of), self.total("IMPRESSION")))
            }
            () if has("RATE") => number(per(self.total(name), self.total("IMPRESSION"))),
            () if has("FREQUENCY") => {
                number(per(self.total("IMPRESSION"), self.total("IMPRESSION_USER")))
            }
            () if has("AVG") || has("AVERAGE") || has("LENGTH") => {
                number(4.0 + (noise(&name) % 60) as f64 / 10.0)
            }
            () if has("SPEND") && in_dollars => number(spend() / MICRO),
            () => whole(self.total(name)),
        }
    }

    fn total(&self, name: &str) -> f64 {
        let on = |leaf| self.days.iter().map(move |day| count(leaf, *day, name, self.part));
        self.leaves.iter().flat_map(on).sum::<u64>() as f64
    }
}

/// A figure of a thing on a day. Names that end in 1 are of what was paid for, those in 2 of what
/// was earned by it; together they are the whole.
fn count(leaf: &Leaf, day: Date, name: &str, part: Part) -> u64 {
    if day < leaf.since {
        return 0;
    }
    let (word, share) =
        SHARES.iter().find(|(word, _)| name.contains(word)).copied().unwrap_or(OTHER);
    let day_key = (&leaf.key, day.to_string());
    let usual = 120 + noise(&leaf.key) % 1400;
    let weekend = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
    let mood = 700 + noise(&day_key) % 600 + if weekend { 250 } else { 0 };
    let impressions = usual * mood / 1000;
    let steady = word == "IMPRESSION" || word == "IMPRESSION_USER";
    let chance = if steady { 1000 } else { 800 + noise(&(&day_key, word)) % 400 };
    let all = (impressions as f64 * share * chance as f64 / MICRO) as u64;
    let paid = all * 4 / 5;
    let counted = match name.as_bytes() {
        [.., b'_', b'1'] => paid,
        [.., b'_', b'2'] => all - paid,
        _ => all,
    };
    counted * (part.index + 1) / part.of - counted * part.index / part.of
}

fn whole(value: f64) -> Value {
    (value as i64).into()
}

/// Rounded to what is looked at.
fn number(value: f64) -> Value {
    let rounded = (value * MICRO).round() / MICRO;
    Number::from_f64(rounded).map_or(Value::Null, Value::Number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(count: i8) -> Vec<Date> {
        (1..=count).map(|day| Date::constant(2026, 6, day)).collect()
    }

    fn leaves() -> Vec<Leaf> {
        let since = Date::constant(2026, 6, 2);
        ["813", "814", "815"].map(|key| Leaf { key: key.into(), since }).into()
    }

    fn figure(leaves: &[Leaf], days: &[Date], name: &str) -> f64 {
        Sum { leaves, days, part: WHOLE }.figure(name).as_f64().unwrap()
    }

    #[test]
    fn days_and_things_and_parts_add_up() {
        let (days, leaves) = (days(28), leaves());
        for name in ["IMPRESSION", "PIN_CLICK", "SAVE", "SPEND_IN_MICRO_DOLLAR", "TOTAL_CHECKOUT"] {
            let total = figure(&leaves, &days, name);
            assert!(total > 0.0, "{name}");
            let by_day: f64 = days.iter().map(|day| figure(&leaves, &[*day], name)).sum();
            let by_thing: f64 =
                leaves.iter().map(|leaf| figure(std::slice::from_ref(leaf), &days, name)).sum();
            let part = |index| Sum { leaves: &leaves, days: &days, part: Part { index, of: 24 } };
            let by_hour: f64 = (0..24).map(|hour| part(hour).figure(name).as_f64().unwrap()).sum();
            assert_eq!([by_day, by_thing, by_hour], [total; 3], "{name}");
        }
        assert_eq!(figure(&leaves, &days[..1], "IMPRESSION"), 0.0);
    }

    #[test]
    fn less_comes_of_more() {
        let leaves = leaves();
        for day in &days(28)[1..] {
            let of = |name: &str| figure(&leaves, &[*day], name);
            let [seen, engaged, clicked] = ["IMPRESSION", "ENGAGEMENT", "PIN_CLICK"].map(of);
            let [left, bought] = ["OUTBOUND_CLICK", "TOTAL_CHECKOUT"].map(of);
            assert!(seen > engaged && engaged > clicked && clicked > left && left > bought);
            assert!(engaged >= clicked + of("SAVE") + left);
            assert_eq!(of("IMPRESSION_1") + of("IMPRESSION_2"), of("TOTAL_IMPRESSION"));
            assert!((of("PIN_CLICK_RATE") - clicked / seen).abs() < 1e-6);
            assert!(
                (of("CPC_IN_MICRO_DOLLAR") - of("SPEND_IN_MICRO_DOLLAR") / clicked).abs() < 1e-6
            );
            assert!((of("CTR") - clicked / seen).abs() < 1e-6);
        }
    }
}
