//! A request on its way through a handler.

use std::collections::HashMap;
use std::str::FromStr;

use bytes::Bytes;
use iam_domain::error::{Error, Result};
use iam_domain::ops::{Ctx, Services};

use crate::http::body::MAX_BODY;
use crate::http::request::Request;
use crate::runtime::outbound::Outbound;
use crate::settings::Settings;

/// A request that has passed all checks, as its handler sees it. Nothing but the pipeline makes one.
pub struct Call<'a> {
    pub(super) ctx: Ctx<'a>,
    pub(super) request: &'a Request,
    pub(super) params: HashMap<&'a str, String>,
    /// The body, where it was read before it was known who is calling.
    pub(super) body: Option<Bytes>,
    pub(super) services: &'a Services,
    pub(super) outbound: &'a dyn Outbound,
    pub(super) settings: &'a Settings,
    pub(super) origin: &'a str,
}

impl<'a> Call<'a> {
    /// What operations work with.
    pub fn ctx(&self) -> &Ctx<'a> {
        &self.ctx
    }

    /// The request.
    pub fn request(&self) -> &Request {
        self.request
    }

    /// Decoded path parameter.
    pub fn param(&self, name: &str) -> &str {
        self.params.get(name).map_or("", String::as_str)
    }

    /// The id that a path parameter holds. A text that is none names nothing.
    ///
    /// # Errors
    /// `NotFound` of `what`.
    pub fn id<I: FromStr>(&self, name: &str, what: &'static str) -> Result<I> {
        self.param(name).parse().map_err(|_| Error::not_found(what))
    }

    /// Whole body, at most [`MAX_BODY`] bytes.
    pub async fn body(&self) -> Result<Bytes> {
        match &self.body {
            Some(body) => Ok(body.clone()),
            None => self.request.read_body(MAX_BODY).await,
        }
    }

    /// Settings.
    pub fn settings(&self) -> &Settings {
        self.settings
    }

    /// Shared services of this instance.
    pub fn services(&self) -> &Services {
        self.services
    }

    /// Other servers.
    pub fn outbound(&self) -> &dyn Outbound {
        self.outbound
    }

    /// Scheme and authority under which clients reach us: `public_url`, or on this very machine those of the request.
    pub fn origin(&self) -> &str {
        self.origin
    }
}
