//! Documents that go out.

use bytes::Bytes;
use http::StatusCode;
use iam_domain::error::{Error, Result};
use iam_domain::store::query::Counted;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::list::FieldSets;
use crate::http::reply::Reply;

/// Media type of documents (JSON:API 1.0, §3).
pub const MEDIA_TYPE: &str = "application/vnd.api+json";

/// A resource object in the making.
#[derive(Debug, Clone)]
pub struct Resource {
    /// `type`.
    pub kind: &'static str,
    /// `id`.
    pub id: String,
    /// `attributes`, in order.
    pub attributes: Map<String, Value>,
    /// `relationships` to one other resource: name, type, id.
    pub relationships: Vec<(&'static str, &'static str, String)>,
}

impl Resource {
    /// As JSON, with no more attributes than the request asks for.
    fn render(self, fields: &FieldSets) -> Value {
        let mut attributes = self.attributes;
        if let Some(wanted) = fields.of(self.kind) {
            attributes.retain(|name, _| wanted.binary_search(name).is_ok());
        }
        let mut object = json!({ "type": self.kind, "id": self.id, "attributes": attributes });
        if let (Value::Object(object), false) = (&mut object, self.relationships.is_empty()) {
            let links = self.relationships.into_iter();
            let links = links.map(|(name, kind, id)| (name.to_owned(), json!({ "data": { "type": kind, "id": id } })));
            object.insert("relationships".into(), Value::Object(links.collect()));
        }
        object
    }
}

/// A document in the making.
#[derive(Debug)]
pub struct Document {
    data: Value,
    included: Vec<Value>,
    meta: Option<Map<String, Value>>,
}

impl Document {
    /// One resource.
    pub fn one(resource: Resource, fields: &FieldSets) -> Self {
        Self { data: resource.render(fields), included: Vec::new(), meta: None }
    }

    /// A list. `meta` is always there, with the count where it was asked for.
    pub fn list(resources: impl IntoIterator<Item = Resource>, counted: Option<Counted>, fields: &FieldSets) -> Self {
        let data = resources.into_iter().map(|resource| resource.render(fields)).collect();
        let mut meta = Map::new();
        if let Some(Counted { count, more }) = counted {
            meta.insert("count".into(), count.into());
            meta.insert("more".into(), more.into());
        }
        Self { data, included: Vec::new(), meta: Some(meta) }
    }

    /// With resources that the others refer to, each once.
    #[must_use]
    pub fn including(mut self, resources: impl IntoIterator<Item = Resource>, fields: &FieldSets) -> Self {
        self.included = resources.into_iter().map(|resource| resource.render(fields)).collect();
        self
    }

    /// With a member of `meta`.
    #[must_use]
    pub fn meta(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.meta.get_or_insert_default().insert(name.to_owned(), value.into());
        self
    }

    /// The answer.
    ///
    /// # Errors
    /// `Internal` if it does not serialise, which only a fault of ours can cause.
    pub fn reply(self, status: StatusCode) -> Result<Reply> {
        let mut document = Map::new();
        document.insert("data".into(), self.data);
        if !self.included.is_empty() {
            document.insert("included".into(), self.included.into());
        }
        if let Some(meta) = self.meta {
            document.insert("meta".into(), meta.into());
        }
        body(status, MEDIA_TYPE, &document)
    }
}

/// What is no record: `{"data": value}`.
///
/// # Errors
/// As [`Document::reply`].
pub fn wrapped(value: impl Into<Value>) -> Result<Reply> {
    body(StatusCode::OK, "application/json", &json!({ "data": value.into() }))
}

fn body(status: StatusCode, media_type: &'static str, value: &impl Serialize) -> Result<Reply> {
    let body = serde_json::to_vec(value).map_err(|error| Error::internal(format!("reply: {error}")))?;
    Ok(Reply::with_body(status, media_type, Bytes::from(body)))
}
