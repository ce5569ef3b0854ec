//! Organizations of one account, and the mails about them.

pub mod memberships;
pub mod notices;
