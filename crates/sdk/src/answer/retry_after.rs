//! How long a header asks to wait.

/// Milliseconds that a header asks for: seconds, or a date (RFC 9110) or a moment in seconds since 1970,
/// which count from the answer's own `date`.
pub fn asked(value: &str, date: Option<&str>) -> Option<u32> {
    let seconds = match value.trim().parse::<f64>() {
        Ok(since_1970) if (1e9..1e11).contains(&since_1970) => {
            since_1970 - (moment(date?)? - moment("Thu, 01 Jan 1970 00:00:00 GMT")?) as f64
        }
        Ok(seconds) => seconds,
        Err(_) => (moment(value)? - moment(date?)?) as f64,
    };
    (seconds.is_finite() && seconds >= 0.0).then(|| (seconds * 1_000.0).ceil() as u32)
}

/// Seconds from some moment to `Sun, 06 Nov 1994 08:49:37 GMT`.
fn moment(date: &str) -> Option<i64> {
    const MONTHS: &str = "JanFebMarAprMayJunJulAugSepOctNovDec";
    let words: Vec<_> = date.trim().split([' ', ':']).collect();
    let [_, day, name, year, hour, minute, second, _] = words[..] else { return None };
    let number = |text: &str, least: i64, most: i64| {
        text.parse().ok().filter(|number| (least..=most).contains(number))
    };
    let month = MONTHS.find(name).filter(|_| name.len() == 3)? as i64 / 3 + 1;
    let (day, year) = (number(day, 1, 31)?, number(year, 1, 9_999)?);
    let (hour, minute, second) =
        (number(hour, 0, 23)?, number(minute, 0, 59)?, number(second, 0, 60)?);
    // Years begin in March, so that the day that leap years add is the last one.
    let year = if month > 2 { year } else { year - 1 };
    let days =
        year * 365 + year / 4 - year / 100 + year / 400 + (153 * ((month + 9) % 12) + 2) / 5 + day;
    Some(((days * 24 + hour) * 60 + minute) * 60 + second)
}

#[cfg(test)]
mod tests {
    use super::asked;

    #[test]
    fn headers_are_seconds_or_dates() {
        let now = Some("Sun, 28 Feb 2027 23:59:50 GMT");
        assert_eq!(asked("47", None), Some(47_000));
        assert_eq!(asked(" 0.5 ", None), Some(500));
        assert_eq!(asked("99999999999999", None), Some(u32::MAX));
        assert_eq!(asked("Mon, 01 Mar 2027 00:00:20 GMT", now), Some(30_000));
        assert_eq!(asked("1803859200", now), Some(10_000));
        assert_eq!(asked("1803859200", None), None);
        assert_eq!(asked("Sun, 28 Feb 2027 23:00:00 GMT", now), None);
        assert_eq!(asked("Mon, 01 Mar 2027 00:00:20 GMT", None), None);
        for odd in ["", "-1", "soon", "inf", "NaN", "Mon, 99 Mar 2027 00:00:20 GMT", "a b c d e f"]
        {
            assert_eq!(asked(odd, now), None, "{odd}");
        }
    }
}
