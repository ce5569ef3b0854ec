//! What is known of a request besides its caller.

/// Facts about the request, for the audit, for sessions and for rate limits.
#[derive(Debug, Clone, Default)]
pub struct RequestInfo {
    /// ULID; also in the log and in error answers.
    pub id: String,
    /// Name of the dialect it speaks.
    pub dialect: &'static str,
    /// Network address that it came from, as far as the runtime tells; behind a proxy the proxy's.
    pub address: Option<String>,
    /// The same, where it is known to be one client's and not that of a proxy, through which all come: what one client
    /// does wrong is counted by it.
    pub client: Option<String>,
    /// Whole address of the client, to be shown: where the operator names no header for it, the client's word.
    pub ip: Option<String>,
    /// What the client calls itself, at most 512 bytes without control characters.
    pub user_agent: Option<String>,
}
