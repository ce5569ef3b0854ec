//! Outgoing HTTP: only to the hosts that the manifest grants.

use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};

use http::header::HOST;
use http::uri::{Authority, Scheme, Uri};
use http::{HeaderValue, Request, Response};
use http_body_util::BodyExt;
use wasmtime_wasi_http::{Error, RequestOptions, WasiBody, WasiHttpHooks, default_send_request};

use crate::manifest::{ComponentConfig, SELF_HOST, suggestion};

type Sent = (Response<WasiBody>, Box<dyn Future<Output = Result<(), Error>> + Send>);

/// Sends the requests of one instance.
pub struct Outbound {
    component: Arc<ComponentConfig>,
    own_address: Arc<OnceLock<SocketAddr>>,
}

impl Outbound {
    /// The sender of `component`; `own_address` is where calls to oneself go.
    pub fn new(component: Arc<ComponentConfig>, own_address: Arc<OnceLock<SocketAddr>>) -> Self {
        Self { component, own_address }
    }

    fn admit(&self, request: &mut Request<WasiBody>) -> Result<(), Error> {
        let uri = request.uri();
        if !self.component.outbound.allows(uri) {
            tracing::warn!(
                component = &*self.component.id,
                "outgoing request denied; to allow it, add {:?} to allowed_outbound_hosts of \
                 component {:?} in spin.toml",
                suggestion(uri),
                &*self.component.id
            );
            return Err(Error::HttpRequestDenied);
        }
        if uri.host() == Some(SELF_HOST) {
            self.turn_to_self(request)?;
        }
        Ok(())
    }

    fn turn_to_self(&self, request: &mut Request<WasiBody>) -> Result<(), Error> {
        let address = self.own_address.get().ok_or(Error::DestinationUnavailable)?;
        let authority = Authority::try_from(address.to_string()).map_err(|_| Error::HttpRequestUriInvalid)?;
        let host = HeaderValue::from_str(authority.as_str()).map_err(|_| Error::HttpRequestUriInvalid)?;
        let mut uri = std::mem::take(request.uri_mut()).into_parts();
        uri.scheme = Some(Scheme::HTTP);
        uri.authority = Some(authority);
        *request.uri_mut() = Uri::from_parts(uri).map_err(|_| Error::HttpRequestUriInvalid)?;
        request.headers_mut().insert(HOST, host);
        Ok(())
    }
}

impl WasiHttpHooks for Outbound {
    fn send_request(
        &mut self,
        mut request: Request<WasiBody>,
        options: Option<RequestOptions>,
        _processed: Box<dyn Future<Output = Result<(), Error>> + Send>,
    ) -> Box<dyn Future<Output = Result<Sent, Error>> + Send> {
        let admitted = self.admit(&mut request);
        Box::new(async move {
            admitted?;
            let (response, io) = default_send_request(request, options).await?;
            let io: Box<dyn Future<Output = _> + Send> = Box::new(io);
            Ok((response.map(BodyExt::boxed_unsync), io))
        })
    }
}
