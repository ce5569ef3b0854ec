//! Cookies: the access token, and the token that gets the next one (contract, "Cookies").

use http::header::{COOKIE, HeaderValue, SET_COOKIE};
use iam_domain::clock::Millis;

use crate::http::reply::Reply;
use crate::http::request::Request;
use crate::http::time::http_date;
use crate::pipeline::Call;

/// Access token.
pub(super) const ACCESS: &str = "auth-token";
/// Refresh token.
pub const REFRESH: &str = "refresh-token";

/// Where browsers send the refresh token: under the public prefix alone.
const REFRESH_PATH: &str = "/api/v1/iam";

/// The value of a cookie that the request carries; of several the first.
pub fn cookie<'r>(request: &'r Request, name: &str) -> Option<&'r str> {
    let headers = request.headers().get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = headers.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(known, _)| *known == name).map(|(_, value)| value.trim_matches('"')).filter(|value| !value.is_empty())
}

/// How cookies are set: now, and whether for encrypted connections only.
#[derive(Debug, Clone, Copy)]
pub struct CookiePlan {
    /// Now.
    pub now: Millis,
    /// Whether `Secure`.
    pub is_secure: bool,
}

/// Seconds in the past at which a cookie that is taken away has expired.
const PAST: i64 = 600;

impl CookiePlan {
    /// As the settings have it, at the time of the request.
    pub fn of(call: &Call<'_>) -> Self {
        Self { now: call.ctx().now(), is_secure: call.settings().idah_secure_cookies }
    }

    /// Sets the access token, and the refresh token where there is one: token and seconds to live of each.
    #[must_use]
    pub fn give(self, reply: Reply, access: (&str, i64), refresh: Option<(&str, i64)>) -> Reply {
        let reply = self.set(reply, ACCESS, access.0, "/", access.1);
        match refresh {
            Some((token, seconds)) => self.set(reply, REFRESH, token, REFRESH_PATH, seconds),
            None => reply,
        }
    }

    /// Takes the refresh token away.
    #[must_use]
    pub fn take_refresh(self, reply: Reply) -> Reply {
        self.set(reply, REFRESH, "", REFRESH_PATH, -PAST)
    }

    /// Takes both away.
    #[must_use]
    pub fn take_both(self, reply: Reply) -> Reply {
        self.take_refresh(self.set(reply, ACCESS, "", "/", -PAST))
    }

    fn set(self, mut reply: Reply, name: &str, value: &str, path: &str, seconds: i64) -> Reply {
        let secure = if self.is_secure { "; Secure" } else { "" };
        let expires = http_date(self.now.saturating_add(seconds.saturating_mul(1000)));
        let age = seconds.max(0);
        let text = format!("{name}={value}; Path={path}; Max-Age={age}; Expires={expires}; HttpOnly{secure}");
        // Tokens are visible ASCII.
        if let Ok(value) = HeaderValue::from_str(&text) {
            reply.headers.append(SET_COOKIE, value);
        }
        reply
    }
}
