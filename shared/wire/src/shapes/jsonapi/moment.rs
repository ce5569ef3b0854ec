//! Moments in: RFC 3339, `YYYY-MM-DD HH:MM:SS` with or without offset, plain dates.

use iam_domain::clock::Millis;
use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};

/// A moment, as exact as it was written: the first and the last millisecond of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// First millisecond.
    pub from: Millis,
    /// Last millisecond.
    pub to: Millis,
}

/// Reads a moment; without offset it is UTC, without time the beginning of the day. Without fraction it means the whole
/// second, as moments are shown without one.
pub fn moment(text: &str) -> Option<Moment> {
    let text = text.trim();
    let stamp = text.parse::<Timestamp>().ok();
    let stamp = stamp.or_else(|| Timestamp::strptime("%Y-%m-%d %H:%M:%S %z", text).ok());
    let from = stamp.map(Timestamp::as_millisecond).or_else(|| in_utc(text))?;
    let has_fraction = text.contains(['.', ',']);
    Some(Moment { from, to: if has_fraction { from } else { from.saturating_add(999) } })
}

/// A moment in UTC, up to the last of the year 9999: the library's time stamps end a day before it.
fn in_utc(text: &str) -> Option<Millis> {
    let without_zone = text.strip_suffix(['Z', 'z']).filter(|text| text.contains(':')).unwrap_or(text);
    let civil = without_zone.parse::<DateTime>().ok();
    let civil = civil.or_else(|| Some(text.parse::<Date>().ok()?.to_datetime(Time::midnight())))?;
    i64::try_from(civil.duration_since(DateTime::constant(1970, 1, 1, 0, 0, 0, 0)).as_millis()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_forms_that_clients_send() {
        let second = Moment { from: 1_768_386_198_000, to: 1_768_386_198_999 };
        for text in [
            "2026-01-14T10:23:18Z",
            "2026-01-14T11:23:18+01:00",
            "2026-01-14 10:23:18 +0000",
            "2026-01-14 10:23:18",
            "2026-01-14T10:23:18",
            " 2026-01-14T10:23:18Z ",
        ] {
            assert_eq!(moment(text), Some(second), "{text}");
        }
        let exact = Moment { from: 1_768_386_198_250, to: 1_768_386_198_250 };
        assert_eq!(moment("2026-01-14T10:23:18.250Z"), Some(exact));
        for (text, millis) in [
            ("9999-12-31T23:59:59Z", 253_402_300_799_000),
            ("9999-12-31T23:59:59.999z", 253_402_300_799_999),
            ("9999-12-31 23:59:59", 253_402_300_799_000),
            ("9999-12-31", 253_402_214_400_000),
            ("1969-12-31T23:59:59Z", -1_000),
        ] {
            assert_eq!(moment(text).map(|moment| moment.from), Some(millis), "{text}");
        }
        assert_eq!(moment("2026-01-14").map(|moment| moment.from), Some(1_768_348_800_000));
        for bad in
            ["", "now", "2026-13-01", "2026-01-14T25:00:00Z", "1768386198", "2026-02-30", "99999-01-01", "2026-01-14Z"]
        {
            assert_eq!(moment(bad), None, "{bad}");
        }
    }
}
