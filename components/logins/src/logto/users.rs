//! `/api/users` (contracts/logto.md, "Users"). It is in this component because making a user may hash a password, which
//! happens nowhere but here and where people log in; one path belongs to one component, so the list is here too.

use http::{Method, StatusCode};
use iam_domain::crypto::{Sensitive, password};
use iam_domain::error::{Error, FaultCode, Result};
use iam_domain::model::{NewPassword, PasswordRule};
use iam_domain::ops::users;
use iam_domain::ops::users::create::{Admission, FirstPassword, NewUser};
use iam_wire::dialect::logto::{self, LogtoApi, Pages, UserView, check_lengths, new_user, text};
use iam_wire::http::body::Fields;
use iam_wire::pipeline::Call;
use iam_wire::{Need, Reply, Route, Routes};

use super::users_search;

/// Longest `passwordDigest`.
const MAX_DIGEST: usize = 256;

/// `password`, or `passwordDigest` with `passwordAlgorithm`; the fault apart that is told after all others.
fn first_password(fields: &mut Fields) -> Result<FirstPassword> {
    let clear = fields.optional("password", new_password);
    let digest = fields.optional("passwordDigest", argon2id);
    fields.optional("passwordAlgorithm", algorithm);
    match (clear, digest) {
        (Some(_), Some(_)) => {
            Err(Error::rejected("password_and_digest", "password and passwordDigest cannot be given together."))
        }
        (None, Some(_)) if !fields.has("passwordAlgorithm") => {
            Err(Error::rejected("password_algorithm_required", "passwordDigest needs passwordAlgorithm."))
        }
        (None, Some(digest)) => Ok(FirstPassword::Hash(digest)),
        (Some(clear), None) => Ok(FirstPassword::Clear(clear)),
        (None, None) => Ok(FirstPassword::None),
    }
}

fn new_password(key: &'static str, value: &str) -> Result<NewPassword> {
    NewPassword::parse(value, PasswordRule::ANY).map_err(|weak| {
        let code = if value.is_empty() { FaultCode::TooShort } else { FaultCode::TooLong };
        Error::field(key, code, weak.message().to_owned())
    })
}

fn argon2id(key: &'static str, value: &str) -> Result<Sensitive<String>> {
    let digest = text(key, value, 1, MAX_DIGEST)?;
    let wrong = "This is not an Argon2id hash, version 19, as a PHC string of bearable cost: \
                 $argon2id$v=19$m=…,t=…,p=…$<salt>$<hash>.";
    password::check_stored(&digest).map_err(|_| Error::field(key, FaultCode::Value, wrong))?;
    Ok(Sensitive::new(digest))
}

fn algorithm(key: &'static str, value: &str) -> Result<()> {
    match value {
        "Argon2id" => Ok(()),
        _ => Err(Error::field(key, FaultCode::Value, "Only Argon2id is supported.")),
    }
}

async fn list(call: &Call<'_>) -> Result<Reply> {
    let pages = Pages::mandatory(call)?;
    let filter = users_search::filter(&logto::query(call)?)?;
    let page = users::list::managed(call.ctx(), pages.window(), &filter).await?;
    logto::list(call, pages, page, |found| UserView::of(found, call.origin()))
}

/// Success is 200, as the contract has it.
async fn create(call: &Call<'_>) -> Result<Reply> {
    let mut fields = logto::body(call).await?;
    let particulars = new_user(&mut fields);
    let password = first_password(&mut fields);
    fields.check()?;
    let admission = Admission::Active(password?);
    check_lengths(&particulars)?;
    let made = users::create::create(call.ctx(), NewUser { particulars, admission }).await?;
    Reply::json(StatusCode::OK, &UserView::of(made.into(), call.origin()))
}

/// Routes.
pub static ROUTES: Routes = Routes {
    kit: &LogtoApi,
    routes: &[
        Route {
            op: "installation.list_users",
            method: Method::GET,
            path: "/api/users",
            need: Need::Installation,
            handler: |call| Box::pin(list(call)),
        },
        Route {
            op: "installation.create_user",
            method: Method::POST,
            path: "/api/users",
            need: Need::Installation,
            handler: |call| Box::pin(create(call)),
        },
    ],
};
