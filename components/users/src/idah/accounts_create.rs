//! `POST /accounts`: makes an account and invites its owner.

use http::{Method, StatusCode};
use iam_domain::error::Result;
use iam_domain::model::{Email, Patch, Picture, RoleScope, UserChange};
use iam_domain::ops::users::create::{self, Admission, NewRole, NewUser};
use iam_wire::dialect::idah::{self, Idah, document, in_attributes, kinds};
use iam_wire::pipeline::Call;
use iam_wire::shapes::jsonapi::{Attributes, Document, FieldSets};
use iam_wire::shapes::picture;
use iam_wire::{Need, Reply, Route, Routes};

use super::accounts_attributes::{enabled, role_scope, short};

/// Most bytes of the address of a picture.
const MAX_URL: usize = 2048;

/// What is to be made. Ids and dates are not read: they are ours.
fn new_account(mut input: Attributes) -> Result<NewUser> {
    // Faults are told in this order.
    let email = email(&mut input).map_or(Patch::Keep, Patch::Set);
    let display_name = short(&mut input, "name");
    let is_enabled = enabled(&mut input).unwrap_or(true);
    let role = input.text("role_name");
    let scope = role_scope(&mut input).unwrap_or_else(RoleScope::empty);
    let sso_channel = short(&mut input, "sso_channel");
    let avatar = picture_url(&mut input).map_or(Patch::Keep, |url| Patch::Set(Picture::Url(url)));
    let particulars = UserChange { email, display_name, sso_channel, avatar, ..UserChange::default() };
    let role = NewRole { role, scope, is_enabled };
    input.check()?;
    Ok(NewUser { particulars, admission: Admission::Role(role) })
}

/// Without one nothing can be made, which the operation says.
fn email(input: &mut Attributes) -> Option<Email> {
    match input.text("email") {
        Patch::Keep => None,
        Patch::Clear => input.fault("email", "must be filled"),
        Patch::Set(text) if text.is_empty() => input.fault("email", "must be filled"),
        Patch::Set(text) => match Email::parse("email", &text) {
            Ok(email) => Some(email),
            Err(error) => input.fault("email", error.message().to_owned()),
        },
    }
}

fn picture_url(input: &mut Attributes) -> Option<String> {
    match input.text("picture_url").into_value().filter(|text| !text.is_empty()) {
        Some(text) if text.len() > MAX_URL => input.fault("picture_url", "must have at most 2048 bytes"),
        Some(text) if picture::can_run(&text) || text.chars().any(char::is_control) => {
            input.fault("picture_url", "must be the address of a picture")
        }
        other => other,
    }
}

/// Makes an account, or answers with the one that has the address.
async fn invite(call: &Call<'_>) -> Result<Reply> {
    let new = new_account(document(call, kinds::ACCOUNTS).await?)?;
    let user = create::create(call.ctx(), new).await.map_err(in_attributes)?;
    Document::one(idah::account(&user.map(|record| record.access), call.origin()), &FieldSets::default())
        .reply(StatusCode::CREATED)
}

/// Routes.
pub static ROUTES: Routes = Routes {
    kit: &Idah,
    routes: &[Route {
        op: "iam_accounts.create",
        method: Method::POST,
        path: "/accounts",
        need: Need::Caller,
        handler: |call| Box::pin(invite(call)),
    }],
};
