//! Who is in which organization: users and service accounts alike, told apart by their kind.

pub mod jit;
pub mod organizations;
pub mod read;
pub mod service_accounts;
pub mod users;
pub mod write;
