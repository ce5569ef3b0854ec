//! Component `tokens`.

mod introspect;
mod keys_rotation;
mod openid_configuration;
mod revoke;
