//! Making people.
//!
//! A password is hashed on the way, which takes tens of milliseconds without a pause: this runs in the component of
//! passwords, and hashes before the transaction begins, never inside.

use serde_json::Map;

use super::person_change::{PersonChange, check_phone, taken};
use crate::crypto::Sensitive;
use crate::crypto::password;
use crate::error::Result;
use crate::model::{EventType, NewPassword, Person, PrincipalId, PrincipalKind, PrincipalState};
use crate::ops::ctx::Ctx;
use crate::store::directory::people::FoundPerson;
use crate::store::principals::NewPrincipal;

/// The password of a new person.
#[derive(Debug, Clone)]
pub enum FirstPassword {
    /// None: the person cannot log in by password until one is set.
    None,
    /// This one.
    Clear(NewPassword),
    /// The one behind a hash that was made elsewhere and that [`password::check_stored`] has found good.
    Hash(Sensitive<String>),
}

/// Makes a person: active at once, without invitation, at home in no organization and in none. The address, if there is one,
/// is not verified.
///
/// # Errors
/// `WrongState` (`too_long`); `Conflict`: `username_taken`, `email_taken`, `phone_taken`.
pub async fn create(ctx: &Ctx<'_>, change: PersonChange, password: FirstPassword) -> Result<FoundPerson> {
    ctx.authorize_directory()?;
    change.check_lengths()?;
    let hash = match password {
        FirstPassword::None => None,
        FirstPassword::Clear(new) => Some(Sensitive::new(password::hash(new.expose(), ctx.rng())?)),
        FirstPassword::Hash(hash) => Some(hash),
    };
    let now = ctx.now();
    let work = ctx.begin_directory().await?;
    let store = work.system();
    let principal = NewPrincipal { kind: PrincipalKind::User, state: PrincipalState::Active, organization: None };
    let id = store.insert_principal(principal, ctx.rng(), now).await?;
    let person = change.apply(blank(id, principal.state, now))?;
    check_phone(&work, &person, None).await?;
    store.insert_person(&person, now).await.map_err(taken)?;
    if let Some(hash) = &hash {
        store.set_password(id, hash.expose(), ctx.rng(), now).await?;
    }
    work.concerning(None).save(EventType::UserCreated.on(id)).await?;
    Ok(FoundPerson { person, has_password: hash.is_some() })
}

fn blank(id: PrincipalId, state: PrincipalState, now: i64) -> Person {
    Person {
        id,
        state,
        username: None,
        email: None,
        phone: None,
        display_name: None,
        first_name: None,
        last_name: None,
        avatar: None,
        custom_data: Map::new(),
        identities: Map::new(),
        profile: Map::new(),
        last_sign_in_at: None,
        created_at: now,
        updated_at: now,
    }
}
