//! `POST /iam/v1/register/`: a new organization with its first administrator, by anybody.

use http::{Method, StatusCode};
use iam_domain::error::{Error, FaultCode, Result};
use iam_domain::model::{Email, Name, Phone};
use iam_domain::ops::organizations::register::{self, Registration};
use iam_wire::dialect::eazyrent::{EazyRent, short_text};
use iam_wire::http::body::{self, Fields};
use iam_wire::pipeline::Call;
use iam_wire::{Need, Reply, Route, Routes};
use serde_json::{Value, json};

/// `RegisterSerializer`.
fn registration(body: Option<Value>) -> Result<Registration> {
    let mut fields = Fields::of(body)?;
    let organization = fields.required_section("organization", |fields| {
        let name = fields.required("name", Name::parse);
        let registration_number = fields.required("registration_number", not_blank);
        let pairing_code = fields.nullable("pairing_code", short_text).filter(|code| !code.is_empty());
        Some((name?, registration_number?, pairing_code))
    });
    let person = fields.required_section("org_admin", |fields| {
        let first_name = fields.required("first_name", Name::parse);
        let last_name = fields.required("last_name", Name::parse);
        let email = fields.required("email", Email::parse);
        let phone = fields.nullable("phone", Phone::parse);
        Some((first_name?, last_name?, email?, phone))
    });
    fields.check()?;
    let (Some((name, registration_number, pairing_code)), Some((first_name, last_name, email, phone))) =
        (organization, person)
    else {
        return Err(Error::internal("a registration without fault lacks a value"));
    };
    Ok(Registration { name, registration_number, pairing_code, first_name, last_name, email, phone })
}

fn not_blank(key: &'static str, text: &str) -> Result<String> {
    match short_text(key, text)? {
        text if text.is_empty() => Err(Error::field(key, FaultCode::TooShort, "This must not be blank.")),
        text => Ok(text),
    }
}

/// What was registered, as it was understood.
fn view(registration: &Registration) -> Value {
    json!({
        "organization": {
            "name": registration.name.text(),
            "registration_number": registration.registration_number,
            "pairing_code": registration.pairing_code,
        },
        "org_admin": {
            "first_name": registration.first_name.text(),
            "last_name": registration.last_name.text(),
            "email": registration.email.text(),
            "phone": registration.phone.as_ref().map(Phone::text),
        },
    })
}

/// Registers.
async fn register(call: &Call<'_>) -> Result<Reply> {
    let new = registration(body::json(&call.body().await?)?)?;
    register::register(call.ctx(), &new).await?;
    Reply::json(StatusCode::OK, &view(&new))
}

/// Routes.
pub static ROUTES: Routes = Routes {
    kit: &EazyRent,
    routes: &[Route {
        op: "organizations.register",
        method: Method::POST,
        path: "/iam/v1/register/",
        need: Need::Public,
        handler: |call| Box::pin(register(call)),
    }],
};
