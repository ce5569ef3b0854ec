//! Helpers of the unit tests.

use std::cell::RefCell;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use http::{Request, Response};
use iam_domain::error::Result;
use iam_domain::store::LocalFuture;

use crate::runtime::outbound::Outbound;
use crate::settings::Variables;

/// Runs a future that never waits.
pub(super) fn ready<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("it waited"),
    }
}

/// Variables given in the test.
pub(super) struct Given(pub(super) Vec<(&'static str, &'static str)>);

impl Variables for Given {
    fn get(&self, name: &'static str) -> LocalFuture<'_, Result<Option<String>>> {
        let value = self.0.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
        Box::pin(async { Ok(value) })
    }
}

/// A server that answers by a table of method, URL, status and body, and notes what it was sent.
pub(super) struct Fake {
    pub(super) answers: Vec<(&'static str, &'static str, u16, String)>,
    pub(super) sent: RefCell<Vec<Request<Bytes>>>,
}

impl Outbound for Fake {
    fn send(&self, request: Request<Bytes>) -> LocalFuture<'_, Result<Response<Bytes>, String>> {
        let is_asked = |method: &str, url: &str| request.method() == method && request.uri() == url;
        let answer = self.answers.iter().find(|(method, url, ..)| is_asked(method, url));
        let answer = match answer {
            Some((_, _, status, body)) => {
                Ok(Response::builder().status(*status).body(Bytes::from(body.clone())).unwrap())
            }
            None => Err("connection refused".to_owned()),
        };
        self.sent.borrow_mut().push(request);
        Box::pin(async { answer })
    }
}
