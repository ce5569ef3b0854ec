//! Times on the wire: RFC 3339 in UTC.

use iam_domain::clock::Millis;

/// `2026-01-14T10:23:18.123Z`: milliseconds, UTC. Beyond the year 9999 the last moment of it.
pub fn rfc3339(millis: Millis) -> String {
    let millis = millis.clamp(0, 253_402_300_799_999);
    let (seconds, rest) = (millis / 1000, millis % 1000);
    let (year, month, day) = date(seconds / 86_400);
    let in_day = seconds % 86_400;
    format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}.{rest:03}Z", in_day / 3600, in_day / 60 % 60, in_day % 60)
}

/// `2026-01-14T10:23:18Z`: whole seconds, UTC.
pub fn rfc3339_seconds(millis: Millis) -> String {
    let mut text = rfc3339(millis);
    text.truncate(text.len().saturating_sub(".123Z".len()));
    text.push('Z');
    text
}

/// `Wed, 14 Jan 2026 10:23:18 GMT`: the form of HTTP and of cookies (RFC 9110 §5.6.7).
pub fn http_date(millis: Millis) -> String {
    const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let seconds = millis.clamp(0, 253_402_300_799_999) / 1000;
    let (days, in_day) = (seconds / 86_400, seconds % 86_400);
    let (year, month, day) = date(days);
    let name = |names: &'static [&'static str], position: i64| {
        usize::try_from(position).ok().and_then(|position| names.get(position)).copied().unwrap_or_default()
    };
    let (weekday, month) = (name(&DAYS, days % 7), name(&MONTHS, month - 1));
    let (hour, minute, second) = (in_day / 3600, in_day / 60 % 60, in_day % 60);
    format!("{weekday}, {day:02} {month} {year:04} {hour:02}:{minute:02}:{second:02} GMT")
}

/// Civil date of a day counted from 1970-01-01 in the Gregorian calendar. Years are taken to begin in March, so that
/// the leap day is the last of its year, and grouped into cycles of 400 years, which all have 146,097 days.
fn date(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (cycle, in_cycle) = (days / 146_097, days % 146_097);
    let year_in_cycle = (in_cycle - in_cycle / 1460 + in_cycle / 36_524 - in_cycle / 146_096) / 365;
    let in_year = in_cycle - (365 * year_in_cycle + year_in_cycle / 4 - year_in_cycle / 100);
    let month_from_march = (5 * in_year + 2) / 153;
    let day = in_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    (cycle * 400 + year_in_cycle + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_moments() {
        for (millis, text) in [
            (0, "1970-01-01T00:00:00.000Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (1_709_251_199_999, "2024-02-29T23:59:59.999Z"),
            (1_767_225_600_000, "2026-01-01T00:00:00.000Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
            (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
            (i64::MAX, "9999-12-31T23:59:59.999Z"),
        ] {
            assert_eq!(rfc3339(millis), text);
        }
        assert_eq!(http_date(784_111_777_000), "Sun, 06 Nov 1994 08:49:37 GMT");
        assert_eq!(http_date(0), "Thu, 01 Jan 1970 00:00:00 GMT");
        assert_eq!(http_date(1_709_251_199_999), "Thu, 29 Feb 2024 23:59:59 GMT");
        assert_eq!(rfc3339_seconds(1_709_251_199_999), "2024-02-29T23:59:59Z");
    }
}
