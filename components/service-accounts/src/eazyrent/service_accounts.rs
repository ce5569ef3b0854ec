//! `/iam/v1/service-accounts/` and `/iam/v1/service-accounts/{id}/`.

use http::{Method, StatusCode};
use iam_domain::error::Result;
use iam_domain::model::{ApplicationType, NewServiceAccount, ServiceAccountData};
use iam_domain::ops::service_accounts::{create as make, delete as remove, find};
use iam_domain::policy::Permission;
use iam_wire::dialect::eazyrent::{EazyRent, ServiceAccountView, optional_name, service_account_id};
use iam_wire::http::body;
use iam_wire::pipeline::Call;
use iam_wire::{Need, Reply, Route, Routes};

/// All of the effective organization.
async fn list(call: &Call<'_>) -> Result<Reply> {
    let accounts = find::list(call.ctx()).await?;
    let accounts: Vec<ServiceAccountView> =
        accounts.into_iter().map(|account| ServiceAccountView::new(account, call.origin())).collect();
    Reply::json(StatusCode::OK, &accounts)
}

/// Makes one.
async fn create(call: &Call<'_>) -> Result<Reply> {
    let name = optional_name(body::json(&call.body().await?)?)?;
    let new = NewServiceAccount {
        name: name.map(|name| name.text().to_owned()),
        description: None,
        kind: ApplicationType::MachineToMachine,
        data: ServiceAccountData::default(),
    };
    let account = make::create(call.ctx(), new, None).await?;
    Reply::json(StatusCode::CREATED, &ServiceAccountView::new(account, call.origin()))
}

/// Removes one with its keys and grants.
async fn delete(call: &Call<'_>) -> Result<Reply> {
    remove::delete(call.ctx(), service_account_id(call)?).await?;
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}

/// Routes.
pub static ROUTES: Routes = Routes {
    kit: &EazyRent,
    routes: &[
        Route {
            op: "service_accounts.list",
            method: Method::GET,
            path: "/iam/v1/service-accounts/",
            need: Need::Effective(Permission::ServiceAccountManage),
            handler: |call| Box::pin(list(call)),
        },
        Route {
            op: "service_accounts.create",
            method: Method::POST,
            path: "/iam/v1/service-accounts/",
            need: Need::Effective(Permission::ServiceAccountManage),
            handler: |call| Box::pin(create(call)),
        },
        Route {
            op: "service_accounts.delete",
            method: Method::DELETE,
            path: "/iam/v1/service-accounts/{id}/",
            need: Need::Effective(Permission::ServiceAccountManage),
            handler: |call| Box::pin(delete(call)),
        },
    ],
};
