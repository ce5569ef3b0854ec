//! Mail: from the outbox to the provider that the operator chose.

mod deliver;
mod message;
mod providers;
mod settings;

pub use deliver::{Delivery, deliver_due, deliver_due_afterwards};
pub use message::{Pages, is_link};
pub use settings::{Account, MailSettings, Provider, Webhook};
