//! Moments in: RFC 3339, `YYYY-MM-DD HH:MM:SS` with or without offset, plain dates.

use iam_domain::clock::Millis;
use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

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
    let stamp = text.parse::<Timestamp>().ok().or_else(|| {
        Timestamp::strptime("%Y-%m-%d %H:%M:%S %z", text).ok().or_else(|| {
            let civil = text
                .parse::<DateTime>()
                .ok()
                .or_else(|| Some(text.parse::<Date>().ok()?.to_datetime(jiff::civil::Time::midnight())))?;
            Some(civil.to_zoned(TimeZone::UTC).ok()?.timestamp())
        })
    })?;
    let from = stamp.as_millisecond();
    let has_fraction = text.contains(['.', ',']);
    Some(Moment { from, to: if has_fraction { from } else { from.saturating_add(999) } })
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
        assert_eq!(moment("2026-01-14").map(|moment| moment.from), Some(1_768_348_800_000));
        for bad in ["", "now", "2026-13-01", "2026-01-14T25:00:00Z", "1768386198", "2026-02-30", "99999-01-01"] {
            assert_eq!(moment(bad), None, "{bad}");
        }
    }
}
