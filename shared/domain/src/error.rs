//! The one error type of the domain: what went wrong, free of any transport.
//!
//! Two texts are kept apart. `message` may be shown to the caller. `context` is for the log only: it has no way into
//! an answer, because nothing but [`Error::log_line`] reads it.

mod faults;

use std::borrow::Cow;
use std::fmt;

pub use faults::Faults;

/// Result of everything in the domain.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// One step towards the faulty place of an input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// A key of an object, a parameter, a header.
    Key(Cow<'static, str>),
    /// A position in a list.
    Index(usize),
}

/// One fault of an input: where it is and what is wrong. Kits render the place in their own notation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// From the top of the input (for a body: without `body`) to the faulty value. Empty = the whole.
    pub path: Vec<Step>,
    /// What kind of fault.
    pub code: FaultCode,
    /// Plain sentence for the caller, without the value it sent.
    pub message: Cow<'static, str>,
}

/// Types that inputs must have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// A text.
    Text,
    /// True or false.
    Boolean,
    /// A number.
    Number,
    /// A list.
    List,
    /// An object.
    Object,
}

/// Kinds of input fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultCode {
    /// A required value is not there.
    Missing,
    /// The value has another type than this one.
    Type(Wanted),
    /// The value is of the right type but not acceptable.
    Value,
    /// The text is shorter than allowed; blank counts.
    TooShort,
    /// The text or list is longer than allowed.
    TooLong,
    /// The text is not JSON.
    Syntax,
}

/// What went wrong. Every kit maps every kind (no `_` arm), so a new one is answered on purpose everywhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ErrorKind {
    /// The input breaks its declared shape or a rule about values.
    Invalid(Vec<Fault>),
    /// No credential, or one that is unknown, expired, revoked, or whose owner may not act any more.
    Unauthenticated(AuthFault),
    /// The caller is known and may not do this.
    Forbidden,
    /// The thing does not exist, or not for this caller.
    NotFound,
    /// The thing exists and its state does not allow this (failed precondition).
    WrongState,
    /// Clashes with something that exists, or would break a rule of the graph.
    Conflict,
    /// The body is larger than allowed; the number is the limit in bytes.
    TooLarge(usize),
    /// Too many attempts; try again after so many seconds.
    TooMany(u32),
    /// The store is busy; try again after so many seconds.
    Unavailable(u32),
    /// A fault of ours. The caller learns no more than that.
    Internal,
}

/// Why a caller was not authenticated. The answer shows no more than the dialect's contract allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuthFault {
    /// The request carries no credential.
    Missing,
    /// The `Authorization` scheme is not one that this API takes.
    Scheme,
    /// The credential is malformed, forged, expired, revoked or unknown.
    Invalid,
    /// The token is good in every other way and names nobody.
    NoSubject,
    /// The credential is good, but its principal is locked, inactive or not yet active.
    Inactive,
}

/// A failed operation.
#[derive(Clone, PartialEq, Eq)]
pub struct Error {
    kind: ErrorKind,
    code: &'static str,
    message: Cow<'static, str>,
    context: Option<String>,
}

impl Error {
    fn new(kind: ErrorKind, code: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self { kind, code, message: message.into(), context: None }
    }

    /// Several input faults at once, of which the first [`faults::MAX_TOLD`] are told.
    pub fn invalid(faults: impl Into<Faults>) -> Self {
        let faults = faults.into().told();
        let message = faults.first().map_or(Cow::Borrowed("invalid input"), |fault| fault.message.clone());
        Self::new(ErrorKind::Invalid(faults), "invalid_input", message)
    }

    /// One input fault at a named field.
    pub fn field(field: &'static str, code: FaultCode, message: impl Into<Cow<'static, str>>) -> Self {
        Self::invalid(vec![Fault { path: vec![Step::Key(field.into())], code, message: message.into() }])
    }

    /// No usable credential.
    pub fn unauthenticated(fault: AuthFault) -> Self {
        let message = match fault {
            AuthFault::Missing => "Authentication is required.",
            AuthFault::Scheme => "This authentication scheme is not supported.",
            AuthFault::Invalid => "The credential is not valid.",
            AuthFault::NoSubject => "The token names nobody.",
            AuthFault::Inactive => "The account is not active.",
        };
        Self::new(ErrorKind::Unauthenticated(fault), "unauthenticated", message)
    }

    /// The caller lacks the right.
    pub fn forbidden(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorKind::Forbidden, "forbidden", message)
    }

    /// `what` is not there for this caller.
    pub fn not_found(what: &'static str) -> Self {
        Self::new(ErrorKind::NotFound, "not_found", format!("{what} not found."))
    }

    /// What was sent is well formed and not accepted, by the rule `code`.
    pub fn rejected(code: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorKind::WrongState, code, message)
    }

    /// The state of the thing does not allow this.
    pub fn wrong_state(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorKind::WrongState, "wrong_state", message)
    }

    /// Clash with what exists. `code` tells kits which rule was hit.
    pub fn conflict(code: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorKind::Conflict, code, message)
    }

    /// The body passes `limit` bytes.
    pub fn too_large(limit: usize) -> Self {
        Self::new(ErrorKind::TooLarge(limit), "too_large", format!("The body is larger than {limit} bytes."))
    }

    /// Try again after `seconds`.
    pub fn too_many(seconds: u32) -> Self {
        Self::new(ErrorKind::TooMany(seconds), "too_many_requests", "Too many requests at once; try again later.")
    }

    /// The store is busy; try again after `seconds`.
    pub fn unavailable(seconds: u32) -> Self {
        Self::new(ErrorKind::Unavailable(seconds), "unavailable", "The service is busy; try again shortly.")
    }

    /// A fault of ours; `context` says what, for the log.
    pub fn internal(context: impl Into<String>) -> Self {
        let mut error = Self::new(ErrorKind::Internal, "internal", "Internal error.");
        error.context = Some(context.into());
        error
    }

    /// Adds what the operator needs to know.
    #[must_use]
    pub fn context(mut self, context: impl Into<String>) -> Self {
        self.context = Some(context.into());
        self
    }

    /// The same error under another stable word, where what is not found has names of its own.
    #[must_use]
    pub fn recoded(mut self, code: &'static str) -> Self {
        self.code = code;
        self
    }

    /// The same error in other words for the caller, where an API has its own.
    #[must_use]
    pub fn reworded(mut self, message: impl Into<Cow<'static, str>>) -> Self {
        self.message = message.into();
        self
    }

    /// What went wrong.
    pub fn kind(&self) -> &ErrorKind {
        &self.kind
    }

    /// Stable word for the rule that was hit.
    pub fn code(&self) -> &'static str {
        self.code
    }

    /// Text for the caller. For [`ErrorKind::Internal`] it says nothing.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Text for the log: everything that is known.
    pub fn log_line(&self) -> String {
        match &self.context {
            Some(context) => format!("{}: {} ({context})", self.code, self.message),
            None => format!("{}: {}", self.code, self.message),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.log_line())
    }
}

impl From<crate::crypto::CryptoError> for Error {
    /// Stored keys and hashes are ours, so what is wrong with them is our fault.
    fn from(error: crate::crypto::CryptoError) -> Self {
        Self::internal(format!("cryptography: {error}"))
    }
}
