//! Finds numbers that were given in another unit than the field's.

use serde_json::Number;

use crate::catalog::Time;

/// The largest number that is read as seconds, in the year 5138. A larger one counts a smaller unit.
pub const LAST_SECOND: i64 = 99_999_999_999;

/// The least amount of micro-currency that can be meant: a hundredth of a unit. No bid and no budget
/// is smaller, in any currency.
const LEAST_MICRO: f64 = 10_000.0;

/// The micro-currency of one unit.
const UNIT: f64 = 1_000_000.0;

/// What is wrong with a time that is told by this number.
pub fn time_fault(time: Time, number: f64) -> Option<String> {
    let last = LAST_SECOND as f64 + 1.0;
    let (unit, factor, first, last) = match time {
        Time::Seconds | Time::SecondsText => ("seconds", 1.0, 0.0, last),
        // What looks like seconds, from 1973 on.
        Time::Milliseconds => ("milliseconds", 1e3, 1e11, last * 1e3),
        Time::Magnitude => ("seconds or milliseconds", 1e3, 0.0, last * 1e3),
        Time::Rfc3339 | Time::Date => return None,
    };
    let mut meant = number;
    if (1e8..first).contains(&number) {
        meant *= factor;
    }
    while meant >= last {
        meant /= 1e3;
    }
    let meant = meant.trunc();
    (meant != number.trunc()).then(|| format!("must be in {unit}: did you mean {meant}?"))
}

/// What is wrong with an amount of micro-currency.
pub fn micro_fault(number: &Number) -> Option<String> {
    let amount = number.as_f64()?;
    let is_too_small = amount > 0.0 && amount < LEAST_MICRO;
    if !is_too_small && (number.is_i64() || amount.fract() == 0.0) {
        return None;
    }
    let (units, meant) = (amount / UNIT, amount * UNIT);
    Some(format!("{amount} means {units} of the account's currency; did you mean {meant}?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_in_another_unit_is_told_in_the_right_one() {
        let seconds = |number| time_fault(Time::Seconds, number);
        for number in [0.0, 1.0, 1_795_338_000.0, 32_503_593_600.0] {
            assert_eq!(seconds(number), None);
        }
        for number in [1_795_338_000_123.0, 1_795_338_000_123_456.0, 1_795_338_000_123_456_789.0] {
            let fault = seconds(number).unwrap();
            assert_eq!(fault, "must be in seconds: did you mean 1795338000?");
        }
        let milliseconds = |number| time_fault(Time::Milliseconds, number);
        assert_eq!(milliseconds(1_795_338_000_123.0), None);
        for number in [1_795_338_000.0, 1_795_338_000_000_000.0] {
            let fault = milliseconds(number).unwrap();
            assert_eq!(fault, "must be in milliseconds: did you mean 1795338000000?");
        }
        assert_eq!(time_fault(Time::Magnitude, 1_795_338_000.0), None);
        assert_eq!(time_fault(Time::Magnitude, 1_795_338_000_000.0), None);
    }

    #[test]
    fn an_amount_that_cannot_be_meant_is_told_in_units() {
        for amount in [0, 10_000, 25_000_000] {
            assert_eq!(micro_fault(&Number::from(amount)), None);
        }
        let fault = micro_fault(&Number::from(50)).unwrap();
        assert_eq!(fault, "50 means 0.00005 of the account's currency; did you mean 50000000?");
    }
}
