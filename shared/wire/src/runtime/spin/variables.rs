//! Variables of the component, over `spin:variables`.

use iam_domain::error::{Error, Result};
use iam_domain::store::LocalFuture;
use spin_sdk::variables;

use crate::settings::Variables;

/// The variables that spin.toml gives to this component.
pub(super) struct SpinVariables;

impl Variables for SpinVariables {
    fn get(&self, name: &'static str) -> LocalFuture<'_, Result<Option<String>>> {
        Box::pin(async move {
            match variables::get(name).await {
                Ok(value) => Ok(Some(value)),
                // Each component is given only the variables it needs.
                Err(variables::Error::Undefined(_) | variables::Error::InvalidName(_)) => Ok(None),
                Err(error) => Err(Error::internal(format!("variable {name} cannot be read: {error}"))),
            }
        })
    }
}
