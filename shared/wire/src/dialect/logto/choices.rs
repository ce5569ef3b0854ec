//! Where this API differs from others on purpose.

use iam_domain::ops::users::delete::Removal;
use iam_domain::ops::users::update::Effects;

/// "Users", PATCH: no mail is sent, and `updatedAt` is that of the last request, whether or not it changed anything.
pub const UPDATE: Effects = Effects { invites_again: None, notes_no_change: true };

/// "Users", DELETE.
pub const REMOVAL: Removal = Removal::Anybody;
