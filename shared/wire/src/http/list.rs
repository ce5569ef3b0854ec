//! Long JSON lists: each page of rows is written out and forgotten before the next one is read.

use bytes::Bytes;
use http::StatusCode;
use iam_domain::error::{Error, Result};
use serde::Serialize;

use crate::http::reply::Reply;

/// A JSON list in the making.
#[derive(Debug)]
pub struct JsonList(Vec<u8>);

impl Default for JsonList {
    fn default() -> Self {
        Self(vec![b'['])
    }
}

impl JsonList {
    /// Appends items.
    ///
    /// # Errors
    /// `Internal` if one does not serialise, which only a fault of ours can cause.
    pub fn extend<T: Serialize>(&mut self, items: impl IntoIterator<Item = T>) -> Result<()> {
        for item in items {
            if self.0.len() > 1 {
                self.0.push(b',');
            }
            serde_json::to_writer(&mut self.0, &item).map_err(|error| Error::internal(format!("reply: {error}")))?;
        }
        Ok(())
    }

    /// Status 200 with the list.
    pub fn into_reply(mut self) -> Reply {
        self.0.push(b']');
        Reply::with_body(StatusCode::OK, "application/json", Bytes::from(self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_json() {
        assert_eq!(JsonList::default().into_reply().body, "[]");
        let mut list = JsonList::default();
        list.extend([1, 2]).unwrap();
        list.extend(["x"]).unwrap();
        assert_eq!(list.into_reply().body, "[1,2,\"x\"]");
    }
}
